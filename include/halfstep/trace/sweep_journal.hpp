// sweep/journal: what an unfinished sweep has finished, a line each, appended by one write as soon as it is known. Each
// line carries a checksum, so that whatever stops the program in the middle of one (kill -9, a full disk) costs that
// line alone. The first line names the sweep by its digest; a journal of another sweep is not continued.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace halfstep {

// A share of the runs, as one of several machines makes it: those whose index leaves `index` when divided by `count`.
struct Shard {
    std::int64_t index = 0, count = 1;
    bool whole() const { return count == 1; }
    bool operator==(const Shard&) const = default;
};

class SweepJournal {
public:
    struct Entry {
        std::int64_t index = 0;
        std::string row;    // of runs.csv, with its newline
        std::string curve;  // of curves.jsonl, with its newline; empty: none
    };
    // A verdict that a boundary search found at a value: search, which of its points, the value's text.
    using Probe = std::tuple<std::size_t, std::int64_t, std::string>;

    // Creates the file, or with `resume` goes on with what is whole in it if it is of the same sweep and shard.
    SweepJournal(std::filesystem::path path, const std::string& digest, Shard shard, bool resume);
    ~SweepJournal();
    SweepJournal(const SweepJournal&) = delete;
    SweepJournal& operator=(const SweepJournal&) = delete;

    // Runs the shard has finished. In the order they are handed out, all before first_missing() are, and few after.
    bool has(std::int64_t index) const;
    std::int64_t first_missing() const;  // an index of the shard
    std::int64_t finished() const;
    std::optional<std::string> probed(const Probe& probe) const;

    // Safe from several threads. ResultError when the line could not be written whole.
    void add(const Entry& entry);
    void add(const Probe& probe, const std::string& verdict);

    void close();
    const std::filesystem::path& path() const { return path_; }

private:
    void append(const std::string& line);
    void note(std::int64_t index);
    void read_back(const std::string& header);

    std::filesystem::path path_;
    Shard shard_;
    int file_ = -1;
    std::int64_t size_ = 0;
    std::int64_t done_before_ = 0;  // every run of the shard before its n-th is finished
    std::set<std::int64_t> ahead_;  // others, by the same count
    std::map<Probe, std::string> probes_;
    mutable std::mutex mutex_;
};

// The entries of a journal in index order. Holds only what is out of order, which is little where runs were handed
// out in order. Shards of one sweep can be read side by side.
class JournalReader {
public:
    explicit JournalReader(const std::filesystem::path& path);
    ~JournalReader();
    JournalReader(JournalReader&&) noexcept;

    const std::string& digest() const { return digest_; }
    const Shard& shard() const { return shard_; }
    std::optional<SweepJournal::Entry> next();
    // Known only when next() has returned nothing.
    const std::map<SweepJournal::Probe, std::string>& probes() const { return probes_; }

private:
    struct Lines;
    std::unique_ptr<Lines> lines_;
    std::string digest_;
    Shard shard_;
    std::map<SweepJournal::Probe, std::string> probes_;
    std::map<std::int64_t, SweepJournal::Entry> waiting_;
    std::int64_t wanted_ = 0;
};

}  // namespace halfstep
