#include "slow_machine.hpp"

#include <cmath>
#include <stdexcept>

#include "slow_arithmetic.hpp"

namespace slow {

using halfstep::Instruction;
using halfstep::no_value;
using halfstep::Op;
using halfstep::Role;
using halfstep::Rounding;
using halfstep::Space;
using halfstep::ValueId;

SlowMachine::SlowMachine(const halfstep::Program& program, const halfstep::Precision& precision)
    : program_(program), precision_(precision), memory_(program.values.size()) {
    for (std::size_t v = 0; v < program_.values.size(); ++v) {
        const halfstep::ValueInfo& value = program_.values[v];
        const std::size_t n = static_cast<std::size_t>(value.shape.size()), given = value.initial.size();
        for (int w = 0; w < (value.per_worker ? program_.workers : 1); ++w) {
            Array array(n, std::nan(""));
            for (std::size_t i = 0; given > 0 && i < n; ++i) {
                const double x = value.initial[given == 1 ? 0 : given == n ? i : w * n + i];
                array[i] = value.space == Space::host ? x : rounded(rounding(value.role), x);
            }
            memory_[v].push_back(array);
        }
    }
}

// A role that does not round, and no role: what binary32 storage keeps.
Rounding SlowMachine::rounding(std::optional<Role> role) const {
    if (role && precision_[*role]) return *precision_[*role];
    return halfstep::rounding_to("fp32");
}

int SlowMachine::copy_of(ValueId v, int worker) const {
    return info(v).first_replica || !info(info(v).root).per_worker ? 0 : worker;
}

std::vector<double> SlowMachine::read(ValueId v, int worker) const {
    const Array& whole = memory_[info(v).root][copy_of(v, worker)];
    const auto first = whole.begin() + info(v).offset;
    return Array(first, first + info(v).shape.size());
}

void SlowMachine::write(ValueId v, int worker, const Array& x) {
    Array& whole = memory_[info(v).root][copy_of(v, worker)];
    const std::size_t n = static_cast<std::size_t>(info(v).shape.size());
    for (std::size_t i = 0; i < n; ++i) whole[info(v).offset + i] = x.size() == 1 ? x[0] : x[i];
}

bool SlowMachine::is_per_worker(const Instruction& I) const {
    if (I.op == Op::sum_workers || I.op == Op::sum_one_bit || I.op == Op::max_workers) return false;
    auto any = [&](const auto& values) {
        for (const ValueId v : values)
            if (v != no_value && info(v).per_worker) return true;
        return false;
    };
    return any(I.in) || any(I.host_in) || any(I.host_out) || (I.out != no_value && info(I.out).per_worker);
}

void SlowMachine::step() {
    const auto end = static_cast<std::int32_t>(program_.instructions.size());
    for (std::int32_t at = 0; at < end; ++at) {
        const Instruction& I = program_.instructions[at];
        if (I.op == Op::skip_if_zero) {
            if (read(I.host_in[0], 0)[0] == 0.0) at = I.skip_to - 1;
            continue;
        }
        const int workers = is_per_worker(I) ? program_.workers : 1;
        std::vector<Array> results;
        for (int w = 0; w < workers; ++w) results.push_back(compute(I, w));
        for (int w = 0; w < workers; ++w) {
            if (I.out != no_value) write(I.out, w, results[w]);
            for (std::size_t i = 0; i < I.host_out.size(); ++i) write(I.host_out[i], w, {results[w][i]});
        }
    }
}

double SlowMachine::total(const Array& x) const {
    double s = 0.0;
    for (const double element : x) s = binary(Op::add, s, element, rounding(Role::accumulator));
    return s;
}

SlowMachine::Array SlowMachine::compute(const Instruction& I, int w) const {
    const Rounding to = rounding(I.role);
    Array out;
    if (is_binary(I.op)) {
        const Array a = read(I.in[0], w), b = read(I.in[1], w);
        for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
            out.push_back(binary(I.op, a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i], to));
        return out;
    }
    if (is_unary(I.op)) {
        for (const double x : read(I.in[0], w)) out.push_back(unary(I.op, x, to));
        return out;
    }
    if (I.op == Op::select) {
        const Array condition = read(I.in[0], w), a = read(I.in[1], w), b = read(I.in[2], w);
        for (int i = 0; i < info(I.out).shape.size(); ++i) {
            const Array& chosen = condition[condition.size() == 1 ? 0 : i] == 0.0 ? b : a;
            out.push_back(rounded(to, chosen[chosen.size() == 1 ? 0 : i]));
        }
        return out;
    }
    if (I.op == Op::sum_workers) {
        out = read(I.in[0], 0);
        for (double& x : out) x = I.from_zero ? binary(Op::add, 0.0, x, to) : rounded(to, x);
        for (int other = 1; other < program_.workers; ++other) {
            const Array x = read(I.in[0], other);
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = binary(Op::add, out[i], x[i], to);
        }
        return out;
    }
    if (I.op == Op::sum_one_bit) {
        out.assign(static_cast<std::size_t>(info(I.out).shape.size()), 0.0);
        for (int worker = 0; worker < program_.workers; ++worker) {
            const Array x = read(I.in[1], worker);
            const double scale = read(I.in[0], worker)[0];
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = binary(Op::add, out[i], x[i] < 0 ? -scale : scale, to);
        }
        return out;
    }
    if (I.op == Op::matmul) return multiply(I, w);
    if (I.op == Op::among_largest) return largest(read(I.in[0], w), I.count);
    if (I.op >= Op::bcast_rows && I.op <= Op::scatter_add) return move(I, w);
    if (I.op >= Op::sum && I.op <= Op::norm_rows) return reduce(I, w);
    if (I.op == Op::source || I.op == Op::inject) return from_outside(I, w);
    return on_host(I, w);
}

SlowMachine::Array SlowMachine::reduce(const Instruction& I, int w) const {
    const Array x = read(I.in[0], w);
    const int rows = info(I.in[0]).shape.rows, cols = info(I.in[0]).shape.cols;
    std::vector<Array> groups;
    if (I.op == Op::sum || I.op == Op::norm2 || I.op == Op::wide_sum || I.op == Op::sum_squares || I.op == Op::argmax) {
        groups.push_back(x);
    } else if (I.op == Op::sum_rows) {
        for (int c = 0; c < cols; ++c) {
            groups.emplace_back();
            for (int r = 0; r < rows; ++r) groups.back().push_back(x[r * cols + c]);
        }
    } else {
        for (int r = 0; r < rows; ++r) groups.emplace_back(x.begin() + r * cols, x.begin() + (r + 1) * cols);
    }
    Array out;
    for (const Array& group : groups) {
        double result = 0.0;
        if (I.op == Op::norm2 || I.op == Op::norm_rows) {
            for (const double element : group) result += element * element;
            result = std::sqrt(result);
        } else if (I.op == Op::wide_sum || I.op == Op::sum_squares) {
            for (const double element : group) result += I.op == Op::wide_sum ? element : element * element;
        } else if (I.op == Op::max_cols) {
            result = group[0];
            for (const double element : group) result = binary(Op::max, result, element, halfstep::rounding_to("fp32"));
        } else if (I.op == Op::argmax || I.op == Op::argmax_cols) {
            auto beats = [](double a, double b) { return !std::isnan(b) && (std::isnan(a) || a > b); };
            for (std::size_t i = 0; i < group.size(); ++i)
                if (beats(group[i], group[static_cast<std::size_t>(result)])) result = static_cast<double>(i);
        } else {
            result = total(group);
        }
        out.push_back(rounded(rounding(I.role), result));
    }
    return out;
}

// Takes the largest that is left, the first of several, `count` times.
SlowMachine::Array SlowMachine::largest(const Array& x, int count) {
    Array chosen(x.size(), 0.0);
    for (int taken = 0; taken < count && taken < static_cast<int>(x.size()); ++taken) {
        std::size_t best = x.size();
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (chosen[i] != 0.0) continue;
            const bool beats = best == x.size() ||
                               (!std::isnan(x[best]) && (std::isnan(x[i]) || std::fabs(x[i]) > std::fabs(x[best])));
            if (beats) best = i;
        }
        chosen[best] = 1.0;
    }
    return chosen;
}

SlowMachine::Array SlowMachine::multiply(const Instruction& I, int w) const {
    const Array a = read(I.in[0], w), b = read(I.in[1], w);
    const Array start = I.in[2] == no_value ? Array() : read(I.in[2], w);
    const int rows = info(I.out).shape.rows, cols = info(I.out).shape.cols, depth = info(I.in[1]).shape.rows;
    Array out;
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < cols; ++j) {
            double s = start.empty() ? 0.0 : start[j];
            for (int k = 0; k < depth; ++k) {
                const double x = I.transpose_a ? a[k * rows + i] : a[i * depth + k];
                const double p = binary(Op::mul, x, b[k * cols + j], rounding(Role::product));
                s = binary(Op::add, s, p, rounding(Role::accumulator));
            }
            out.push_back(rounded(rounding(I.role), s));
        }
    }
    return out;
}

SlowMachine::Array SlowMachine::move(const Instruction& I, int w) const {
    const Array x = read(I.in[0], w);
    const Rounding to = rounding(I.role);
    const int rows = info(I.out).shape.rows, cols = info(I.out).shape.cols;
    const int given_cols = info(I.in[0]).shape.cols;
    auto index = [&](double position, int table_rows) {
        return position >= 0.0 && position < table_rows ? static_cast<int>(position) : 0;
    };
    Array out(rows * cols, 0.0);
    if (I.op == Op::scatter_add) {
        const Array to_row = read(I.in[1], w);
        for (std::size_t r = 0; r < to_row.size(); ++r)
            for (int c = 0; c < cols; ++c) {
                double& s = out[index(to_row[r], rows) * cols + c];
                s = binary(Op::add, s, x[r * cols + c], rounding(Role::accumulator));
            }
        for (double& element : out) element = rounded(to, element);
        return out;
    }
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < cols; ++c) {
            std::size_t from = 0;
            if (I.op == Op::bcast_rows) from = c;
            if (I.op == Op::bcast_cols) from = r;
            if (I.op == Op::transpose) from = c * given_cols + r;
            if (I.op == Op::gather) from = index(read(I.in[1], w)[r], info(I.in[0]).shape.size() / cols) * cols + c;
            out[r * cols + c] = rounded(to, x[from]);
        }
    }
    return out;
}

SlowMachine::Array SlowMachine::from_outside(const Instruction& I, int w) const {
    Array out = I.op == Op::inject ? read(I.in[0], w) : Array(info(I.out).shape.size(), 0.0);
    const auto step = static_cast<std::int64_t>(read(I.host_in[0], w)[0]);
    program_.attachments[I.attachment]->produce(step, w, out.data(), static_cast<int>(out.size()));
    for (double& x : out) x = rounded(rounding(I.role), x);
    return out;
}

SlowMachine::Array SlowMachine::on_host(const Instruction& I, int w) const {
    switch (I.op) {
        case Op::to_host:
            return read(I.in[0], w);
        case Op::from_host:
            return {rounded(rounding(I.role), read(I.host_in[0], w)[0])};
        case Op::finite: {
            double s = 0.0;
            for (const double x : read(I.in[0], w)) s += x;
            return {std::isfinite(static_cast<float>(s)) ? 1.0 : 0.0};
        }
        case Op::max_workers: {
            Array all;
            for (int other = 0; other < program_.workers; ++other) all.push_back(read(I.host_in[0], other)[0]);
            double largest = all[0];
            for (const double x : all) largest = std::isnan(largest) || std::isnan(x) ? NAN : std::fmax(largest, x);
            return {largest};
        }
        case Op::host: {
            Array in, out(I.host_out.size(), 0.0);
            for (const ValueId v : I.host_in) in.push_back(read(v, w)[0]);
            I.host(in.data(), out.data());
            return out;
        }
        default:
            throw std::logic_error("the slow machine does not know this operation");
    }
}

}  // namespace slow
