#include "halfstep/program/recorder.hpp"

#include <algorithm>
#include <stdexcept>

#include "instruction_recorder.hpp"
#include "magnitude.hpp"
#include "step_watch.hpp"

namespace halfstep {
namespace {

class RecordingEmulated final : public LinkedMachine<float, RecordingMachine> {
public:
    RecordingEmulated(const Program& program, const Precision& precision, Layout layout, std::uint64_t seed)
        : LinkedMachine<float, RecordingMachine>(program, &precision, layout, seed) {
        for (const LinkedInstruction& L : linked_.instructions) {
            const Instruction& I = program_.instructions[L.source];
            const bool has_site = I.out != no_value;
            instructions_.push_back(
                {.index = L.source,
                 .instruction = &I,
                 .site = has_site ? &program_.sites[I.site] : nullptr,
                 .out = L.out,
                 .in = L.in,
                 .per_worker = L.per_worker || (I.op == Op::norm2 && program_.values[L.out].per_worker)});
            roundings_.push_back(ways_.roundings(I));
        }
        for (const Settled& s : linked_.settled) {
            instructions_[s.first].out = s.temporary;
            for (std::size_t i = s.first + 1; i <= s.last; ++i)
                std::replace(instructions_[i].in.begin(), instructions_[i].in.end(), s.state, s.temporary);
        }
        for (std::size_t v = 0; v < program_.values.size(); ++v) {
            const ValueInfo& info = program_.values[v];
            if (info.space == Space::host || info.lifetime != Lifetime::state || info.root != ValueId(v)) continue;
            for (int w = 0; w < copies(ValueId(v)); ++w)
                blocks_.push_back(
                    {ValueId(v), linked_.places[v].offset + w * linked_.places[v].worker_stride, info.shape.size()});
            state_size_ += std::size_t(info.shape.size()) * std::size_t(copies(ValueId(v)));
        }
    }

    const Program& program() const override { return program_; }
    std::span<const RoundedInstruction> instructions() const override { return instructions_; }

    void step() override {
        if (watch_) watch_->findings = {};
        LinkedMachine<float, RecordingMachine>::step();
    }
    void step_observed(RoundingObserver& observer) override {
        if (watch_) watch_->findings = {};
        run([&](const Bound<float>& b, std::int32_t at, int w) {
            const RoundedInstruction& of = instructions_[at];
            for (int i = w; of.out != no_value && i < w + copies_at_once(of, program_.workers); ++i)
                if (const Interest interest = observer.wants(of, i); interest != Interest::none)
                    InstructionRecorder(b, of, roundings_[at], i, &observer).record(interest);
            b.kernel(b, w);
        });
        ++step_;
    }

    void save(SavedStates& out) const override {
        out.arrays.resize(state_size_);
        float* to = out.arrays.data();
        for (const Block& block : blocks_) to = std::copy_n(arena_.data() + block.offset, block.size, to);
        out.hosts = host_;
        out.step = step_;
    }
    void restore(const SavedStates& saved) override {
        if (saved.arrays.size() != state_size_ || saved.hosts.size() != host_.size())
            throw std::logic_error("the saved states are of another program");
        const float* from = saved.arrays.data();
        for (const Block& block : blocks_) {
            std::copy_n(from, block.size, arena_.data() + block.offset);
            from += block.size;
        }
        std::copy(saved.hosts.begin(), saved.hosts.end(), host_.begin());
        step_ = saved.step;
    }

    void watch(const WatchRequest& request) override {
        watch_.reset();
        watch_ = std::make_unique<StepWatch>(program_, request, bound_, instructions_, roundings_);
    }
    const StepFindings& findings() const override {
        static const StepFindings nothing;
        return watch_ ? watch_->findings : nothing;
    }

    NonFinite nonfinite_states(ValueId but) const override {
        NonFinite found;
        for (const Block& block : blocks_)
            if (block.state != but) look(block.offset, block.size, found);
        return found;
    }
    NonFinite nonfinite(ValueId state) const override {
        NonFinite found;
        for (int w = 0; w < copies(state); ++w)
            look(linked_.places[state].offset + w * linked_.places[state].worker_stride,
                 program_.values[state].shape.size(), found);
        return found;
    }

private:
    struct Block {
        ValueId state;
        std::int64_t offset;
        int size;
    };

    void look(std::int64_t offset, int size, NonFinite& found) const {
        const std::uint32_t largest = largest_magnitude(arena_.data() + offset, size);
        found.infinity = found.infinity || largest == BitsOf<float>::exponent_mask;
        found.nan = found.nan || largest > BitsOf<float>::exponent_mask;
    }

    std::vector<RoundedInstruction> instructions_;  // by index into the linked list
    std::vector<InstructionRoundings> roundings_;
    std::vector<Block> blocks_;  // of the states, one a worker's copy, in the order of their ids
    std::size_t state_size_ = 0;
    std::unique_ptr<StepWatch> watch_;
};

}  // namespace

std::unique_ptr<RecordingMachine> make_recording(const Program& program, const Precision& precision, Layout layout,
                                                 std::uint64_t seed) {
    return std::make_unique<RecordingEmulated>(program, precision, layout, seed);
}

}  // namespace halfstep
