// Thins a series for a screen: of every pixel bucket the smallest and the largest finite value, the
// first infinity and the first NaN are kept, once in buckets of equal width on a linear step axis and
// once on a logarithmic one; always the first and the last point; and around each of `marked` steps
// the last point up to it and the first from it on. So nothing that happened can vanish, on either
// axis, and the first steps stay apart on the logarithmic one. One pass, steps ascending; memory
// grows with the buckets and marks, not with the steps. Thinning what was thinned keeps all of this
// for the coarser buckets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace halfstep {

struct Point {
    std::int64_t step = 0;
    double value = 0;  // may be infinite or NaN
};

struct Buckets {
    int linear = 600;
    int logarithmic = 300;
};

class Decimator {
public:
    Decimator(std::int64_t last_step, Buckets buckets, std::vector<std::int64_t> marked = {});
    void add(Point point);
    std::vector<Point> points() const;  // ascending, each step once

private:
    struct Bucket {
        int index = -1;
        std::optional<Point> smallest, largest, infinite, nan;
    };
    void keep_marked(Point point);
    void put(Bucket& bucket, int index, Point point);
    void empty(const Bucket& bucket, std::vector<Point>& out) const;

    std::int64_t last_step_;
    Buckets buckets_;
    std::vector<std::int64_t> marked_;  // ascending
    std::size_t next_marked_ = 0;
    Bucket linear_, logarithmic_;
    std::optional<Point> first_, last_;
    std::vector<Point> kept_;
};

// What a thinned curve still has to be able to say in numbers.
struct CurveFacts {
    std::int64_t count = 0;
    std::optional<Point> first, last;
    std::optional<Point> smallest, largest;   // of the finite values
    std::optional<Point> first_not_finite;    // NaN or infinite
    std::int64_t not_finite = 0;              // how many
    bool ends_not_finite = false;             // nothing finite came after not_finite_since
    std::int64_t not_finite_since = 0;        // first step of the last stretch without a finite value
    std::optional<Point> first_not_positive;  // zero or negative: no place on a logarithmic axis
    std::int64_t not_positive = 0;
    void add(Point point);
};

}  // namespace halfstep
