// HALFSTEP_INDEPENDENT before a loop: its iterations do not depend on each other, although the
// compiler cannot see that the arrays do not overlap (or overlap element by element).
#pragma once

// clang checks for overlap at run time and warns where a demanded vectorisation fails.
#if defined(__GNUC__) && !defined(__clang__)
#define HALFSTEP_INDEPENDENT _Pragma("GCC ivdep")
#else
#define HALFSTEP_INDEPENDENT
#endif
