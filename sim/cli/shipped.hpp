// Where what is shipped beside the program lies.
#pragma once

#include <filesystem>

namespace halfstep {

// ./scenarios where there is one, otherwise what was installed beside the program, otherwise the
// folder it was built from.
std::filesystem::path scenario_folder();

// The bits of the shipped scenarios (trace/reference_file.hpp): installed beside the program, otherwise those
// of the folder it was built from. They belong to the program, so the current folder does not matter.
std::filesystem::path reference_folder();

}  // namespace halfstep
