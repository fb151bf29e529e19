// Two classes, one score z = x w + b; loss = mean of max(z, 0) - y z + log(1 + exp(-|z|)), the
// cross entropy of sigmoid(z) in the form that does not overflow. The gradient is derived.
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class LogisticRegression final : public Model {
public:
    LogisticRegression(const Configured& c, std::uint64_t seed) {
        dataset_ = make_dataset(c.configured("data"), {}, seed);
        if (!dataset_.classification || dataset_.outputs != 2)
            throw SpecError("model.data.kind", "logistic regression needs a data set with two classes");
        // One target a sample: 1 for the second class.
        std::vector<double> labels;
        for (int i = 0; i < dataset_.samples; ++i) labels.push_back(dataset_.targets[std::size_t(2 * i + 1)]);
        dataset_.targets = labels;
        dataset_.outputs = 1;
        tensors_ = {
            {"weight", {dataset_.features, 1}, std::vector<double>(std::size_t(dataset_.features), c.number("init"))},
            {"bias", {1, 1}, {c.number("init")}}};
    }

    Expr loss(Builder& b, const Parameters& p, const Batch& batch) const override {
        const Expr z = score(b, p, batch);
        // -|z| as (z - r) - r: both corners are then the same one, and whatever slope r is given at
        // z = 0 (where training starts by default) cancels in the derived gradient.
        const Expr r = b.let(Role::fused, max(z, 0.0));
        const Expr each = b.let(Role::fused, r - batch.targets * z + log(1.0 + exp((z - r) - r)));
        return b.let(Role::fused, sum(each) / double(z.shape().rows));
    }

    Expr accuracy(Builder& b, const Parameters& p, const Batch& batch) const override {
        // z and 2y - 1 agree in sign where the row is right. A NaN passes no gate.
        const Expr agreement = b.let(Role::fused, sign(score(b, p, batch)) * (2.0 * batch.targets - 1.0));
        return b.let(Role::fused, sum(gate(agreement, agreement)) / double(batch.inputs.shape().rows));
    }

private:
    static Expr score(Builder& b, const Parameters& p, const Batch& batch) {
        const Expr x = b.let(Role::operand, cast(batch.inputs));
        const Expr w = b.let(Role::operand, cast(p.tensors[0]));
        return b.let(Role::activation, matmul(x, w, p.tensors[1]));
    }
};

}  // namespace

const ModelRow& model_logistic_regression() {
    static const ModelRow row = {
        {"logistic_regression",
         "two-class logistic regression",
         {data_parameter(data_gaussians), number("init", 0.0, "every weight and the bias at the start")}},
        [](const Configured& c, int, std::uint64_t seed) -> std::unique_ptr<Model> {
            return std::make_unique<LogisticRegression>(c, seed);
        }};
    return row;
}

}  // namespace halfstep
