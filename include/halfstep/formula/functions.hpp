// The functions a formula can call, for `halfstep list`.
#pragma once

#include <string_view>
#include <vector>

namespace halfstep::formula {

enum class Offered { everywhere, in_models, in_optimizers, in_programs };  // programs take all of them

struct FunctionDoc {
    std::string_view signature;  // "sum(a, axis=0)"
    std::string_view doc;
    Offered offered = Offered::everywhere;
    bool on_host = false;  // in constants and conditions too
};

std::vector<FunctionDoc> function_docs();

}  // namespace halfstep::formula
