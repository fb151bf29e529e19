#include "rounders.hpp"

namespace halfstep {

bool is_hardware_fp16(const Rounding& rounding) {
    const Format& format = rounding.format;
    return has_hardware_fp16 && format.precision == 11 && format.emin == -14 && format.emax == 15 &&
           format.max_finite == 65504.0 && format.is_plain() && rounding.mode == RoundingMode::ties_to_even &&
           rounding.overflow_result() == Overflow::infinity && rounding.subnormals == Subnormals::keep;
}

bool needs_more_than_the_number(const Rounding& rounding) {
    return rounding.mode == RoundingMode::stochastic || rounding.format.block > 0 ||
           rounding.subnormal_inputs == Subnormals::flush;
}

namespace {

const Rounding& carrier() {
    static const Rounding fp32 = rounding_to("fp32");
    return fp32;
}

}  // namespace

Way way_of_number(const Rounding& target) {
    if (target.mode != RoundingMode::ties_to_even || !target.format.is_plain()) return Way::mode;
    switch (choose_kernel<float>(target)) {
        case KernelForm::native:
            return Way::native;
        case KernelForm::magic:
            return is_hardware_fp16(target) ? Way::hardware_fp16 : Way::magic;
        case KernelForm::mask:
            return Way::mask;
        default:
            return Way::odd;
    }
}

// The way to round to `target` when the exact result is already in the carrier.
Way way_of_value(const Rounding& target) {
    return needs_more_than_the_number(target) ? Way::general : way_of_number(target);
}

// The way to round a result that is known in binary64.
Way way_from_binary64(const Rounding& target) {
    const Way way = way_of_value(target);
    return way == Way::mode || way == Way::general ? way : target == carrier() ? Way::native : Way::odd;
}

// The way to round an operation of two values of `operands` to `target` (docs, "Carriers").
Way way_of_operation(const Rounding& target, bool operands_fit) {
    const Way way = way_of_value(target);
    if (way == Way::native || way == Way::mode || way == Way::general) return way;
    return operands_fit && exact_in_binary32(target) ? way : Way::odd;
}

}  // namespace halfstep
