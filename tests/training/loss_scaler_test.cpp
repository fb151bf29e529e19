#include "halfstep/scale/loss_scaler.hpp"

#include <cmath>
#include <random>

#include "catch.hpp"
#include "halfstep/program/machine.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// A scaler's state as a value.
class Scaler {
public:
    explicit Scaler(const Configured& config)
        : row_(find_loss_scaler(config.kind)), state_(row_.initial(config)), options_(row_.options(config)) {}
    double scale() const { return state_[0]; }
    const std::vector<double>& state() const { return state_; }
    double operator()(bool overflow) {
        std::vector<double> in = {overflow ? 1.0 : 0.0};
        in.insert(in.end(), state_.begin(), state_.end());
        in.insert(in.end(), options_.begin(), options_.end());
        std::vector<double> out(state_.size() + 1, std::nan(""));
        row_.next(in.data(), out.data());
        failed_ = row_.failure && out.back() == 1.0;
        out.pop_back();
        return (state_ = out)[0];
    }
    bool failed() const { return failed_; }

private:
    const LossScalerRow& row_;
    std::vector<double> state_, options_;
    bool failed_ = false;
};

std::vector<bool> random_flags(std::uint32_t seed, int n) {
    std::mt19937 random(seed);
    std::vector<bool> flags;
    for (int i = 0; i < n; ++i) flags.push_back(random() % 7 == 0);
    return flags;
}

// Short windows, so that a few hundred steps see every transition.
Configured lively(const LossScalerRow& row) {
    Configured config = configure(row.schema);
    for (const char* window : {"window", "growth_interval"})
        if (config.has(window)) config.set(window, {std::int64_t{3}});
    return config;
}

Configured deepspeed(std::int64_t power, std::int64_t window, double floor = 1.0) {
    return a_loss_scaler("deepspeed", {{"initial_scale_power", {power}}, {"window", {window}}, {"min_scale", {floor}}});
}

}  // namespace

TEST_CASE("every loss scaler lowers the scale only on overflow and raises it only without") {
    for (const LossScalerRow* row : loss_scalers()) {
        INFO(row->schema.name);
        Scaler scaler(lively(*row));
        CHECK(scaler.scale() > 0);
        for (bool overflow : random_flags(1, 500)) {
            const double before = scaler.scale(), after = scaler(overflow);
            CHECK(std::isfinite(after));
            CHECK((overflow ? after <= before : after >= before));
        }
    }
}

TEST_CASE("every loss scaler is a pure function: two that are advanced in turns agree with one") {
    for (const LossScalerRow* row : loss_scalers()) {
        INFO(row->schema.name);
        const Configured config = lively(*row);
        Scaler alone(config), first(config), second(config);
        std::vector<std::vector<double>> expected;
        const std::vector<bool> flags = random_flags(2, 200);
        for (bool f : flags) {
            alone(f);
            expected.push_back(alone.state());
        }
        for (std::size_t t = 0; t < flags.size(); ++t) {
            first(flags[t]);
            second(flags[t]);
            CHECK(first.state() == expected[t]);
            CHECK(second.state() == expected[t]);
        }
    }
}

TEST_CASE("a scaler that does not scale starts and stays at one") {
    for (const LossScalerRow* row : loss_scalers()) {
        if (row->scales) continue;
        INFO(row->schema.name);
        Scaler scaler(configure(row->schema));
        for (bool overflow : random_flags(3, 50)) CHECK(scaler(overflow) == 1.0);
    }
}

TEST_CASE("every loss scaler recorded into a program equals the pure function") {
    for (const LossScalerRow* row : loss_scalers()) {
        INFO(row->schema.name);
        const Configured config = lively(*row);
        Builder b(1);
        const Host flag = b.host_state("overflow", 0);
        const RecordedScaler recorded(b, config);
        recorded.update(b, flag);
        const auto machine = make_emulated(b.program(), find_preset("fp32")->make());
        Scaler pure(config);
        CHECK(machine->host(recorded.scale().id) == pure.scale());
        for (std::uint32_t seed = 0; seed < 5; ++seed)
            for (bool overflow : random_flags(seed, 100)) {
                machine->set_host(flag.id, overflow ? 1.0 : 0.0);
                machine->step();
                CHECK(machine->host(recorded.scale().id) == pure(overflow));
            }
    }
}

TEST_CASE("the states of a recorded scaler have names of their own") {
    for (const LossScalerRow* row : loss_scalers()) {
        Builder b(1);
        const RecordedScaler recorded(b, configure(row->schema));
        const auto machine = make_emulated(b.program(), find_preset("fp32")->make());
        auto names = machine->state_names();
        std::sort(names.begin(), names.end());
        CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    }
}

TEST_CASE("DeepSpeed's scale is halved on every overflow down to its floor") {
    Scaler scaler(deepspeed(4, 2));
    std::vector<double> trace;
    for (int i = 0; i < 8; ++i) trace.push_back(scaler(true));
    CHECK(trace == std::vector<double>{8, 4, 2, 1, 1, 1, 1, 1});
}

TEST_CASE("DeepSpeed's scale doubles first after window + 1 clean steps, then every window") {
    const int window = GENERATE(1, 2, 5, 1000);
    for (bool after_overflow : {false, true}) {
        INFO("window " << window << ", after an overflow: " << after_overflow);
        Scaler scaler(deepspeed(4, window));
        if (after_overflow) scaler(true);
        const double start = scaler.scale();
        for (int clean = 1; clean <= 4 * window + 1; ++clean) {
            const int doublings = clean < window + 1 ? 0 : (clean - 1) / window;
            REQUIRE(scaler(false) == std::ldexp(start, doublings));
        }
    }
}

TEST_CASE("DeepSpeed's floor catches a halving that would pass it") {
    Scaler scaler(deepspeed(2, 1000, 3.0));
    CHECK(scaler(true) == 3.0);
    CHECK(scaler(true) == 3.0);
}

TEST_CASE("without a floor 121 halvings from 2^32 give the last scale of DeepSpeed issue 753") {
    Scaler scaler(deepspeed(32, 1000, 0.0));
    for (int i = 0; i < 121; ++i) scaler(true);
    CHECK(scaler.scale() == 1.6155871338926322e-27);
    CHECK(scaler.scale() == std::ldexp(1.0, -89));
}

TEST_CASE("a static scale never moves") {
    Scaler scaler(a_loss_scaler("static", {{"scale", {384.0}}}));
    for (bool overflow : random_flags(4, 300)) REQUIRE(scaler(overflow) == 384.0);
}

namespace {

// The scale after each update: "0" is clean, "1" an overflow.
std::vector<double> scales_of(Scaler& scaler, const std::string& flags) {
    std::vector<double> scales;
    for (const char f : flags) scales.push_back(scaler(f == '1'));
    return scales;
}
using Scales = std::vector<double>;

}  // namespace

TEST_CASE("under ZeRO the first overflow is forgiven, and every one after it until a doubling forgives again") {
    Scaler scaler(a_loss_scaler("deepspeed_hysteresis", {{"init_scale", {64.0}}, {"window", {std::int64_t{2}}}}));
    // The doubling comes after window + 1 clean steps, and restores the hysteresis of 2.
    CHECK(scales_of(scaler, "110001101") == Scales{64, 32, 32, 32, 64, 64, 32, 32, 16});
}

TEST_CASE("consecutive hysteresis is restored by every clean step") {
    Scaler scaler(a_loss_scaler("deepspeed_hysteresis", {{"init_scale", {64.0}},
                                                         {"window", {std::int64_t{100}}},
                                                         {"hysteresis", {std::int64_t{3}}},
                                                         {"consecutive_hysteresis", {true}}}));
    CHECK(scales_of(scaler, "1101101111") == Scales{64, 64, 64, 64, 64, 64, 64, 64, 32, 16});
}

TEST_CASE("a hysteresis below 1 never lowers the scale") {
    Scaler scaler(a_loss_scaler("deepspeed_hysteresis", {{"hysteresis", {std::int64_t{0}}}}));
    CHECK(scales_of(scaler, std::string(50, '1')) == Scales(50, 65536));
}

TEST_CASE("under ZeRO an overflow at the floor is an error that changes nothing, or where asked is none") {
    for (const bool raises : {true, false}) {
        Scaler scaler(a_loss_scaler(
            "deepspeed_hysteresis",
            {{"init_scale", {4.0}}, {"hysteresis", {std::int64_t{1}}}, {"raise_error_at_min_scale", {raises}}}));
        CHECK(scales_of(scaler, "11") == Scales{2, 1});
        const std::vector<double> before = scaler.state();
        scaler(true);
        CHECK(scaler.failed() == raises);
        CHECK((scaler.state() == before) == raises);
        CHECK(scaler.scale() == 1);
    }
    // The floor has to be met exactly: from 3 the scale falls to 2, its floor, and only then is it an error.
    Scaler uneven(a_loss_scaler("deepspeed_hysteresis",
                                {{"init_scale", {3.0}}, {"min_scale", {2.0}}, {"hysteresis", {std::int64_t{1}}}}));
    CHECK(uneven(true) == 2);
    CHECK_FALSE(uneven.failed());
    uneven(true);
    CHECK(uneven.failed());
}

TEST_CASE("apex doubles after exactly a window of clean steps, up to its ceiling, and has no floor unless given") {
    const std::vector<NamedValue> options = {
        {"init_scale", {8.0}}, {"window", {std::int64_t{2}}}, {"max_scale", {16.0}}};
    Scaler scaler(a_loss_scaler("apex", options));
    CHECK(scales_of(scaler, "00001010000") == Scales{8, 16, 16, 16, 8, 8, 4, 4, 8, 8, 16});
    for (int i = 0; i < 10; ++i) scaler(true);
    CHECK(scaler.scale() == 0x1p-6);
    std::vector<NamedValue> with_floor = options;
    with_floor.push_back({"min_scale", {3.0}});
    Scaler floored(a_loss_scaler("apex", with_floor));
    CHECK(scales_of(floored, "111") == Scales{4, 3, 3});
    CHECK(Scaler(a_loss_scaler("apex", {{"init_scale", {0x1p30}}})).scale() == 0x1p24);
}

TEST_CASE("GradScaler's scale is binary32, refuses infinity, and never comes back from zero") {
    Scaler uneven(a_loss_scaler("torch", {{"init_scale", {1.0}},
                                          {"growth_factor", {1.7}},
                                          {"backoff_factor", {0.3}},
                                          {"growth_interval", {std::int64_t{2}}}}));
    CHECK(uneven(true) == double(0.3f));
    CHECK(uneven(false) == double(0.3f));
    CHECK(uneven(false) == double(float(double(0.3f) * 1.7)));
    Scaler top(a_loss_scaler("torch", {{"init_scale", {0x1p127}}, {"growth_interval", {std::int64_t{1}}}}));
    CHECK(top(false) == 0x1p127);
    Scaler bottom(a_loss_scaler("torch", {{"growth_interval", {std::int64_t{1}}}}));
    int overflows = 0;
    while (bottom.scale() > 0) {
        bottom(true);
        ++overflows;
    }
    CHECK(overflows == 166);  // 2^16 to 2^-149, and once more
    CHECK(bottom(false) == 0);
}

TEST_CASE("apex's hysteresis for GradScaler backs off at the last of so many overflows without a clean step") {
    Scaler scaler(a_loss_scaler("torch", {{"init_scale", {64.0}}, {"hysteresis", {std::int64_t{3}}}}));
    CHECK(scales_of(scaler, "1101111") == Scales{64, 64, 64, 64, 64, 32, 16});
}
