#include "halfstep/comm/compressed_all_reduce.hpp"

#include <bit>
#include <cstdint>
#include <limits>
#include <random>

#include "catch.hpp"
#include "halfstep/program/machine.hpp"
#include "slow_all_reduce.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// One compressed vector of n with its buffers, as a program.
class Compressed {
public:
    Compressed(int workers, int n, bool compensate_worker, bool compensate_server, bool binary64 = false) {
        Builder b(workers);
        x_ = b.state("x", {1, n}, Role::update, {0.0}, true);
        out_ = b.state("out", {1, n}, Role::update, {0.0});
        feedback_ = declare_error_feedback(b, n, "");
        feedback_.compensate_worker = compensate_worker;
        feedback_.compensate_server = compensate_server;
        b.store(out_, Role::update, compressed_all_reduce(b, x_, feedback_));
        machine_ = binary64 ? make_binary64(b.program()) : make_emulated(b.program(), find_preset("fp32")->make());
    }

    template <class T>
    std::vector<double> operator()(const std::vector<std::vector<T>>& x) {
        for (std::size_t r = 0; r < x.size(); ++r)
            machine_->write(x_.id(), int(r), std::vector<double>(x[r].begin(), x[r].end()));
        machine_->step();
        return read(out_, 0);
    }
    std::vector<double> worker_error(int worker) const { return read(feedback_.worker_error, worker); }
    std::vector<double> server_error() const { return read(feedback_.server_error, 0); }

private:
    std::vector<double> read(const State& s, int worker) const {
        std::vector<double> values;
        machine_->read(s.id(), worker, values);
        return values;
    }

    State x_, out_;
    ErrorFeedback feedback_;
    std::unique_ptr<Machine> machine_;
};

std::uint32_t bits(float x) {
    return std::isnan(x) ? 0x7fc00000u : std::bit_cast<std::uint32_t>(x);
}

void check_same_bits(const std::string& what, const std::vector<double>& here, const std::vector<float>& slow) {
    INFO(what);
    REQUIRE(here.size() == slow.size());
    std::size_t differing = 0;
    for (std::size_t i = 0; i < slow.size(); ++i) differing += bits(float(here[i])) != bits(slow[i]);
    CHECK(differing == 0);
}

// Magnitudes over many binades, exact zeros of both signs; with `special`, infinities and NaN.
std::vector<float> random_vector(std::mt19937& random, int n, bool special) {
    std::vector<float> x;
    for (int i = 0; i < n; ++i) {
        const auto word = std::uint32_t(random());
        float value = std::ldexp(float(word >> 8) - 8388608.0f, int(word & 31u) - 40);
        if ((word & 0xe0u) == 0) value = (word & 1u) ? 0.0f : -0.0f;
        if (special && random() % 40 == 0) value = random() % 3 == 0 ? nan : random() % 2 == 0 ? infinity : -infinity;
        x.push_back(value);
    }
    return x;
}

void compare_rounds(int workers, int n, bool compensate_worker, bool compensate_server, bool special) {
    INFO(workers << " workers, " << n << " values, compensation " << compensate_worker << compensate_server);
    Compressed fast(workers, n, compensate_worker, compensate_server);
    SlowAllReduce slow(workers, compressed_size(n, workers));
    slow.compensate_worker = compensate_worker;
    slow.compensate_server = compensate_server;
    std::mt19937 random(std::uint32_t(workers * 1000 + n));
    for (int round = 0; round < 6; ++round) {
        INFO("round " << round);
        std::vector<std::vector<float>> x;
        for (int r = 0; r < workers; ++r) x.push_back(random_vector(random, n, special && round == 3));
        const std::vector<double> here = fast(x);
        check_same_bits("result", here, slow(x));
        for (int r = 0; r < workers; ++r)
            check_same_bits("worker_error", fast.worker_error(r), slow.worker_error[std::size_t(r)]);
        check_same_bits("server_error", fast.server_error(), slow.server_error);
    }
}

}  // namespace

TEST_CASE("a compressed vector is padded so that every server's chunk is whole bytes") {
    const auto [workers, alignment] =
        GENERATE(table<int, int>({{1, 8}, {2, 16}, {3, 72}, {4, 32}, {5, 200}, {8, 64}, {16, 256}}));
    for (int n : {1, alignment - 1, alignment}) CHECK(compressed_size(n, workers) == alignment);
    CHECK(compressed_size(alignment + 1, workers) == 2 * alignment);
    CHECK(compressed_size(10 * alignment, workers) == 10 * alignment);
    CHECK(compressed_size(10 * alignment, workers) / workers % 8 == 0);
}

TEST_CASE("a compressed all-reduce sends one bit an element either way and a scale for every message") {
    CHECK(compressed_bytes(16, 2) == 2 * (2 + 4 * 2));
    CHECK(compressed_bytes(17, 2) == 2 * (4 + 4 * 2));
    CHECK(compressed_bytes(1'000'000, 4) == 2 * (125'000 + 16));
}

TEST_CASE("the compressed all-reduce equals a slow scalar one to the bit") {
    const int workers = GENERATE(2, 3, 4, 5, 8);
    for (int n : {1, 3, 16, 72, 201}) compare_rounds(workers, n, true, true, false);
}

TEST_CASE("either error compensation can be switched off") {
    const int workers = GENERATE(2, 3, 4);
    compare_rounds(workers, 50, true, false, false);
    compare_rounds(workers, 50, false, true, false);
    compare_rounds(workers, 50, false, false, false);
}

TEST_CASE("infinities and NaN go through the compressed all-reduce as through the slow one") {
    const int workers = GENERATE(2, 3, 8);
    compare_rounds(workers, 70, true, true, true);
    compare_rounds(workers, 70, false, false, true);
}

TEST_CASE("zeros of both signs and NaN are sent as plus one") {
    Compressed both(2, 16, false, false);
    std::vector<std::vector<float>> x(2, std::vector<float>(16, 1.0f));
    for (auto& row : x) row[3] = 0.0f, row[4] = -0.0f, row[5] = -2.0f;
    const std::vector<double> out = both(x);
    CHECK(out[3] == out[0]);
    CHECK(out[4] == out[0]);
    CHECK(out[5] == -out[0]);
    CHECK(out[0] > 0);
}

TEST_CASE("an infinity stays in the error buffers for ever") {
    Compressed all_reduce(2, 16, true, true);
    std::vector<std::vector<float>> x(2, std::vector<float>(16, 1.0f));
    x[1][7] = infinity;
    all_reduce(x);
    x[1][7] = 1.0f;
    for (int round = 0; round < 5; ++round) CHECK(std::isnan(all_reduce(x)[0]));
    CHECK(std::isnan(all_reduce.worker_error(1)[7]));
}

TEST_CASE("what is not sent stays in the buffers: the sums telescope") {
    // sum over rounds of (mean of x) = sum of results + mean of worker errors + server error.
    const int workers = GENERATE(2, 3, 4);
    const int n = 33;
    Compressed all_reduce(workers, n, true, true, true);
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    std::vector<double> balance(n, 0.0);
    for (int round = 0; round < 20; ++round) {
        std::vector<std::vector<double>> x(workers, std::vector<double>(n));
        for (auto& row : x)
            for (int i = 0; i < n; ++i) balance[i] += (row[i] = normal(random)) / workers;
        const std::vector<double> out = all_reduce(x);
        for (int i = 0; i < n; ++i) balance[i] -= out[i];
    }
    double largest = 0.0;
    for (int i = 0; i < n; ++i) {
        for (int r = 0; r < workers; ++r) balance[i] -= all_reduce.worker_error(r)[i] / workers;
        balance[i] -= all_reduce.server_error()[i];
        largest = std::max(largest, std::fabs(balance[i]));
    }
    // About 20 rounds of a few binary64 roundings of numbers below 16.
    CHECK(largest < 1e-12);
}
