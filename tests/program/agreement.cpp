#include "agreement.hpp"

#include <sstream>

#include "slow_arithmetic.hpp"
#include "slow_machine.hpp"

using namespace halfstep;

std::string first_difference(const Machine& machine, const Program& program, const ExpectedState& expected) {
    for (std::size_t v = 0; v < program.values.size(); ++v) {
        const ValueInfo& info = program.values[v];
        const auto id = static_cast<ValueId>(v);
        if (info.lifetime != Lifetime::state || info.root != id) continue;
        for (int w = 0; w < machine.copies(id); ++w) {
            const std::vector<double> got = machine.value(id, w), want = expected(id, w);
            for (std::size_t i = 0; i < want.size(); ++i) {
                if (slow::same(got[i], want[i])) continue;
                std::ostringstream text;
                text << info.name << "[" << i << "] of worker " << w << ": " << std::hexfloat << got[i]
                     << " instead of " << want[i];
                return text.str();
            }
        }
    }
    return {};
}

std::string disagreement(const Program& program, const Precision& precision) {
    slow::SlowMachine slow(program, precision);
    slow.step();
    for (const Layout layout : {Layout::compact, Layout::keep_everything}) {
        const auto machine = make_emulated(program, precision, layout);
        machine->step();
        const std::string what = first_difference(*machine, program, [&](ValueId v, int w) { return slow.read(v, w); });
        if (!what.empty()) return (layout == Layout::compact ? "compact, " : "keep_everything, ") + what;
    }
    return {};
}
