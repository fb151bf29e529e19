#pragma once

#include "halfstep/engine/engine.hpp"

namespace halfstep {
extern const EngineRow engine_plain, engine_deepspeed, engine_apex;
}  // namespace halfstep
