// One bit an element and one scale: C(x) = a sgn(x), sgn(0) = sgn(NaN) = +1, for one bit has no zero.
//   mean_abs: a = |x|_1 / n     |C(x) - x|^2 = |x|^2 - |x|_1^2 / n, so never more than |x|^2
//   rms:      a = |x|_2 / sqrt(n), the length of x. |C(x) - x|^2 = 2 |x|^2 - 2 |x|_2 |x|_1 / sqrt(n) is more than
//             |x|^2 where |x|_1 < sqrt(n) |x|_2 / 2, as for one element that is not zero among five or more.
// a is computed in `update` and sent in `comm_scale`; its products with the signs are in `update`.
#include <cmath>

#include "halfstep/comm/sign_scale.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class Sign final : public Compressor {
public:
    explicit Sign(const Configured& c) : rms_(c.text("scale") == "rms") {}
    Expr compress(Builder& b, const Expr& x, const RandomSource&, const std::string&) const override {
        return b.let(Role::update, one_bit(rms_ ? rms_scale(b, x) : mean_abs_scale(b, x), x));
    }
    MessageSize message(int n) const override { return {.bytes = (std::int64_t(n) + 7) / 8 + 4}; }

private:
    bool rms_;
};

}  // namespace

Expr rms_scale(Builder& b, const Expr& x) {
    const Expr rms = b.let(Role::update, norm2(x) / std::sqrt(double(x.shape().size())));
    return b.let(Role::comm_scale, cast(rms));
}

Expr mean_abs_scale(Builder& b, const Expr& x) {
    const Expr mean = b.let(Role::update, sum(abs(x)) / double(x.shape().size()));
    return b.let(Role::comm_scale, cast(mean));
}

const CompressorRow& compressor_sign() {
    static const CompressorRow row = {
        {"sign",
         "one bit an element and one scale for all",
         {choice("scale", "mean_abs",
                 "mean_abs: mean magnitude (EF-SignSGD); rms: root of the mean square (1-bit Adam)",
                 {"mean_abs", "rms"})}},
        make_kind<Sign>};
    return row;
}

}  // namespace halfstep
