// Who replays which kind of recording. A new kind is one file with one function, listed in
// sim/run/replay.cpp.
#pragma once

#include "recording_file.hpp"

namespace halfstep {

ReplayResult replay_trajectory(const RecordingFile& file);
ReplayResult replay_loss_scaler(const RecordingFile& file);

}  // namespace halfstep
