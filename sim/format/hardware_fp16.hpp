// Rounding to fp16 by the conversions of F16C (Intel SDM, VCVTPS2PH, VCVTPH2PS): to nearest, ties to even,
// subnormals kept, whatever the environment's rounding mode and flush-to-zero are.
#pragma once

#include "lanes.hpp"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace halfstep {

// fp16 with ties to even, infinities and subnormals. The same numbers as RoundMagic's, which stands in where there is
// no F16C.
inline constexpr bool has_hardware_fp16 =
#if defined(__F16C__)
    true;
#else
    false;
#endif

bool is_hardware_fp16(const Rounding& rounding);

class RoundHardwareFp16 {
public:
    explicit RoundHardwareFp16(const RoundingConstants<float>& k) : otherwise_(k) {}
    template <class V>
    V operator()(V x) const {
#if defined(__F16C__)
        constexpr int nearest = _MM_FROUND_TO_NEAREST_INT;
        if constexpr (lanes_in<V> == 1) return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtps_ph(_mm_set_ss(x), nearest)));
        if constexpr (lanes_in<V> == 4) return as<V>(_mm_cvtph_ps(_mm_cvtps_ph(as<__m128>(x), nearest)));
        if constexpr (lanes_in<V> == 8) return as<V>(_mm256_cvtph_ps(_mm256_cvtps_ph(as<__m256>(x), nearest)));
#if defined(__AVX512F__)
        // Without a mask, g++ 12 warns of its own header (PR 105593).
        if constexpr (lanes_in<V> == 16)
            return as<V>(_mm512_maskz_cvtph_ps(0xffff, _mm512_maskz_cvtps_ph(0xffff, as<__m512>(x), nearest)));
#endif
#endif
        return otherwise_(x);
    }

private:
    template <class To, class From>
    static To as(From x) {
        return __builtin_bit_cast(To, x);
    }
    RoundMagic<float> otherwise_;
};

}  // namespace halfstep
