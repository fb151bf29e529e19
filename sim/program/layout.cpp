#include "layout.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "first_fit.hpp"

namespace halfstep {
namespace {

constexpr std::int64_t alignment = 16;  // elements; whole cache lines of binary32

bool is_elementwise(Op op) {
    return op <= Op::equal;
}
// norm2 because its kernel does all workers at once: sums that wait for each other, not for others.
bool crosses_workers(Op op) {
    return op == Op::sum_workers || op == Op::sum_one_bit || op == Op::norm2 || op == Op::max_workers ||
           op == Op::skip_if_zero;
}

class Linker {
public:
    Linker(const Program& program, const std::vector<bool>& changes_nothing, Layout layout)
        : p_(program), changes_nothing_(changes_nothing), layout_(layout), alias_(program.values.size()) {
        for (std::size_t v = 0; v < alias_.size(); ++v) alias_[v] = static_cast<ValueId>(v);
    }

    LinkedProgram run() {
        keep_live_instructions();
        assign_runs();
        place();
        return std::move(out_);
    }

private:
    ValueId root(ValueId v) const { return p_.values[v].root; }
    // The value whose memory `v` really uses, through views and removed casts.
    ValueId storage(ValueId v) const {
        ValueId r = root(v);
        while (alias_[r] != r) r = root(alias_[r]);
        return r;
    }

    // How often, and where, storage is written and read, views included.
    void count_uses() {
        reads_.assign(p_.values.size(), 0);
        defs_.assign(p_.values.size(), 0);
        last_read_.assign(p_.values.size(), 0);
        for (std::size_t at = 0; at < p_.instructions.size(); ++at) {
            const Instruction& I = p_.instructions[at];
            for (ValueId v : I.in) {
                if (v == no_value) continue;
                ++reads_[root(v)];
                last_read_[root(v)] = at;
            }
            if (I.out == no_value) continue;
            ++defs_[root(I.out)];
            if (p_.values[root(I.out)].lifetime == Lifetime::state) writes_[root(I.out)].push_back(at);
        }
    }

    bool is_whole_temporary(ValueId v) const {
        return p_.values[v].lifetime == Lifetime::temporary && root(v) == v && defs_[v] == 1;
    }

    // A cast that changes nothing becomes another name of its operand, provided nobody writes the
    // operand's storage while the name is in use.
    bool can_alias(std::size_t at, const Instruction& I) const {
        if (layout_ == Layout::keep_everything || I.op != Op::cast || !changes_nothing_[at]) return false;
        if (!is_whole_temporary(I.out)) return false;
        const ValueInfo &to = p_.values[I.out], &from = p_.values[I.in[0]];
        if (to.shape.size() != from.shape.size() || to.per_worker != from.per_worker || from.first_replica)
            return false;
        const ValueId memory = storage(I.in[0]);
        if (p_.values[memory].lifetime != Lifetime::state) return true;
        // Not even the last reader may write it: a store of a shifted part reads what it overwrites.
        const auto writes = writes_.find(memory);
        if (writes == writes_.end()) return true;
        const auto next = std::upper_bound(writes->second.begin(), writes->second.end(), at);
        return next == writes->second.end() || *next > last_read_[I.out];
    }

    // The instruction before a store may write the state itself: it is elementwise, its result goes
    // nowhere else, and where it reads the state, it reads the element it writes.
    bool can_write_through(const Instruction& store, std::size_t at) const {
        if (layout_ == Layout::keep_everything || out_.instructions.empty() || !changes_nothing_[at]) return false;
        if (store.op != Op::cast || p_.values[store.out].lifetime != Lifetime::state) return false;
        const LinkedInstruction& previous = out_.instructions.back();
        if (previous.source + 1 != static_cast<std::int32_t>(at) || previous.out != store.in[0]) return false;
        if (!is_whole_temporary(previous.out) || reads_[previous.out] != 1) return false;
        if (!is_elementwise(p_.instructions[previous.source].op)) return false;
        const ValueInfo &target = p_.values[store.out], &value = p_.values[previous.out];
        if (target.per_worker != value.per_worker || target.shape.size() != value.shape.size()) return false;
        for (ValueId v : previous.in)
            if (v != no_value && storage(v) == root(store.out) &&
                (root(v) != root(store.out) || p_.values[v].offset != target.offset ||
                 p_.values[v].shape.size() != target.shape.size() || p_.values[v].per_worker != target.per_worker))
                return false;
        return true;
    }

    // What the last instruction writes through to a state was computed from a temporary that was
    // itself computed elementwise, from the state's old value or not, and is not needed any more:
    //   t = state + x;  ...;  state = t - f(t)
    // It lives in the state's memory from the start, provided nobody wants the old value meanwhile.
    void settle_early(ValueId state) {
        if (root(state) != state) return;
        const std::size_t last = out_.instructions.size() - 1;
        for (const ValueId t : out_.instructions[last].in) {
            if (t == no_value || !is_whole_temporary(t)) continue;
            const ValueInfo &here = p_.values[t], &there = p_.values[state];
            if (here.shape.size() != there.shape.size() || here.per_worker != there.per_worker) continue;
            const auto first = writer_of(t);
            if (!first || !may_settle(t, state, *first, last)) continue;
            alias_[t] = state;
            out_.settled.push_back({*first, last, t, state});
            for (std::size_t i = *first; i <= last; ++i) {
                LinkedInstruction& L = out_.instructions[i];
                if (L.out == t) L.out = state;
                std::replace(L.in.begin(), L.in.end(), t, state);
            }
            return;
        }
    }

    std::optional<std::size_t> writer_of(ValueId t) const {
        for (std::size_t i = out_.instructions.size(); i-- > 0;)
            if (out_.instructions[i].out == t) return i;
        return std::nullopt;
    }

    bool may_settle(ValueId t, ValueId state, std::size_t first, std::size_t last) const {
        if (!is_elementwise(p_.instructions[out_.instructions[first].source].op)) return false;
        for (std::size_t i = first; i <= last; ++i) {
            const LinkedInstruction& L = out_.instructions[i];
            if (L.skip_to >= 0) return false;
            if (i > first && i < last && L.out != no_value && storage(L.out) == state) return false;
            for (ValueId v : L.in) {
                if (v == no_value) continue;
                // The old value element by element, before it is overwritten; t itself, under no other name.
                if (storage(v) == state && (i > first || v != state)) return false;
                if (v != t && storage(v) == t) return false;
            }
        }
        const auto reads = [&](const Instruction& I) {
            return std::any_of(I.in.begin(), I.in.end(), [&](ValueId v) { return v != no_value && storage(v) == t; });
        };
        const auto after = p_.instructions.begin() + out_.instructions[last].source + 1;
        return std::none_of(after, p_.instructions.end(), reads);
    }

    void keep_live_instructions() {
        count_uses();
        std::vector<std::int32_t> new_index(p_.instructions.size() + 1, 0);
        for (std::size_t at = 0; at < p_.instructions.size(); ++at) {
            const Instruction& I = p_.instructions[at];
            new_index[at] = static_cast<std::int32_t>(out_.instructions.size());
            if (is_dead(I)) continue;
            if (can_alias(at, I)) {
                alias_[I.out] = alias_[I.in[0]];
                continue;
            }
            if (I.op == Op::cast && can_write_through(I, at)) {
                out_.instructions.back().out = I.out;
                settle_early(I.out);
                continue;
            }
            LinkedInstruction linked;
            linked.source = static_cast<std::int32_t>(at);
            linked.out = I.out;
            for (int i = 0; i < 3; ++i) linked.in[i] = I.in[i] == no_value ? no_value : alias_[I.in[i]];
            linked.per_worker = !crosses_workers(I.op) && touches_workers(I);
            linked.skip_to = I.skip_to;
            out_.instructions.push_back(linked);
        }
        new_index.back() = static_cast<std::int32_t>(out_.instructions.size());
        for (LinkedInstruction& L : out_.instructions)
            if (L.skip_to >= 0) L.skip_to = new_index[L.skip_to];
    }

    bool is_dead(const Instruction& I) const {
        return layout_ == Layout::compact && I.out != no_value && p_.values[I.out].lifetime == Lifetime::temporary &&
               reads_[root(I.out)] == 0;
    }

    bool touches_workers(const Instruction& I) const {
        auto any = [&](ValueId v) { return v != no_value && p_.values[v].per_worker; };
        bool yes = any(I.out);
        for (ValueId v : I.in) yes = yes || any(v);
        for (ValueId v : I.host_in) yes = yes || any(v);
        for (ValueId v : I.host_out) yes = yes || any(v);
        return yes;
    }

    // A run ends where a region does, and before a write to what the run reads worker 0's copy of:
    // worker 0 would write before worker 1 reads. The same for host values.
    void assign_runs() {
        run_.resize(out_.instructions.size());
        std::vector<bool> target(out_.instructions.size() + 1, false);
        for (const LinkedInstruction& L : out_.instructions)
            if (L.skip_to >= 0) target[L.skip_to] = true;
        std::vector<int> replica_read_in(p_.values.size(), -1);  // the run, by storage
        int run = 0;
        for (std::size_t i = 0; i < run_.size(); ++i) {
            LinkedInstruction& L = out_.instructions[i];
            const Instruction& I = p_.instructions[L.source];
            const auto was_read = [&](ValueId v) { return v != no_value && replica_read_in[storage(v)] == run; };
            const bool joins = i > 0 && L.per_worker && out_.instructions[i - 1].per_worker && !target[i] &&
                               !was_read(L.out) && std::none_of(I.host_out.begin(), I.host_out.end(), was_read);
            run_[i] = joins ? run : ++run;
            L.starts_run = !joins;
            const auto note = [&](ValueId v) {
                if (v != no_value && p_.values[v].first_replica) replica_read_in[storage(v)] = run;
            };
            std::for_each(L.in.begin(), L.in.end(), note);
            std::for_each(I.host_in.begin(), I.host_in.end(), note);
        }
    }

    struct Interval {
        ValueId value;
        std::int64_t first = -1, last = -1;
        std::int64_t size = 0, stride = 0;
        bool replicated = false;  // worker 0's copy is read by others
    };

    void place() {
        out_.places.assign(p_.values.size(), {nowhere, 0});
        std::vector<Interval> live(p_.values.size());
        std::vector<std::int64_t> first_of_run(out_.instructions.size() + 2, -1), last_of_run(first_of_run);
        for (std::size_t i = 0; i < run_.size(); ++i) {
            if (first_of_run[run_[i]] < 0) first_of_run[run_[i]] = static_cast<std::int64_t>(i);
            last_of_run[run_[i]] = static_cast<std::int64_t>(i);
        }
        auto touch = [&](ValueId v, std::size_t i) {
            if (v == no_value || p_.values[v].space == Space::host) return;
            Interval& interval = live[storage(v)];
            interval.replicated = interval.replicated || p_.values[v].first_replica;
            if (interval.first < 0) interval.first = static_cast<std::int64_t>(i);
            interval.last = static_cast<std::int64_t>(i);
        };
        for (std::size_t i = 0; i < out_.instructions.size(); ++i) {
            for (ValueId v : out_.instructions[i].in) touch(v, i);
            touch(out_.instructions[i].out, i);
        }

        std::vector<Interval> temporaries;
        for (std::size_t v = 0; v < p_.values.size(); ++v) {
            const ValueInfo& info = p_.values[v];
            if (info.root != static_cast<ValueId>(v)) continue;
            if (info.space == Space::host) {
                reserve(out_.host_size, info, out_.places[v], 1);
            } else if (info.lifetime != Lifetime::temporary || layout_ == Layout::keep_everything) {
                reserve(out_.array_size, info, out_.places[v], alignment);
            } else if (live[v].first >= 0) {
                Interval interval = live[v];
                interval.value = static_cast<ValueId>(v);
                const int first_run = run_[interval.first], last_run = run_[interval.last];
                const bool inside_run = info.per_worker && first_run == last_run && !interval.replicated;
                interval.stride = info.per_worker && !inside_run ? padded(info.shape.size(), alignment) : 0;
                interval.size = padded(info.shape.size(), alignment) * (interval.stride > 0 ? p_.workers : 1);
                if (!inside_run) {
                    interval.first = first_of_run[first_run];
                    interval.last = last_of_run[last_run];
                }
                temporaries.push_back(interval);
            }
        }
        pack(temporaries);
        for (std::size_t v = 0; v < p_.values.size(); ++v) {
            const ValueInfo& info = p_.values[v];
            const auto id = static_cast<ValueId>(v);
            if (alias_[v] != id) {
                out_.places[v] = out_.places[alias_[v]];
            } else if (info.root != id && out_.places[info.root].offset != nowhere) {
                out_.places[v] = out_.places[info.root];
                out_.places[v].offset += info.offset;
                if (info.first_replica) out_.places[v].worker_stride = 0;
            }
        }
    }

    static std::int64_t padded(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

    void reserve(std::int64_t& total, const ValueInfo& info, ArenaSlot& place, std::int64_t align) const {
        const std::int64_t n = padded(info.shape.size(), align);
        place.offset = total;
        place.worker_stride = info.per_worker ? n : 0;
        total += n * (info.per_worker ? p_.workers : 1);
    }

    // First fit over the intervals in order of their start.
    void pack(std::vector<Interval>& temporaries) {
        std::stable_sort(temporaries.begin(), temporaries.end(),
                         [](const Interval& a, const Interval& b) { return a.first < b.first; });
        FirstFit memory(out_.array_size);
        for (const Interval& t : temporaries) out_.places[t.value] = {memory.place(t.first, t.last, t.size), t.stride};
        out_.array_size = memory.highest();
    }

    const Program& p_;
    const std::vector<bool>& changes_nothing_;
    Layout layout_;
    std::vector<ValueId> alias_;
    std::vector<int> reads_, defs_, run_;
    std::vector<std::size_t> last_read_;                  // index of the instruction, by storage
    std::map<ValueId, std::vector<std::size_t>> writes_;  // the same, ascending, of states
    LinkedProgram out_;
};

}  // namespace

LinkedProgram link(const Program& program, const std::vector<bool>& changes_nothing, Layout layout) {
    return Linker(program, changes_nothing, layout).run();
}

}  // namespace halfstep
