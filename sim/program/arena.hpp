// Memory of a machine's arrays: it begins with a cache line, as every array in it does (layout.cpp), so that no load
// of a register needs two lines.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace halfstep {

template <class T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};
    CacheLineAllocator() = default;
    template <class U>
    explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
    void deallocate(T* p, std::size_t) { ::operator delete(p, alignment); }
    bool operator==(const CacheLineAllocator&) const { return true; }
};

template <class T>
using Arena = std::vector<T, CacheLineAllocator<T>>;

}  // namespace halfstep
