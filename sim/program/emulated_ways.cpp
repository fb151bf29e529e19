#include "emulated_ways.hpp"

#include <algorithm>

#include "halfstep/format/arrays.hpp"

namespace halfstep {
namespace {

const Rounding& carrier() {
    static const Rounding fp32 = rounding_to("fp32");
    return fp32;
}

bool is_exact(Op op) {
    switch (op) {
        case Op::cast:
        case Op::neg:
        case Op::abs:
        case Op::sign:
        case Op::one_bit_sign:
        case Op::one_bit:
        case Op::relu:
        case Op::gate:
        case Op::max:
        case Op::min:
        case Op::select:
        case Op::bcast_rows:
        case Op::bcast_cols:
        case Op::transpose:
        case Op::gather:
        case Op::max_cols:
            return true;
        default:
            return false;
    }
}

// Operations whose results every format holds, or that are not rounded to any.
bool is_unrounded(Op op) {
    return op == Op::less || op == Op::less_equal || op == Op::equal || op == Op::argmax || op == Op::argmax_cols ||
           op == Op::among_largest;
}

bool is_elementary(Op op) {
    return op >= Op::exp && op <= Op::powi;
}

// In an order that the role `accumulator` chooses.
bool adds_up(Op op) {
    return op == Op::matmul || op == Op::sum || op == Op::sum_rows || op == Op::sum_cols;
}

}  // namespace

Ways<float>::Ways(const Program& program, const Precision* precision, std::uint64_t seed, const std::uint64_t* step)
    : program_(program), precision_(*precision), seed_(seed), step_(step) {
    for (const ValueInfo& info : program.values) values_.push_back(rounding_of(info));
    // Where a role is "not rounded again", or an exact operation has nothing to round, the
    // result holds what its operand holds.
    for (const Instruction& I : program.instructions) {
        if (I.out == no_value || I.in[0] == no_value || !I.role) continue;
        const ValueInfo& out = program.values[I.out];
        if (!precision_[*I.role] && is_exact(I.op) && out.lifetime == Lifetime::temporary && out.root == I.out)
            values_[I.out] = I.op == Op::max || I.op == Op::min ? either(I.in[0], I.in[1])
                             : I.op == Op::select               ? either(I.in[1], I.in[2])
                                                                : values_[I.in[0]];
    }
}

void Ways<float>::fill(const Instruction& I, Bound<float>& b) {
    if (I.out == no_value) return;
    const Rounding to = target(I);
    bool fit = true;
    for (int i = 0; i < 3; ++i)
        if (I.in[i] != no_value && !(I.op == Op::select && i == 0)) fit = fit && contains(to, values_[I.in[i]]);
    b.result = RoundingData<float>(to);
    if (is_unrounded(I.op))
        b.result_way = Way::native;
    else if (is_exact(I.op))
        b.result_way = fit || !rounds(I) ? Way::native : way_of_value(to);
    else if (is_elementary(I.op) || I.op == Op::source || I.op == Op::inject || I.op == Op::from_host ||
             I.op == Op::wide_sum || I.op == Op::sum_squares || I.op == Op::norm2 || I.op == Op::norm_rows)
        b.result_way = way_from_binary64(to);
    else
        b.result_way = way_of_operation(to, fit);
    if (I.op == Op::matmul || (I.op >= Op::sum && I.op <= Op::sum_cols) || I.op == Op::scatter_add) fill_sums(I, b, to);
    if (is_general(I, b)) fill_general(I, b);
}

// Partial sums and products have ways of their own only where there are any.
bool Ways<float>::is_general(const Instruction& I, const Bound<float>& b) const {
    if (adds_up(I.op) && precision_.summation.order != SumOrder::ordered) return true;
    return b.result_way == Way::general || b.accumulator_way == Way::general || b.product_way == Way::general;
}

// Where the instruction stands in the formulas, not in the list: what else is recorded changes nothing.
std::string Ways<float>::stream(const Instruction& I) {
    const Site& site = program_.sites[std::size_t(I.site)];
    std::string name = site.piece + "/" + site.tensor + "/" + std::to_string(site.ordinal) + "/" +
                       std::string(I.role ? role_name(*I.role) : "");
    const int before = streams_[name]++;
    return before == 0 ? name : name + "#" + std::to_string(before);
}

void Ways<float>::fill_general(const Instruction& I, Bound<float>& b) {
    General& g = generals_.emplace_back();
    g.of.instruction = &I;
    g.roundings = roundings(I);
    g.summation = adds_up(I.op) ? precision_.summation : Summation{};
    g.step = step_;
    const std::string name = stream(I);
    if (b.result_way != Way::native) g.result = GeneralRounding(g.roundings.result, seed_, name);
    if (b.n > 0 && (I.op == Op::matmul)) g.product = GeneralRounding(g.roundings.product, seed_, name + "/product");
    if (adds_up(I.op) || I.op == Op::scatter_add)
        g.accumulator = GeneralRounding(g.roundings.accumulator, seed_, name + "/accumulator");
    b.general = &g;
}

void Ways<float>::initial(const ValueInfo& info, std::span<const double> x, std::span<float> out) const {
    round(rounding_of(info).without_chance(), x, out);
}

InstructionRoundings Ways<float>::roundings(const Instruction& I) const {
    return {I.out == no_value ? carrier() : target(I), of_role(Role::product), of_role(Role::accumulator)};
}

const Rounding& Ways<float>::of_role(Role role) const {
    return precision_[role] ? *precision_[role] : carrier();
}

const Rounding& Ways<float>::of_format(std::int32_t format) const {
    return program_.formats[std::size_t(format)];
}

const Rounding& Ways<float>::rounding_of(const ValueInfo& info) const {
    return info.format >= 0 ? of_format(info.format) : info.role ? of_role(*info.role) : carrier();
}

// What a value that is one of the two can hold.
const Rounding& Ways<float>::either(ValueId a, ValueId b) const {
    if (contains(values_[a], values_[b])) return values_[a];
    return contains(values_[b], values_[a]) ? values_[b] : carrier();
}

// False where a role is "not rounded again".
bool Ways<float>::rounds(const Instruction& I) const {
    return I.format >= 0 || !I.role || precision_[*I.role] || I.in[0] == no_value ||
           program_.values[I.out].lifetime != Lifetime::temporary;
}

Rounding Ways<float>::target(const Instruction& I) const {
    if (I.format >= 0) return of_format(I.format);
    if (!I.role) return carrier();
    return rounds(I) ? of_role(*I.role) : values_[I.out];
}

// Products, partial sums, and the stored sum are three roundings with roles of their own.
void Ways<float>::fill_sums(const Instruction& I, Bound<float>& b, const Rounding& to) const {
    const Rounding &product = of_role(Role::product), &partial = of_role(Role::accumulator);
    bool start_fits = true;
    if (I.op == Op::matmul) {
        const bool fit = contains(product, values_[I.in[0]]) && contains(product, values_[I.in[1]]);
        b.product = RoundingData<float>(product);
        b.product_way = way_of_operation(product, fit);
        start_fits = contains(partial, product) && (I.in[2] == no_value || contains(partial, values_[I.in[2]]));
    } else {
        start_fits = contains(partial, values_[I.in[0]]);
    }
    b.accumulator = RoundingData<float>(partial);
    b.accumulator_way = way_of_operation(partial, start_fits);
    b.result_way = contains(to, partial) ? Way::native : way_of_value(to);
    if (I.op == Op::matmul && b.product_way != b.accumulator_way)
        // Right for every pair.
        b.product_way = b.accumulator_way = std::max({b.product_way, b.accumulator_way, Way::odd});
}

}  // namespace halfstep
