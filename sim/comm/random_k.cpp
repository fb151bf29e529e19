// k elements that are drawn anew for every step and worker, all sets of k as likely; zero elsewhere. The mean of
// C(x) over the draws is (k/n) x, or x where `unbiased` multiplies by n/k (rounded to `hyper`, the products in
// `update`). Sent in `comm`, without indices: who knows the seed knows them.
#include <algorithm>

#include "halfstep/format/philox.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

// 1 for chosen elements, otherwise 0. Element after element is taken with the probability that those still to
// be chosen have among those still to come (Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm S).
class ChosenElements final : public Attachment {
public:
    ChosenElements(std::uint64_t seed, const std::string& stream, std::int64_t k) : bits_(seed, stream), k_(k) {}
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        const RandomPlace place{static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(worker)};
        auto to_choose = static_cast<std::uint64_t>(k_);
        for (int i = 0; i < n; ++i) {
            const auto to_come = static_cast<std::uint64_t>(n - i);
            // Uniform in 0 .. to_come - 1.
            const std::uint64_t drawn = (bits_.word(place, static_cast<std::uint32_t>(i)) * to_come) >> 32;
            const bool chosen = drawn < to_choose;
            out[i] = chosen ? 1.0 : 0.0;
            to_choose -= chosen ? 1 : 0;
        }
    }

private:
    RandomBits bits_;
    std::int64_t k_;
};

class RandomK final : public Compressor {
public:
    explicit RandomK(const Configured& c) : k_(c.integer("k")), unbiased_(c.boolean("unbiased")) {}
    Expr compress(Builder& b, const Expr& x, const RandomSource& random, const std::string& stream) const override {
        const Shape shape = x.shape();
        const int n = shape.size();
        if (k_ >= n) return b.let(Role::comm, cast(x));
        random.attachments->push_back(std::make_unique<ChosenElements>(random.seed, "random_k" + stream, k_));
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
