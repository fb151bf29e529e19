#include "halfstep/run/replay.hpp"

#include "replay_kinds.hpp"

namespace halfstep {
namespace {

struct ReplayKind {
    const char* kind;
    ReplayResult (*replay)(const RecordingFile&);
};
// A reference trajectory differs in what it leaves out.
constexpr ReplayKind kinds[] = {{"trajectory", replay_trajectory},
                                {"reference_trajectory", replay_trajectory},
                                {"loss_scaler", replay_loss_scaler}};

}  // namespace

ReplayResult replay(const std::string& text, const std::string& file) {
    const RecordingFile recording(text, file);
    std::string accepted;
    for (const ReplayKind& k : kinds) {
        if (k.kind == recording.kind) return k.replay(recording);
        accepted += (accepted.empty() ? "\"" : ", \"") + std::string(k.kind) + "\"";
    }
    recording.read.fail("kind \"" + recording.kind + "\" is not replayed; accepted: " + accepted);
}

}  // namespace halfstep
