# The compile options every target shares, and the two helpers that declare a layer and a test.
# Exactness rests on them: no contraction, no fast-math, Eigen without its approximations.
# `halfstep_exact` has those that users of the library need as well, and is exported.
add_library(halfstep_exact INTERFACE)
target_compile_definitions(halfstep_exact INTERFACE EIGEN_FAST_MATH=0)
target_compile_options(halfstep_exact INTERFACE -ffp-contract=off)
target_compile_features(halfstep_exact INTERFACE cxx_std_20)

add_library(halfstep_options INTERFACE)
target_link_libraries(halfstep_options INTERFACE halfstep_exact)
target_include_directories(halfstep_options INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(halfstep_options INTERFACE
  -fno-trapping-math -fno-math-errno -Wall -Wextra -Wpedantic
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false alarms on string + char in g++ 12 (PR 105651)
  $<$<BOOL:${HALFSTEP_ARCH}>:-march=${HALFSTEP_ARCH}>
  $<$<BOOL:${HALFSTEP_WERROR}>:-Werror>)
# The preset `sanitize` compiles for plain x86-64: g++ 12 aligns the frames that stand in for the stack
# (detect_stack_use_after_return) to 32 bytes and loads 64 aligned ones from them (PR 110027).
if(HALFSTEP_SANITIZE)
  target_compile_options(halfstep_options INTERFACE
    -fsanitize=${HALFSTEP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(halfstep_options INTERFACE -fsanitize=${HALFSTEP_SANITIZE})
endif()

# halfstep_layer(NAME [INSTALLED] SOURCES... USES layers...): one static library a folder of sim/; of one that is
# installed BUILD_SHARED_LIBS decides.
function(halfstep_layer NAME)
  cmake_parse_arguments(ARG "INSTALLED" "" "SOURCES;USES" ${ARGN})
  set(kind STATIC)
  if(ARG_INSTALLED)
    set(kind "")
  endif()
  add_library(halfstep_${NAME} ${kind} ${ARG_SOURCES})
  target_link_libraries(halfstep_${NAME} PUBLIC $<BUILD_INTERFACE:halfstep_options>)
  foreach(layer ${ARG_USES})
    target_link_libraries(halfstep_${NAME} PUBLIC halfstep_${layer})
  endforeach()
endfunction()

# halfstep_test(NAME SOURCES... USES layers... LABELS ...): one Catch2 executable, each of its
# test cases a ctest of its own. A test that says `skipped: REASON` (tests/skip.hpp) counts as skipped.
function(halfstep_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LABELS" ${ARGN})
  add_executable(test_${NAME} ${ARG_SOURCES})
  target_include_directories(test_${NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${NAME} PRIVATE halfstep_options Catch2::Catch2WithMain)
  foreach(layer ${ARG_USES})
    target_link_libraries(test_${NAME} PRIVATE halfstep_${layer})
  endforeach()
  target_compile_definitions(test_${NAME} PRIVATE HALFSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  catch_discover_tests(test_${NAME} TEST_PREFIX "${NAME}: "
    PROPERTIES LABELS "${NAME};${ARG_LABELS}" SKIP_REGULAR_EXPRESSION "skipped: ")
endfunction()
