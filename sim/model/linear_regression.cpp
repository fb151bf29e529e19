// Least squares: prediction x W^T + b, loss = sum of squared residuals / (2 m) over m samples.
// The gradient is the textbook formula, residual^T x / m, not a derived one: recordings of other
// programs state it in this order.
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class LinearRegression final : public Model {
public:
    LinearRegression(const Configured& c, std::uint64_t seed) {
        dataset_ = make_dataset(c.configured("data"), {}, seed);
        const int d = dataset_.features, k = dataset_.outputs;
        auto filled = [&](const char* key, int n) {
            std::vector<double> x = c.numbers(key);
            if (x.size() == 1) x.resize(std::size_t(n), x[0]);
            if (int(x.size()) != n)
                throw SpecError(std::string("model.") + key,
                                "needs one value or " + std::to_string(n) + ", found " + std::to_string(x.size()));
            return x;
        };
        tensors_ = {{"weight", {k, d}, filled("init", k * d)}};
        has_bias_ = c.boolean("bias");
        if (has_bias_) tensors_.push_back({"bias", {1, k}, filled("init_bias", k)});
    }

    Expr loss(Builder& b, const Parameters& p, const Batch& batch) const override {
        const Expr r = residual(b, p, batch);
        return b.let(Role::fused, sum(r * r) / (2.0 * batch.inputs.shape().rows));
    }

    Expr gradient(Builder& b, const Parameters& p, const Batch& batch, Host) const override {
        const Expr r = residual(b, p, batch);
        const double share = 1.0 / batch.inputs.shape().rows;
        std::vector<Expr> pieces = {b.let(Role::fused, matmul_transposed(r, batch.inputs) * share)};
        if (has_bias_) pieces.push_back(b.let(Role::fused, sum_rows(r) * share));
        return b.concat(Role::fused, pieces);
    }

private:
    Expr residual(Builder& b, const Parameters& p, const Batch& batch) const {
        const Expr x = b.let(Role::operand, cast(batch.inputs));
        const Expr w = b.let(Role::operand, transpose(p.tensors[0]));
        const Expr prediction = b.let(Role::activation, matmul(x, w, has_bias_ ? p.tensors[1] : Expr()));
        return b.let(Role::fused, prediction - batch.targets);
    }
    bool has_bias_ = true;
};

}  // namespace

const ModelRow& model_linear_regression() {
    static const ModelRow row = {
        {"linear_regression",
         "least squares on a data set, loss sum(residual^2) / (2 samples)",
         {data_parameter(data_linear),
          {"init",
           {ValueType::number, ValueType::numbers},
           Value{0.0},
           "weights at the start, one value or outputs x features"},
          {"init_bias", {ValueType::number, ValueType::numbers}, Value{0.0}, "biases at the start"},
          boolean("bias", true, "has a bias")}},
        [](const Configured& c, int, std::uint64_t seed) -> std::unique_ptr<Model> {
            return std::make_unique<LinearRegression>(c, seed);
        }};
    return row;
}

}  // namespace halfstep
