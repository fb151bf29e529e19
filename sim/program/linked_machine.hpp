// The interpreter: a linked program over an arena of T. Included by one source file per number
// type, so that each type (Boost's above all) is compiled once.
#pragma once

#include <algorithm>
#include <span>
#include <stdexcept>
#include <vector>

#include "arena.hpp"
#include "bound.hpp"
#include "halfstep/program/machine.hpp"
#include "layout.hpp"

namespace halfstep {

// Chooses the kernel of one instruction; specialised per number type.
template <class T>
typename Bound<T>::Kernel choose_kernel(const Instruction& instruction, const Bound<T>& bound);

// How an instruction's result is rounded. Where operands may hold values the target format cannot,
// or the carrier is not exact for it, the operation goes through binary64 rounded to odd.
template <class T>
class Ways {
public:
    Ways(const Program&, const Precision*, std::uint64_t, const std::uint64_t*) {}
    bool changes_nothing(const Instruction&) const { return true; }
    void fill(const Instruction&, Bound<T>&) const {}
    void initial(const ValueInfo&, std::span<const double> x, std::span<T> out) const {
        std::copy(x.begin(), x.end(), out.begin());
    }
};

template <class T, class Interface = Machine>
class LinkedMachine : public Interface {
public:
    LinkedMachine(const Program& program, const Precision* precision, Layout layout, std::uint64_t seed = 0)
        : program_(program), ways_(program_, precision, seed, &step_) {
        std::vector<bool> changes_nothing;
        for (const Instruction& I : program_.instructions)
            changes_nothing.push_back(I.op == Op::cast && ways_.changes_nothing(I));
        linked_ = link(program_, changes_nothing, layout);
        arena_.assign(static_cast<std::size_t>(linked_.array_size) + 16, T(0));
        host_.assign(static_cast<std::size_t>(linked_.host_size) + 1, 0.0);
        initialise();
        bind();
    }

    void step() override {
        run([](const Bound<T>& b, std::int32_t, int w) { b.kernel(b, w); });
        ++step_;
    }

    std::vector<std::string> state_names() const override {
        std::vector<std::string> names;
        for (std::size_t v = 0; v < program_.values.size(); ++v)
            if (is_named_state(static_cast<ValueId>(v))) names.push_back(program_.values[v].name);
        return names;
    }
    ValueId find_state(std::string_view name) const override {
        for (std::size_t v = 0; v < program_.values.size(); ++v)
            if (is_named_state(static_cast<ValueId>(v)) && program_.values[v].name == name)
                return static_cast<ValueId>(v);
        return no_value;
    }
    int copies(ValueId v) const override { return program_.values[v].per_worker ? program_.workers : 1; }
    Shape shape(ValueId v) const override { return program_.values[v].shape; }
    bool is_host(ValueId v) const override { return program_.values[v].space == Space::host; }

    void read(ValueId v, int worker, std::vector<double>& out) const override {
        const ArenaSlot& place = linked_.places[v];
        if (place.offset == nowhere) throw std::logic_error("the value has no memory: keep_everything keeps it");
        if (program_.values[v].space == Space::host) {
            out.assign(1, host_[place.offset + worker * place.worker_stride]);
            return;
        }
        out.resize(program_.values[v].shape.size());
        const T* from = arena_.data() + place.offset + worker * place.worker_stride;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(from[i]);
    }
    void write(ValueId v, int worker, const std::vector<double>& values) override {
        const ArenaSlot& place = linked_.places[v];
        if (values.size() != static_cast<std::size_t>(program_.values[v].shape.size()))
            throw std::logic_error("the values written to " + program_.values[v].name + " do not fit its shape");
        if (program_.values[v].space == Space::host) {
            host_[place.offset + worker * place.worker_stride] = values[0];
            return;
        }
        ways_.initial(program_.values[v], values,
                      {arena_.data() + place.offset + worker * place.worker_stride, values.size()});
    }
    double host(ValueId v, int worker) const override {
        return host_[linked_.places[v].offset + worker * linked_.places[v].worker_stride];
    }
    void set_host(ValueId v, double x) override {
        for (int w = 0; w < copies(v); ++w) host_[linked_.places[v].offset + w * linked_.places[v].worker_stride] = x;
    }
    std::vector<double> value(ValueId v, int worker) const override {
        std::vector<double> out;
        read(v, worker, out);
        return out;
    }
    std::size_t memory_bytes() const override {
        return arena_.size() * sizeof(T) + host_.size() * sizeof(double) + scratch_.size() * sizeof(double) +
               scratch_array_.size() * sizeof(T) + bound_.size() * sizeof(Bound<T>);
    }

protected:
    // execute(bound, index into the linked list, worker) for every instruction in its turn.
    template <class Execute>
    void run(Execute execute) {
        const auto size = static_cast<std::int32_t>(bound_.size());
        for (std::int32_t at = 0; at < size;) {
            const Bound<T>& b = bound_[at];
            if (b.skip_to >= 0) {
                at = *b.host_in[0] == 0.0 ? b.skip_to : at + 1;
            } else if (!b.per_worker) {
                execute(b, at, 0);
                ++at;
            } else {
                const std::int32_t end = run_end_[at];
                for (int w = 0; w < program_.workers; ++w)
                    for (std::int32_t i = at; i < end; ++i) execute(bound_[i], i, w);
                at = end;
            }
        }
    }

private:
    bool is_named_state(ValueId v) const {
        const ValueInfo& info = program_.values[v];
        return info.lifetime == Lifetime::state && info.root == v && !info.name.empty();
    }

    void initialise() {
        for (std::size_t v = 0; v < program_.values.size(); ++v) {
            const ValueInfo& info = program_.values[v];
            if (info.lifetime == Lifetime::temporary || info.root != static_cast<ValueId>(v)) continue;
            const std::size_t n = info.shape.size(), given = info.initial.size();
            const auto id = static_cast<ValueId>(v);
            std::vector<double> numbers(n);
            if (given != 1 && given != n && given != n * program_.workers)
                throw std::logic_error("initial values of " + info.name + " do not fit its shape");
            for (int w = 0; w < copies(id); ++w) {
                const ArenaSlot& place = linked_.places[v];
                for (std::size_t i = 0; i < n; ++i)
                    numbers[i] = given == 1 ? info.initial[0] : info.initial[given == n ? i : w * n + i];
                const std::ptrdiff_t at = place.offset + w * place.worker_stride;
                if (info.space == Space::host)
                    std::copy_n(numbers.data(), n, host_.data() + at);
                else
                    ways_.initial(info, numbers, {arena_.data() + at, n});
            }
        }
    }

    void bind() {
        std::size_t doubles = 1, elements = 1;
        for (const LinkedInstruction& L : linked_.instructions) {
            const Instruction& I = program_.instructions[L.source];
            if ((I.op == Op::matmul && !I.transpose_a) || I.op == Op::among_largest)
                elements = std::max<std::size_t>(elements, program_.values[I.in[0]].shape.size());
            if (I.attachment >= 0) doubles = std::max<std::size_t>(doubles, program_.values[L.out].shape.size());
        }
        scratch_.assign(doubles, 0.0);
        scratch_array_.assign(elements, T(0));
        for (const LinkedInstruction& L : linked_.instructions) bound_.push_back(bind(L));
        run_end_.resize(bound_.size());
        for (std::size_t i = bound_.size(); i-- > 0;) {
            const bool last = i + 1 == bound_.size() || linked_.instructions[i + 1].starts_run;
            run_end_[i] = last ? static_cast<std::int32_t>(i) + 1 : run_end_[i + 1];
        }
    }

    Bound<T> bind(const LinkedInstruction& L) {
        const Instruction& I = program_.instructions[L.source];
        Bound<T> b;
        b.skip_to = L.skip_to;
        b.per_worker = L.per_worker;
        b.workers = program_.workers;
        b.transpose_a = I.transpose_a;
        b.from_zero = I.from_zero;
        b.count = I.count;
        b.host = I.host;
        b.scratch = scratch_.data();
        b.scratch_array = scratch_array_.data();
        if (I.attachment >= 0) b.attachment = program_.attachments[I.attachment];
        auto shape = [&](ValueId v) { return program_.values[v].shape; };
        if (L.out != no_value) {
            b.out = arena_.data() + linked_.places[L.out].offset;
            b.out_stride = linked_.places[L.out].worker_stride;
            b.n = shape(L.out).size();
            b.rows = shape(L.out).rows;
            b.cols = shape(L.out).cols;
        }
        for (int i = 0; i < 3; ++i) {
            if (L.in[i] == no_value) continue;
            b.in[i] = arena_.data() + linked_.places[L.in[i]].offset;
            b.in_stride[i] = linked_.places[L.in[i]].worker_stride;
            b.scalar[i] = shape(L.in[i]).is_scalar() && b.n > 1;
        }
        if (I.op == Op::matmul) b.depth = I.transpose_a ? shape(L.in[0]).rows : shape(L.in[0]).cols;
        if (I.op == Op::gather) b.depth = shape(L.in[0]).size() / b.cols;
        if (I.op == Op::scatter_add) b.depth = shape(L.in[0]).rows;
        const bool reduces = I.op >= Op::sum && I.op <= Op::norm_rows;
        if (reduces) b.rows = shape(L.in[0]).rows, b.cols = shape(L.in[0]).cols;
        if (I.op == Op::finite) b.n = shape(L.in[0]).size();
        if (I.host_in.size() > most_host_operands || I.host_out.size() > most_host_operands)
            throw std::logic_error("a host instruction has too many operands");
        for (ValueId v : I.host_in) {
            b.host_in_stride[b.host_ins] = linked_.places[v].worker_stride;
            b.host_in[b.host_ins++] = host_.data() + linked_.places[v].offset;
        }
        for (ValueId v : I.host_out) {
            b.host_out_stride[b.host_outs] = linked_.places[v].worker_stride;
            b.host_out[b.host_outs++] = host_.data() + linked_.places[v].offset;
        }
        ways_.fill(I, b);
        if (b.skip_to < 0) b.kernel = choose_kernel<T>(I, b);
        return b;
    }

protected:
    Program program_;
    std::uint64_t step_ = 0;  // steps done
    Ways<T> ways_;
    LinkedProgram linked_;
    Arena<T> arena_;
    std::vector<double> host_;
    std::vector<Bound<T>> bound_;

private:
    std::vector<double> scratch_;
    std::vector<T> scratch_array_;
    std::vector<std::int32_t> run_end_;
};

}  // namespace halfstep
