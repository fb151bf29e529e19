// A multi-layer perceptron: layers[0] inputs, hidden layers with an activation function, linear
// output; softmax cross entropy for classes, mean squared error / 2 otherwise.
// Weights start uniform in +-init_scale / sqrt(inputs of the layer), biases likewise.
#include <cmath>

#include "classification.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

// 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): Hendrycks and Gimpel 2016, the tanh form.
// One library kernel: intermediates in `fused`, the result in `activation`.
Expr gelu(Builder& b, const Expr& x) {
    constexpr double sqrt_2_over_pi = 0.79788456080286535588;
    const Expr cube = b.let(Role::fused, ((x * x) * x) * 0.044715);
    const Expr inner = b.let(Role::fused, tanh((x + cube) * sqrt_2_over_pi));
    const Expr value = b.let(Role::fused, (0.5 * x) * (1.0 + inner));
    return b.let(Role::activation, cast(value));
}

class Mlp final : public Model {
public:
    Mlp(const Configured& c, std::uint64_t seed) : activation_(c.text("activation")) {
        const auto layers = c.integers("layers");
        if (layers.size() < 2) throw SpecError("model.layers", "needs at least an input and an output width");
        std::int64_t weights = 0;
        for (std::size_t l = 0; l + 1 < layers.size(); ++l) weights += (layers[l] + 1) * layers[l + 1];
        if (weights > max_weights)
            throw SpecError("model.layers", "the network has " + std::to_string(weights) + " weights; the limit is " +
                                                std::to_string(max_weights));
        dataset_ = make_dataset(c.configured("data"), {int(layers.front()), int(layers.back())}, seed);
        if (dataset_.outputs != int(layers.back()))
            throw SpecError("model.layers", "the last layer has " + std::to_string(layers.back()) +
                                                " outputs, the data set has " + std::to_string(dataset_.outputs));
        const RandomStream random(seed, "mlp.init");
        for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
            const int in = int(layers[l]), out = int(layers[l + 1]);
            const double reach = c.number("init_scale") / std::sqrt(double(in));
            auto draw = [&](std::uint32_t kind, int n) {
                std::vector<double> x;
                for (int i = 0; i < n; ++i)
                    x.push_back(reach * (2.0 * random.uniform(l, kind, std::uint32_t(i)) - 1.0));
                return x;
            };
            const std::string suffix = std::to_string(l + 1);
            tensors_.push_back({"w" + suffix, {in, out}, draw(0, in * out)});
            tensors_.push_back({"b" + suffix, {1, out}, draw(1, out)});
        }
    }

    Expr loss(Builder& b, const Parameters& p, const Batch& batch) const override {
        const Expr y = output(b, p, batch);
        if (dataset_.classification) return softmax_cross_entropy(b, y, batch.targets);
        const Expr r = b.let(Role::fused, y - batch.targets);
        return b.let(Role::fused, sum(r * r) / (2.0 * y.shape().size()));
    }

    Expr accuracy(Builder& b, const Parameters& p, const Batch& batch) const override {
        if (!dataset_.classification) return {};
        return classification_accuracy(b, output(b, p, batch), batch.targets);
    }

private:
    Expr output(Builder& b, const Parameters& p, const Batch& batch) const {
        Expr x = batch.inputs;
        for (std::size_t l = 0; l < p.tensors.size(); l += 2) {
            const Expr in = b.let(Role::operand, cast(x)), w = b.let(Role::operand, cast(p.tensors[l]));
            x = b.let(Role::activation, matmul(in, w, p.tensors[l + 1]));
            if (l + 2 < p.tensors.size()) x = activated(b, x);
        }
        return x;
    }
    Expr activated(Builder& b, const Expr& x) const {
        if (activation_ == "gelu") return gelu(b, x);
        return b.let(Role::activation, activation_ == "relu" ? relu(x) : tanh(x));
    }

    std::string activation_;
};

}  // namespace

const ModelRow& model_mlp() {
    static const ModelRow row = {
        {"mlp",
         "multi-layer perceptron; cross entropy on classes, squared error otherwise",
         {{"layers",
           {ValueType::integers},
           list_value(std::vector<std::int64_t>{2, 32, 32, 2}),
           "widths: inputs, hidden layers, outputs",
           Range::between(1, 4096)},
          choice("activation", "tanh", "of the hidden layers; gelu is the tanh form", {"relu", "tanh", "gelu"}),
          number("init_scale", 1.0, "weights start uniform in +-init_scale / sqrt(inputs)", Range::at_least(0)),
          data_parameter(data_spirals)}},
        [](const Configured& c, int, std::uint64_t seed) -> std::unique_ptr<Model> {
            return std::make_unique<Mlp>(c, seed);
        }};
    return row;
}

}  // namespace halfstep
