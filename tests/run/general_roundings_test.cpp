// Runs whose roundings depend on more than the number: every role, through models, optimizers, engines, events, traces
// and what is said about them.
#include <algorithm>

#include "runs.hpp"

namespace halfstep::test {
namespace {

Rounding with_mode(Rounding rounding, RoundingMode mode) {
    rounding.mode = mode;
    return rounding;
}

struct Choice {
    const char* name;
    Rounding rounding;
};

std::vector<Choice> choices() {
    Rounding saturating = rounding_to("fp8_e4m3"), flushing = rounding_to("fp16"), few = rounding_to("fp8_e5m2");
    saturating.overflow = Overflow::saturate;
    flushing.subnormal_inputs = Subnormals::flush;
    few.random_bits = 3;
    using enum RoundingMode;
    return {{"bf16, stochastic", with_mode(rounding_to("bf16"), stochastic)},
            {"fp8_e4m3, saturating and stochastic", with_mode(saturating, stochastic)},
            {"fp8_e5m2, three random bits", with_mode(few, stochastic)},
            {"fp16, operands flushed", flushing},
            {"q3.12", rounding_to("q3.12")},
            {"q3.4, stochastic", with_mode(rounding_to("q3.4"), stochastic)},
            {"fp8_e4m3fnuz", rounding_to("fp8_e4m3fnuz")},
            {"fp4_e2m1", rounding_to("fp4_e2m1")},
            {"mxfp8_e4m3", rounding_to("mxfp8_e4m3")},
            {"mxfp4_e2m1, stochastic", with_mode(rounding_to("mxfp4_e2m1"), stochastic)}};
}

// As the scenario reader takes them.
bool is_allowed(const Rounding& rounding, Role role) {
    static const Role one_at_a_time[] = {Role::product, Role::accumulator, Role::fused,
                                         Role::hyper,   Role::update,      Role::comm_scale};
    return rounding.format.block == 0 || std::count(std::begin(one_at_a_time), std::end(one_at_a_time), role) == 0;
}

RunSpec plain_run() {
    RunSpec spec = quadratic_run("adam", 0.5, 12, 2);
    spec.model = chosen("model", "quadratic", {{"dimension", {std::int64_t{40}}}});
    spec.preset = "bf16";
    spec.precision = find_preset("bf16")->make();
    return spec;
}

// Under DeepSpeed's fp16 wrapper whatever the weights' format.
RunSpec wrapped_run(std::int64_t steps) {
    RunSpec spec = busy_run(steps);
    spec.engine.set("wrapper", {std::string("fp16_fused")});
    return spec;
}

std::string digest_of(const RunSpec& spec, std::uint64_t seed) {
    Kept kept;
    return simulate(spec, seed, kept).digest;
}

}  // namespace

TEST_CASE("every role takes every rounding, in a run that is traced and searched for events, and twice the same bits") {
    for (RunSpec base : {wrapped_run(12), plain_run()}) {
        base.trace_every = 5;
        for (const Choice& choice : choices())
            for (const Role role : all_roles()) {
                if (!is_allowed(choice.rounding, role)) continue;
                INFO(base.optimizer.kind << ", " << role_name(role) << " in " << choice.name);
                RunSpec spec = base;
                spec.precision[role] = choice.rounding;
                REQUIRE(digest_of(spec, 1) == digest_of(spec, 1));
            }
    }
}

TEST_CASE("every order of summation runs through a network, and each gives bits of its own") {
    std::vector<std::string> digests;
    for (const SumOrder order :
         {SumOrder::ordered, SumOrder::kahan, SumOrder::pairwise, SumOrder::chunked, SumOrder::fused}) {
        RunSpec spec = busy_run(12);
        spec.trace_every = 5;
        spec.precision[Role::product] = spec.precision[Role::accumulator] = rounding_to("fp16");
        spec.precision.summation = {order, default_chunk(order)};
        if (order == SumOrder::chunked) spec.precision.summation.chunk = 3;  // sums here are short
        digests.push_back(digest_of(spec, 1));
    }
    std::sort(digests.begin(), digests.end());
    CHECK(std::unique(digests.begin(), digests.end()) == digests.end());
}

TEST_CASE("random bits follow the seed of the run") {
    RunSpec spec = plain_run();
    spec.precision[Role::master] = with_mode(rounding_to("bf16"), RoundingMode::stochastic);
    CHECK(digest_of(spec, 1) != digest_of(spec, 2));
    spec.precision[Role::master]->mode = RoundingMode::toward_zero;
    CHECK(digest_of(spec, 1) == digest_of(spec, 2));  // nothing else in it is random
}

TEST_CASE("masters begin as the weights are stored, in a block format too") {
    RunSpec spec = wrapped_run(1);
    for (const Role role : {Role::weight, Role::master}) spec.precision[role] = rounding_to("mxfp8_e4m3");
    spec.precision[Role::master] = rounding_to("fp32");
    spec.optimizer.set("lr", {0.0});
    Kept kept;
    simulate(spec, 1, kept);
    bool some = false;
    for (const auto& [name, values] : kept.states) {
        if (name.find("master") != 0) continue;
        for (const double x : values) {
            some = some || x != 0.0;
            // Four significand bits.
            int exponent = 0;
            const double significand = std::ldexp(std::frexp(x, &exponent), 4);
            CHECK(significand == std::floor(significand));
        }
    }
    CHECK(some);
}

TEST_CASE("what shares a scale has no limit of its own to overflow at") {
    RunSpec spec = quadratic_run("sgd", 2.5, 40);
    spec.precision[Role::master] = rounding_to("mxfp4_e2m1");
    Kept kept;
    const RunSummary summary = simulate(spec, 1, kept);
    CHECK(std::fabs(kept.states.at("weight/0")[0]) > 1e3);  // far beyond 6
    CHECK(metric(summary, "first_overflow_step") == -1);
    spec.precision[Role::master] = rounding_to("fp4_e2m1");
    Kept stopped;
    CHECK(metric(simulate(spec, 1, stopped), "first_overflow_step") > 0);
}

}  // namespace halfstep::test
