#include "sections.hpp"

#include <array>

#include "halfstep/spec/role.hpp"

namespace halfstep {

namespace {

constexpr double largest_int = std::numeric_limits<int>::max();

const Value absent;
const Value no_text{std::string()};
const Value no_list{std::vector<Value>()};

Value whole(std::int64_t i) {
    return {i};
}

std::vector<std::string> preset_names() {
    std::vector<std::string> names;
    for (const Preset& preset : presets()) names.emplace_back(preset.name);
    return names;
}

}  // namespace

const KindSchema& header_section() {
    using enum ValueType;
    static const KindSchema section{"scenario",
                                    "what the scenario says about itself",
                                    {
                                        {"title", {text}, std::nullopt, "one line, shown above every result"},
                                        {"claim", {text}, no_text, "what the scenario asserts, as a sentence"},
                                        {"source", {text}, no_text, "where the claim comes from"},
                                        {"teaches", {text}, no_text, "what to take away"},
                                        {"predict", {text}, no_text, "a question to answer before looking"},
                                    }};
    return section;
}

const KindSchema& workers_section() {
    using enum ValueType;
    static const KindSchema section{"workers",
                                    "simulated data-parallel workers",
                                    {
                                        {"count", {integer}, whole(1), "number of workers", Range::between(1, 4096)},
                                        {"batch",
                                         {integer},
                                         whole(0),
                                         "samples a worker and step; 0: the worker's whole share of the data",
                                         Range::between(0, largest_int)},
                                    }};
    return section;
}

const KindSchema& run_section() {
    using enum ValueType;
    static const Value first_seed{std::vector<Value>{whole(1)}};
    static const KindSchema section{
        "run",
        "how long, how often, from which seeds",
        {
            {"steps", {integer}, whole(100), "iterations", Range::between(1, most_steps)},
            {"seeds", {integers}, first_seed, "one run each", Range::at_least(0)},
            {"record_every", {integer}, whole(1), "series cadence in steps", Range::between(1, most_steps)},
            {"evaluate_every",
             {integer},
             whole(0),
             "cadence of the full-data loss; 0: only after the last step",
             Range::between(0, most_steps)},
            {"trace_every",
             {integer, text},
             whole(0),
             "cadence of tensor statistics; 0: chosen from the run's cost; \"off\": none",
             Range::between(0, most_steps),
             {"off"}},
            {"reference",
             {text},
             Value{std::string("none")},
             "the run without its roundings beside it, to measure the distance to",
             {},
             {"none", "binary64", "multiprecision"}},
            {"watch", {texts}, no_list, "formulas of the states, evaluated in binary64 after every recorded step"},
            {"reload_at",
             {integers},
             no_list,
             "before these steps everything is reloaded from worker 0's checkpoint",
             Range::between(0, most_steps)},
        }};
    return section;
}

const KindSchema& program_section() {
    using enum ValueType;
    static const Value no_entries{Entries{}};
    static const KindSchema section{
        "program",
        "statements that every step runs, without model and optimizer",
        {
            {"constants", {entries}, no_entries, "numbers and expressions in binary64, rounded once to hyper"},
            {"init",
             {entries, text},
             std::nullopt,
             "the states and what they begin with, or statements that assign them"},
            {"step", {text}, std::nullopt, "the statements of a step: s = s + 1"},
            {"roles", {entries}, no_entries, "what a state is stored as, if not update"},
            {"repeat", {integer}, absent, "number of steps", Range::between(1, most_steps)},
            {"watch", {texts}, no_list, "as run.watch"},
        }};
    return section;
}

const KindSchema& injection_section() {
    using enum ValueType;
    static const KindSchema section{
        "inject",
        "overwrites one gradient element before the all-reduce",
        {
            {"step", {integer}, std::nullopt, "counts from 0", Range::between(0, most_steps)},
            {"every",
             {integer},
             absent,
             "again after as many steps, until the run ends; none: once",
             Range::between(1, most_steps)},
            {"worker", {integer}, whole(0), "counts from 0", Range::between(0, 4095)},
            {"index", {integer}, std::nullopt, "flat over all tensors in model order", Range::at_least(0)},
            {"value", {number, text}, std::nullopt, "what is planted", {}, {"inf", "-inf", "nan"}},
        }};
    return section;
}

const KindSchema& group_section() {
    using enum ValueType;
    static const KindSchema section{
        "group",
        "tensors with options of their own",
        {
            {"tensors", {integers}, std::nullopt, "indices of model tensors", Range::between(0, largest_int)},
            {"weight_decay", {number}, absent, "instead of the optimizer's", Range::at_least(0)},
            {"exp_avg_mask", {numbers}, no_list, "one factor an element of each tensor"},
            {"non_freeze", {boolean}, Value{false}, "1-bit Adam: never compressed"},
        }};
    return section;
}

const KindSchema& precision_section() {
    using enum ValueType;
    static const KindSchema section{
        "precision",
        "what each role rounds to",
        {
            {"preset", {text}, Value{std::string("fp32")}, "where every role starts", {}, preset_names()},
            {"arithmetic",
             {text},
             Value{std::string("emulated")},
             "what computes",
             {},
             {"emulated", "binary64", "multiprecision"}},
        }};
    return section;
}

std::vector<std::string> mode_names() {
    std::vector<std::string> names;
    for (const RoundingModeName& m : rounding_modes()) names.emplace_back(m.name);
    return names;
}

const KindSchema& role_section() {
    using enum ValueType;
    static const KindSchema section{
        "role",
        "a format with its choices at the edges",
        {
            {"format", {text}, std::nullopt, "a format's name"},
            {"overflow", {text}, absent, "beyond the largest value", {}, {"infinity", "saturate", "nan"}},
            {"subnormals", {text}, Value{std::string("keep")}, "or replaced by zero", {}, {"keep", "flush"}},
            {"rounding", {text}, Value{std::string("ties_to_even")}, "where an inexact result goes", {}, mode_names()},
            {"random_bits", {integer}, absent, "of stochastic rounding; 32 unless given", {.lowest = 1, .highest = 32}},
            {"subnormal_inputs",
             {text},
             Value{std::string("keep")},
             "operands below the smallest normal value; or taken as zero",
             {},
             {"keep", "flush"}},
        }};
    return section;
}

std::vector<std::string> sum_names() {
    std::vector<std::string> names;
    for (const std::string_view name : sum_orders()) names.emplace_back(name);
    return names;
}

const KindSchema& accumulator_section() {
    using enum ValueType;
    static const KindSchema section = [] {
        KindSchema s = role_section();
        s.parameters.push_back(
            {"sum", {text}, Value{std::string("ordered")}, "how terms are added up", {}, sum_names()});
        s.parameters.push_back({"chunk", {integer}, absent, "terms of a chunk", {.lowest = 1, .highest = 1'000'000}});
        return s;
    }();
    return section;
}

const KindSchema& expectation_section() {
    using enum ValueType;
    static const KindSchema section{"expect",
                                    "a sentence that can be false",
                                    {
                                        {"run", {text}, Value{std::string("base")}, "\"base\" or a variant's name"},
                                        {"metric", {text}, std::nullopt, "what is compared"},
                                        {"seeds", {integers}, no_list, "none: every seed", Range::at_least(0)},
                                        {"because", {text}, no_text, "shown with the verdict"},
                                    }};
    return section;
}

const KindSchema& bound_section() {
    using enum ValueType;
    static const KindSchema section{"bound",
                                    "another run's metric times a factor",
                                    {
                                        {"run", {text}, std::nullopt, "\"base\" or a variant's name"},
                                        {"metric", {text}, absent, "none: the same metric"},
                                        {"times", {number}, Value{1.0}, "factor"},
                                    }};
    return section;
}

std::span<const std::string> optimizer_extras() {
    static const std::array<std::string, 2> extras = {"lr_values", "group"};
    return extras;
}

std::span<const std::string> run_tables() {
    static const std::array<std::string, 9> tables = {"model",      "workers", "optimizer", "engine", "precision",
                                                      "loss_scale", "program", "run",       "inject"};
    return tables;
}

}  // namespace halfstep
