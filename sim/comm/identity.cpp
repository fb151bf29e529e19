// Everything is sent: C(x) = x, rounded to `comm`. What error feedback then keeps is that rounding.
#include "rows.hpp"

namespace halfstep {
namespace {

class Identity final : public Compressor {
public:
    explicit Identity(const Configured&) {}
    Expr compress(Builder& b, const Expr& x, const RandomSource&, const std::string&) const override {
        return b.let(Role::comm, cast(x));
    }
    MessageSize message(int n) const override { return {.values = n}; }
};

}  // namespace

const CompressorRow& compressor_identity() {
    static const CompressorRow row = {{"identity", "everything is sent, rounded to comm", {}}, make_kind<Identity>};
    return row;
}

}  // namespace halfstep
