// Instructions whose roundings depend on more than the number: random bits, shared scales, flushed operands,
// and the order in which sums are added up.
#include <cmath>
#include <random>

#include "agreement.hpp"
#include "catch.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/recorder.hpp"
#include "random_program.hpp"

using namespace halfstep;

namespace {

bool same(double a, double b) {
    return (a != a && b != b) || to_bits(a) == to_bits(b);
}

Rounding stochastic(const char* format) {
    Rounding rounding = rounding_to(format);
    rounding.mode = RoundingMode::stochastic;
    return rounding;
}

Precision everywhere(const Rounding& rounding) {
    Precision precision;
    precision.roles.fill(rounding);
    return precision;
}

// A random precision with some general roles.
Precision general_precision(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Precision precision = random_program::precision(seed);
    for (const Role role : all_roles()) {
        if (!precision[role]) continue;
        switch (random() % 6) {
            case 0:
                precision[role]->mode = RoundingMode::stochastic;
                precision[role]->random_bits = 1 + int(random() % 32);
                break;
            case 1:
                precision[role]->subnormal_inputs = Subnormals::flush;
                break;
            case 2: {
                const bool stored = role == Role::weight || role == Role::activation || role == Role::gradient ||
                                    role == Role::master || role == Role::exp_avg || role == Role::worker_error;
                if (stored) precision[role] = rounding_to(random() % 2 ? "mxfp8_e4m3" : "mxfp4_e2m1");
                if (stored && random() % 2) precision[role]->mode = RoundingMode::stochastic;
                break;
            }
            case 3:
                precision[role] = rounding_to(random() % 2 ? "q3.4" : "fp8_e4m3fnuz");
                break;
            default:
                break;
        }
    }
    precision.summation.order = static_cast<SumOrder>(random() % 5);
    precision.summation.chunk = 1 + int(random() % 7);
    return precision;
}

struct Listening final : RoundingObserver {
    explicit Listening(Interest i) : interest(i) {}
    Interest wants(const RoundedInstruction&, int) override { return interest; }
    void roundings(const RoundingBatch& batch) override { told += batch.size(); }
    Interest interest;
    std::size_t told = 0;
};

std::vector<double> some_numbers(std::mt19937& random, int n) {
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(std::ldexp(double(int(random() % 4001)) - 2000, int(random() % 8) - 14));
    return x;
}

// What the machine makes of one matrix product of a row and a column, in fp32 roles but for the accumulator's
// and the product's.
double machine_sum(const std::vector<double>& x, const std::vector<double>& y, const Rounding& rounding,
                   const Summation& summation) {
    Builder b(1);
    const int n = int(x.size());
    const State a = b.state("a", {1, n}, Role::update, x), c = b.state("c", {n, 1}, Role::update, y);
    const State out = b.state("out", {}, Role::update, {0.0});
    b.store(out, Role::update, matmul(a, c));
    Precision precision = everywhere(rounding_to("fp32"));
    precision[Role::accumulator] = precision[Role::product] = rounding;
    precision.summation = summation;
    const auto machine = make_emulated(b.program(), precision);
    machine->step();
    return machine->value(out.id(), 0)[0];
}

double kahan(ScalarArithmetic& s, const std::vector<double>& terms) {
    double sum = 0.0, c = 0.0;
    for (const double x : terms) {
        const double y = s.sub(x, c), t = s.add(sum, y);
        c = s.sub(s.sub(t, sum), y);
        sum = t;
    }
    return sum;
}
double in_order(ScalarArithmetic& s, const std::vector<double>& terms, std::size_t first, std::size_t last) {
    double sum = terms[first];
    for (std::size_t i = first + 1; i < last; ++i) sum = s.add(sum, terms[i]);
    return sum;
}
double chunked(ScalarArithmetic& s, const std::vector<double>& terms, std::size_t chunk) {
    double sum = 0.0;
    for (std::size_t i = 0; i < terms.size(); i += chunk)
        sum = s.add(sum, in_order(s, terms, i, std::min(terms.size(), i + chunk)));
    return sum;
}
// Neighbours in pairs, level by level; with chunks that are a power of two many the same as the machine's stack.
double pairwise(ScalarArithmetic& s, const std::vector<double>& terms, std::size_t chunk) {
    std::vector<double> sums;
    for (std::size_t i = 0; i < terms.size(); i += chunk)
        sums.push_back(in_order(s, terms, i, std::min(terms.size(), i + chunk)));
    while (sums.size() > 1) {
        std::vector<double> next;
        for (std::size_t i = 0; i + 1 < sums.size(); i += 2) next.push_back(s.add(sums[i], sums[i + 1]));
        sums = next;
    }
    return s.add(0.0, sums[0]);
}

}  // namespace

TEST_CASE("random programs in general precisions give the same bits in both layouts, observed or not") {
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        INFO("seed " << seed);
        random_program::Attachments attachments;
        const Program program = random_program::make(seed, int(seed % 3) + 1, 4 + int(seed % 37), attachments);
        const Precision precision = general_precision(seed);
        const auto compact = make_emulated(program, precision, Layout::compact, seed);
        const auto keep = make_emulated(program, precision, Layout::keep_everything, seed);
        const auto recording = make_recording(program, precision, Layout::compact, seed);
        auto of_keep = [&](ValueId v, int w) { return keep->value(v, w); };
        SavedStates start;
        for (int step = 0; step < 4; ++step) {
            compact->step();
            keep->step();
            recording->save(start);
            for (const Interest interest :
                 {Interest::results, Interest::results_and_some_terms, Interest::results_and_terms}) {
                recording->restore(start);
                Listening listening(interest);
                recording->step_observed(listening);
                REQUIRE(first_difference(*recording, program, of_keep) == "");
            }
            REQUIRE(first_difference(*compact, program, of_keep) == "");
        }
    }
}

TEST_CASE("sums are compensated, chunked, pairwise or fused as one operation after another says") {
    std::mt19937 random(4);
    for (const char* name : {"fp16", "bf16", "fp8_e5m2", "tf32"}) {
        const Rounding rounding = rounding_to(name);
        ScalarArithmetic s(rounding);
        for (int repeat = 0; repeat < 20; ++repeat) {
            INFO(name << ", repetition " << repeat);
            const int n = 64;
            const std::vector<double> x = some_numbers(random, n), y = some_numbers(random, n);
            std::vector<double> terms;
            for (int i = 0; i < n; ++i) terms.push_back(s.mul(x[std::size_t(i)], y[std::size_t(i)]));
            CHECK(same(machine_sum(x, y, rounding, {SumOrder::kahan, 1}), kahan(s, terms)));
            for (const int chunk : {1, 2, 4, 8, 64}) {
                CHECK(same(machine_sum(x, y, rounding, {SumOrder::chunked, chunk}),
                           chunked(s, terms, std::size_t(chunk))));
                CHECK(same(machine_sum(x, y, rounding, {SumOrder::pairwise, chunk}),
                           pairwise(s, terms, std::size_t(chunk))));
            }
            // Two exact products and the sum before them, in binary64, which holds them here.
            double fused = 0.0;
            for (int i = 0; i < n; i += 2) {
                const auto product = [&](int k) { return x[std::size_t(k)] * y[std::size_t(k)]; };
                fused = s.convert(fused + product(i) + product(i + 1));
            }
            CHECK(same(machine_sum(x, y, rounding, {SumOrder::fused, 2}), fused));
        }
    }
}

TEST_CASE("a compensated sum of ones goes on where a plain fp16 sum stops at 2048") {
    const std::vector<double> ones(5000, 1.0);
    CHECK(machine_sum(ones, ones, rounding_to("fp16"), {}) == 2048.0);
    CHECK(machine_sum(ones, ones, rounding_to("fp16"), {SumOrder::kahan, 1}) == 5000.0);
    CHECK(machine_sum(ones, ones, rounding_to("fp16"), {SumOrder::pairwise, 1}) == 5000.0);
    CHECK(machine_sum(ones, ones, rounding_to("fp16"), {SumOrder::chunked, 64}) == 5000.0);
}

TEST_CASE("sums that end in the middle of a chunk, and sums of rows and columns, lose no term") {
    std::mt19937 random(5);
    Precision precision = everywhere(rounding_to("fp32"));
    for (const SumOrder order : {SumOrder::kahan, SumOrder::pairwise, SumOrder::chunked, SumOrder::fused})
        for (const int n : {1, 2, 3, 5, 7, 12, 33}) {
            INFO(sum_orders()[std::size_t(order)] << ", " << n << " terms");
            precision.summation = {order, 4};
            std::vector<double> x;
            double total = 0;
            for (int i = 0; i < n; ++i) {
                x.push_back(double(random() % 1000));  // exact in any order
                total += x.back();
            }
            Builder b(1);
            const State a = b.state("a", {1, n}, Role::update, x);
            const State all = b.state("all", {}, Role::update, {0.0});
            const State rows = b.state("rows", {1, n}, Role::update, {0.0}),
                        cols = b.state("cols", {}, Role::update, {0.0});
            b.store(all, Role::update, sum(a));
            b.store(rows, Role::update, sum_rows(a));
            b.store(cols, Role::update, sum_cols(a));
            const auto machine = make_emulated(b.program(), precision);
            machine->step();
            CHECK(machine->value(all.id())[0] == total);
            CHECK(machine->value(cols.id())[0] == total);
            CHECK(machine->value(rows.id()) == x);
        }
}

TEST_CASE(
    "stochastic results are one of the two neighbours, unbiased, and a function of seed, step, worker and place") {
    const int n = 1024;
    Builder b(2);
    const State w = b.state("w", {1, n}, Role::master, {1.0}, true);
    b.store(w, Role::master, w + b.hyper(0.25 * 0x1p-10));
    Precision precision = everywhere(rounding_to("fp32"));
    precision[Role::master] = stochastic("fp16");
    const auto run = [&](std::uint64_t seed, int worker) {
        const auto machine = make_emulated(b.program(), precision, Layout::compact, seed);
        std::vector<double> out;
        for (int step = 0; step < 40; ++step) machine->step();
        return machine->value(w.id(), worker);
    };
    const std::vector<double> once = run(1, 0);
    double mean = 0;
    for (const double x : once) {
        CHECK(std::ldexp(x, 10) == std::floor(std::ldexp(x, 10)));
        mean += x / n;
    }
    // 40 steps of a quarter of a unit are 10 units; each element's deviation is sqrt(40 * 3/16) units.
    CHECK(std::fabs((mean - 1.0) * 1024 - 10) < 4 * std::sqrt(40 * 3.0 / 16 / n));
    CHECK(run(1, 0) == once);
    CHECK(run(2, 0) != once);
    CHECK(run(1, 1) != once);
    precision[Role::master] = rounding_to("fp16");
    CHECK(run(1, 0) == std::vector<double>(n, 1.0));  // to nearest nothing moves
}

TEST_CASE("what else a program does changes no random bit of a statement") {
    const auto value = [](bool more) {
        Builder b(1);
        const State w = b.state("w", {1, 100}, Role::master, {1.0});
        const State other = b.state("other", {1, 100}, Role::master, {1.0});
        if (more) b.store(other, Role::master, other + b.hyper(0x1p-13));
        b.store(w, Role::master, w + b.hyper(0x1p-12));
        Precision precision = everywhere(rounding_to("fp32"));
        precision[Role::master] = stochastic("fp16");
        const auto machine = make_emulated(b.program(), precision, Layout::compact, 3);
        machine->step();
        return machine->value(w.id());
    };
    CHECK(value(false) == value(true));
}

TEST_CASE("a role in a block format shares scales along what is stored") {
    std::mt19937 random(8);
    std::vector<double> x = some_numbers(random, 300);
    Builder b(1);
    const State a = b.state("a", {10, 30}, Role::update, x), w = b.state("w", {10, 30}, Role::weight, {0.0});
    b.store(w, Role::weight, a * a);
    Precision precision = everywhere(rounding_to("fp32"));
    precision[Role::weight] = rounding_to("mxfp6_e3m2");
    const auto machine = make_emulated(b.program(), precision);
    machine->step();
    std::vector<double> wanted;
    for (const double v : x) wanted.push_back(double(float(v * v)));
    const RoundBlock round(*precision[Role::weight]);
    round(wanted.data(), wanted.data(), int(wanted.size()));
    CHECK(machine->value(w.id()) == wanted);
}

TEST_CASE("operands that are subnormal in the role's format are zeros where the role flushes them") {
    Rounding flushing = rounding_to("fp16");
    flushing.subnormal_inputs = Subnormals::flush;
    const std::vector<double> x = {0x1p-15, -0x1p-15, 0x1p-14, 1.0}, y = {1024.0, 1024.0, 1024.0, 0x1p-15};
    const auto product = [&](const Rounding& rounding) {
        Builder b(1);
        const State a = b.state("a", {1, 4}, Role::master, x), c = b.state("c", {1, 4}, Role::master, y);
        const State out = b.state("out", {1, 4}, Role::master, {7.0});
        b.store(out, Role::update, a * c);
        Precision precision = everywhere(rounding_to("fp16"));
        precision[Role::update] = rounding;
        const auto machine = make_emulated(b.program(), precision);
        machine->step();
        return machine->value(out.id());
    };
    CHECK(product(rounding_to("fp16")) == std::vector<double>{0x1p-5, -0x1p-5, 0x1p-4, 0x1p-15});
    const std::vector<double> flushed = product(flushing);
    CHECK(flushed == std::vector<double>{0.0, -0.0, 0x1p-4, 0.0});
    CHECK(std::signbit(flushed[1]));
}

TEST_CASE("an operand flushed in a format without -0 is +0, as in the scalar path") {
    Rounding rounding = rounding_to("fp8_e4m3fnuz");
    rounding.subnormal_inputs = Subnormals::flush;
    rounding.overflow = Overflow::saturate;
    const double small = -rounding.format.min_subnormal();
    Builder b(1);
    const State one = b.state("one", {1, 2}, Role::master, {1.0}), x = b.state("x", {1, 2}, Role::master, {small});
    const State out = b.state("out", {1, 2}, Role::master, {7.0});
    b.store(out, Role::update, one / x);
    const auto machine = make_emulated(b.program(), everywhere(rounding));
    machine->step();
    CHECK(ScalarArithmetic(rounding).div(1.0, small) == rounding.format.max_finite);
    CHECK(machine->value(out.id()) == std::vector<double>(2, rounding.format.max_finite));
}

TEST_CASE("a role that is not rounded again leaves values of a block format as they are, in another order too") {
    std::mt19937 random(9);
    Precision precision = everywhere(rounding_to("fp32"));
    precision[Role::weight] = rounding_to("mxfp4_e2m1");
    precision[Role::operand] = std::nullopt;
    Builder b(1);
    const State w = b.state("w", {40, 3}, Role::weight, some_numbers(random, 120));
    const State out = b.state("out", {3, 40}, Role::master, {0.0});
    b.store(out, Role::operand, transpose(b.let(Role::operand, cast(w))));
    const auto machine = make_emulated(b.program(), precision);
    machine->step();
    const std::vector<double> stored = machine->value(w.id()), moved = machine->value(out.id());
    for (int r = 0; r < 40; ++r)
        for (int c = 0; c < 3; ++c) REQUIRE(moved[std::size_t(c * 40 + r)] == stored[std::size_t(r * 3 + c)]);
}
