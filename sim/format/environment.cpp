#include "halfstep/format/environment.hpp"

namespace halfstep {

#if defined(__SSE2__)

namespace {
constexpr unsigned flags = 0x3f, all_masked = 0x1f80;  // and to nearest, nothing flushed
}

FloatingPointEnvironment::FloatingPointEnvironment() : before_(_mm_getcsr()) {
    if ((before_ & ~flags) != all_masked) _mm_setcsr(all_masked | (before_ & flags));
    asm volatile("" : : : "memory");
}
FloatingPointEnvironment::~FloatingPointEnvironment() {
    asm volatile("" : : : "memory");
    _mm_setcsr(before_);
}

#elif defined(__EMSCRIPTEN__)

FloatingPointEnvironment::FloatingPointEnvironment() = default;
FloatingPointEnvironment::~FloatingPointEnvironment() = default;

#else

FloatingPointEnvironment::FloatingPointEnvironment() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
}
FloatingPointEnvironment::~FloatingPointEnvironment() {
    std::fesetenv(&before_);
}

#endif

}  // namespace halfstep
