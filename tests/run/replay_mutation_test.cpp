// Whatever the bytes are, replay compares or throws ReplayError; it neither crashes nor hangs. Run
// under -fsanitize=address,undefined as well (scripts/test.sh).
#include <random>

#include "recordings.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// Short recordings that have between them every field that is read.
const std::vector<std::string>& seeds() {
    static const std::vector<std::string> all = [] {
        nlohmann::json half = shortened("o06_adam_fp16_w2_n24_dynamic", 4);
        half["inject"] = {{{"step", 1}, {"rank", 1}, {"flat_index", 3}, {"value", "inf"}}};
        half["lr_values"] = {0.5, 0.25};
        nlohmann::json bare = shortened("o34_adam_fp32_w2_mask_nonfreeze_bare_reload", 4);
        bare["reload_at"] = {2};
        bare["gradient_clipping"] = 0.5;
        nlohmann::json error = shortened("o29_lamb_fp32_w2_zero_momentum_raises", 4);
        error["steps"] = 9;
        error["raises_at"] = 4;
        return std::vector<std::string>{half.dump(),
                                        bare.dump(),
                                        shortened("o04_adam_fp32_w2_linreg_2tensors", 4).dump(),
                                        shortened("o13_adam_bf16_w2", 4).dump(),
                                        shortened("o25_zo_fp32_w2_mask", 4).dump(),
                                        shortened("o11_lamb_fp16_w4_linreg", 4).dump(),
                                        shortened("r_o03_fusedlamb", 4).dump(),
                                        error.dump()};
    }();
    return all;
}

// True when it was replayed, false when it was refused; anything else fails the test.
bool survives(const std::string& text) {
    try {
        replay(text, "mutated.json");
        return true;
    } catch (const ReplayError&) {
        return false;
    } catch (const std::exception& e) {
        FAIL("another exception: " << e.what() << "\nfor " << text.substr(0, 2000));
    }
    return false;
}

class Mutator {
public:
    explicit Mutator(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return std::size_t(random_() % n); }

    void mutate(std::string& text) {
        static const std::string bytes = "{}[]\":,0129-+.eEaf \\\n\0\x80\xff";
        const std::size_t at = below(text.size());
        switch (below(8)) {
            case 0:
                text[at] = bytes[below(bytes.size())];
                break;
            case 1:
                text[at] = char(text[at] ^ (1 << below(8)));
                break;
            case 2:
                text.insert(at, 1, bytes[below(bytes.size())]);
                break;
            case 3:
                text.erase(at, 1 + below(20));
                break;
            case 4:
                text.insert(at, text.substr(below(text.size()), 1 + below(40)));
                break;
            default:
                replace_value(text, at);
        }
        if (text.empty()) text = " ";
    }

private:
    // The value after some colon or comma becomes another.
    void replace_value(std::string& text, std::size_t near) {
        static const std::vector<std::string> values = {"0",
                                                        "-1",
                                                        "1",
                                                        "2",
                                                        "1e9",
                                                        "1e300",
                                                        "-0.5",
                                                        "1e999",
                                                        "18446744073709551616",
                                                        "null",
                                                        "true",
                                                        "false",
                                                        "[]",
                                                        "{}",
                                                        "\"\"",
                                                        "\"nan\"",
                                                        "\"-inf\"",
                                                        "\"3f800000\"",
                                                        "[[]]",
                                                        "[1,2]",
                                                        "[{}]",
                                                        "[null]",
                                                        "\"fp16_fused\"",
                                                        "\"bf16_unfused\"",
                                                        "\"ZeroOneAdam\"",
                                                        "\"none\"",
                                                        "\"0000000000000000\"",
                                                        "1024"};
        const std::size_t from = text.find_first_of(below(2) ? ":" : ",", near);
        if (from == std::string::npos) return;
        const std::size_t to = text.find_first_of(",}]", from + 1);
        text.replace(from + 1, (to == std::string::npos ? text.size() : to) - from - 1, values[below(values.size())]);
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("a recording that is cut off anywhere is refused") {
    std::mt19937 random(1);
    for (const std::string& whole : {recording_text("o06_adam_fp16_w2_n24_dynamic"), seeds()[1]}) {
        for (int cut = 0; cut < 200; ++cut) REQUIRE_FALSE(survives(whole.substr(0, random() % whole.size())));
        REQUIRE_FALSE(survives(whole.substr(0, whole.find_last_of('}'))));
    }
}

TEST_CASE("no mutation of a recording does more than throw ReplayError") {
    int replayed = 0;
    for (const std::string& seed : seeds()) REQUIRE(survives(seed));
    for (std::uint32_t i = 0; i < 5'000; ++i) {
        Mutator mutator(i);
        std::string text = seeds()[i % seeds().size()];
        for (std::size_t changes = 1 + mutator.below(2) * mutator.below(3); changes > 0; --changes)
            mutator.mutate(text);
        replayed += survives(text);
    }
    // A changed digit replays, with a difference; if all or none did, the test would test nothing.
    CHECK(replayed > 500);
    CHECK(replayed < 4'000);
}

TEST_CASE("every field that is left out of a recording is missed or has a default") {
    for (const std::string& seed : seeds()) {
        const nlohmann::json whole = nlohmann::json::parse(seed);
        const nlohmann::json flat = whole.flatten();
        for (const auto& [path, value] : flat.items()) {
            nlohmann::json::json_pointer pointer(path);
            nlohmann::json without = whole;
            for (; !pointer.empty(); pointer.pop_back()) {
                if (!without[pointer.parent_pointer()].is_object()) continue;
                without[pointer.parent_pointer()].erase(pointer.back());
                break;
            }
            survives(without.dump());
        }
    }
}
