// A model whose loss is written in the scenario file (docs/formulas.md). Every operation is rounded to
// `activation`, sums and matrix products as everywhere; gradients are derived from the recording.
// Names: the parameters; inputs and targets (or x and y) of a data set; t, the iteration, 1 on the
// first; worker, from 0; workers; constants. Outside of training, where all data are evaluated in
// binary64, `objective` counts instead of the loss where it is given; t is 1 there, worker 0, and what
// is drawn at random is what worker 0 draws on the first step.
#include <algorithm>

#include "halfstep/formula/compiler.hpp"
#include "halfstep/formula/constants.hpp"
#include "halfstep/formula/draws.hpp"
#include "halfstep/formula/initial_values.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/formula/usage.hpp"
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/wording.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

using namespace formula;

const std::vector<std::string> given_names = {"inputs", "targets", "t", "worker", "workers", "loss", "objective"};

class FormulaModel final : public Model {
public:
    FormulaModel(const Configured& c, int workers, std::uint64_t seed)
        : workers_(workers),
          seed_(seed),
          loss_(parse_statements("model.loss", c.text("loss"))),
          parameters_(read_initial_values(c.entries("parameters"), "model.parameters", seed, given_names, max_weights)),
          constants_(c.entries("constants"), "model.constants", names_beside_constants()) {
        if (c.has("objective")) objective_ = parse_statements("model.objective", c.text("objective"));
        if (parameters_.empty()) throw SpecError("model.parameters", "a model needs at least one parameter");
        for (const InitialValue& p : parameters_) tensors_.push_back({p.name, p.shape, p.values});
        if (c.has("data")) dataset_ = make_dataset(c.configured("data"), {}, seed);
    }

    Expr loss(Builder& b, const Parameters& p, const Batch& batch) const override {
        const bool training = batch.step.id != no_value;
        const Formula& formula = !training && objective_ ? *objective_ : loss_;
        RunningPowers powers(b, 0);
        const auto power = [&](std::string_view text, double base) {
            return training ? powers.now(text, base) : HostScalar(b.host_constant(base));  // base^1
        };
        Recording recording{.b = b,
                            .role = Role::activation,
                            .numbers = std::nullopt,
                            .offered = Offered::in_models,
                            .casts_operands = true,
                            .power_of_step = power,
                            .draw = [&](const Draw& draw) { return drawn(b, draw, batch.step, formula); },
                            .error_feedback = {},
                            .from_host = {}};
        Environment names = environment(b, p, batch, formula);
        constants_.define(b, names, recording.power_of_step);
        check_names(formula, names, Offered::in_models);
        return b.let(Role::activation, value_of(formula, Compiler(recording, formula, names).run(), names));
    }

private:
    std::vector<std::string> names_beside_constants() const {
        std::vector<std::string> names = given_names;
        for (const InitialValue& p : parameters_) names.push_back(p.name);
        return names;
    }

    Environment environment(Builder& b, const Parameters& p, const Batch& batch, const Formula& formula) const {
        const bool training = batch.step.id != no_value;
        Environment names;
        if (batch.inputs.valid()) {
            for (const char* name : {"inputs", "x"}) names.define(name, Array{batch.inputs, 2});
            for (const char* name : {"targets", "y"}) names.define(name, Array{batch.targets, 2});
        }
        names.define("workers", HostScalar(double(workers_)));
        if (reads(formula, "t") || constants_.read("t"))
            names.define("t",
                         training ? b.apply([](double step) { return step + 1.0; }, batch.step) : b.host_constant(1.0));
        else
            names.define("t", HostScalar(1.0));  // nobody asks
        std::vector<double> numbers;
        for (int w = 0; w < b.workers(); ++w) numbers.push_back(w);
        names.define("worker", Array{b.constant({}, numbers, std::nullopt, true), 0});
        // A parameter called x is x, with or without data.
        for (std::size_t k = 0; k < parameters_.size(); ++k)
            names.define(parameters_[k].name, Array{p.tensors[k], parameters_[k].rank});
        return names;
    }

    Expr drawn(Builder& b, const Draw& draw, Host step, const Formula& formula) const {
        attachments_.push_back(drawn_numbers(seed_, formula.key, draw));
        const Host at = step.id == no_value ? b.host_constant(0.0) : step;
        return b.source(attachments_.back().get(), at, draw.shape, Role::activation, true);
    }

    // The last statement's, whether an expression or `loss = ...`.
    static Expr value_of(const Formula& formula, const std::optional<Array>& last, const Environment& names) {
        Array value;
        TextSpan at;
        if (last) {
            value = *last;
            at = formula[formula.statements.back().value.root].span;
        } else {
            const std::string name = formula.key.substr(formula.key.rfind('.') + 1);
            const Binding* binding = names.find(name);
            const auto* array = binding ? std::get_if<Array>(binding) : nullptr;
            if (!array)
                formula.fail({}, "the formula has no value; expected an expression as its last statement, or " + name +
                                     " = ...");
            value = *array;
            if (!formula.statements.empty()) at = formula.statements.back().at;
        }
        if (value.rank != 0)
            formula.fail(at, "the value is " + describe(value.rank, value.value.shape()) +
                                 "; expected a number, as sum(...) or mean(...) make one");
        return value.value;
    }

    int workers_;
    std::uint64_t seed_;
    Formula loss_;
    std::optional<Formula> objective_;
    std::vector<InitialValue> parameters_;
    Constants constants_;
    mutable std::vector<std::unique_ptr<Attachment>> attachments_;  // of what was recorded
};

}  // namespace

const ModelRow& model_formula() {
    static const ModelRow row = {
        {"formula",
         "a loss written in the file (docs/formulas.md), its gradient derived",
         {required("parameters", {ValueType::entries}, "the weights: numbers, lists, { shape, normal }"),
          entries("constants", "numbers and expressions in binary64, rounded where they are used"),
          {"data", {ValueType::configured}, Value{}, "a data set: inputs and targets, or x and y", {}, {}, "data"},
          required("loss", {ValueType::text}, "the loss of a worker's batch: mean((x @ W - y)^2)"),
          optional("objective", {ValueType::text}, "what final_loss evaluates, if not the loss")}},
        [](const Configured& c, int workers, std::uint64_t seed) -> std::unique_ptr<Model> {
            return std::make_unique<FormulaModel>(c, workers, seed);
        }};
    return row;
}

}  // namespace halfstep
