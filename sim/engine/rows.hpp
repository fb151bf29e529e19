#pragma once

#include "halfstep/engine/engine.hpp"

namespace halfstep {
extern const EngineRow engine_plain, engine_deepspeed;
}  // namespace halfstep
