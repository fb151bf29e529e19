// THE table of functions: a new function is one row in functions.cpp, and where it is more than an
// Expr function, a few lines in functions/.
#pragma once

#include <span>
#include <string_view>

#include "halfstep/formula/ast.hpp"
#include "halfstep/formula/environment.hpp"
#include "halfstep/formula/functions.hpp"

namespace halfstep::formula {

class Call;

struct FunctionRow {
    std::string_view name;
    FunctionDoc doc;
    int least, most;              // positional arguments
    std::string_view keyword;     // the one it takes by name ("axis"); empty: none
    Array (*record)(Call& call);  // emulated arithmetic; nullptr: the host only
    HostFunction host = nullptr;  // binary64; nullptr: arrays only
    int host_arguments = 0;       // where that is fewer than `most`, the least there
};

std::span<const FunctionRow> function_rows();

// The row a call names; throws at the place where there is none.
const FunctionRow& function_of(const Formula& formula, const Node& call);

// Throws where the number or the names of the arguments are not the row's.
void check_arguments(const Formula& formula, const Node& call);

}  // namespace halfstep::formula
