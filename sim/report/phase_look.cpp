#include "phase_look.hpp"

#include <algorithm>
#include <set>

namespace halfstep {
namespace {

struct Look {
    const char* verdict;
    const char* colour;
    char letter;
};
constexpr Look looks[] = {{"trains", "#8CCBEE", 'T'},      {"diverged", "#E8743B", 'D'}, {"stuck", "#F5C242", 'S'},
                          {"scale_floor", "#D99BC4", 'F'}, {"raised", "#8D8D8D", 'R'},   {"invalid", "#E6E3DC", 'I'}};
constexpr const char* others[] = {"#57B894", "#5B8FD0", "#EFE25E", "#B0A14A"};

}  // namespace

std::vector<VerdictLook> verdict_looks(const Phase& phase) {
    std::vector<VerdictLook> all;
    std::set<char> taken;
    for (const Look& look : looks) taken.insert(look.letter);
    std::size_t more = 0;
    for (const std::string& verdict : phase.verdicts) {
        const auto known =
            std::find_if(std::begin(looks), std::end(looks), [&](const Look& look) { return verdict == look.verdict; });
        if (known != std::end(looks)) {
            all.push_back({known->colour, known->letter});
            continue;
        }
        char letter = '?';
        for (const char c : verdict + "abcdefghijklmnopqrstuvwxyz")
            if (const char upper = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
                upper >= 'A' && upper <= 'Z' && taken.insert(upper).second) {
                letter = upper;
                break;
            }
        all.push_back({others[more++ % 4], letter});
    }
    return all;
}

std::pair<int, bool> verdict_of_cell(const Phase& phase, const PhaseVariant& variant, std::size_t cell) {
    std::vector<int> times(phase.verdicts.size());
    int all = 0;
    for (std::size_t i = cell * phase.seeds; i < (cell + 1) * phase.seeds; ++i)
        if (variant.verdicts[i] >= 0) ++times[std::size_t(variant.verdicts[i])], ++all;
    if (all == 0) return {-1, false};
    const auto most = std::max_element(times.begin(), times.end());
    const bool split =
        *most < all || std::binary_search(variant.split.begin(), variant.split.end(), std::int64_t(cell));
    return {int(most - times.begin()), split};
}

}  // namespace halfstep
