// Whatever the bytes are, they are read and judged or refused with ConfigError; nothing crashes, hangs
// or goes on repairing for ever.
#include <random>

#include "halfstep/spec/wording.hpp"
#include "rule_cases.hpp"
#include "started.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const std::vector<std::string>& fragments() {
    static const std::vector<std::string> list = {"{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  "\"",
                                                  "\\",
                                                  "null",
                                                  "true",
                                                  "false",
                                                  "NaN",
                                                  "-Infinity",
                                                  "1e999",
                                                  "-1",
                                                  "0",
                                                  "1.5",
                                                  "\"auto\"",
                                                  "\"1\"",
                                                  "{}",
                                                  "[]",
                                                  "\"fp16\"",
                                                  "\xff",
                                                  "\xc3\xa9",
                                                  "\n",
                                                  "\\u0000",
                                                  "//",
                                                  "\"bf16\": {\"enabled\": true},",
                                                  "\"zero_optimization\": true,",
                                                  "99999999999999999999999",
                                                  "\"stage\": 3,",
                                                  "\"amp\": {\"enabled\": 1},",
                                                  "\"\": 1,",
                                                  "\"strict\": true,"};
    return list;
}

class Mutator {
public:
    explicit Mutator(std::uint32_t seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    const std::string& fragment() { return fragments()[below(fragments().size())]; }

    void mutate(std::string& text) {
        const std::size_t at = below(text.size() + 1), length = std::min(below(20), text.size() - at);
        switch (below(7)) {
            case 0:
                text.insert(at, fragment());
                break;
            case 1:
                text.replace(at, length, fragment());
                break;
            case 2:
                text.erase(at, length);
                break;
            case 3:
                if (at < text.size()) text[at] = static_cast<char>(below(256));
                break;
            case 4:
                text.insert(below(text.size() + 1), text.substr(at, length));
                break;
            default:
                replace_value(text, at);
        }
    }

private:
    // A whole value, so that the text mostly stays JSON.
    void replace_value(std::string& text, std::size_t from) {
        const std::size_t colon = text.find(": ", from);
        if (colon == std::string::npos) return;
        const std::size_t end = std::min(text.find_first_of(",}\n", colon), text.size());
        text.replace(colon + 2, end - colon - 2, fragments()[8 + below(14)]);
    }
    std::mt19937 random_;
};

// True when it was read; every finding then has a rule, a place in the text and a message.
bool judged(const std::string& text, const StartArguments& arguments) {
    try {
        const ConfigFile file = read_config(text, "ds.json");
        const ConfigReport report = check_config(file, arguments);
        for (const Finding& f : report.findings)
            if (!f.rule || f.key.empty() == !f.key.empty() || f.place.line < 1 || f.message().empty())
                FAIL("a finding without rule, place or message: " << text);
        // Nothing may be repaired for ever, and what is left must be sayable.
        if (report.findings.size() > 200) FAIL("too many findings: " << text);
        to_json(report).dump();
        return true;
    } catch (const ConfigError& error) {
        if (std::string(error.what()).compare(0, 8, "ds.json:") != 0) FAIL("no place: " << error.what());
        return false;
    }
}

}  // namespace

TEST_CASE("no mutation of a configuration does more than be refused with a place") {
    int read = 0, total = 0;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        Mutator mutator(i);
        const RuleCase& one = rule_cases()[i % rule_cases().size()];
        std::string text = "{" + (i % 2 ? one.breaks : one.passes) + "}";
        for (std::size_t changes = 1 + mutator.below(4); changes > 0; --changes) mutator.mutate(text);
        read += judged(text, one.arguments);
        ++total;
    }
    CHECK(read > total / 10);
    CHECK(read < total);
}

TEST_CASE("every beginning of a configuration is answered") {
    const std::string text = "{" + rule_cases().back().breaks + R"(, "x": [NaN, -1e999, "é\"", {"a": null}]})";
    for (std::size_t length = 0; length < text.size(); ++length) CHECK_FALSE(judged(text.substr(0, length), {}));
    CHECK(judged(text, {}));
}

TEST_CASE("any value at any key of a section is judged") {
    const char* keys[] = {"train_batch_size",
                          "train_micro_batch_size_per_gpu",
                          "gradient_accumulation_steps",
                          "optimizer",
                          "scheduler",
                          "fp16",
                          "bf16",
                          "bfloat16",
                          "amp",
                          "zero_optimization",
                          "data_types",
                          "compile",
                          "timers",
                          "tensor_parallel",
                          "sequence_parallel_size",
                          "communication_data_type",
                          "gradient_allreduce_op",
                          "gradient_clipping",
                          "prescale_gradients",
                          "gradient_predivide_factor",
                          "vocabulary_size",
                          "zero_allow_untested_optimizer",
                          "managed_gradient_accumulation"};
    const char* values[] = {"null",
                            "true",
                            "false",
                            "0",
                            "-1",
                            "7",
                            "1.5",
                            "1e999",
                            "NaN",
                            "\"\"",
                            "\"auto\"",
                            "\"1\"",
                            "[]",
                            "[1]",
                            "{}",
                            R"({"type": 1})",
                            R"({"type": "Adam", "params": [1]})",
                            R"({"enabled": []})",
                            R"({"stage": {}})",
                            "123456789012345678901234567890",
                            R"({"offload_optimizer": 3})"};
    for (const char* key : keys)
        for (const char* value : values)
            for (const char* rest : {"", R"(, "optimizer": {"type": "Lamb"})", R"(, "fp16": {"enabled": 1})"})
                CHECK(judged(R"({"train_batch_size": 8, ")" + std::string(key) + "\": " + value + rest + "}", {}));
}

TEST_CASE("ten thousand unknown keys are reported in one go") {
    std::string text = R"({"train_batch_size": 1, "fp16": {)";
    for (int i = 0; i < 9000; ++i) text += (i ? ", \"k" : "\"k") + std::to_string(i) + "\": 1";
    const ConfigReport report = check_config(read_config(text + "}}", "ds.json"));
    CHECK(report.findings.size() == 9000);
    CHECK(report.findings.back().round == 1);
    CHECK(report.after_repairs);
}
