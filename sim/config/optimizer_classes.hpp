// The optimizers a configuration can name: DeepSpeed's twelve and torch's classes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halfstep {

// DeepSpeed's own names, in lower case.
std::span<const std::string> deepspeed_optimizers();
// Classes of torch.optim, exact case (torch 1.13).
std::span<const std::string> torch_optimizers();

// The parameters a class's constructor has, or nothing for a class that takes any (or is not known).
std::vector<std::string> constructor_parameters(std::string_view optimizer_class);

bool refuses_amsgrad(std::string_view optimizer_class);  // raises for amsgrad=True
bool tested_with_zero(std::string_view optimizer_class);

}  // namespace halfstep
