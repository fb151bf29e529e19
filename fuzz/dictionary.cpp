// The words a scenario is made of, from the registries, in libFuzzer's dictionary format: one
// "word" a line. A new kind or parameter is in it by its row.
#include <cstdio>
#include <set>
#include <string>

#include "halfstep/format/format.hpp"
#include "halfstep/formula/functions.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/spec/experiment.hpp"
#include "halfstep/spec/role.hpp"

namespace {

using namespace halfstep;

class Words {
public:
    void add(std::string_view word) {
        if (!word.empty()) words_.insert(std::string(word));
    }
    void add(const KindSchema& kind) {
        add(kind.name);
        for (const Parameter& parameter : kind.parameters) {
            add(parameter.name);
            for (const std::string& choice : parameter.choices) add(choice);
        }
    }
    void print() const {
        for (const std::string& word : words_) {
            std::string escaped;
            for (const char c : word) escaped += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
            std::printf("\"%s\"\n", escaped.c_str());
        }
        std::puts("\"\\x0a\"");
    }

private:
    std::set<std::string> words_;
};

// What is written in no registry: the tables with keys of their own, and TOML itself.
constexpr const char* fixed[] = {"title = \"t\"",
                                 "claim",
                                 "source",
                                 "[model]",
                                 "[workers]",
                                 "[optimizer]",
                                 "[engine]",
                                 "[precision]",
                                 "[run]",
                                 "[loss_scale]",
                                 "[[inject]]",
                                 "[[variant]]",
                                 "[[expect]]",
                                 "[[optimizer.group]]",
                                 "kind = ",
                                 "name = ",
                                 "count = ",
                                 "batch = ",
                                 "steps = ",
                                 "seeds = [1]",
                                 "record_every = ",
                                 "watch = [",
                                 "tensors",
                                 "lr_values",
                                 "exp_avg_mask",
                                 "reload_at = [",
                                 "preset = ",
                                 "arithmetic = ",
                                 "format = ",
                                 "overflow",
                                 "subnormals",
                                 "saturate",
                                 "flush",
                                 "rounding = ",
                                 "toward_zero",
                                 "infinity",
                                 "evaluate_every = ",
                                 "step = ",
                                 "worker = ",
                                 "index = ",
                                 "value = ",
                                 "run = ",
                                 "metric = ",
                                 "equals = ",
                                 "below = ",
                                 "above = ",
                                 "at_most = ",
                                 "at_least = ",
                                 "between = [",
                                 "because = ",
                                 "times = ",
                                 "true",
                                 "false",
                                 "inf",
                                 "-inf",
                                 "nan",
                                 "1e400",
                                 "9223372036854775807",
                                 "-1",
                                 "0x7fff",
                                 "1e-300",
                                 "\"\"\"",
                                 "'''",
                                 "{ kind = \"",
                                 "e8m23",
                                 "e2m1",
                                 "[program]",
                                 "init = ",
                                 "step = \"",
                                 "repeat = ",
                                 "roles = {",
                                 "constants = {",
                                 "shape = [",
                                 "normal = ",
                                 "worker(",
                                 "[0]",
                                 "[1:]",
                                 "if ",
                                 "else {",
                                 " and ",
                                 "not ",
                                 "^t",
                                 "binary64",
                                 "multiprecision"};

}  // namespace

int main() {
    Words words;
    for (const char* word : fixed) words.add(word);
    const Catalogue& c = builtin_catalogue();
    for (const auto* kinds : {&c.models, &c.data, &c.optimizers, &c.loss_scalers, &c.engines})
        for (const KindSchema& kind : *kinds) words.add(kind);
    for (const formula::FunctionDoc& f : formula::function_docs()) words.add(f.signature);
    for (const Role role : all_roles()) words.add(role_name(role));
    for (const Preset& preset : presets()) words.add(preset.name);
    for (const Format& format : named_formats()) words.add(format.name);
    for (const MetricDoc& metric : metric_docs()) words.add(metric.name);
    words.print();
}
