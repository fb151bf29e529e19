// An exact real number for the oracle: sign, integer significand of any length, exponent, and
// whether something smaller than the last place follows.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include "halfstep/format/format.hpp"

namespace oracle {

using boost::multiprecision::cpp_int;

enum class Kind { finite, infinite, nan };

struct Exact {
    Kind kind = Kind::finite;
    bool negative = false;
    cpp_int significand = 0;  // the value is +-(significand + sticky part) * 2^exponent
    int exponent = 0;
    bool sticky = false;  // the sticky part lies strictly between 0 and 1; needs 60 bits before it
};

Exact exact(double x);
double round(const halfstep::Rounding& rounding, const Exact& x);

}  // namespace oracle
