#pragma once

#include "halfstep/comm/compressor.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {
// Functions, because optimizers make defaults from the rows, which have to exist by then.
const CompressorRow& compressor_identity();
const CompressorRow& compressor_sign();
const CompressorRow& compressor_top_k();
const CompressorRow& compressor_random_k();

inline Parameter k_parameter() {
    return required("k", {ValueType::integer}, "elements that are sent; all of them where there are no more",
                    Range::between(1, 1e9));
}
template <class C>
std::unique_ptr<Compressor> make_kind(const Configured& config) {
    return std::make_unique<C>(config);
}
}  // namespace halfstep
