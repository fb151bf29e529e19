#include "halfstep/scenario/config_scenario.hpp"

#include <algorithm>
#include <cmath>

#include "config_tables.hpp"
#include "halfstep/spec/wording.hpp"
#include "load_tree.hpp"

namespace halfstep {
namespace {

constexpr std::int64_t default_steps = 500;

double number_of(const ConfigNode& node) {
    if (const auto* i = std::get_if<std::int64_t>(&node.data)) return static_cast<double>(*i);
    if (const auto* x = std::get_if<double>(&node.data)) return *x;
    return std::nan("");
}

void translate_model(ConfigTables& t, const std::string& model, double total) {
    t.put("title", "DeepSpeed configuration " + t.file.name, "");
    t.put("model.kind", model, "");
    // A step takes one batch from each worker, so the data must hold one.
    const KindSchema* kind = find_kind(t.catalogue.models, model);
    const Parameter* data = kind ? find_parameter(*kind, "data") : nullptr;
    const auto* given = data && data->default_value ? std::get_if<Configured>(&data->default_value->data) : nullptr;
    if (!given || !given->has("samples") || static_cast<double>(given->integer("samples")) >= total) return;
    t.put("model.data.kind", given->kind, "");
    t.put("model.data.samples", static_cast<std::int64_t>(total), "train_batch_size");
}

void translate_batch(ConfigTables& t, const std::string& model, int world_size) {
    const double micro = number_of(t.state.micro_batch), accumulation = number_of(t.state.gradient_accumulation_steps);
    const double batch = micro * accumulation, total = batch * world_size;
    if (!(batch >= 1) || batch != std::floor(batch) || total > 1e9)
        t.fail("train_batch_size", "a micro batch of " + number_text(micro) + " and an accumulation of " +
                                       number_text(accumulation) + "; accepted: whole numbers, up to 10^9 in all");
    translate_model(t, model, total);
    t.put("workers.count", std::int64_t{world_size}, "train_batch_size");
    const KindSchema* kind = find_kind(t.catalogue.models, model);
    if (kind && find_parameter(*kind, "data"))
        t.put("workers.batch", static_cast<std::int64_t>(batch), "train_micro_batch_size_per_gpu");
    if (accumulation > 1)
        t.note("gradient_accumulation_steps", "the " + number_text(accumulation) + " micro batches of " +
                                                  number_text(micro) + " samples are one batch of " +
                                                  number_text(batch) + " here");
}

bool is_amp(const ConfigTables& t) {
    return t.state.wrapper == "apex-amp";
}

// What apex's amp.initialize is given, and its default.
std::string opt_level(const ConfigTables& t) {
    const ConfigNode* given = t.written("amp.opt_level");
    const std::string* level = given ? std::get_if<std::string>(&given->data) : nullptr;
    if (given && !(level && (*level == "O0" || *level == "O1" || *level == "O2" || *level == "O3")))
        t.fail("amp.opt_level", "found " + describe(*given) + "; accepted: \"O0\", \"O1\", \"O2\", \"O3\"");
    return level ? *level : "O1";
}

// A number, a number in quotes, or "dynamic"; the default goes by the level.
void translate_amp_scale(ConfigTables& t) {
    const ConfigNode* given = t.written("amp.loss_scale");
    const std::string level = opt_level(t);
    double scale = level == "O1" || level == "O2" ? 0.0 : 1.0;  // 0: dynamic
    if (const std::string* text = given ? std::get_if<std::string>(&given->data) : nullptr) {
        char* end = nullptr;
        scale = *text == "dynamic" ? 0.0 : std::strtod(text->c_str(), &end);
        if (end && (*end != '\0' || text->empty())) scale = std::nan("");
    } else if (given && !given->null()) {
        scale = number_of(*given);
    }
    if (!(scale >= 0.0) || std::isinf(scale))
        t.fail("amp.loss_scale", "found " + describe(*given) + "; accepted: a positive number, or \"dynamic\"");
    if (scale > 0.0) {
        t.put("loss_scale.kind", std::string("constant"), "amp.loss_scale");
        t.put("loss_scale.scale", scale, "amp.loss_scale");
        return;
    }
    t.put("loss_scale.kind", std::string("apex"), "amp.loss_scale");
    for (const auto& [ours, theirs] :
         {std::pair{"loss_scale.min_scale", "amp.min_loss_scale"}, {"loss_scale.max_scale", "amp.max_loss_scale"}}) {
        const ConfigNode* bound = t.written(theirs);
        if (!bound || bound->null()) continue;
        if (std::isnan(number_of(*bound)))
            t.fail(theirs, "found " + describe(*bound) + "; accepted: a number, or null");
        t.put(ours, number_of(*bound), theirs);
    }
}

// Our name of what DeepSpeed wraps around the optimizer.
void translate_wrapper(ConfigTables& t) {
    if (is_amp(t)) {
        t.put("engine.kind", std::string("apex"), "amp.enabled");
        t.put("engine.opt_level", opt_level(t), "amp.opt_level");
        return;
    }
    const KindSchema* engine = find_kind(t.catalogue.engines, "deepspeed");
    const Parameter* wrapper = engine ? find_parameter(*engine, "wrapper") : nullptr;
    if (!wrapper) t.fail("", "this build has no engine of kind \"deepspeed\" with a wrapper");
    std::string name = t.state.wrapper;
    std::replace(name.begin(), name.end(), '-', '_');
    const char* from = t.state.zero_stage > 0             ? "zero_optimization.stage"
                       : t.state.model_dtype == "float32" ? "optimizer.type"
                       : t.state.model_dtype == "float16" ? "fp16.enabled"
                                                          : "bf16.enabled";
    if (t.state.zero_stage > 0 && find_parameter(*engine, "zero_stage"))
        t.put("engine.zero_stage", std::int64_t{t.state.zero_stage}, from);
    else if (std::find(wrapper->choices.begin(), wrapper->choices.end(), name) == wrapper->choices.end())
        t.fail(
            from, t.state.optimizer + " comes up in " + in_quotes(t.state.wrapper) +
                      ", which this build does not simulate; accepted: what comes up in " + [&] {
                          std::string known;
                          for (const std::string& choice : wrapper->choices)
                              if (choice != "auto") known += (known.empty() ? "" : ", ") + choice;
                          return known;
                      }());
    else
        t.put("engine.wrapper", name, from);
    t.put("engine.kind", std::string("deepspeed"), from);
}

void translate_engine(ConfigTables& t) {
    translate_wrapper(t);
    const double clip = number_of(t.state.gradient_clipping);
    if (std::isnan(clip))
        t.fail("gradient_clipping", "found " + describe(t.state.gradient_clipping) +
                                        "; accepted for a run: a number (0 or less: no clipping)");
    t.put("engine.gradient_clipping", std::fmax(clip, 0.0), "gradient_clipping");
    if (t.state.gradient_allreduce_op == "sum")
        t.note("gradient_allreduce_op", "gradients are averaged here, not summed");
    if (const double factor = number_of(t.state.gradient_predivide_factor); !(factor == 1.0))
        t.note("gradient_predivide_factor", "the division before the sum is not simulated");
    if (const bool* prescale = std::get_if<bool>(&t.state.prescale_gradients.data); prescale && *prescale)
        t.note("prescale_gradients", "gradients are scaled after the sum here");
}

void translate_precision(ConfigTables& t) {
    if (is_amp(t)) {
        t.put("precision.preset", "amp_o" + opt_level(t).substr(1), "amp.opt_level");
        return;
    }
    const std::string& type = t.state.model_dtype;
    const auto name = [](const std::string& dtype) {
        return std::string(dtype == "float16" ? "fp16" : dtype == "bfloat16" ? "bf16" : "fp32");
    };
    const char* from = type == "float16"           ? "fp16.enabled"
                       : t.written("bf16.enabled") ? "bf16.enabled"
                                                   : "bfloat16.enabled";
    t.put("precision.preset", name(type), type == "float32" ? "" : from);
    if (t.state.communication_data_type != type)
        t.put("precision.comm", name(t.state.communication_data_type), "communication_data_type");
}

void translate_loss_scale(ConfigTables& t) {
    const LossScalerState& s = t.state.loss_scaler;
    if (is_amp(t)) return translate_amp_scale(t);
    if (s.kind == "none") {
        t.put("loss_scale.kind", std::string("none"), "fp16.enabled");
    } else if (s.kind == "static") {
        t.put("loss_scale.kind", std::string("static"), "fp16.loss_scale");
        t.put("loss_scale.scale", s.initial_scale, "fp16.loss_scale");
    } else {
        const bool hysteresis = s.kind == "dynamic-hysteresis";
        t.put("loss_scale.kind", std::string(hysteresis ? "deepspeed_hysteresis" : "deepspeed"), "fp16.enabled");
        t.put("loss_scale.initial_scale_power", static_cast<std::int64_t>(std::log2(s.initial_scale)),
              "fp16.initial_scale_power");
        t.put("loss_scale.window", static_cast<std::int64_t>(*s.window), "fp16.loss_scale_window");
        t.put("loss_scale.min_scale", *s.min_scale, "fp16.min_loss_scale");
        if (s.hysteresis) t.put("loss_scale.hysteresis", static_cast<std::int64_t>(*s.hysteresis), "fp16.hysteresis");
        if (s.consecutive_hysteresis)
            t.put("loss_scale.consecutive_hysteresis", *s.consecutive_hysteresis, "fp16.consecutive_hysteresis");
    }
}

}  // namespace

Place ConfigTables::place(std::string_view path) const {
    const ConfigPlace& p = file.root.nearest(path).place;
    return {p.line, p.column};
}

void ConfigTables::put_tree(std::string_view key, Tree value) {
    Tree* table = &tree;
    for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
        const std::string name(key.substr(0, dot));
        key.remove_prefix(dot + 1);
        if (!find_entry(*table->table(), name))
            table->table()->push_back({name, value.place, {value.place, std::vector<Entry>()}});
        table = &find_entry(*table->table(), name)->value;
    }
    if (!find_entry(*table->table(), key)) table->table()->push_back({std::string(key), value.place, std::move(value)});
}

void ConfigTables::copy(std::string_view key, std::string_view from, const Parameter* parameter) {
    const ConfigNode* node = written(from);
    if (!node || node->null()) return;
    Tree value = to_tree(*node);
    // Python takes 400.0 for a number of steps.
    const double* x = std::get_if<double>(&value.data);
    const bool integer = parameter && std::find(parameter->accepts.begin(), parameter->accepts.end(),
                                                ValueType::number) == parameter->accepts.end();
    if (x && integer && *x == std::floor(*x) && std::fabs(*x) < 9e15) value.data = static_cast<std::int64_t>(*x);
    value.place = place(from);
    put_tree(key, std::move(value));
}

void ConfigTables::note(std::string_view from, const std::string& message) {
    notes.push_back(std::string(from) + ": " + message);
}

void ConfigTables::fail(std::string_view from, const std::string& message) const {
    inputs.fail(place(from), (from.empty() ? "" : std::string(from) + ": ") + message);
}

Tree to_tree(const ConfigNode& node) {
    struct Words {
        Tree operator()(std::monostate) const { return {{}, std::string("null")}; }
        Tree operator()(bool b) const { return {{}, b}; }
        Tree operator()(std::int64_t i) const { return {{}, i}; }
        Tree operator()(const BigInteger& i) const { return {{}, i.value}; }
        Tree operator()(double x) const { return {{}, x}; }
        Tree operator()(const std::string& text) const { return {{}, text}; }
        Tree operator()(const ConfigNode::List& list) const {
            std::vector<Tree> items;
            for (const ConfigNode& item : list) items.push_back(to_tree(item));
            return {{}, std::move(items)};
        }
        Tree operator()(const ConfigNode::Object& object) const {
            std::vector<Entry> entries;
            for (const ConfigMember& member : object) entries.push_back({member.key, {}, to_tree(member.value)});
            return {{}, std::move(entries)};
        }
    };
    Tree tree = std::visit(Words{}, node.data);
    tree.place = {node.place.line, node.place.column};
    return tree;
}

Scenario load_config_scenario(const ConfigFile& file, const ConfigReport& report, const Catalogue& catalogue,
                              const std::string& model, const Overrides& overrides) {
    const auto source = std::make_shared<SourceMap>();
    source->inputs.file = file.name;
    if (!report.after_repairs || report.after_repairs->partial)
        source->inputs.fail({}, "this configuration does not start");
    ConfigTables tables{file, *report.after_repairs, catalogue, source->inputs, {{}, std::vector<Entry>()}, {}};
    translate_batch(tables, model, report.world_size);
    translate_optimizer(tables);
    translate_schedule(tables);
    translate_engine(tables);
    translate_precision(tables);
    translate_loss_scale(tables);
    tables.put("run.steps", default_steps, "");
    source->base = std::move(tables.tree);
    Scenario scenario = load_tree(source, catalogue, overrides);
    scenario.notes = std::move(tables.notes);
    return scenario;
}

}  // namespace halfstep
