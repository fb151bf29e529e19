#include "sweep_sections.hpp"

#include "halfstep/spec/sweep.hpp"

namespace halfstep {

const KindSchema& sweep_section() {
    using enum ValueType;
    static const Value absent, no_texts{std::vector<Value>()};
    static const KindSchema section{
        "sweep",
        "every run once more at every point of a grid",
        {{"seeds", {integers}, absent, "seeds of every point; as run.seeds unless given", Range::at_least(0)},
         {"runs", {texts}, no_texts, "which of base and the variants; all unless given"},
         {"metrics", {texts}, no_texts, "more columns of runs.csv"},
         {"curves", {boolean}, absent, "keep a thinned loss curve of every run; true up to 2,000 runs"},
         {"theory", {text}, Value{std::string()}, "a formula for the second axis, drawn over the diagrams"},
         {"limit",
          {integer},
          Value{sweep_limit},
          "most runs that are meant",
          Range::between(1, double(most_sweep_runs))}}};
    return section;
}

const KindSchema& boundary_section() {
    using enum ValueType;
    static const Value absent;
    static const KindSchema section{
        "boundary",
        "where on an axis a verdict stops holding",
        {{"name", {text}, Value{std::string("boundary")}, "what its metrics are called"},
         {"axis", {text}, std::nullopt, "the key that is searched"},
         {"find", {text}, Value{std::string("largest")}, "the end at which it holds", {}, {"largest", "smallest"}},
         {"holds", {text}, Value{std::string("trains")}, "the verdict"},
         {"resolution", {number}, Value{0.01}, "how near both sides are in the end", Range::above(0)},
         {"seeds", {integers}, absent, "as sweep.seeds unless given", Range::at_least(0)},
         {"theory", {text}, Value{std::string()}, "a formula of the other axes for it"}}};
    return section;
}

const KindSchema& verdict_rule_section() {
    using enum ValueType;
    static const Value absent;
    static const KindSchema section{"verdict",
                                    "a name for runs whose metric lies in a range",
                                    {{"name", {text}, std::nullopt, "one word"},
                                     {"metric", {text}, std::nullopt, "a metric of the run"},
                                     {"equals", {number}, absent, ""},
                                     {"below", {number}, absent, ""},
                                     {"above", {number}, absent, ""},
                                     {"at_most", {number}, absent, ""},
                                     {"at_least", {number}, absent, ""}}};
    return section;
}

}  // namespace halfstep
