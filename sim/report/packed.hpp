// Numbers as text inside a page's JSON, at about a third of their decimal size; web/packed.js reads
// them back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace halfstep {

std::string base64(std::string_view bytes);  // RFC 4648, without padding

// Ascending numbers of at least 0 as differences, seven bits a byte, the lowest first; in base64.
std::string packed_steps(const std::vector<std::int64_t>& steps);

// Little-endian binary32, or binary64 where one of the values has no place in binary32: finite and too
// large, or not zero and too small. In base64. Every NaN becomes the same.
struct PackedValues {
    std::string text;
    bool wide = false;  // binary64
};
PackedValues packed_values(const std::vector<double>& values);

// Shares from 0 to 1 on 52 levels, A to Z and then a to z: A is exactly nothing and z exactly
// everything, so that nothing that is there can look absent; the others are even in the root of the
// share. A number behind a letter says how often it comes once more: "A12f" is thirteen times nothing
// and one f.
std::string packed_shares(const std::vector<float>& shares);

}  // namespace halfstep
