// States by name, and a step repeated from its saved state.
#include "halfstep/program/machine.hpp"

#include <limits>

#include "catch.hpp"
#include "random_program.hpp"
#include "slow_arithmetic.hpp"

using namespace halfstep;

namespace {

struct Saved {
    std::vector<std::vector<std::vector<double>>> states;  // by state and worker
};

Saved save(const Machine& machine) {
    Saved saved;
    for (const std::string& name : machine.state_names()) {
        const ValueId id = machine.find_state(name);
        saved.states.emplace_back();
        for (int w = 0; w < machine.copies(id); ++w) saved.states.back().push_back(machine.value(id, w));
    }
    return saved;
}

void load(Machine& machine, const Saved& saved) {
    std::size_t i = 0;
    for (const std::string& name : machine.state_names()) {
        const ValueId id = machine.find_state(name);
        for (int w = 0; w < machine.copies(id); ++w) machine.write(id, w, saved.states[i][w]);
        ++i;
    }
}

bool same(const Saved& a, const Saved& b) {
    for (std::size_t s = 0; s < a.states.size(); ++s)
        for (std::size_t w = 0; w < a.states[s].size(); ++w)
            for (std::size_t i = 0; i < a.states[s][w].size(); ++i)
                if (!slow::same(a.states[s][w][i], b.states[s][w][i])) return false;
    return a.states.size() == b.states.size();
}

}  // namespace

TEST_CASE("states are found by name, host states among them") {
    Builder b(2);
    const State x = b.state("x", {1, 2}, Role::weight, {1.0}, true);
    const Host h = b.host_state("h", 3.0, true);
    x.slice(0, {});
    const auto machine = make_emulated(b.program(), find_preset("fp32")->make());
    CHECK(machine->state_names() == std::vector<std::string>{"x", "h"});
    CHECK(machine->find_state("h") == h.id);
    CHECK(machine->find_state("y") == no_value);
    machine->write(h.id, 1, {5.0});
    CHECK(machine->host(h.id, 0) == 3.0);
    CHECK(machine->host(h.id, 1) == 5.0);
    CHECK(machine->value(x.id(), 0) == std::vector<double>{1.0, 1.0});
    machine->set_host(h.id, 7.0);
    CHECK(machine->host(h.id, 1) == 7.0);
}

TEST_CASE("a written state is rounded to its role") {
    Builder b(1);
    const State x = b.state("x", {1, 2}, Role::weight, {1.0 / 3.0});
    const auto machine = make_emulated(b.program(), find_preset("fp16")->make());
    CHECK(machine->value(x.id()) == std::vector<double>(2, 0x1.554p-2));
    machine->write(x.id(), 0, {0.1, 1e6});
    CHECK(machine->value(x.id()) == std::vector<double>{0x1.998p-4, std::numeric_limits<double>::infinity()});
    CHECK_THROWS_AS(machine->write(x.id(), 0, {1.0}), std::logic_error);
}

TEST_CASE("what a state's next value is computed from takes the state's own memory") {
    const int n = 1 << 16;
    const auto bytes = [&](bool old_value_is_wanted) {
        Builder b(1);
        const State error = b.state("error", {1, n}, Role::worker_error, {1.0}),
                    x = b.state("x", {1, n}, Role::update, {2.0}), seen = b.state("seen", {}, Role::update, {0.0});
        const Expr sum = b.let(Role::update, error + x);
        if (old_value_is_wanted) b.store(seen, Role::update, norm2(error));
        b.store(error, Role::update, one_bit_error(0.5, sum));
        const auto machine = make_emulated(b.program(), find_preset("fp32")->make());
        machine->step();
        CHECK(machine->value(error.id())[n - 1] == 2.5);
        if (old_value_is_wanted) CHECK(machine->value(seen.id())[0] == 256.0);
        return machine->memory_bytes();
    };
    CHECK(bytes(true) > bytes(false) + n * sizeof(float) / 2);
}

TEST_CASE("a temporary nobody reads is refused in the compact layout and kept in the other") {
    Builder b(1);
    const State x = b.state("x", {1, 2}, Role::weight, {2.0});
    const ValueId unread = b.let(Role::update, x * 3.0).node()->value;
    const auto compact = make_binary64(b.program()), keep = make_binary64(b.program(), Layout::keep_everything);
    compact->step();
    keep->step();
    CHECK_THROWS_AS(compact->value(unread), std::logic_error);
    CHECK(keep->value(unread) == std::vector<double>(2, 6.0));
}

TEST_CASE("a step can be repeated from its saved states, by the other layout as well") {
    for (std::uint64_t seed = 500; seed < 540; ++seed) {
        INFO("seed " << seed);
        random_program::Attachments attachments;
        const Program program = random_program::make(seed, static_cast<int>(seed % 3) + 1, 20, attachments);
        const Precision precision = random_program::precision(seed);
        const auto machine = make_emulated(program, precision);
        const auto keep = make_emulated(program, precision, Layout::keep_everything);
        for (int i = 0; i < 3; ++i) machine->step();
        const Saved before = save(*machine);
        machine->step();
        const Saved after = save(*machine);
        load(*machine, before);
        CHECK(same(save(*machine), before));
        machine->step();
        CHECK(same(save(*machine), after));
        load(*keep, before);
        keep->step();
        CHECK(same(save(*keep), after));
    }
}
