// The k elements of largest magnitude, zero elsewhere. NaN counts as larger than infinity, ties go to the lower
// index. Which they are is exact in every precision; what is sent of them is rounded to `comm`, with an index of
// 32 bits each. Where all are sent, no index is needed.
#include <algorithm>

#include "rows.hpp"

namespace halfstep {
namespace {

class TopK final : public Compressor {
public:
    explicit TopK(const Configured& c) : k_(c.integer("k")) {}
    Expr compress(Builder& b, const Expr& x, const RandomSource&, const std::string&) const override {
        return b.let(Role::comm, top_k(x, static_cast<int>(k_)));
    }
    MessageSize message(int n) const override {
        return {.values = std::min<std::int64_t>(k_, n), .bytes = k_ < n ? 4 * k_ : 0};
    }

private:
    std::int64_t k_;
};

}  // namespace

const CompressorRow& compressor_top_k() {
    static const CompressorRow row = {{"top_k", "the elements of largest magnitude", {k_parameter()}}, make_kind<TopK>};
    return row;
}

}  // namespace halfstep
