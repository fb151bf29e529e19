// The values of one swept key:
//
//   [2, 10, 100]                                 as listed; numbers, texts, true/false, tables, lists
//   { log = [1e-4, 1e-1], points = 16 }          evenly spaced logarithms, both ends included
//   { linear = [0, 1], points = 11 }
//   "e5m{2..10}"                                 a text for every whole number in the braces
//   { values = [[1, 2], [3, 4]] }                a list, where the key itself takes one
//
// Numbers of a range are rounded to six significant digits, so that a command line can repeat them and no library's
// logarithm decides their bits; to whole numbers where the key takes no other, each once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "halfstep/spec/schema.hpp"
#include "halfstep/spec/sweep.hpp"
#include "section_reader.hpp"

namespace halfstep {

struct AxisValues {
    SweepKey key;
    std::vector<Tree> trees;  // one a value, as the run's tables take them
    Place place;
    bool range = false;  // written as `log` or `linear`: values between them mean something
    bool whole = false;  // the key takes whole numbers only
};

inline constexpr std::size_t most_axis_points = 100'000;

// Whether a value of this shape can only be an axis: a range, or a text with braces.
bool is_axis(const Tree& value);

// `parameter` is what the run accepts under the key. Fails at the value's place, which messages call `path`.
AxisValues read_axis(const SectionReader& reader, const Tree& value, const std::string& key, const Parameter& parameter,
                     const std::string& path);

// The value as a command line writes it after `--set KEY=`.
std::string axis_text(const Tree& value);

}  // namespace halfstep
