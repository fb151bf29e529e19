#include <array>
#include <stdexcept>

#include "rows.hpp"

namespace halfstep {

std::span<const CompressorRow* const> compressors() {
    static const std::array<const CompressorRow*, 4> rows = {&compressor_identity(), &compressor_sign(),
                                                             &compressor_top_k(), &compressor_random_k()};
    return rows;
}

const CompressorRow& find_compressor(std::string_view kind) {
    for (const CompressorRow* row : compressors())
        if (row->schema.name == kind) return *row;
    throw std::out_of_range("no compressor " + std::string(kind));
}

std::unique_ptr<Compressor> make_compressor(const Configured& config) {
    return find_compressor(config.kind).make(config);
}

}  // namespace halfstep
