// The recording interpreter: the same bits as the emulated one, and what it tells of each rounding
// against arithmetic that shares no code with it.
#include "halfstep/program/recorder.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "agreement.hpp"
#include "catch.hpp"
#include "format/oracle.hpp"
#include "random_program.hpp"
#include "slow_arithmetic.hpp"
#include "slow_machine.hpp"

using namespace halfstep;

namespace {

struct Nobody final : RoundingObserver {
    Interest wants(const RoundedInstruction&, int) override {
        ++asked;
        return Interest::none;
    }
    void roundings(const RoundingBatch&) override { ++told; }
    int asked = 0, told = 0;
};

bool normal(double x) {
    return std::isfinite(x) && std::fabs(x) > std::ldexp(1.0, -900) && std::fabs(x) < std::ldexp(1.0, 900);
}

// What the exact result has to be, for operands of binary32: the oracle's, or the operand itself.
bool exact_is_right(Op op, double a, double b, double exact) {
    const bool finite = std::isfinite(a) && std::isfinite(b) && normal(exact);
    switch (op) {
        case Op::add:
            return !finite || exact == oracle::add_to_odd(a, b);
        case Op::sub:
            return !finite || exact == oracle::add_to_odd(a, -b);
        case Op::mul:
            return !finite || exact == oracle::mul_to_odd(a, b);
        case Op::div:
            return !finite || exact == oracle::div_to_odd(a, b);
        case Op::sqrt:
            return !finite || exact == oracle::sqrt_to_odd(a);
        case Op::exp:
            return !finite || oracle::exp_error_ulps(a, exact) <= 1.05;
        case Op::log:
            return !finite || oracle::log_error_ulps(a, exact) <= 1.05;
        case Op::tanh:
            return !finite || oracle::tanh_error_ulps(a, exact) <= 1.05;
        default:
            return true;
    }
}

// Checks every rounding as it comes and keeps the results.
class Checked final : public RoundingObserver {
public:
    explicit Checked(const Program& program, Interest interest = Interest::results_and_terms)
        : program_(program), interest_(interest) {}

    Interest wants(const RoundedInstruction& of, int worker) override {
        CHECK(of.instruction->op == program_.instructions[of.index].op);
        CHECK((of.per_worker || worker == 0));
        current_.clear();
        partial_.clear();
        product_.clear();
        return interest_;
    }

    void roundings(const RoundingBatch& batch) override {
        REQUIRE(batch.size() > 0);
        REQUIRE(batch.size() <= std::size_t(largest_batch));
        REQUIRE(batch.exact.size() == batch.size());
        for (const auto& operand : batch.operands) REQUIRE((operand.empty() || operand.size() == batch.size()));
        for (std::size_t i = 0; i < batch.size(); ++i) check(batch, i);
    }

    std::string problem;                                                        // the first one
    std::map<std::pair<ValueId, int>, std::map<std::int64_t, double>> results;  // by value and worker
    std::int64_t count = 0, partials = 0, products = 0, sums_over_workers = 0;

private:
    void fail(const RoundingBatch& batch, std::size_t i, const std::string& what) {
        if (!problem.empty()) return;
        problem = std::string(op_name(batch.of.instruction->op)) + " at " + std::to_string(batch.of.index) +
                  ", element " + std::to_string(batch.element(i)) + ", term " + std::to_string(batch.term(i)) + ": " +
                  what;
    }

    void check(const RoundingBatch& batch, std::size_t i) {
        ++count;
        const Op op = batch.of.instruction->op;
        const double a = batch.operands[0].empty() ? 0.0 : batch.operands[0][i];
        const double b = batch.operands[1].empty() ? 0.0 : batch.operands[1][i];
        const double exact = batch.exact[i], rounded = batch.rounded[i];
        const bool is_norm = op >= Op::wide_sum && op <= Op::norm_rows;
        const bool over_workers = op == Op::sum_workers || op == Op::sum_one_bit;
        const std::int64_t element = batch.element(i), term = batch.term(i);
        if (batch.role && !slow::same(rounded, slow::rounded(batch.rounding, exact)))
            fail(batch, i, "the exact result is rounded to something else");
        if (!batch.role && rounded != exact && rounded == rounded) fail(batch, i, "no role, but rounded");
        if (batch.part == RoundingPart::product) {
            ++products;
            if (!exact_is_right(Op::mul, a, b, exact)) fail(batch, i, "wrong product");
            if (!is_norm && !slow::same(rounded, slow::binary(Op::mul, a, b, batch.rounding)))
                fail(batch, i, "wrong rounded product");
            product_[{element, term}] = rounded;
        } else if (batch.part == RoundingPart::partial || over_workers) {
            ++partials;
            sums_over_workers += over_workers;
            const bool copies = op == Op::sum_workers && term == 0 && !batch.of.instruction->from_zero;
            if (!copies && !is_norm && !slow::same(rounded, slow::binary(Op::add, a, b, batch.rounding)))
                fail(batch, i, "wrong partial sum");
            if (!copies && !is_norm && !exact_is_right(Op::add, a, b, exact)) fail(batch, i, "wrong exact sum");
            if (op == Op::matmul && !slow::same(b, product_[{element, term}])) fail(batch, i, "another term");
            // Each sum goes on where it stopped.
            const auto before = partial_.find(element);
            if (before != partial_.end() && !slow::same(before->second, a)) fail(batch, i, "another partial sum");
            partial_[element] = rounded;
        } else if (slow::is_binary(op)) {
            if (!slow::same(rounded, slow::binary(op, a, b, batch.rounding))) fail(batch, i, "wrong result");
            if (!exact_is_right(op, a, b, exact)) fail(batch, i, "wrong exact result");
        } else if (slow::is_unary(op)) {
            if (!slow::same(rounded, slow::unary(op, a, batch.rounding))) fail(batch, i, "wrong result");
            if (!exact_is_right(op, a, a, exact)) fail(batch, i, "wrong exact result");
        } else if (op == Op::select) {
            if (!slow::same(exact, a != 0.0 ? b : batch.operands[2][i])) fail(batch, i, "the other operand");
        }
        if (batch.part != RoundingPart::result) return;
        if (partial_.count(element) && !over_workers && !slow::same(partial_[element], a))
            fail(batch, i, "the result is not the last partial sum");
        if (!current_.insert(element).second) fail(batch, i, "told twice");
        results[{batch.of.out, batch.worker}][element] = rounded;
    }

    const Program& program_;
    Interest interest_;
    std::set<std::int64_t> current_;
    std::map<std::int64_t, double> partial_;
    std::map<std::pair<std::int64_t, std::int64_t>, double> product_;
};

// Every temporary of the step is what the recorder said it would be, element by element.
std::string untold(const Machine& machine, const Program& program, const Checked& told) {
    for (const auto& [where, elements] : told.results) {
        const ValueInfo& info = program.values[where.first];
        if (info.lifetime != Lifetime::temporary || info.root != where.first) continue;
        const std::vector<double> values = machine.value(where.first, where.second);
        if (values.size() != elements.size()) return "value " + std::to_string(where.first) + " is told in part";
        for (const auto& [at, x] : elements)
            if (!slow::same(values[std::size_t(at)], x)) return "value " + std::to_string(where.first) + " differs";
    }
    return {};
}

std::string difference(std::uint64_t seed, int workers, int statements, Interest interest) {
    random_program::Attachments attachments;
    const Program program = random_program::make(seed, workers, statements, attachments);
    const Precision precision = random_program::precision(seed);
    const auto emulated = make_emulated(program, precision);
    const auto compact = make_recording(program, precision);
    const auto keep = make_recording(program, precision, Layout::keep_everything);
    auto of_emulated = [&](ValueId v, int w) { return emulated->value(v, w); };
    for (int step = 0; step < 4; ++step) {
        emulated->step();
        for (RecordingMachine* machine : {compact.get(), keep.get()}) {
            Checked told(program, interest);
            machine->step_observed(told);
            if (!told.problem.empty()) return told.problem;
            if (interest == Interest::results && told.products + told.partials > told.sums_over_workers)
                return "terms nobody wants";
            const std::string what = first_difference(*machine, program, of_emulated);
            if (!what.empty()) return what;
            if (machine == keep.get()) {
                const std::string missing = untold(*machine, program, told);
                if (!missing.empty()) return missing;
            }
        }
    }
    return {};
}

}  // namespace

TEST_CASE("an observed step gives the bits of the emulated one and tells every rounding truly") {
    for (int seed = 0; seed < 150; ++seed) {
        INFO("seed " << seed);
        for (const Interest interest : {Interest::results, Interest::results_and_terms})
            CHECK(difference(static_cast<std::uint64_t>(seed), seed % 3 + 1, 4 + seed % 37, interest) == "");
    }
}

TEST_CASE("a declined instruction is not told, and the bits are the same") {
    random_program::Attachments attachments;
    const Program program = random_program::make(7, 2, 30, attachments);
    const auto emulated = make_emulated(program, random_program::precision(7));
    const auto recording = make_recording(program, random_program::precision(7));
    Nobody nobody;
    for (int step = 0; step < 3; ++step) {
        emulated->step();
        recording->step_observed(nobody);
    }
    CHECK(nobody.asked > 0);
    CHECK(nobody.told == 0);
    CHECK(first_difference(*recording, program, [&](ValueId v, int w) { return emulated->value(v, w); }) == "");
}

TEST_CASE("saved states repeat a step, in the other layout as well") {
    for (std::uint64_t seed = 600; seed < 640; ++seed) {
        INFO("seed " << seed);
        random_program::Attachments attachments;
        const Program program = random_program::make(seed, static_cast<int>(seed % 3) + 1, 20, attachments);
        const Precision precision = random_program::precision(seed);
        const auto machine = make_recording(program, precision);
        const auto keep = make_recording(program, precision, Layout::keep_everything);
        for (int i = 0; i < 3; ++i) machine->step();
        SavedStates before;
        machine->save(before);
        machine->step();
        std::map<std::pair<ValueId, int>, std::vector<double>> after;
        for (std::size_t v = 0; v < program.values.size(); ++v)
            if (program.values[v].lifetime == Lifetime::state && program.values[v].root == ValueId(v))
                for (int w = 0; w < machine->copies(ValueId(v)); ++w)
                    after[{ValueId(v), w}] = machine->value(ValueId(v), w);
        auto expected = [&](ValueId v, int w) { return after.at({v, w}); };
        machine->step();
        for (RecordingMachine* again : {machine.get(), keep.get()}) {
            again->restore(before);
            Nobody nobody;
            again->step_observed(nobody);
            CHECK(first_difference(*again, program, expected) == "");
        }
    }
}

TEST_CASE("states of another program are refused") {
    Builder one(1), two(1);
    one.state("x", {1, 2}, Role::weight, {0.0});
    two.state("x", {1, 3}, Role::weight, {0.0});
    const Precision precision = find_preset("fp32")->make();
    SavedStates saved;
    make_recording(one.program(), precision)->save(saved);
    CHECK_THROWS_AS(make_recording(two.program(), precision)->restore(saved), std::logic_error);
}

TEST_CASE("a matrix product tells of each product and each partial sum, in order") {
    Builder b(1);
    // 3 * 4 = 12 and 30000 * 2 = 60000, then 60012 + 30000 * 1: beyond fp16.
    const Expr a = b.constant({1, 3}, {3, 30000, 30000}, Role::activation);
    const Expr w = b.constant({3, 1}, {4, 2, 1}, Role::weight);
    const State out = b.state("out", {1, 1}, Role::activation, {0.0});
    b.piece("forward");
    b.store(out, Role::activation, matmul(a, w));
    const auto machine = make_recording(b.program(), find_preset("fp16_pure")->make());
    struct Terms final : RoundingObserver {
        Interest wants(const RoundedInstruction& of, int) override {
            return of.instruction->op == Op::matmul ? Interest::results_and_terms : Interest::none;
        }
        void roundings(const RoundingBatch& batch) override {
            CHECK(batch.of.site->piece == "forward");
            CHECK(batch.of.site->tensor == "out");
            for (std::size_t i = 0; i < batch.size(); ++i) {
                CHECK(batch.element(i) == 0);
                auto& list = batch.part == RoundingPart::product   ? products
                             : batch.part == RoundingPart::partial ? partials
                                                                   : results;
                if (batch.part != RoundingPart::result) CHECK(batch.term(i) == std::int64_t(list.size()));
                list.emplace_back(batch.exact[i], batch.rounded[i]);
                roles.insert(*batch.role);
            }
        }
        using List = std::vector<std::pair<double, double>>;
        List products, partials, results;
        std::set<Role> roles;
    } terms;
    machine->step_observed(terms);
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(terms.products == Terms::List{{12, 12}, {60000, 60000}, {30000, 30000}});
    CHECK(terms.partials == Terms::List{{12, 12}, {60012, 60000}, {90000, infinity}});
    CHECK(terms.results == Terms::List{{infinity, infinity}});
    CHECK(terms.roles == std::set<Role>{Role::product, Role::accumulator, Role::activation});
}
