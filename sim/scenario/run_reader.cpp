#include "run_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "halfstep/spec/wording.hpp"
#include "sections.hpp"

namespace halfstep {

namespace {

// The word where a key takes a word or a number; nullptr for a number.
const std::string* word_of(const Configured& section, std::string_view name) {
    for (const NamedValue& named : section.parameters)
        if (named.name == name) return std::get_if<std::string>(&named.value.data);
    return nullptr;
}

constexpr std::int64_t most_injections = 100'000;  // of one entry that repeats

double injected_value(const Configured& injection) {
    const double infinity = std::numeric_limits<double>::infinity();
    const std::string* word = word_of(injection, "value");
    if (!word) return injection.number("value");
    return *word == "inf" ? infinity : *word == "-inf" ? -infinity : std::nan("");
}

// TOML's own inf and nan mean the words of the schema, which accepts no other non-finite number.
Tree spell_out_value(Tree table) {
    Entry* entry = find_entry(*table.table(), "value");
    const double* x = entry ? std::get_if<double>(&entry->value.data) : nullptr;
    if (x && !std::isfinite(*x)) entry->value.data = number_text(*x);
    return table;
}

std::vector<Injection> read_injections(const SectionReader& reader, const Tree* list, const RunSpec& spec) {
    std::vector<Injection> injections;
    std::size_t index = 0;
    for (const Tree* item : reader.read_tables(list, "inject")) {
        const Tree table = spell_out_value(*item);
        const std::string path = "inject[" + std::to_string(index++) + "]";
        const Configured one = reader.read(&table, table.place, injection_section(), path);
        Injection injection{one.integer("step"), static_cast<int>(one.integer("worker")), one.integer("index"),
                            injected_value(one)};
        const auto place_of = [&](const char* key) {
            const Tree* written = table.find(key);
            return written ? written->place : table.place;
        };
        if (injection.step >= spec.steps)
            reader.fail(place_of("step"), path + ".step",
                        "found " + std::to_string(injection.step) + ", but run.steps is " + std::to_string(spec.steps) +
                            " and steps count from 0");
        if (injection.worker >= spec.workers)
            reader.fail(place_of("worker"), path + ".worker",
                        "found " + std::to_string(injection.worker) + ", but workers.count is " +
                            std::to_string(spec.workers) + " and workers count from 0");
        injections.push_back(injection);
        if (!one.has("every")) continue;
        const std::int64_t every = one.integer("every");
        if ((spec.steps - injection.step) / every > most_injections)
            reader.fail(place_of("every"), path + ".every",
                        "more than " + std::to_string(most_injections) + " injections; accepted: rarer ones");
        while ((injection.step += every) < spec.steps) injections.push_back(injection);
    }
    return injections;
}

std::vector<ParameterGroup> read_groups(const SectionReader& reader, const Tree* list) {
    std::vector<ParameterGroup> groups;
    std::set<int> taken;
    for (const Tree* table : reader.read_tables(list, "optimizer.group")) {
        const std::string path = "optimizer.group[" + std::to_string(groups.size()) + "]";
        const Configured one = reader.read(table, table->place, group_section(), path);
        ParameterGroup group;
        const Tree& tensors = *table->find("tensors");
        const std::vector<std::int64_t> indices = one.integers("tensors");
        if (indices.empty()) reader.fail(tensors.place, path + ".tensors", "a group without tensors");
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const int tensor = static_cast<int>(indices[i]);
            if (!taken.insert(tensor).second)
                reader.fail((*tensors.list())[i].place, path + ".tensors",
                            "tensor " + std::to_string(tensor) + " is in two places; accepted: each tensor once");
            group.tensors.push_back(tensor);
        }
        if (one.has("weight_decay")) group.overrides.push_back({"weight_decay", {one.number("weight_decay")}});
        group.exp_avg_mask = one.numbers("exp_avg_mask");
        group.non_freeze = one.boolean("non_freeze");
        groups.push_back(std::move(group));
    }
    return groups;
}

void read_optimizer(const SectionReader& reader, const Tree* table, const Place& place, const Catalogue& catalogue,
                    RunSpec& spec) {
    spec.optimizer = reader.read_kind(table, place, catalogue.optimizers, "optimizer", {}, optimizer_extras());
    spec.groups = read_groups(reader, table->find("group"));
    const Tree* lr_values = table->find("lr_values");
    if (!lr_values) return;
    static const Parameter values{"lr_values", {ValueType::numbers}, {}, {}, Range::at_least(0)};
    const Value list = reader.read_value(*lr_values, values, "optimizer.lr_values");
    spec.lr_values = Configured{{}, {{"lr_values", list}}}.numbers("lr_values");
    if (spec.lr_values.empty())
        reader.fail(lr_values->place, "optimizer.lr_values",
                    "found an empty list; accepted: the lr of each applied step, the last one for all that follow");
}

void read_run_table(const SectionReader& reader, const Tree* table, const Place& place, RunSpec& spec) {
    const Configured run = reader.read(table, place, run_section(), "run");
    spec.steps = run.integer("steps");
    spec.record_every = run.integer("record_every");
    spec.evaluate_every = run.integer("evaluate_every");
    spec.trace_every = word_of(run, "trace_every") ? -1 : run.integer("trace_every");
    if (const std::string& reference = run.text("reference"); reference != "none")
        spec.reference = reference == "binary64" ? Arithmetic::binary64 : Arithmetic::multiprecision;
    spec.watches = read_watches(reader, table ? table->find("watch") : nullptr, run.texts("watch"), "run.watch");
    spec.reload_at = run.integers("reload_at");
    for (std::size_t i = 0; i < spec.reload_at.size(); ++i) {
        const Place& item = (*table->find("reload_at")->list())[i].place;
        if (spec.reload_at[i] >= spec.steps)
            reader.fail(item, "run.reload_at",
                        "found step " + std::to_string(spec.reload_at[i]) + ", but run.steps is " +
                            std::to_string(spec.steps) + " and steps count from 0");
        if (i > 0 && spec.reload_at[i] <= spec.reload_at[i - 1])
            reader.fail(item, "run.reload_at",
                        "found step " + std::to_string(spec.reload_at[i]) + " after step " +
                            std::to_string(spec.reload_at[i - 1]) + "; accepted: ascending steps");
    }
}

void read_training(const SectionReader& reader, const Tree& tree, const Place& place, const Catalogue& catalogue,
                   RunSpec& spec) {
    spec.model = reader.read_kind(tree.find("model"), place, catalogue.models, "model");
    read_optimizer(reader, tree.find("optimizer"), place, catalogue, spec);
    spec.engine = reader.read_kind(tree.find("engine"), place, catalogue.engines, "engine", default_engine);
    spec.loss_scale =
        reader.read_kind(tree.find("loss_scale"), place, catalogue.loss_scalers, "loss_scale", default_loss_scale);
}

}  // namespace

RunSpec RunReader::read(const Tree& tree, const Place& place, const std::string& run) const {
    const SectionReader reader(catalogue, inputs, run == "base" ? std::string() : run);
    RunSpec spec;
    spec.scenario = scenario;
    spec.run = run;
    const Tree* program = tree.find("program");
    if (!program) read_training(reader, tree, place, catalogue, spec);
    const Configured workers = reader.read(tree.find("workers"), place, workers_section(), "workers");
    spec.workers = static_cast<int>(workers.integer("count"));
    spec.batch = static_cast<int>(workers.integer("batch"));
    read_precision(reader, tree.find("precision"), place, spec);
    read_run_table(reader, tree.find("run"), place, spec);
    if (program) read_program(reader, tree, *program, spec);
    spec.injections = read_injections(reader, tree.find("inject"), spec);
    return spec;
}

}  // namespace halfstep
