// What the elementary functions must give, from Boost's numbers of 113 bits.
#pragma once

#include <span>

namespace oracle {

// f(x) cut to 25 significant bits, toward zero, and whether that is all of it. The values that formats of up to 24
// bits and the midpoints between them have are such numbers: a result that is cut to the same, and is exact where
// f(x) is, is rounded as f(x) in every mode.
struct Cut {
    double value;
    bool exact;
};

struct ElementaryFunction {
    const char* name;
    double (*to_odd)(double);
    Cut (*cut)(double);
    double (*error_ulps)(double x, double y);  // |y - f(x)| in units of the last place of binary32's y
};
std::span<const ElementaryFunction> elementary_functions();

Cut cut_power(double x, int n);

}  // namespace oracle
