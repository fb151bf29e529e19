#include "halfstep/scenario/scenario.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

#include "expectation_reader.hpp"
#include "halfstep/spec/wording.hpp"
#include "load_tree.hpp"
#include "merge.hpp"
#include "overrides.hpp"
#include "run_reader.hpp"
#include "sections.hpp"
#include "source_map.hpp"
#include "sweep_reader.hpp"
#include "toml_reader.hpp"

namespace halfstep {

namespace {

// File name without folder and extension.
std::string stem(const std::string& file) {
    const std::size_t slash = file.find_last_of('/');
    std::string name = slash == std::string::npos ? file : file.substr(slash + 1);
    const std::size_t dot = name.find_last_of('.');
    if (dot != std::string::npos && dot > 0) name.resize(dot);
    return name;
}

// Every line two blanks further in.
std::string indented(const std::string& lines) {
    std::string result = "  ";
    for (const char c : lines) result += c == '\n' ? std::string("\n  ") : std::string(1, c);
    return result;
}

// Tables and lists of a file that no variant inherits.
constexpr std::array<std::string_view, 4> not_inherited = {"variant", "expect", "sweep", "boundary"};

class Loader {
public:
    // `source` names the file and holds its tree.
    Loader(std::shared_ptr<SourceMap> source, const Catalogue& catalogue, const Overrides& overrides)
        : catalogue_(catalogue), overrides_(overrides), source_(std::move(source)) {
        experiment_.name = stem(source_->inputs.file);
    }

    Scenario load() {
        const InputNames& inputs = source_->inputs;
        if (experiment_.name.empty() || experiment_.name == "." || experiment_.name == "..")
            inputs.fail({}, "the file's name names the results; accepted: a name such as warm_up.toml");
        check_top_level();
        const Tree* run = source_->base.find("run");
        if (const Tree* seeds = run ? run->find("seeds") : nullptr) written_seeds_ = *seeds;
        std::vector<DroppedEntry> dropped;
        apply_sets(source_->base, overrides_.set, source_->inputs, catalogue_, dropped);
        note_dropped("base", dropped);
        read_header();
        const RunReader runs{catalogue_, inputs, experiment_.name};
        experiment_.runs.push_back(runs.read(source_->base, source_->base.place, "base"));
        read_variants(runs);
        read_seeds();
        const auto plan =
            read_sweep(source_, catalogue_, experiment_.name, std::move(trees_), experiment_.runs, experiment_.seeds);
        if (plan) experiment_.sweep = plan->sweep();
        experiment_.expectations =
            read_expectations(reader(), source_->base.find("expect"), experiment_.runs, file_seeds_, experiment_.seeds,
                              experiment_.sweep, source_->base.find("sweep"));
        return {std::move(experiment_), std::move(dropped_), {}, std::move(source_), plan};
    }

private:
    SectionReader reader() const { return {catalogue_, source_->inputs}; }

    void check_top_level() const {
        std::vector<std::string> known;
        for (const Parameter& parameter : header_section().parameters) known.push_back(parameter.name);
        known.insert(known.end(), run_tables().begin(), run_tables().end());
        known.insert(known.end(), not_inherited.begin(), not_inherited.end());
        for (const Entry& entry : *source_->base.table())
            if (std::find(known.begin(), known.end(), entry.key) == known.end())
                source_->inputs.fail(entry.place, unknown_name("key", entry.key, known));
    }

    void read_header() {
        // Every other key was checked already; they are extras to this section.
        std::vector<std::string> others(run_tables().begin(), run_tables().end());
        others.insert(others.end(), not_inherited.begin(), not_inherited.end());
        const Configured header = reader().read(&source_->base, {}, header_section(), {}, others);
        experiment_.title = header.text("title");
        experiment_.claim = header.text("claim");
        experiment_.source = header.text("source");
        experiment_.teaches = header.text("teaches");
        experiment_.predict = header.text("predict");
        if (experiment_.title.empty())
            source_->inputs.fail(source_->base.find("title")->place, "title: found \"\"; accepted: a line of text");
    }

    void read_variants(const RunReader& runs) {
        std::unordered_set<std::string> names = {"base"};
        std::size_t values = count_values(source_->base);
        const std::vector<const Tree*> variants = reader().read_tables(source_->base.find("variant"), "variant");
        if (variants.size() > most_variants)
            source_->inputs.fail(variants[most_variants]->place,
                                 "more than " + std::to_string(most_variants) + " variants");
        // What a variant inherits: the run tables of the base.
        Tree inherited = source_->base;
        std::erase_if(*inherited.table(), [](const Entry& e) {
            return std::find(not_inherited.begin(), not_inherited.end(), e.key) != not_inherited.end();
        });
        const bool sweeps = source_->base.find("sweep") || source_->base.find("boundary");
        if (sweeps) trees_.push_back({"base", inherited, source_->base.place});
        for (std::size_t i = 0; i < variants.size(); ++i) {
            const Tree& variant = *variants[i];
            const std::string name = variant_name(variant, "variant[" + std::to_string(i) + "]", names);
            Tree merged = inherited;
            std::vector<DroppedEntry> dropped;
            merge_run(merged, variant, catalogue_, dropped);
            note_dropped(name, dropped);
            values += count_values(merged);
            if (values > most_values)
                source_->inputs.fail(variant.place, "the runs up to here hold more than " +
                                                        std::to_string(most_values) + " values together");
            experiment_.runs.push_back(runs.read(merged, variant.place, name));
            if (sweeps) trees_.push_back({name, std::move(merged), variant.place});
            source_->variants.push_back({name, variant});
        }
    }

    void note_dropped(const std::string& run, const std::vector<DroppedEntry>& dropped) {
        for (const DroppedEntry& entry : dropped)
            dropped_.push_back({run, entry.key, source_->inputs.locate(entry.place)});
    }

    // The checked name of a variant whose other keys are run tables.
    std::string variant_name(const Tree& variant, const std::string& path, std::unordered_set<std::string>& names) {
        static const Parameter parameter{"name", {ValueType::text}, {}, {}};
        const InputNames& inputs = source_->inputs;
        std::vector<std::string> known = {"name"};
        known.insert(known.end(), run_tables().begin(), run_tables().end());
        for (const Entry& entry : *variant.table())
            if (std::find(known.begin(), known.end(), entry.key) == known.end())
                inputs.fail(entry.place, path + ": " + unknown_name("key", entry.key, known));
        const Tree* written = variant.find("name");
        if (!written) inputs.fail(variant.place, path + ": missing \"name\"");
        const Value value = reader().read_value(*written, parameter, path + ".name");
        const std::string name = std::get<std::string>(value.data);
        const auto allowed = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                   c == '.';
        };
        if (name.empty() || name.size() > 100 || name.front() == '.' || !std::all_of(name.begin(), name.end(), allowed))
            inputs.fail(written->place, path + ".name: found " + in_quotes(name) +
                                            "; accepted: up to 100 letters, digits, \"_\", \"-\" and \".\", not "
                                            "beginning with \".\"");
        if (!names.insert(name).second)
            inputs.fail(written->place, path + ".name: " + in_quotes(name) +
                                            (name == "base" ? " is the run without changes; accepted: another name"
                                                            : " is the name of an earlier variant"));
        if (const Tree* run = variant.find("run"); run && run->find("seeds"))
            inputs.fail(run->find("seeds")->place,
                        path + ".run.seeds: every run has the same seeds; accepted: seeds in [run]");
        return name;
    }

    // The seeds of a tree that the schema of [run] accepts or may refuse.
    std::vector<std::uint64_t> seeds_of(const Tree& tree) const {
        const Value value = reader().read_value(tree, *find_parameter(run_section(), "seeds"), "run.seeds");
        std::vector<std::uint64_t> seeds;
        std::unordered_set<std::int64_t> seen;
        for (const std::int64_t seed : Configured{{}, {{"seeds", value}}}.integers("seeds")) {
            if (!seen.insert(seed).second)
                source_->inputs.fail((*tree.list())[seeds.size()].place,
                                     "run.seeds: seed " + std::to_string(seed) + " is listed twice");
            seeds.push_back(static_cast<std::uint64_t>(seed));
        }
        if (seeds.empty())
            source_->inputs.fail(tree.place, "run.seeds: found an empty list; accepted: at least one seed");
        return seeds;
    }

    // Expectations speak about the file's seeds, whichever the command line runs.
    void read_seeds() {
        const Tree* run = source_->base.find("run");
        const Tree* written = run ? run->find("seeds") : nullptr;
        if (written_seeds_) file_seeds_ = seeds_of(*written_seeds_);
        experiment_.seeds = !overrides_.seeds.empty() ? overrides_.seeds : written ? seeds_of(*written) : file_seeds_;
        if (experiment_.runs.size() * experiment_.seeds.size() > most_runs)
            source_->inputs.fail(written ? written->place : Place{},
                                 "run.seeds: " + std::to_string(experiment_.runs.size()) + " runs of " +
                                     std::to_string(experiment_.seeds.size()) + " seeds each; accepted: at most " +
                                     std::to_string(most_runs) + " together");
    }

    const Catalogue& catalogue_;
    const Overrides& overrides_;
    std::shared_ptr<SourceMap> source_;
    Experiment experiment_;
    std::vector<DroppedKey> dropped_;
    std::vector<RunTree> trees_;         // of the runs, where there is a sweep
    std::optional<Tree> written_seeds_;  // run.seeds of the file, before --set
    std::vector<std::uint64_t> file_seeds_ = {1};
};

}  // namespace

Scenario load_scenario(std::string_view text, const std::string& file, const Catalogue& catalogue,
                       const Overrides& overrides) {
    const auto source = std::make_shared<SourceMap>();
    source->inputs.file = file;
    source->text = without_byte_order_mark(text);
    source->base = read_toml(text, source->inputs);
    return load_tree(source, catalogue, overrides);
}

Scenario load_tree(std::shared_ptr<SourceMap> source, const Catalogue& catalogue, const Overrides& overrides) {
    return Loader(std::move(source), catalogue, overrides).load();
}

Experiment parse_scenario(std::string_view text, const std::string& file, const Catalogue& catalogue,
                          const Overrides& overrides) {
    return load_scenario(text, file, catalogue, overrides).experiment;
}

Location Scenario::locate(std::string_view key, std::string_view run) const {
    return source->locate(key, run);
}

std::optional<Location> Scenario::written(std::string_view key, std::string_view run) const {
    return source->written(key, run);
}

ScenarioError Scenario::explain(const SpecError& error, std::string_view run) const {
    const std::string variant = run == "base" ? "" : " (in variant " + in_quotes(run) + ")";
    const Location place =
        error.span() ? source->locate(error.key(), run, error.span()->begin) : locate(error.key(), run);
    return {place, error.key() + ": " + error.what() + variant +
                       (error.excerpt().empty() ? "" : "\n" + indented(error.excerpt()))};
}

}  // namespace halfstep
