#include "halfstep/trace/build_info.hpp"

namespace halfstep {

const BuildInfo& build_info() {
    static const BuildInfo info{HALFSTEP_VERSION, HALFSTEP_COMPILER, HALFSTEP_BUILD_TYPE, HALFSTEP_FLAGS};
    return info;
}

}  // namespace halfstep
