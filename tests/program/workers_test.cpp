// Values of one worker and values of all.
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

std::unique_ptr<Machine> stepped(const Builder& b, Layout layout = Layout::compact) {
    auto machine = make_emulated(b.program(), find_preset("fp32")->make(), layout);
    machine->step();
    return machine;
}

struct StepAndWorker final : Attachment {
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        for (int i = 0; i < n; ++i) out[i] = 100.0 * static_cast<double>(step) + 10.0 * worker + i;
    }
};

}  // namespace

TEST_CASE("a value that differs between workers is not stored where all share one") {
    Builder b(2);
    const State mine = b.state("mine", {1, 2}, Role::weight, {1.0}, true),
                ours = b.state("ours", {1, 2}, Role::weight, {0.0});
    const Host my_count = b.host_state("my count", 0, true), count = b.host_state("count", 0);
    CHECK_THROWS_AS(b.store(ours, Role::update, mine), std::logic_error);
    CHECK_THROWS_AS(b.store(ours, Role::update, ours + mine), std::logic_error);
    CHECK_THROWS_AS(b.store(count, my_count), std::logic_error);
    CHECK_NOTHROW(b.store(my_count, count));
    CHECK_NOTHROW(b.store(ours, Role::update, sum_workers(mine)));
    CHECK_NOTHROW(b.store(ours, Role::update, b.replica(mine)));
}

TEST_CASE("a shared value stored to a per-worker state is copied to every worker") {
    Builder b(3);
    const State mine = b.state("mine", {1, 2}, Role::weight, {1, 2, 3, 4, 5, 6}, true);
    const State ours = b.state("ours", {1, 2}, Role::weight, {7, 8});
    b.store(mine, Role::update, ours);
    const auto machine = stepped(b);
    for (int w = 0; w < 3; ++w) CHECK(machine->value(mine.id(), w) == std::vector<double>{7, 8});
}

TEST_CASE("every worker has its own initial values and its own copy") {
    Builder b(3);
    const State mine = b.state("mine", {1, 2}, Role::weight, {1, 2, 3, 4, 5, 6}, true);
    const State total = b.state("total", {1, 2}, Role::weight, {0.0});
    b.store(mine, Role::update, mine * 10.0);
    b.store(total, Role::comm, sum_workers(mine));
    const auto machine = stepped(b);
    CHECK(machine->copies(mine.id()) == 3);
    CHECK(machine->value(mine.id(), 1) == std::vector<double>{30, 40});
    CHECK(machine->value(mine.id(), 2) == std::vector<double>{50, 60});
    CHECK(machine->value(total.id()) == std::vector<double>{90, 120});
}

TEST_CASE("with one worker its value is the sum and the replica") {
    Builder b(1);
    const State mine = b.state("mine", {1, 2}, Role::weight, {1, -0.0}, true);
    const State ours = b.state("ours", {2, 2}, Role::weight, {0.0});
    CHECK_FALSE(mine.per_worker());
    b.store(ours.slice(0, {1, 2}), Role::comm, sum_workers(mine));
    b.store(ours.slice(2, {1, 2}), Role::comm, sum_workers_from_zero(b.replica(mine)));
    const std::vector<double> got = stepped(b)->value(ours.id());
    CHECK(got == std::vector<double>{1, 0, 1, 0});
    CHECK((std::signbit(got[1]) && !std::signbit(got[3])));
}

TEST_CASE("with several workers the sum of what they share is refused") {
    Builder b(2);
    const State ours = b.state("ours", {1, 2}, Role::weight, {1.0});
    CHECK_THROWS_AS(b.store(ours, Role::comm, sum_workers(ours)), std::logic_error);
}

TEST_CASE("a replica is worker 0's copy as it is at that point, for every worker") {
    for (const Layout layout : {Layout::compact, Layout::keep_everything}) {
        Builder b(3);
        const State mine = b.state("mine", {1, 2}, Role::weight, {1, 2, 3, 4, 5, 6}, true);
        const State sums = b.state("sums", {1, 2}, Role::weight, {0.0}, true);
        const State later = b.state("later", {1, 2}, Role::weight, {0.0}, true);
        b.store(sums, Role::update, mine + b.replica(mine));  // then worker 0 overwrites its copy
        b.store(mine, Role::update, mine * -1.0);
        b.store(later, Role::update, mine + b.replica(mine));
        const auto machine = stepped(b, layout);
        CHECK(machine->value(sums.id(), 0) == std::vector<double>{2, 4});
        CHECK(machine->value(sums.id(), 1) == std::vector<double>{4, 6});
        CHECK(machine->value(sums.id(), 2) == std::vector<double>{6, 8});
        CHECK(machine->value(later.id(), 2) == std::vector<double>{-6, -8});
    }
}

TEST_CASE("a replica that is added to the state it comes from is worker 0's old value for all") {
    Builder b(2);
    const State mine = b.state("mine", {}, Role::weight, {1, 10}, true);
    b.store(mine, Role::update, mine + b.replica(mine));
    const auto machine = stepped(b);
    CHECK(machine->value(mine.id(), 0)[0] == 2.0);
    CHECK(machine->value(mine.id(), 1)[0] == 11.0);
}

TEST_CASE("a host value's replica is worker 0's as it is at that point, for every worker") {
    Builder b(3);
    const State mine = b.state("mine", {}, Role::weight, {4, 9, 16}, true);
    const Host own = b.host_state("own", 0, true), first = b.host_state("first", 0, true);
    const Host later = b.host_state("later", 0), shared = b.host_state("shared", 7);
    b.store(own, b.to_host(mine));
    b.store(first, b.apply([](double x, double y) { return x + y; }, own, b.replica(own)));
    b.store(own, b.apply([](double x) { return 10.0 * x; }, b.replica(own)));
    b.store(later, b.replica(own));
    b.store(shared, b.replica(shared));
    const auto machine = stepped(b);
    for (int w = 0; w < 3; ++w) {
        CHECK(machine->host(first.id, w) == 4.0 + (w + 2) * (w + 2));
        CHECK(machine->host(own.id, w) == 40.0);
    }
    CHECK(machine->host(later.id) == 40.0);
    CHECK(machine->host(shared.id) == 7.0);
}

TEST_CASE("host instructions run once a worker where an input differs") {
    Builder b(3);
    const State mine = b.state("mine", {}, Role::weight, {4, 9, 16}, true);
    const Host offset = b.host_state("offset", 0.5), root = b.host_state("root", 0, true);
    const Host largest = b.host_state("largest", 0);
    b.store(root, b.apply([](double x, double o) { return std::sqrt(x) + o; }, b.to_host(mine), offset));
    b.store(largest, b.max_workers(root));
    b.store(mine, Role::update, b.from_host(root, Role::hyper));
    const auto machine = stepped(b);
    for (int w = 0; w < 3; ++w) {
        CHECK(machine->host(root.id, w) == 2.5 + w);
        CHECK(machine->value(mine.id(), w)[0] == 2.5 + w);
    }
    CHECK(machine->host(largest.id) == 4.5);
}

TEST_CASE("a source gives every worker its own values, or all the same") {
    const StepAndWorker source;
    Builder b(2);
    const Host step = b.host_state("step", 3);
    const State mine = b.state("mine", {1, 2}, Role::weight, {0.0}, true),
                ours = b.state("ours", {1, 2}, Role::weight, {0.0});
    b.store(mine, Role::update, b.source(&source, step, {1, 2}, std::nullopt, true));
    b.store(ours, Role::update, b.source(&source, step, {1, 2}, std::nullopt, false));
    const auto machine = stepped(b);
    CHECK(machine->value(mine.id(), 1) == std::vector<double>{310, 311});
    CHECK(machine->value(ours.id()) == std::vector<double>{300, 301});
}

TEST_CASE("an injected gradient is rounded to its role") {
    struct Third final : Attachment {
        void produce(std::int64_t, int, double* out, int) const override { out[1] = 1.0 / 3.0; }
    };
    const Third third;
    Builder b(1);
    const State x = b.state("x", {1, 2}, Role::gradient, {1.0}), y = b.state("y", {1, 2}, Role::master, {0.0});
    b.store(y, Role::update, b.inject(&third, b.host_state("step", 0), x, Role::gradient));
    const auto machine = make_emulated(b.program(), find_preset("fp16")->make());
    machine->step();
    CHECK(machine->value(y.id()) == std::vector<double>{1.0, 0x1.554p-2});
}
