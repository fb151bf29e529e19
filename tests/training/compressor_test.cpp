// Compressors alone: exact messages of small vectors, and what holds for every registered one. A new one joins by
// its row in the registry and its examples here.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "catch.hpp"
#include "compressing.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Vector = std::vector<double>;

std::vector<Configured> all_examples() {
    std::vector<Configured> all;
    for (const CompressorRow* row : compressors()) {
        INFO(row->schema.name);
        const std::vector<Configured> examples = compressor_examples(row->schema.name);
        REQUIRE_FALSE(examples.empty());
        all.insert(all.end(), examples.begin(), examples.end());
    }
    return all;
}

// What `config` makes of one worker's vector.
Vector message(const Configured& config, const Vector& x, const std::string& preset = "fp32") {
    Compressing c(config, {.n = int(x.size()), .preset = preset});
    return c.send({x})[0];
}

double square(const Vector& x) {
    double s = 0;
    for (double v : x) s += v * v;
    return s;
}
Vector minus(const Vector& a, const Vector& b) {
    Vector d;
    for (std::size_t i = 0; i < a.size(); ++i) d.push_back(a[i] - b[i]);
    return d;
}
int nonzeros(const Vector& x) {
    return int(x.size() - std::size_t(std::count(x.begin(), x.end(), 0.0)));
}

// Sparse, dense, and with magnitudes over many binades.
std::vector<Vector> vectors(int n) {
    std::mt19937 random(7);
    std::vector<Vector> all = {Vector(std::size_t(n), 0.0), Vector(std::size_t(n), -1.0)};
    all[0][std::size_t(n) / 2] = 3.0;
    for (int i = 0; i < 6; ++i) {
        all.emplace_back();
        for (int j = 0; j < n; ++j)
            all.back().push_back(std::ldexp(double(int(random() % 2001) - 1000), -int(random() % unsigned(2 * i + 1))));
    }
    return all;
}

}  // namespace

TEST_CASE("signs are sent with the mean magnitude or the root mean square, and know no zero") {
    CHECK(message(a_compressor("sign"), {3, -1, 0, -0.0}) == Vector{1, -1, 1, 1});
    const double rms = static_cast<double>(std::sqrt(12.0f) / 2.0f);
    CHECK(message(signs_by("rms"), {1, -1, -1, 3}) == Vector{rms, -rms, -rms, rms});
    CHECK(message(a_compressor("sign"), {0, 0, 0}) == Vector{0, 0, 0});
    for (double x : message(a_compressor("sign"), {not_a_number, 1, -1})) CHECK(std::isnan(x));
    CHECK(message(a_compressor("sign"), {infinity, -1}) == Vector{infinity, -infinity});
}

TEST_CASE("top-k sends the k largest magnitudes as they are") {
    const auto top = [](std::int64_t k, const Vector& x) { return message(a_compressor("top_k", {{"k", {k}}}), x); };
    CHECK(top(1, {1, -3, 2, 3}) == Vector{0, -3, 0, 0});
    CHECK(top(2, {1, -3, 2, 3}) == Vector{0, -3, 0, 3});
    CHECK(top(3, {2, 2, -2, 2, 1}) == Vector{2, 2, -2, 0, 0});
    CHECK(top(4, {1, -3, 2, 3}) == Vector{1, -3, 2, 3});
    CHECK(top(1000000, {1, -3, 2, 3}) == Vector{1, -3, 2, 3});
    const Vector with_nan = top(2, {infinity, not_a_number, -infinity, 7});
    CHECK(with_nan[0] == infinity);
    CHECK(std::isnan(with_nan[1]));
    CHECK(with_nan[2] == 0.0);
    CHECK(with_nan[3] == 0.0);
    CHECK(std::signbit(top(1, {-0.0, 0, 0})[0]));
}

TEST_CASE("random-k sends k elements as they are, or times n/k") {
    const Vector x = {1, -3, 2, 3, 5};
    for (const bool unbiased : {false, true}) {
        const Configured two = a_compressor("random_k", {{"k", {std::int64_t{2}}}, {"unbiased", {unbiased}}});
        Compressing c(two, {.n = 5});
        for (int step = 0; step < 50; ++step) {
            const Vector sent = c.send({x})[0];
            CHECK(nonzeros(sent) == 2);
            for (std::size_t i = 0; i < x.size(); ++i)
                if (sent[i] != 0.0) CHECK(sent[i] == (unbiased ? 2.5 * x[i] : x[i]));
        }
    }
    CHECK(message(a_compressor("random_k", {{"k", {std::int64_t{5}}}, {"unbiased", {true}}}), x) == x);
    CHECK(message(a_compressor("random_k", {{"k", {std::int64_t{9}}}}), x) == x);
}

TEST_CASE("values travel in comm and the scale of signs in comm_scale; which elements are meant is not rounded") {
    const Vector x = {1 + 0x1p-12, 1 + 0x1p-13, 0.5};  // the first two are one in fp16
    CHECK(message(a_compressor("identity"), x, "fp16") == Vector{1, 1, 0.5});
    CHECK(message(a_compressor("top_k", {{"k", {std::int64_t{1}}}}), {1 + 0x1p-13, 1 + 0x1p-12}, "fp16") ==
          Vector{0, 1});
    CHECK(message(a_compressor("identity"), {65520, 1}, "fp16") == Vector{infinity, 1});
    Precision precision = find_preset("fp32")->make();
    precision[Role::comm_scale] = rounding_to("fp16");
    Compressing c(a_compressor("sign"), {.n = 2, .precision = precision});
    CHECK(c.send({{1 + 0x1p-12, 1}})[0] == Vector{1, 1});
}

TEST_CASE("a message has one bit a sign, 32 bits an index or a scale, and values in the format of comm") {
    const auto size = [](const Configured& c, int n) { return make_compressor(c)->message(n); };
    CHECK(size(a_compressor("identity"), 100) == MessageSize{100, 0});
    CHECK(size(a_compressor("sign"), 16) == MessageSize{0, 2 + 4});
    CHECK(size(a_compressor("sign"), 17) == MessageSize{0, 3 + 4});
    const Configured top = a_compressor("top_k", {{"k", {std::int64_t{7}}}});
    CHECK(size(top, 100) == MessageSize{7, 28});
    CHECK(size(top, 7) == MessageSize{7, 0});
    CHECK(size(top, 3) == MessageSize{3, 0});
    const Configured random = a_compressor("random_k", {{"k", {std::int64_t{7}}}});
    CHECK(size(random, 100) == MessageSize{7, 0});  // who knows the seed knows the indices
    CHECK(size(random, 3) == MessageSize{3, 0});
}

TEST_CASE("what was sent and what is left in the error are what was given, under every compressor") {
    // Whole numbers: sums are exact in binary64, and so are differences from what is sent as it is.
    for (const Configured& config : all_examples())
        for (const int workers : {1, 2, 4}) {
            const int n = 24;
            INFO(config.kind << ", " << workers << " workers");
            Compressing c(config, {.workers = workers, .n = n, .feedback = true, .binary64 = true});
            std::mt19937 random(3);
            Vector given(n, 0.0), left(n, 0.0);
            for (int step = 0; step < 30; ++step) {
                std::vector<Vector> x(static_cast<std::size_t>(workers));
                for (Vector& v : x)
                    for (int i = 0; i < n; ++i) {
                        v.push_back(double(int(random() % 201) - 100));
                        given[std::size_t(i)] += v.back();
                    }
                c.send(x);
                const Vector mean = c.mean();
                for (int i = 0; i < n; ++i) left[std::size_t(i)] += workers * mean[std::size_t(i)];
            }
            for (int r = 0; r < workers; ++r)
                for (int i = 0; i < n; ++i) left[std::size_t(i)] += c.error(r)[std::size_t(i)];
            // Signs are scaled by a mean, random-k without bias by 24/5.
            const bool exact = config.kind != "sign" && !(config.has("unbiased") && config.boolean("unbiased"));
            if (exact) CHECK(left == given);
            // Largest error times the number of operations: errors of unbiased random-k grow.
            for (int i = 0; i < n && !exact && config.kind == "sign"; ++i)
                CHECK(std::fabs(left[std::size_t(i)] - given[std::size_t(i)]) < 1e-9);
        }
}

TEST_CASE("no compressor that contracts is further from its vector than zero is") {
    for (const Configured& config : all_examples()) {
        const bool expands = (config.kind == "sign" && config.text("scale") == "rms") ||
                             (config.kind == "random_k" && config.boolean("unbiased"));
        if (expands) continue;
        INFO(config.kind);
        for (const Vector& x : vectors(24)) {
            Compressing c(config, {.n = 24, .binary64 = true});
            CHECK(square(minus(c.send({x})[0], x)) <= square(x) * (1 + 1e-12));
        }
    }
}

TEST_CASE("top-k contracts by 1 - k/n, signs with the mean magnitude by |x|_1^2 / (n |x|_2^2)") {
    for (const Vector& x : vectors(24)) {
        Compressing top(a_compressor("top_k", {{"k", {std::int64_t{6}}}}), {.n = 24, .binary64 = true});
        CHECK(square(minus(top.send({x})[0], x)) <= (1 - 6.0 / 24) * square(x) * (1 + 1e-12));
        Compressing sign(a_compressor("sign"), {.n = 24, .binary64 = true});
        double sum = 0;
        for (double v : x) sum += std::fabs(v);
        const double expected = square(x) - sum * sum / 24;
        CHECK(std::fabs(square(minus(sign.send({x})[0], x)) - expected) <= 1e-12 * square(x));
    }
}

TEST_CASE("signs with the root mean square leave more than there was of a sparse vector") {
    Vector x(16, 0.0);
    x[3] = 1.0;
    const Vector sent = message(signs_by("rms"), x);
    CHECK(sent == Vector(16, 0.25));
    CHECK(square(minus(sent, x)) == 1.5);
}

TEST_CASE("random-k depends on seed, step, worker and vector, and on nothing else") {
    const Configured config = a_compressor("random_k", {{"k", {std::int64_t{5}}}});
    const Vector ones(40, 1.0);
    const auto drawn = [&](int workers, std::uint64_t seed, int step, const std::string& stream = "[0]") {
        Compressing c(config, {.workers = workers, .n = 40, .seed = seed, .stream = stream, .first_step = step});
        return c.send(std::vector<Vector>(std::size_t(workers), ones));
    };
    const Vector first = drawn(1, 1, 0)[0];
    CHECK(drawn(1, 1, 0)[0] == first);
    CHECK(drawn(3, 1, 0)[0] == first);
    CHECK(drawn(3, 1, 0)[1] == drawn(2, 1, 0)[1]);
    CHECK(drawn(2, 1, 0)[1] != first);
    CHECK(drawn(1, 2, 0)[0] != first);
    CHECK(drawn(1, 1, 1)[0] != first);
    CHECK(drawn(1, 1, 0, "[1]")[0] != first);
    Compressing c(config, {.workers = 3, .n = 40});
    for (int step = 0; step < 6; ++step) {
        const auto sent = c.send({ones, ones, ones});
        for (int r = 0; r < 3; ++r) CHECK(sent[std::size_t(r)] == drawn(3, 1, step)[std::size_t(r)]);
    }
}

TEST_CASE("random-k takes every element and every pair as often") {
    const int n = 8, k = 3, steps = 8000;
    Compressing c(a_compressor("random_k", {{"k", {std::int64_t{k}}}}), {.n = n});
    std::vector<std::vector<int>> together(n, std::vector<int>(n, 0));
    for (int step = 0; step < steps; ++step) {
        const Vector sent = c.send({Vector(n, 1.0)})[0];
        for (int i = 0; i < n; ++i)
            for (int j = i; j < n; ++j)
                if (sent[std::size_t(i)] != 0.0 && sent[std::size_t(j)] != 0.0)
                    ++together[std::size_t(i)][std::size_t(j)];
    }
    for (int i = 0; i < n; ++i)
        for (int j = i; j < n; ++j) {
            const double p = i == j ? double(k) / n : double(k * (k - 1)) / (n * (n - 1));
            const double deviation = std::sqrt(steps * p * (1 - p));
            CHECK(std::fabs(together[std::size_t(i)][std::size_t(j)] - steps * p) < 4.5 * deviation);
        }
}

TEST_CASE("the interpreters agree on every compressor, to the bit or up to the rounding") {
    const auto same = [](const std::vector<Vector>& a, const std::vector<Vector>& b) {
        return std::equal(a.begin(), a.end(), b.begin(), [](const Vector& x, const Vector& y) {
            return std::equal(x.begin(), x.end(), y.begin(), [](double u, double v) {
                return (std::isnan(u) && std::isnan(v)) || (u == v && std::signbit(u) == std::signbit(v));
            });
        });
    };
    for (const Configured& config : all_examples())
        for (const char* preset : {"fp32", "fp16", "bf16_pure"}) {
            INFO(config.kind << ", " << preset);
            Compressing emulated(config, {.workers = 2, .n = 24, .feedback = true, .preset = preset});
            Compressing recording(config,
                                  {.workers = 2, .n = 24, .feedback = true, .preset = preset, .recording = true});
            for (const Vector& x : vectors(24)) {
                Vector back(x.rbegin(), x.rend());
                back[3] = -0.0;
                CHECK(same(emulated.send({x, back}), recording.send({x, back})));
                CHECK(same({emulated.mean()}, {recording.mean()}));
                CHECK(same({emulated.error(1)}, {recording.error(1)}));
            }
        }
    for (const Configured& config : all_examples()) {
        if (config.kind == "sign") continue;  // the scale is rounded
        INFO(config.kind);
        Compressing emulated(config, {.n = 24});
        Compressing binary64(config, {.n = 24, .binary64 = true});
        for (int i = 0; i < 3; ++i) {
            Vector x(24);
            for (int j = 0; j < 24; ++j) x[std::size_t(j)] = double((j * 7 + i) % 11 - 5);
            const Vector a = emulated.send({x})[0], b = binary64.send({x})[0];
            for (std::size_t j = 0; j < x.size(); ++j) CHECK(std::fabs(a[j] - b[j]) <= 0x1p-22 * std::fabs(b[j]));
        }
    }
}

TEST_CASE("schemas refuse a k below 1 and name what is missing") {
    CHECK_THROWS_AS(a_compressor("top_k"), SchemaError);
    CHECK_THROWS_AS(a_compressor("top_k", {{"k", {std::int64_t{0}}}}), SchemaError);
    CHECK_THROWS_AS(a_compressor("random_k", {{"k", {1.5}}}), SchemaError);
    CHECK_THROWS_AS(signs_by("median"), SchemaError);
    CHECK_THROWS_AS(find_compressor("topk"), std::out_of_range);
}
