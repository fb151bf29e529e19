// f(w) = 1/2 (w - c)^T H (w - c) with a chosen spectrum: H = diag(a), or Q^T diag(a) Q for a random
// rotation Q. Worker r sees the gradient H (w - c) + noise_r; the loss is reported without noise.
#include <Eigen/Core>
#include <cmath>

#include "halfstep/format/elementary.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

// Gaussian noise of a standard deviation an element, new on every step and worker.
class GaussianNoise final : public Attachment {
public:
    GaussianNoise(std::uint64_t seed, std::vector<double> deviation)
        : random_(seed, "noise"), deviation_(std::move(deviation)) {}
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        for (int i = 0; i < n; ++i)
            out[i] = deviation_[i] == 0.0 ? 0.0 : deviation_[i] * random_.normal(std::uint64_t(step), worker, i);
    }

private:
    RandomStream random_;
    std::vector<double> deviation_;
};

// Noise that was written down: worker r, step t reads row r * period + t mod period.
class TabledNoise final : public Attachment {
public:
    TabledNoise(std::vector<std::vector<double>> rows, int workers)
        : rows_(std::move(rows)), period_(std::int64_t(rows_.size()) / workers) {}
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        const auto& row = rows_[std::size_t(worker * period_ + step % period_)];
        for (int i = 0; i < n; ++i) out[i] = row[i];
    }

private:
    std::vector<std::vector<double>> rows_;
    std::int64_t period_;
};

std::vector<double> spread(const Configured& c, const char* key, std::size_t n) {
    std::vector<double> x = c.numbers(key);
    if (x.size() == 1) x.resize(n, x[0]);
    if (x.size() != n)
        throw SpecError(std::string("model.") + key, "needs one value or " + std::to_string(n) +
                                                         " (the dimension), found " + std::to_string(x.size()));
    return x;
}

class Quadratic final : public Model {
public:
    Quadratic(const Configured& c, int workers, std::uint64_t seed) {
        curvature_ = spectrum(c);
        const std::size_t n = curvature_.size();
        center_ = spread(c, "center", n);
        std::vector<double> initial = spread(c, "init", n);
        const RandomStream random(seed, "quadratic.init");
        for (std::size_t i = 0; i < n; ++i)
            if (c.number("init_spread") > 0)
                initial[i] += c.number("init_spread") * random.normal(0, 0, std::uint32_t(i));
        split(c, initial);
        if (c.boolean("rotation")) rotate(seed);
        make_noise(c, workers, seed);
    }

    Expr loss(Builder& b, const Parameters& p, const Batch&) const override {
        const Expr d = b.let(Role::fused, p.flat - constant(b, center_, "center"));
        if (!hessian_.empty()) return b.let(Role::fused, 0.5 * sum(d * curved(b, d)));
        return b.let(Role::fused, sum(((0.5 * constant(b, curvature_, "curvature")) * d) * d));
    }

    Expr gradient(Builder& b, const Parameters& p, const Batch&, Host step) const override {
        const Expr d = b.let(Role::fused, p.flat - constant(b, center_, "center"));
        const Expr slope = b.let(Role::fused, curved(b, d));
        if (!noise_) return slope;
        return b.let(Role::fused, slope + b.source(noise_.get(), step, slope.shape(), std::nullopt, true));
    }

private:
    static std::vector<double> spectrum(const Configured& c) {
        if (c.has("curvature")) {
            const auto list = c.numbers("curvature");
            if (list.empty()) throw SpecError("model.curvature", "needs at least one eigenvalue");
            const auto n = c.has("dimension") ? std::size_t(c.integer("dimension")) : list.size();
            if (list.size() != 1 && list.size() != n)
                throw SpecError("model.curvature", "needs one value or " + std::to_string(n) +
                                                       " (the dimension), found " + std::to_string(list.size()));
            return list.size() == n ? list : std::vector<double>(n, list[0]);
        }
        // Evenly spaced on a log scale from the smallest to the largest curvature.
        const auto n = std::size_t(c.has("dimension") ? c.integer("dimension") : 16);
        const double lowest = c.number("min_curvature"), highest = c.number("max_curvature");
        if (lowest > highest) throw SpecError("model.min_curvature", "is larger than max_curvature");
        std::vector<double> a(n, highest);
        const double from = log_to_odd(lowest), to = log_to_odd(highest);
        for (std::size_t i = 0; i + 1 < n; ++i)
            a[i] = i == 0 ? lowest : exp_to_odd(from + (to - from) * double(i) / double(n - 1));
        return a;
    }

    void split(const Configured& c, const std::vector<double>& initial) {
        std::vector<std::int64_t> sizes = {std::int64_t(initial.size())};
        if (c.has("tensors")) sizes = c.integers("tensors");
        std::int64_t offset = 0;
        for (std::size_t k = 0; k < sizes.size(); ++k) {
            if (offset + sizes[k] > std::int64_t(initial.size())) break;
            tensors_.push_back({"w" + std::to_string(k),
                                {1, int(sizes[k])},
                                {initial.begin() + offset, initial.begin() + offset + sizes[k]}});
            offset += sizes[k];
        }
        if (offset != std::int64_t(initial.size()) || tensors_.size() != sizes.size())
            throw SpecError("model.tensors",
                            "the sizes have to add up to the dimension, " + std::to_string(initial.size()));
    }

    void rotate(std::uint64_t seed) {
        const auto n = Eigen::Index(curvature_.size());
        if (n > 2048) throw SpecError("model.rotation", "a rotated quadratic has at most 2048 dimensions");
        const RandomStream random(seed, "quadratic.rotation");
        // H = P_n ... P_1 diag(a) P_1 ... P_n with reflections P_k = I - 2 v v^T / v^T v of Gaussian
        // vectors v: their product is uniform over the rotations and reflections. Sums run in index
        // order with lanes across results; Eigen's own products and norms would not.
        Eigen::MatrixXd h = Eigen::Map<const Eigen::VectorXd>(curvature_.data(), n).asDiagonal();
        Eigen::VectorXd v(n), w(n);
        for (Eigen::Index k = 0; k < n; ++k) {
            double square = 0.0, overlap = 0.0;
            for (Eigen::Index i = 0; i < n; ++i) {
                v(i) = random.normal(0, std::uint32_t(k), std::uint32_t(i));
                square += v(i) * v(i);
            }
            w.setZero();
            for (Eigen::Index j = 0; j < n; ++j) w.array() += h.col(j).array() * v(j);
            for (Eigen::Index i = 0; i < n; ++i) overlap += v(i) * w(i);
            w.array() = (w.array() - v.array() * (overlap / square)) * (2.0 / square);
            for (Eigen::Index j = 0; j < n; ++j) h.col(j).array() -= v.array() * w(j) + w.array() * v(j);
        }
        hessian_.assign(h.data(), h.data() + n * n);
    }

    void make_noise(const Configured& c, int workers, std::uint64_t seed) {
        const std::size_t n = curvature_.size();
        if (c.has("noise_table")) {
            auto rows = c.table("noise_table");
            if (rows.empty() || rows.size() % std::size_t(workers) != 0)
                throw SpecError("model.noise_table", "needs the same number of rows for each of " +
                                                         std::to_string(workers) + " workers, found " +
                                                         std::to_string(rows.size()) + " rows");
            for (const auto& row : rows)
                if (row.size() != n)
                    throw SpecError("model.noise_table", "a row has " + std::to_string(row.size()) +
                                                             " values, the dimension is " + std::to_string(n));
            noise_ = std::make_unique<TabledNoise>(std::move(rows), workers);
        } else if (c.number("noise") > 0) {
            std::vector<double> deviation(n, c.number("noise"));
            if (c.text("noise_scaling") == "sqrt_curvature")
                for (std::size_t i = 0; i < n; ++i) deviation[i] *= std::sqrt(std::fabs(curvature_[i]));
            noise_ = std::make_unique<GaussianNoise>(seed, std::move(deviation));
        }
    }

    static Expr constant(Builder& b, const std::vector<double>& x, const char* name) {
        return b.constant({1, int(x.size())}, x, std::nullopt, false, name);
    }
    Expr curved(Builder& b, const Expr& d) const {
        if (hessian_.empty()) return constant(b, curvature_, "curvature") * d;
        const int n = int(curvature_.size());
        return matmul(d, b.constant({n, n}, hessian_, std::nullopt, false, "hessian"));
    }

    std::vector<double> curvature_, center_, hessian_;
    std::unique_ptr<Attachment> noise_;
};

}  // namespace

const ModelRow& model_quadratic() {
    static const ModelRow row = {
        {"quadratic",
         "1/2 (w - center)^T H (w - center), H diagonal or rotated, with gradient noise a worker",
         {optional("curvature", {ValueType::number, ValueType::numbers},
                   "eigenvalues of H, one or one a dimension; otherwise evenly spaced on a log scale"),
          optional("dimension", {ValueType::integer}, "number of weights (16, or as many as `curvature` lists)",
                   Range::between(1, 1e7)),
          number("min_curvature", 1.0, "smallest eigenvalue where `curvature` is absent", Range::above(0)),
          number("max_curvature", 1.0, "largest eigenvalue where `curvature` is absent", Range::above(0)),
          {"center", {ValueType::number, ValueType::numbers}, Value{0.0}, "the minimum, one value or one a dimension"},
          {"init", {ValueType::number, ValueType::numbers}, Value{1.0}, "weights at the start"},
          number("init_spread", 0.0, "standard deviation of a Gaussian added to `init`", Range::at_least(0)),
          boolean("rotation", false, "rotate the eigenvectors by a random orthogonal matrix"),
          number("noise", 0.0, "standard deviation of the gradient noise, a weight, worker and step",
                 Range::at_least(0)),
          choice("noise_scaling", "none", "multiply the noise of a weight by the root of its curvature",
                 {"none", "sqrt_curvature"}),
          optional("noise_table", {ValueType::table},
                   "noise written down: row r*K + k is worker r's noise on steps t with t mod K = k"),
          optional("tensors", {ValueType::integers}, "sizes of the tensors the weights are split into (one tensor)",
                   Range::at_least(1))}},
        [](const Configured& c, int workers, std::uint64_t seed) -> std::unique_ptr<Model> {
            return std::make_unique<Quadratic>(c, workers, seed);
        }};
    return row;
}

}  // namespace halfstep
