#include <array>
#include <stdexcept>
#include <string>

#include "rows.hpp"

namespace halfstep {
namespace {
const std::array<const EngineRow*, 3> rows = {&engine_plain, &engine_deepspeed, &engine_apex};
}

std::span<const EngineRow* const> engines() {
    return rows;
}

const EngineRow& find_engine(std::string_view kind) {
    for (const EngineRow* row : rows)
        if (row->schema.name == kind) return *row;
    throw std::out_of_range("no engine " + std::string(kind));
}

}  // namespace halfstep
