#include "halfstep/trace/run_bits.hpp"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "halfstep/spec/json.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_named = 3;  // parts of one kind in a sentence

std::string short_form(const Digest& digest) {
    return digest.hex().substr(0, 8);
}

using Parts = std::vector<std::pair<std::string, std::string>>;

// "; series loss, grad_norm and 2 more": what does not have the same digest in both, in the run's order.
std::string differing(const char* what, const Parts& run, const Parts& reference) {
    std::vector<std::string> names;
    for (const auto& part : run)
        if (std::find(reference.begin(), reference.end(), part) == reference.end()) names.push_back(part.first);
    for (const auto& part : reference)
        if (std::none_of(run.begin(), run.end(), [&](const auto& p) { return p.first == part.first; }))
            names.push_back(part.first);
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most_named); ++i) text += (i > 0 ? ", " : "") + names[i];
    if (text.empty()) return "";
    if (names.size() > most_named) text += " and " + std::to_string(names.size() - most_named) + " more";
    return std::string("; ") + what + " " + text;
}

// "first in step 3", "first in steps 4 to 7", "first after step 512", or nothing.
std::string first_steps(const BitsOfParts& run, const BitsOfParts& reference) {
    std::int64_t same_until = -1;
    for (const auto& [step, digest] : run.until) {
        const auto known = std::find_if(reference.until.begin(), reference.until.end(),
                                        [step = step](const auto& u) { return u.first == step; });
        if (known == reference.until.end()) break;
        if (known->second == digest) {
            same_until = step;
            continue;
        }
        if (step == same_until + 1) return "first in step " + std::to_string(step);
        return "first in steps " + std::to_string(same_until + 1) + " to " + std::to_string(step);
    }
    return same_until < 0 ? "" : "first after step " + std::to_string(same_until);
}

std::string place_of_difference(const BitsOfParts& run, const BitsOfParts& reference) {
    if (run == BitsOfParts() || reference == BitsOfParts()) return "";
    const std::string text = first_steps(run, reference) + differing("series", run.series, reference.series) +
                             differing("states at the end", run.states, reference.states);
    return text.starts_with("; ") ? text.substr(2) : text;
}

}  // namespace

std::string specification_digest(const RunSpec& spec) {
    RunSpec decisive = spec;
    decisive.scenario = decisive.run = decisive.preset = "";
    decisive.trace_every = 0;
    decisive.reference.reset();
    decisive.watches.clear();
    Digest digest;
    digest.add(to_json(decisive).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return digest.hex();
}

namespace {

std::vector<std::pair<std::string, Digest>> digests_of_states(const Snapshot& snapshot) {
    std::vector<std::pair<std::string, Digest>> digests;
    for (const std::string& name : snapshot.names()) {
        Digest& digest = digests.emplace_back(name, Digest()).second;
        for (int w = 0; w < snapshot.workers(name); ++w) digest.add(snapshot.state(name, w));
    }
    return digests;
}

}  // namespace

BitsSink::BitsSink(Sink& next, const RunSpec& spec) : next_(next), spec_(spec) {}

void BitsSink::step(const StepRecord& record, const Snapshot& snapshot) {
    next_.step(record, snapshot);
    if (!record.series.empty()) {
        all_.add(record.step);
        for (const auto& [name, value] : record.series) {
            const bool watched = std::any_of(spec_.watches.begin(), spec_.watches.end(),
                                             [name = name](const Watch& w) { return w.name == name; });
            if (watched) continue;
            auto part = series_.find(name);
            if (part == series_.end()) {
                part = series_.emplace(std::string(name), Digest()).first;
                order_.emplace_back(name);
            }
            part->second.add(record.step);
            part->second.add(value);
            all_.add(name);
            all_.add(value);
        }
        if (std::has_single_bit(static_cast<std::uint64_t>(++records_))) {
            Digest until;
            until.add(std::string_view(all_.hex()));
            for (const auto& [name, digest] : digests_of_states(snapshot)) until.add(digest.hex());
            parts_.until.emplace_back(record.step, short_form(until));
        }
    }
    if (record.step + 1 != spec_.steps) return;
    for (const auto& [name, digest] : digests_of_states(snapshot)) parts_.states.emplace_back(name, short_form(digest));
}

void BitsSink::tensors(std::int64_t step, std::span<const TensorStats> tensors) {
    next_.tensors(step, tensors);
}

BitsOfParts BitsSink::parts() const {
    BitsOfParts parts = parts_;
    for (const std::string& name : order_) parts.series.emplace_back(name, short_form(series_.at(name)));
    return parts;
}

BitsVerdict compare(const RunBits& run, const RunBits* reference) {
    if (!reference) return {Reproduction::no_reference, "no bits are kept for this run and seed"};
    if (run.digest == reference->digest) return {Reproduction::same_bits, ""};
    if (run.specification != reference->specification)
        return {Reproduction::no_reference, "the run specification is another than the reference's"};
    return {Reproduction::different, place_of_difference(run.parts, reference->parts)};
}

}  // namespace halfstep
