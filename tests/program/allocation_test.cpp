// A step allocates nothing. Its own executable: operator new is replaced.
#include <cstdlib>
#include <new>

#include "catch.hpp"
#include "halfstep/program/machine.hpp"
#include "random_program.hpp"

namespace {
long allocations = 0;
}

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    ++allocations;
    const auto a = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return memory;
    throw std::bad_alloc();
}
// The library's own asks for these too (std::stable_sort); a sanitizer checks that they match.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

using namespace halfstep;

TEST_CASE("allocations are counted") {
    const long before = allocations;
    const std::vector<double> some(3);
    CHECK(allocations > before);
}

TEST_CASE("a step allocates nothing and memory stays as it was") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        random_program::Attachments attachments;
        const Program program = random_program::make(seed, static_cast<int>(seed % 3) + 1, 40, attachments);
        const auto emulated = make_emulated(program, random_program::precision(seed));
        const auto reference = make_binary64(program);
        const std::size_t memory = emulated->memory_bytes() + reference->memory_bytes();
        const long before = allocations;
        for (int i = 0; i < 5; ++i) {
            emulated->step();
            reference->step();
        }
        const long after = allocations;
        CHECK(after == before);
        CHECK(emulated->memory_bytes() + reference->memory_bytes() == memory);
    }
}
