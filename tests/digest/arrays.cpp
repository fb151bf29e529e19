#include "covered.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"
#include "halfstep/trace/digest.hpp"
#include "inputs.hpp"

namespace halfstep::digests {
namespace {

constexpr int length = 1021;                        // with a rest behind every vector width
constexpr int rows = 13, inner = 29, columns = 35;  // of matrix products

Expr carried(Builder& b, const Format& format, Shape shape, unsigned purpose) {
    std::vector<double> values = inputs(format, static_cast<std::size_t>(shape.size()), purpose);
    for (double& x : values) x = static_cast<float>(x);
    return b.constant(shape, values, std::nullopt);
}

Program every_operation(const Format& format) {
    Builder b(1);
    const Shape vector = {1, length}, scalar = {1, 1};
    const Expr wide = carried(b, format, vector, 5), other = carried(b, format, vector, 6);
    const Expr x = b.let(Role::update, cast(wide)), y = b.let(Role::update, cast(other));
    int results = 0;
    const auto keep = [&](Shape shape, const Expr& e) {
        b.store(b.state("result" + std::to_string(results++), shape, Role::update, {0.0}), Role::update, e);
    };
    // Operands that are values of the format, and wider ones, take different ways.
    for (const auto& [p, q] : {std::pair(x, y), std::pair(wide, other)})
        for (const Expr& e :
             {p + q, p - q, p * q, p / q, sqrt(p), exp(p), log(p), tanh(p), max(p, q), min(p, q), relu(p), sign(p),
              gate(p, q), clip(p, -1.0, q), select(less(p, q), p, q), p * p - q / 3.0})
            keep(vector, e);
    for (const Expr& e : {sum(x), wide_sum(x), sum_squares(x), norm2(x), max_all(x)}) keep(scalar, e);
    const Expr left = b.let(Role::update, cast(carried(b, format, {rows, inner}, 7)));
    const Expr right = b.let(Role::update, cast(carried(b, format, {inner, columns}, 8)));
    const Expr calm = b.let(Role::update, tanh(left)), calmer = b.let(Role::update, tanh(right));
    keep({rows, columns}, matmul(left, right));
    keep({rows, columns}, matmul(calm, calmer));
    keep({inner, inner}, matmul_transposed(calm, calm));
    keep({1, columns}, sum_rows(calmer));
    keep({inner, 1}, sum_cols(calmer));
    return b.take();
}

std::string computed(const Format& format, RoundingMode mode) {
    Digest digest;
    for (const Rounding& rounding : choices(format, mode)) {
        Precision precision;
        precision.roles.fill(rounding);
        const auto machine = make_emulated(every_operation(format), precision);
        machine->step();
        std::vector<double> values;
        for (const std::string& name : machine->state_names()) {
            machine->read(machine->find_state(name), 0, values);
            digest.add(values);
        }
    }
    return digest.hex();
}

}  // namespace

void add_arrays(Lines& lines) {
    for (const Format& format : named_formats())
        for (const RoundingModeName& mode : rounding_modes())
            lines.push_back({"arrays " + format.name + " " + std::string(mode.name),
                             [&format, &mode] { return computed(format, mode.mode); }});
}

}  // namespace halfstep::digests
