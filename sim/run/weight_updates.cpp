#include "weight_updates.hpp"

#include <limits>

namespace halfstep {

WeightUpdates::WeightUpdates(const Program& program) : program_(program) {
    ValueId weight = no_value;
    for (std::size_t v = 0; v < program.values.size(); ++v) {
        const ValueInfo& info = program.values[v];
        const auto id = static_cast<ValueId>(v);
        if (info.lifetime != Lifetime::state || info.root != id || info.space != Space::array) continue;
        if (info.name == "weight") weight = id;
        if (info.role == Role::master) targets_[id].size = info.shape.size();
    }
    if (targets_.empty() && weight != no_value)
        targets_[weight].size = program.values[static_cast<std::size_t>(weight)].shape.size();

    // Stores are casts of a result; backwards through casts to the operation.
    for (std::size_t i = program.instructions.size(); i-- > 0;) {
        const Instruction& I = program.instructions[i];
        if (I.op != Op::cast || I.out == no_value) continue;
        if (targets_.count(root(I.out)) == 0 && pending_.count(root(I.out)) == 0) continue;
        const ValueInfo& from = program.values[static_cast<std::size_t>(root(I.in[0]))];
        if (from.lifetime == Lifetime::temporary) pending_[root(I.in[0])].size = from.shape.size();
    }
    for (auto& [value, pending] : pending_)
        pending.exact.resize(static_cast<std::size_t>(pending.size * program.workers));
}

void WeightUpdates::begin(const Machine& machine) {
    for (auto& [state, target] : targets_) {
        target.before.clear();
        for (int w = 0; w < machine.copies(state); ++w) {
            machine.read(state, w, scratch_);
            target.before.insert(target.before.end(), scratch_.begin(), scratch_.end());
        }
        target.now = target.before;
        target.updated.assign(target.before.size(), 0);
    }
}

bool WeightUpdates::concerns(const RoundedInstruction& instruction) const {
    return targets_.count(root(instruction.out)) > 0 || pending_.count(root(instruction.out)) > 0;
}

// Where the exact results of a store's operand are, when the store is a cast of an operation's result.
const WeightUpdates::Pending* WeightUpdates::pending_of(const RoundedInstruction& of) const {
    if (of.instruction->op != Op::cast || of.in[0] == no_value) return nullptr;
    const auto found = pending_.find(root(of.in[0]));
    return found == pending_.end() ? nullptr : &found->second;
}

void WeightUpdates::take(const RoundingBatch& batch) {
    if (batch.part != RoundingPart::result || !concerns(batch.of)) return;
    const RoundedInstruction& of = batch.of;
    const Pending* source = pending_of(of);
    std::int64_t source_offset = 0;
    if (source) {
        const ValueInfo& from = program_.values[static_cast<std::size_t>(of.in[0])];
        source_offset = from.offset + (from.per_worker ? batch.worker * source->size : 0);
    }
    const auto exact = [&](std::size_t i) {
        if (!source) return batch.exact[i];
        const std::int64_t element = source->size == 1 ? 0 : batch.element(i);
        return source->exact[static_cast<std::size_t>(source_offset + element)];
    };
    const std::int64_t offset = program_.values[static_cast<std::size_t>(of.out)].offset;
    if (const auto found = pending_.find(root(of.out)); found != pending_.end()) {
        Pending& pending = found->second;
        for (std::size_t i = 0; i < batch.size(); ++i)
            pending.exact[static_cast<std::size_t>(batch.worker * pending.size + offset + batch.element(i))] = exact(i);
        return;
    }
    Target& target = targets_.at(root(of.out));
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto at = static_cast<std::size_t>(batch.worker * target.size + offset + batch.element(i));
        if (exact(i) != target.now[at]) target.updated[at] = 1;
        target.now[at] = batch.rounded[i];
    }
}

std::int64_t WeightUpdates::lost(ValueId state, std::int64_t offset, std::int64_t size) const {
    const auto found = targets_.find(state);
    if (found == targets_.end()) return 0;
    const Target& target = found->second;
    std::int64_t n = 0;
    for (std::int64_t copy = 0; copy < std::int64_t(target.now.size()); copy += target.size)
        for (auto at = static_cast<std::size_t>(copy + offset); at < static_cast<std::size_t>(copy + offset + size);
             ++at)
            n += target.updated[at] != 0 && target.now[at] == target.before[at];
    return n;
}

double WeightUpdates::lost_fraction() const {
    std::int64_t lost_ones = 0, updated = 0;
    for (const auto& [state, target] : targets_) {
        lost_ones += lost(state, 0, target.size);
        for (const std::uint8_t flag : target.updated) updated += flag;
    }
    return updated > 0 ? double(lost_ones) / double(updated) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace halfstep
