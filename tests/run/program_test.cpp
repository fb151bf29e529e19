// [program]: what the statements compute, in which formats, and on which workers.
#include <cmath>

#include "halfstep/scenario/scenario.hpp"
#include "halfstep/spec/event_kind.hpp"
#include "message_of.hpp"
#include "runs.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec read(const std::string& text) {
    return parse_scenario("title = 't'\n" + text, "t.toml", builtin_catalogue()).runs[0];
}

struct Ran {
    Kept kept;
    RunSummary summary;
    double state(const std::string& name, std::size_t i = 0, int worker = 0) const {
        return kept.states.at(name + "/" + std::to_string(worker))[i];
    }
};
Ran run(const std::string& text, std::uint64_t seed = 1) {
    Ran ran;
    ran.summary = simulate(read(text), seed, ran.kept);
    return ran;
}

// Error of reading and building, with its place.
std::string refusal(const std::string& text) {
    return message_of([&] {
        const Scenario scenario = load_scenario("title = 't'\n" + text, "t.toml", builtin_catalogue());
        for (const RunSpec& spec : scenario.experiment.runs) {
            try {
                check_buildable(spec, 1);
            } catch (const SpecError& error) {
                throw scenario.explain(error, spec.run);
            }
        }
    });
}

}  // namespace

TEST_CASE("a program's step is the same arithmetic written in C++, to the bit") {
    const Ran ran =
        run("program = { constants = { a = 1.7, b = 'a/3' }, init = { x = 0.1, y = [1, 2] }, "
            "step = 'x = a*x - x*x*b; y = y*x + 0.3', repeat = 25 }");
    const float a = 1.7f, b = float(1.7 / 3);
    float x = 0.1f, y0 = 1, y1 = 2;
    for (int t = 0; t < 25; ++t) {
        x = a * x - x * x * b;
        y0 = y0 * x + 0.3f;
        y1 = y1 * x + 0.3f;
    }
    CHECK(ran.state("x") == double(x));
    CHECK(ran.state("y", 0) == double(y0));
    CHECK(ran.state("y", 1) == double(y1));
    CHECK(ran.summary.steps == 25);
}

TEST_CASE("every operation rounds to update, sums to accumulator, products to product, numbers to hyper") {
    const std::string step =
        "program = { init = { x = [1, 0.0009765625, 0.0009765625], s = 0, p = 0, n = 0, q = 0 }, "
        "step = 's = sum(x); p = (x @ x) - 1; n = 1 + 0.0009765625; q = 1 + x[1]', repeat = 1 }\n";
    const double u = 0x1p-10;
    const auto after = [&](const std::string& roles) { return run(step + "[precision]\n" + roles); };
    const Ran wide = after("preset = 'fp32'");
    CHECK(wide.state("s") == 1 + 2 * u);
    CHECK(wide.state("p") == 2 * u * u);
    CHECK(wide.state("q") == 1 + u);
    CHECK(after("accumulator = 'bf16'").state("s") == 1);
    CHECK(after("accumulator = 'bf16'").state("q") == 1 + u);
    CHECK(after("product = 'e4m3'").state("p") == 0);  // 2^-20 is below the smallest subnormal
    CHECK(after("hyper = 'e2m1'").state("n") == 1);    // a number, rounded alone: 2^-10 becomes 0
    CHECK(after("hyper = 'e2m1'").state("q") == 1 + u);
    CHECK(after("update = 'bf16'").state("q") == 1);
}

TEST_CASE("a state is stored in update unless its role says otherwise") {
    const std::string text =
        "program = { init = { s = 0.1, t2 = 0.1 }, roles = { s = 'exp_avg' }, step = 's = s; t2 = t2' , "
        "repeat = 1 }\nprecision.exp_avg = 'bf16'";
    const Ran ran = run(text);
    CHECK(ran.state("s") == 0.10009765625);
    CHECK(ran.state("t2") == double(0.1f));
}

TEST_CASE("statements may begin a program; every name they assign is a state") {
    const Ran ran =
        run("[program]\nconstants = { n = 3 }\ninit = '''\nx = [1, 2, 4] / n\ny = sum(x)\nA = [[1, 2], [3, y]]\n'''\n"
            "step = 'y = y + A[1, 1]'\nrepeat = 2\nwatch = ['A[0, 1]', 'y', 'x[2]']");
    const float third = 1.0f / 3, sum = third + 2.0f / 3 + 4.0f / 3;
    CHECK(ran.state("x", 0) == double(third));
    CHECK(ran.state("y") == double(sum + sum + sum));
    CHECK(metric(ran.summary, "A[0, 1]") == 2);
    CHECK(metric(ran.summary, "x[2]") == double(4.0f / 3));
    CHECK(metric(ran.summary, "y") == ran.state("y"));
}

TEST_CASE("t is the step, 1 on the first and 0 while the program begins; powers of t go on") {
    const Ran ran =
        run("[program]\ninit = 'a = t; b = 0; p = 0'\nconstants = { k = '0.5^t' }\n"
            "step = 'b = b + t; p = k; if 0.5^t < 0.1 { a = a + 1 }'\nrepeat = 5\nwatch = ['b', 'p']");
    CHECK(ran.kept.series.at("b") == std::vector<double>{1, 3, 6, 10, 15});
    CHECK(ran.kept.series.at("p") == std::vector<double>{0.5, 0.25, 0.125, 0.0625, 0.03125});
    CHECK(ran.state("a") == 2);
}

TEST_CASE("workers differ where a state depends on them, and share everything else") {
    const Ran ran =
        run("workers.count = 3\n[program]\ninit = { s = 0, mine = 10, middle = 0 }\n"
            "step = 's = s + 1; mine = mine + worker*workers; middle = average(mine)'\nrepeat = 2\n"
            "watch = ['mine', 'worker(2, mine)', 'middle']");
    CHECK(ran.kept.states.count("s/1") == 0);
    CHECK(ran.kept.states.count("middle/1") == 0);
    CHECK(ran.state("mine", 0, 0) == 10);
    CHECK(ran.state("mine", 0, 2) == 22);
    CHECK(metric(ran.summary, "mine") == 10);
    CHECK(metric(ran.summary, "worker(2, mine)") == 22);
    CHECK(metric(ran.summary, "middle") == 16);
}

TEST_CASE("random numbers are new on every step and worker and depend on the seed alone") {
    const std::string text =
        "workers.count = 2\n[program]\ninit = 'x = 0; y = normal(size=4)'\n"
        "step = 'x = random()'\nrepeat = 3\nwatch = ['x', 'worker(1, x)', 'y[0]']";
    const Ran one = run(text), again = run(text), other = run(text, 2);
    CHECK(one.summary.digest == again.summary.digest);
    CHECK(one.summary.digest != other.summary.digest);
    const std::vector<double> x = one.kept.series.at("x");
    CHECK(x[0] != x[1]);
    CHECK(x[1] != x[2]);
    CHECK(x != one.kept.series.at("worker(1, x)"));
    CHECK(one.state("y", 0, 0) != one.state("y", 0, 1));
    CHECK(metric(one.summary, "last_change(y[0])") == -1);
}

TEST_CASE("a compressed all-reduce keeps its errors from step to step") {
    const Ran ran =
        run("workers.count = 2\n[program]\ninit = { x = [1, 2, 3], got = [0, 0, 0] }\n"
            "step = 'got = got + compressed_all_reduce(x * (worker + 1))'\nrepeat = 400");
    // Error feedback: the mean of what arrives tends to the mean of what is sent, 1.5 x.
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::fabs(ran.state("got", i) / 400 - 1.5 * double(i + 1)) < 0.05);
}

TEST_CASE("a program runs in every arithmetic") {
    const std::string text = "program = { init = { s = 0 }, step = 's = s + 0.1', repeat = 10 }\n";
    double s = 0.0;
    for (int t = 0; t < 10; ++t) s += 0.1;
    CHECK(run(text + "precision.arithmetic = 'binary64'").state("s") == s);
    CHECK(run(text + "precision.arithmetic = 'multiprecision'").state("s") == 1.0);
    CHECK(read(text).steps == 10);
}

TEST_CASE("a program has no metrics of training, and an expectation cannot name them") {
    const std::string text = "program = { init = { s = 0 }, step = 's = s + 1', watch = ['s'] }\nrun.steps = 3\n";
    const Ran ran = run(text);
    CHECK(ran.summary.metrics.size() == event_kinds().size() + 5);
    CHECK(metric(ran.summary, "first_overflow_step") == -1);
    CHECK(ran.kept.series.size() == 1);
    CHECK(refusal(text + "[[expect]]\nmetric = 's'\nequals = 3\n") == "nothing was thrown");
    CHECK(refusal(text + "[[expect]]\nmetric = 'final_loss'\nbelow = 3\n") ==
          "t.toml:5:10: expect[0].metric: unknown metric \"final_loss\". Accepted: "
          "first_overflow_step, first_nan_step, first_underflow_step, stagnation_step, scale_floor_step, "
          "error_exceeds_signal_step, vanished_denominator_step, failed_step, first_bad_step, s, min(s), max(s), "
          "last_change(s)");
}

TEST_CASE("a variant changes any part of a program, tables of names name by name") {
    const Experiment e = parse_scenario(
        "title = 't'\n[program]\ninit = { s = 0, c = 1 }\nconstants = { k = 2 }\n"
        "step = 's = s + k'\nrepeat = 3\nwatch = ['s']\n"
        "[[variant]]\nname = 'v'\nprogram.init.s = 5\nprogram.constants = { j = 1 }\n"
        "program.step = 's = s * k + j + c'\nprogram.repeat = 1\n"
        "[[variant]]\nname = 'w'\nprogram.init = 's = 7'\nprogram.watch = ['s*s']\n",
        "t.toml", builtin_catalogue());
    Kept kept;
    CHECK(metric(simulate(e.runs[1], 1, kept), "s") == 12);
    CHECK(metric(simulate(e.runs[2], 1, kept), "s*s") == 169);
}

TEST_CASE("what cannot stand in a program is refused at its place") {
    const std::string program = "program = { init = { s = 0 }, step = 's = s + 1' }\n";
    for (const char* table : {"model.kind = 'mlp'", "optimizer.kind = 'sgd'", "engine.kind = 'plain'",
                              "loss_scale.kind = 'none'", "inject = []"})
        CHECK(holds(refusal(program + table), "t.toml:3:1: "));
    CHECK(holds(refusal(program + "model.kind = 'mlp'"),
                "model: stands beside [program], which has neither model nor optimizer; leave one of them out"));
    CHECK(holds(refusal(program + "workers.batch = 4"), "t.toml:3:17: workers.batch: belongs to training"));
    CHECK(holds(refusal(program + "run.evaluate_every = 4"), "run.evaluate_every: belongs to training"));
    CHECK(holds(refusal(program + "run.watch = ['s']"), "of a [program] it is written program.watch"));
    CHECK(holds(refusal(program + "program.repeat = 3\nrun.steps = 4"), "t.toml:"));
    const auto of = [&](const std::string& keys) { return refusal("[program]\n" + keys); };
    CHECK(holds(of("init = { s = 0 }\nstep = 's = s + 1'\nrepeat = 3\n[run]\nsteps = 4"),
                "t.toml:7:9: run.steps: is written as program.repeat, too"));
    CHECK(holds(of("step = 's = 1'"), "t.toml:2:1: program: missing \"init\""));
    CHECK(holds(of("init = { s = 0 }\nstpe = 's = 1'"),
                "t.toml:4:1: program: unknown key \"stpe\"; did you mean \"step\"?"));
    CHECK(holds(of("init = { s = 0 }\nstep = 's = s + r'"), "t.toml:4:17: program.step: unknown name \"r\""));
    CHECK(holds(of("init = { s = 0 }\nstep = 'r = s + 1'"), "the step assigns none of the states"));
    CHECK(holds(of("init = { s = 0 }\nstep = 's = s + 1\ns'"), "t.toml:"));
    CHECK(holds(of("init = { s = { shape = [3000, 3000] }, r = { shape = [3000, 3000] } }\nstep = 's = s + 1'"),
                "program.init.r.shape: 9000000 values; the limit is 16777216 in all of the table"));
    CHECK(holds(of("init = {}\nstep = 's = 1'"), "t.toml:3:8: program.init: a program needs at least one state"));
    CHECK(holds(of("init = { t = 0 }\nstep = 't = 1'"), "program.init.t: \"t\" already means something"));
    CHECK(holds(of("init = { sum = 0 }\nstep = 'sum = 1'"), "program.init.sum: \"sum\" is a function"));
    CHECK(holds(of("init = 's = '\nstep = 's = 1'"), "t.toml:3:"));
    CHECK(holds(of("init = 's = 1; if s > 0 { q = 1 }; q = q'\nstep = 's = 1'"), "program.init: "));
    CHECK(holds(of("init = { s = 0 }\nroles = { r = 'exp_avg' }\nstep = 's = 1'"),
                "t.toml:4:15: program.roles.r: unknown state \"r\""));
    CHECK(holds(of("init = { s = 0 }\nroles = { s = 'exp_av' }\nstep = 's = 1'"),
                "t.toml:4:15: program.roles.s: unknown role \"exp_av\"; did you mean \"exp_avg\"?"));
    CHECK(holds(of("init = { s = 0 }\nroles = { s = 1 }\nstep = 's = 1'"), "accepted: the name of a role"));
    CHECK(holds(of("init = { s = 0 }\nstep = 'if worker > 0 { s = 1 }'"), "\"worker\" differs between the workers"));
    CHECK(holds(of("init = { s = 0 }\nstep = 's = 1'\nwatch = ['s', 'q']"),
                "t.toml:5:16: program.watch[1]: unknown name \"q\""));
    CHECK(refusal("[[variant]]\nname = 'v'\nmodel.kind = 'mlp'\n[program]\ninit = { s = 0 }\nstep = 's = 1'\n")
              .find("t.toml:4:1: model: stands beside [program]") == 0);
}
