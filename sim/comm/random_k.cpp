// k elements that are drawn anew for every step and worker, all sets of k as likely; zero elsewhere. The mean of
// C(x) over the draws is (k/n) x, or x where `unbiased` multiplies by n/k (rounded to `hyper`, the products in
// `update`). Sent in `comm`, without indices: who knows the seed knows them.
#include <algorithm>

#include "halfstep/format/philox.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

// 1 for chosen elements, otherwise 0. Floyd's algorithm (Bentley and Floyd 1987, "A sample of brilliance"): of the
// first j + 1 elements, j = n - k ... n - 1, one is drawn; if it has been chosen before, j is, which cannot have been.
class ChosenElements final : public Attachment {
public:
    ChosenElements(std::uint64_t seed, const std::string& stream, int k) : random_(seed, stream), k_(k) {}
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        std::fill(out, out + n, 0.0);
        for (int j = n - k_; j < n; ++j) {
            const auto bound = static_cast<std::uint32_t>(j) + 1;
            const std::uint32_t drawn =
                random_.below(bound, static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(worker), bound);
            out[out[drawn] == 0.0 ? drawn : static_cast<std::uint32_t>(j)] = 1.0;
        }
    }

private:
    RandomStream random_;
    int k_;  // fewer than n
};

class RandomK final : public Compressor {
public:
    explicit RandomK(const Configured& c) : k_(c.integer("k")), unbiased_(c.boolean("unbiased")) {}
    Expr compress(Builder& b, const Expr& x, const RandomSource& random, const std::string& stream) const override {
        const Shape shape = x.shape();
        const int n = shape.size();
        if (k_ >= n) return b.let(Role::comm, cast(x));
        random.attachments->push_back(
            std::make_unique<ChosenElements>(random.seed, "random_k" + stream, static_cast<int>(k_)));
        const Expr mask = b.source(random.attachments->back().get(), random.step, shape, std::nullopt, x.per_worker());
        if (!unbiased_) return b.let(Role::comm, select(mask, x, 0.0));
        const Expr scaled = b.let(Role::update, x * b.hyper(double(n) / double(k_)));
        return b.let(Role::comm, select(mask, scaled, 0.0));
    }
    MessageSize message(int n) const override { return {.values = std::min<std::int64_t>(k_, n)}; }

private:
    std::int64_t k_;
    bool unbiased_;
};

}  // namespace

const CompressorRow& compressor_random_k() {
    static const CompressorRow row = {
        {"random_k",
         "elements drawn anew for every step and worker",
         {k_parameter(), boolean("unbiased", false, "times n/k, so that the mean over the draws is what was given")}},
        make_kind<RandomK>};
    return row;
}

}  // namespace halfstep
