// halfstep list: the shipped scenarios, and everything a scenario can name, with its parameters.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "halfstep/format/format.hpp"
#include "halfstep/formula/functions.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/spec/json.hpp"
#include "input.hpp"
#include "shipped.hpp"

namespace halfstep {
namespace {

void list_scenarios() {
    std::vector<std::filesystem::path> files;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(scenario_folder(), code))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::printf("scenarios (%s)%s\n", scenario_folder().string().c_str(), files.empty() ? ": none found" : "");
    for (const auto& file : files) {
        try {
            const Experiment e =
                parse_scenario(read_file(file.string(), scenario_limit), file.string(), builtin_catalogue());
            std::printf("  %s\n      %s\n", e.name.c_str(), e.claim.empty() ? e.title.c_str() : e.claim.c_str());
            if (!e.source.empty()) std::printf("      source: %s\n", e.source.c_str());
        } catch (const std::exception& e) {
            std::printf("  %s\n      cannot be read: %s\n", file.filename().string().c_str(), e.what());
        }
    }
}

std::string default_text(const Parameter& p) {
    if (!p.default_value) return "required";
    if (p.default_value->empty()) return "optional";
    return to_json(Configured{"", {{p.name, *p.default_value}}})[p.name].dump();
}

void list_kinds(const char* heading, const std::vector<KindSchema>& kinds) {
    std::printf("\n%s\n", heading);
    for (const KindSchema& kind : kinds) {
        std::printf("  %-20s %s\n", kind.name.c_str(), kind.summary.c_str());
        for (const Parameter& p : kind.parameters) {
            std::string text = p.doc;
            if (!p.choices.empty()) {
                text += " (";
                for (std::size_t i = 0; i < p.choices.size(); ++i) text += (i ? ", " : "") + p.choices[i];
                text += ")";
            }
            std::string value = default_text(p);
            if (value.size() > 24) value = value.substr(0, 21) + "...";
            std::printf("      %-20s %-26s %s\n", p.name.c_str(), value.c_str(), text.c_str());
        }
    }
}

void list_functions() {
    std::printf("\nfunctions of formulas (docs/formulas.md)\n");
    for (const formula::FunctionDoc& f : formula::function_docs()) {
        std::string doc(f.doc);
        if (f.offered == formula::Offered::in_models) doc += " (models)";
        if (f.offered == formula::Offered::in_optimizers) doc += " (optimizers)";
        if (f.on_host) doc += " (constants and conditions too)";
        std::printf("  %-36s %s\n", std::string(f.signature).c_str(), doc.c_str());
    }
}

void list_formats() {
    std::printf("\nformats (and any e<E>m<M>, for example e5m7, and fixed point q<I>.<F>, for example q3.12)\n");
    for (const Format& f : named_formats())
        std::printf("  %-12s precision %2d, largest %-12.6g smallest normal %-12.6g smallest subnormal %-12.6g%s\n",
                    f.name.c_str(), f.precision, f.max_finite, f.min_normal(), f.min_subnormal(),
                    f.has_infinity ? "" : " no infinity");
    std::printf("\nroles (docs/architecture.md says what each rounds)\n ");
    for (Role role : all_roles()) std::printf(" %s", std::string(role_name(role)).c_str());
    std::printf("\n\nprecision presets\n");
    for (const Preset& p : presets())
        std::printf("  %-12s %s\n", std::string(p.name).c_str(), std::string(p.summary).c_str());
    std::printf("\nmetrics an expectation can name\n");
    for (const MetricDoc& m : metric_docs()) std::printf("  %-26s %s\n", m.name, m.doc);
}

}  // namespace

int list_command() {
    const Catalogue& c = builtin_catalogue();
    list_scenarios();
    list_kinds("models ([model] kind)", c.models);
    list_kinds("data sets (model.data kind)", c.data);
    list_kinds("optimizers ([optimizer] kind)", c.optimizers);
    list_kinds("compressors (optimizer.compressor kind)", c.compressors);
    list_kinds("engines ([engine] kind)", c.engines);
    list_kinds("loss scalers ([loss_scale] kind)", c.loss_scalers);
    list_functions();
    list_formats();
    return 0;
}

}  // namespace halfstep
