// The emulated interpreter: binary32 storage, every instruction rounded to its role's format.
#include "elementwise.hpp"
#include "linked_machine.hpp"
#include "matmul.hpp"
#include "reductions.hpp"
#include "structure.hpp"

namespace halfstep {
namespace {

const Rounding& carrier() {
    static const Rounding fp32 = rounding_to("fp32");
    return fp32;
}

// The way to round to `target` when the exact result is already in the carrier.
Way way_of_value(const Rounding& target) {
    switch (halfstep::choose_kernel<float>(target)) {
        case KernelForm::native:
            return Way::native;
        case KernelForm::magic:
            return Way::magic;
        case KernelForm::mask:
            return Way::mask;
        default:
            return Way::odd;
    }
}

// The way to round an operation of two values of `operands` to `target` (docs, "Carriers").
Way way_of_operation(const Rounding& target, bool operands_fit) {
    const Way way = way_of_value(target);
    if (way == Way::native) return way;
    return operands_fit && exact_in_binary32(target) ? way : Way::odd;
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
    return op == Op::less || op == Op::less_equal || op == Op::equal || op == Op::argmax || op == Op::argmax_cols;
}

bool is_elementary(Op op) {
    return op == Op::exp || op == Op::log || op == Op::tanh;
}

}  // namespace

template <>
class Ways<float> {
public:
    Ways(const Program& program, const Precision* precision) : program_(program), precision_(*precision) {
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

    bool changes_nothing(const Instruction& I) const { return contains(target(I), values_[I.in[0]]); }

    void fill(const Instruction& I, Bound<float>& b) const {
        if (I.out == no_value) return;
        const Rounding to = target(I);
        bool fit = true;
        for (int i = 0; i < 3; ++i)
            if (I.in[i] != no_value && !(I.op == Op::select && i == 0)) fit = fit && contains(to, values_[I.in[i]]);
        b.result = RoundingData<float>(to);
        if (is_unrounded(I.op))
            b.result_way = Way::native;
        else if (is_exact(I.op))
            b.result_way = fit ? Way::native : way_of_value(to);
        else if (is_elementary(I.op) || I.op == Op::source || I.op == Op::inject || I.op == Op::from_host ||
                 I.op == Op::wide_sum || I.op == Op::sum_squares || I.op == Op::norm2 || I.op == Op::norm_rows)
            b.result_way = to == carrier() ? Way::native : Way::odd;
        else
            b.result_way = way_of_operation(to, fit);
        if (I.op == Op::matmul || (I.op >= Op::sum && I.op <= Op::sum_cols) || I.op == Op::scatter_add)
            fill_sums(I, b, to);
    }

    float initial(const ValueInfo& info, double x) const { return static_cast<float>(round_to(rounding_of(info), x)); }

private:
    const Rounding& of_role(Role role) const { return precision_[role] ? *precision_[role] : carrier(); }
    const Rounding& of_format(std::int32_t format) const { return program_.formats[std::size_t(format)]; }
    const Rounding& rounding_of(const ValueInfo& info) const {
        return info.format >= 0 ? of_format(info.format) : info.role ? of_role(*info.role) : carrier();
    }

    // What a value that is one of the two can hold.
    const Rounding& either(ValueId a, ValueId b) const {
        if (contains(values_[a], values_[b])) return values_[a];
        return contains(values_[b], values_[a]) ? values_[b] : carrier();
    }

    Rounding target(const Instruction& I) const {
        if (I.format >= 0) return of_format(I.format);
        if (!I.role) return carrier();
        const ValueInfo& out = program_.values[I.out];
        if (!precision_[*I.role] && I.in[0] != no_value && out.lifetime == Lifetime::temporary) return values_[I.out];
        return of_role(*I.role);
    }

    // Products, partial sums, and the stored sum are three roundings with roles of their own.
    void fill_sums(const Instruction& I, Bound<float>& b, const Rounding& to) const {
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
            b.product_way = b.accumulator_way = Way::odd;  // right for every pair
    }

    const Program& program_;
    Precision precision_;
    std::vector<Rounding> values_;  // what each value can hold
};

namespace {

using Kernel = Bound<float>::Kernel;

template <class F>
Kernel binary(Way way) {
    switch (way) {
        case Way::native:
            return kernels::binary<float, F, Way::native>;
        case Way::magic:
            return kernels::binary<float, F, Way::magic>;
        case Way::mask:
            return kernels::binary<float, F, Way::mask>;
        default:
            return kernels::binary<float, F, Way::odd>;
    }
}
template <class F>
Kernel unary(Way way) {
    switch (way) {
        case Way::native:
            return kernels::unary<float, F, Way::native>;
        case Way::magic:
            return kernels::unary<float, F, Way::magic>;
        case Way::mask:
            return kernels::unary<float, F, Way::mask>;
        default:
            return kernels::unary<float, F, Way::odd>;
    }
}
template <kernels::ArrayFunction f>
Kernel elementary(Way way) {
    return way == Way::native ? kernels::elementary<f, Way::native> : kernels::elementary<f, Way::odd>;
}

#define HALFSTEP_BY_WAY(kernel, way)             \
    ((way) == Way::native  ? kernel<Way::native> \
     : (way) == Way::magic ? kernel<Way::magic>  \
     : (way) == Way::mask  ? kernel<Way::mask>   \
                           : kernel<Way::odd>)

template <Way way>
void select(const Bound<float>& b, int w) {
    kernels::select<float, way>(b, w);
}
template <Way way>
void sum(const Bound<float>& b, int w) {
    kernels::sum<float, way>(b, w);
}
template <Way way>
void sum_rows(const Bound<float>& b, int w) {
    kernels::sum_rows<float, way>(b, w);
}
template <Way way>
void sum_cols(const Bound<float>& b, int w) {
    kernels::sum_cols<float, way>(b, w);
}
template <Way way>
void sum_workers(const Bound<float>& b, int w) {
    kernels::sum_workers<float, way>(b, w);
}
template <Way way>
void sum_one_bit(const Bound<float>& b, int w) {
    kernels::sum_one_bit<float, way>(b, w);
}
template <Way way>
void matmul(const Bound<float>& b, int w) {
    kernels::matmul<float, way, way>(b, w);
}

}  // namespace

template <>
Kernel choose_kernel<float>(const Instruction& I, const Bound<float>& b) {
    using namespace kernels;
    const Way way = b.result_way;
    switch (I.op) {
        case Op::add:
            return halfstep::binary<Add>(way);
        case Op::sub:
            return halfstep::binary<Sub>(way);
        case Op::mul:
            return halfstep::binary<Mul>(way);
        case Op::div:
            return halfstep::binary<Div>(way);
        case Op::max:
            return halfstep::binary<Max>(way);
        case Op::min:
            return halfstep::binary<Min>(way);
        case Op::gate:
            return halfstep::binary<Gate>(way);
        case Op::select:
            return HALFSTEP_BY_WAY(halfstep::select, way);
        case Op::less:
            return kernels::binary<float, Less, Way::native>;
        case Op::less_equal:
            return kernels::binary<float, LessEqual, Way::native>;
        case Op::equal:
            return kernels::binary<float, Equal, Way::native>;
        case Op::cast:
            return halfstep::unary<Cast>(way);
        case Op::neg:
            return halfstep::unary<Neg>(way);
        case Op::abs:
            return halfstep::unary<Abs>(way);
        case Op::sign:
            return halfstep::unary<Sign>(way);
        case Op::one_bit_sign:
            return halfstep::unary<OneBitSign>(way);
        case Op::one_bit:
            return halfstep::binary<OneBit>(way);
        case Op::one_bit_error:
            return halfstep::binary<OneBitError>(way);
        case Op::relu:
            return halfstep::unary<Relu>(way);
        case Op::sqrt:
            return halfstep::unary<Sqrt>(way);
        case Op::exp:
            return halfstep::elementary<exp_to_odd>(way);
        case Op::log:
            return halfstep::elementary<log_to_odd>(way);
        case Op::tanh:
            return halfstep::elementary<tanh_to_odd>(way);
        case Op::bcast_rows:
            return bcast_rows<float>;
        case Op::bcast_cols:
            return bcast_cols<float>;
        case Op::transpose:
            return transpose<float>;
        case Op::gather:
            return gather<float>;
        case Op::scatter_add:
            return scatter_add<float>;
        case Op::sum:
            return HALFSTEP_BY_WAY(halfstep::sum, b.accumulator_way);
        case Op::sum_rows:
            return HALFSTEP_BY_WAY(halfstep::sum_rows, b.accumulator_way);
        case Op::sum_cols:
            return HALFSTEP_BY_WAY(halfstep::sum_cols, b.accumulator_way);
        case Op::max_cols:
            return max_cols<float>;
        case Op::wide_sum:
            return wide_sum<float>;
        case Op::sum_squares:
            return sum_squares<float>;
        case Op::argmax:
            return argmax<float>;
        case Op::argmax_cols:
            return argmax_cols<float>;
        case Op::norm2:
            return norm2<float>;
        case Op::norm_rows:
            return norm_rows<float>;
        case Op::sum_workers:
            return HALFSTEP_BY_WAY(halfstep::sum_workers, way);
        case Op::sum_one_bit:
            return HALFSTEP_BY_WAY(halfstep::sum_one_bit, way);
        case Op::matmul:
            return HALFSTEP_BY_WAY(halfstep::matmul, b.accumulator_way);
        case Op::source:
            return source<float>;
        case Op::inject:
            return inject<float>;
        case Op::to_host:
            return to_host<float>;
        case Op::from_host:
            return from_host<float>;
        case Op::finite:
            return finite;
        case Op::host:
            return host<float>;
        case Op::max_workers:
            return max_workers<float>;
        default:
            throw std::logic_error("no kernel for " + std::string(op_name(I.op)));
    }
}

std::unique_ptr<Machine> make_emulated(const Program& program, const Precision& precision, Layout layout) {
    return std::make_unique<LinkedMachine<float>>(program, &precision, layout);
}

}  // namespace halfstep
