// The orders in which sums are added up (SumOrder, spec/role.hpp), of many sums side by side. What an addition is,
// and how it rounds, is the caller's:
//   term(from, n, k, out)        term k of the sums from, from + 1, ..., from + n - 1
//   add(sum, term, n, k, part)   sum = sum + term, of n sums; part tells the additions that follow term k apart
//   fuse(sum, chunk, n, from, count, k)
//                                sum = sum + count terms of n sums from `from` on, rounded once; term j of sum i
//                                is chunk[j * n + i]
#pragma once

#include <algorithm>
#include <array>

#include "halfstep/program/recorder.hpp"

namespace halfstep {

using SumBatch = std::array<double, largest_batch>;
inline constexpr int most_parts = 128;

namespace sum_orders_of {

// y = x - c; t = s + y; c = (t - s) - y; s = t (Kahan 1965, "Further remarks on reducing truncation errors").
template <class Term, class Add>
void kahan(SumBatch& sum, int n, int terms, Term term, Add add) {
    SumBatch y, error, before;
    error.fill(0.0);
    const auto negate = [n](SumBatch& x) {
        for (int i = 0; i < n; ++i) x[i] = -x[i];
    };
    for (int k = 0; k < terms; ++k) {
        term(0, n, k, y.data());
        negate(error);
        add(y, error, n, k, 0);
        before = sum;
        add(sum, y, n, k, 1);
        error = sum;
        negate(before);
        add(error, before, n, k, 2);
        negate(y);
        add(error, y, n, k, 3);
    }
}

// On top of what is there, the terms from `first` up to `end`.
template <class Term, class Add>
void in_order(SumBatch& sum, int n, int first, int end, Term term, Add add) {
    SumBatch next;
    for (int k = first; k < end; ++k) {
        term(0, n, k, next.data());
        add(sum, next, n, k, 0);
    }
}

template <class Term, class Add>
void chunked(SumBatch& sum, int n, int terms, int chunk, Term term, Add add) {
    SumBatch part;
    for (int start = 0; start < terms; start += chunk) {
        const int end = std::min(terms, start + chunk);
        part.fill(0.0);
        in_order(part, n, start, end, term, add);
        add(sum, part, n, end - 1, 1);
    }
}

// A stack of sums of 1, 2, 4, ... chunks, as in a binary counter; at the end those left over, the last first.
template <class Term, class Add>
void pairwise(SumBatch& sum, int n, int terms, int chunk, Term term, Add add) {
    constexpr int levels = 32;
    std::array<SumBatch, levels> stack;
    std::size_t height = 0;
    int chunks = 0, last = 0;
    const auto merge = [&](int part) {
        --height;
        add(stack[height - 1], stack[height], n, last, part);
    };
    for (int start = 0; start < terms; start += chunk) {
        const int end = std::min(terms, start + chunk);
        last = end - 1;
        stack[height].fill(0.0);
        in_order(stack[height++], n, start, end, term, add);
        ++chunks;
        int level = 0;
        for (int c = chunks; c % 2 == 0; c /= 2) merge(1 + level++);
    }
    int level = levels + 1;
    while (height > 1) merge(level++);
    if (height > 0) add(sum, stack[0], n, last, level);
}

template <class Term, class Fuse>
void fused(SumBatch& sum, int n, int terms, int chunk, Term term, Fuse fuse) {
    constexpr int side_by_side = 16;
    std::array<double, most_fused_terms * side_by_side> values;
    for (int from = 0; from < n; from += side_by_side) {
        const int width = std::min(side_by_side, n - from);
        for (int start = 0; start < terms; start += chunk) {
            const int count = std::min(terms - start, chunk);
            for (int k = 0; k < count; ++k) term(from, width, start + k, values.data() + std::ptrdiff_t(k) * width);
            fuse(sum, values.data(), width, from, count, start + count - 1);
        }
    }
}

}  // namespace sum_orders_of

// `sum` holds what the sums start from.
template <class Term, class Add, class Fuse>
void add_up(const Summation& how, SumBatch& sum, int n, int terms, Term term, Add add, Fuse fuse) {
    switch (how.order) {
        case SumOrder::ordered:
            return sum_orders_of::in_order(sum, n, 0, terms, term, add);
        case SumOrder::kahan:
            return sum_orders_of::kahan(sum, n, terms, term, add);
        case SumOrder::pairwise:
            return sum_orders_of::pairwise(sum, n, terms, how.chunk, term, add);
        case SumOrder::chunked:
            return sum_orders_of::chunked(sum, n, terms, how.chunk, term, add);
        case SumOrder::fused:
            return sum_orders_of::fused(sum, n, terms, how.chunk, term, fuse);
    }
}

}  // namespace halfstep
