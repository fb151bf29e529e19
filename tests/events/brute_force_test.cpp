// Events of random runs in odd precisions against a search that looks at every rounding of every step.
#include "brute_force.hpp"

#include <cstdlib>
#include <random>

#include "catch.hpp"
#include "planted.hpp"
#include "small_models.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
    bool chance(int percent) { return below(100) < percent; }
    template <class T>
    T among(std::initializer_list<T> list) {
        return *(list.begin() + below(static_cast<int>(list.size())));
    }

private:
    std::mt19937_64 engine_;
};

// Small runs that soon leave one format or the other.
RunSpec random_run(std::uint64_t seed) {
    Random random(seed);
    std::vector<Configured> all;
    for (const ModelRow* row : models())
        for (const Configured& c : small_models(row->schema.name)) all.push_back(c);
    const Configured model = all[std::size_t(random.below(static_cast<int>(all.size())))];
    const OptimizerRow* row = optimizers()[std::size_t(random.below(static_cast<int>(optimizers().size())))];
    Configured optimizer = any_optimizer(row->schema, {{"lr", {random.among({1e-3, 0.1, 30.0, 3000.0})}}});
    for (const char* key : {"freeze_step", "var_freeze_step"})
        if (optimizer.has(key)) optimizer.set(key, {std::int64_t{3}});
    if (optimizer.has("eps") && random.chance(30)) optimizer.set("eps", {random.among({1e-30, 1e-3})});
    const std::string preset = random.among({"fp16_pure", "fp16", "bf16_pure", "fp32"});
    RunSpec spec = spec_of(model, optimizer, preset, random.among({1, 2, 3}));
    for (const Role role : all_roles())
        if (random.chance(15) && spec.precision[role])
            spec.precision[role] = rounding_to(random.among({"fp16", "fp8_e5m2", "fp8_e4m3", "bf16", "e4m7"}));
    for (const Role role : all_roles())
        if (random.chance(8) && spec.precision[role]) spec.precision[role]->subnormals = Subnormals::flush;
    const bool has_data = model.has("data");
    if (has_data && (random.chance(50) || 24 % spec.workers != 0)) spec.batch = 2;
    if (has_data && spec.workers == 3) spec.batch = 1;
    if (random.chance(40)) spec.loss_scale = a_loss_scaler("static", {{"scale", {random.among({1024.0, 0x1p30})}}});
    if (random.chance(20)) spec.loss_scale = a_loss_scaler("deepspeed");
    if (random.chance(20)) spec.engine.set("gradient_clipping", {1.0});
    spec.steps = 20 + random.below(20);
    if (random.chance(20))
        spec.injections = {{random.below(20), random.below(spec.workers), 0,
                            random.among({1e30, std::numeric_limits<double>::infinity(), std::nan("")})}};
    return spec;
}

std::string described(const RunSpec& spec) {
    std::string text = spec.model.kind + ", " + spec.optimizer.kind + ", " + spec.preset + ", " + spec.engine.kind +
                       ", " + spec.loss_scale.kind + ", workers " + std::to_string(spec.workers);
    for (const Role role : all_roles())
        text += " " + (spec.precision[role] ? spec.precision[role]->format.name : std::string("-"));
    return text;
}

std::string described(const Expected& e) {
    return "step " + std::to_string(e.step) + ", worker " + std::to_string(e.worker) + ", " + e.operation + " in " +
           e.role + ": " + std::to_string(e.exact) + " -> " + std::to_string(e.rounded);
}
std::string told(const RunSummary& summary) {
    std::string text;
    for (const Event& e : summary.events) text += "\n  [" + e.kind + "] " + e.sentence;
    return text;
}

// A copy is told by what it copies.
bool same_operation(const Expected& expected, const Event& event) {
    const bool moves = expected.op == Op::cast || (expected.op >= Op::bcast_rows && expected.op <= Op::gather);
    return moves || event.operation == expected.operation;
}

// More of them: HALFSTEP_RANDOM_RUNS=20000, and from another seed on: HALFSTEP_FIRST_RUN=20000.
int from_environment(const char* name, int otherwise) {
    const char* given = std::getenv(name);
    return given ? std::atoi(given) : otherwise;
}

}  // namespace

TEST_CASE("the first overflow, NaN and vanished array of random runs are those a full search finds") {
    std::map<std::string, int> seen;
    const int first = from_environment("HALFSTEP_FIRST_RUN", 0), runs = from_environment("HALFSTEP_RANDOM_RUNS", 200);
    for (int seed = first; seed < first + runs; ++seed) {
        const RunSpec spec = random_run(std::uint64_t(seed));
        INFO("seed " << seed << ": " << described(spec));
        std::optional<BruteForce> expected;
        RunSummary summary;
        try {
            Nowhere sink;
            summary = simulate(spec, 1, sink);
            expected.emplace(spec, 1);
        } catch (const SpecError&) {
            continue;  // a combination that is refused
        }
        for (const char* kind : {"overflow", "nan", "underflow"}) {
            INFO(kind);
            const Event* event = nullptr;
            for (const Event& e : summary.events)
                if (e.kind == kind && e.piece != "start") event = &e;
            const bool started_so = std::any_of(summary.events.begin(), summary.events.end(),
                                                [&](const Event& e) { return e.kind == kind && e.piece == "start"; });
            if (started_so) continue;
            const auto found = expected->found.find(kind);
            const bool is_expected = found != expected->found.end();
            const std::string words = is_expected ? described(found->second) : "none";
            INFO("expected: " << words << "; all: " << told(summary));
            // A NaN, or an infinity of a division by zero, hides the overflows after it.
            const auto hides = [&](const Event& e) {
                return (e.kind == "nan" || e.kind == "vanished_denominator") && e.step < found->second.step;
            };
            const bool overflow = std::string(kind) == "overflow";
            if (overflow && is_expected && event == nullptr &&
                std::any_of(summary.events.begin(), summary.events.end(), hides))
                continue;
            CHECK((event != nullptr) == is_expected);
            if (event == nullptr || !is_expected) continue;
            ++seen[kind];
            INFO(event->sentence);
            CHECK(event->step == found->second.step);
            CHECK(event->worker == found->second.worker);
            CHECK(to_bits(event->exact) == to_bits(found->second.exact));
            CHECK(event->role == found->second.role);
            CHECK(same_operation(found->second, *event));
        }
    }
    INFO("seen " << seen["overflow"] << " " << seen["nan"] << " " << seen["underflow"]);
    for (const char* kind : {"overflow", "nan", "underflow"}) CHECK(seen[kind] > 5);
}
