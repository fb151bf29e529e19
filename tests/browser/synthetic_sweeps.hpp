// Results folders that sweep, by name.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

std::vector<std::pair<std::string, std::function<void(const std::string&)>>> synthetic_sweeps(
    const std::filesystem::path& out);
