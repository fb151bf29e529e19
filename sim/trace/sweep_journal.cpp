#include "halfstep/trace/sweep_journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "files.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/number.hpp"
#include "halfstep/trace/result_error.hpp"

namespace halfstep {

namespace fs = std::filesystem;

namespace {

constexpr char separator = '\x1f';  // in no field: texts of a sweep are one line, and JSON escapes it
constexpr std::size_t check_digits = 8;

std::string check_of(std::string_view text) {
    Digest digest;
    digest.add(text);
    return digest.hex().substr(0, check_digits);
}

std::string line_of(const std::string& text) {
    return text + separator + check_of(text) + '\n';
}

// The fields of a line without its check; nothing where it is not whole.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
    if (line.size() <= check_digits || line[line.size() - check_digits - 1] != separator) return std::nullopt;
    const std::string_view text = line.substr(0, line.size() - check_digits - 1);
    if (line.substr(text.size() + 1) != check_of(text)) return std::nullopt;
    std::vector<std::string> fields(1);
    for (const char c : text)
        if (c == separator)
            fields.emplace_back();
        else
            fields.back() += c;
    return fields;
}

std::string header_of(const std::string& digest, const Shard& shard) {
    return line_of(std::string("halfstep sweep 1") + separator + digest + separator + std::to_string(shard.index) +
                   separator + std::to_string(shard.count));
}

// Reads whole lines; what follows the first that is not whole is nobody's.
class LineReader {
public:
    explicit LineReader(const fs::path& path) : in_(path, std::ios::binary) {}
    bool open() const { return bool(in_); }
    std::optional<std::vector<std::string>> next() {
        if (!std::getline(in_, line_) || in_.eof()) return std::nullopt;
        auto fields = fields_of(line_);
        if (fields) whole_ += std::int64_t(line_.size()) + 1;
        return fields;
    }
    std::int64_t whole_bytes() const { return whole_; }

private:
    std::ifstream in_;
    std::string line_;
    std::int64_t whole_ = 0;
};

// A line is `R`, index, row, curve or `B`, search, point, value, verdict.
std::optional<SweepJournal::Entry> entry_of(const std::vector<std::string>& fields) {
    if (fields.size() != 4 || fields[0] != "R") return std::nullopt;
    const auto index = parse_integer(fields[1]);
    if (!index) return std::nullopt;
    return SweepJournal::Entry{*index, fields[2] + '\n', fields[3].empty() ? "" : fields[3] + '\n'};
}

std::optional<std::pair<SweepJournal::Probe, std::string>> probe_of(const std::vector<std::string>& fields) {
    if (fields.size() != 5 || fields[0] != "B") return std::nullopt;
    const auto search = parse_unsigned(fields[1]);
    const auto point = parse_integer(fields[2]);
    if (!search || !point) return std::nullopt;
    return std::pair{SweepJournal::Probe{*search, *point, fields[3]}, fields[4]};
}

std::string without_newline(std::string_view text) {
    return std::string(text.substr(0, text.empty() ? 0 : text.size() - 1));
}

}  // namespace

SweepJournal::SweepJournal(fs::path path, const std::string& digest, Shard shard, bool resume)
    : path_(std::move(path)), shard_(shard) {
    make_folder(path_.parent_path());
    const std::string header = header_of(digest, shard_);
    if (resume) read_back(header);
    if (file_ >= 0) return;
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file_ < 0) throw ResultError(path_, std::string("cannot be created: ") + std::strerror(errno));
    append(header);
}

SweepJournal::~SweepJournal() {
    if (file_ >= 0) ::close(file_);
}

void SweepJournal::close() {
    const int file = std::exchange(file_, -1);
    if (file >= 0 && ::close(file) != 0)
        throw ResultError(path_, std::string("cannot be written: ") + std::strerror(errno));
}

void SweepJournal::read_back(const std::string& header) {
    LineReader lines(path_);
    if (!lines.open()) return;
    const auto first = lines.next();
    if (!first || first != fields_of(without_newline(header))) return;
    while (const auto fields = lines.next()) {
        if (const auto entry = entry_of(*fields)) note(entry->index);
        if (const auto probe = probe_of(*fields)) probes_.insert_or_assign(probe->first, probe->second);
    }
    file_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (file_ < 0 || ::ftruncate(file_, lines.whole_bytes()) != 0 || ::lseek(file_, 0, SEEK_END) < 0)
        throw ResultError(path_, std::string("cannot be continued: ") + std::strerror(errno));
    size_ = lines.whole_bytes();
}

void SweepJournal::note(std::int64_t index) {
    const std::int64_t n = (index - shard_.index) / shard_.count;
    if (n > done_before_) {
        ahead_.insert(n);
        return;
    }
    if (n == done_before_) ++done_before_;
    for (auto next = ahead_.begin(); next != ahead_.end() && *next == done_before_; next = ahead_.erase(next))
        ++done_before_;
}

bool SweepJournal::has(std::int64_t index) const {
    const std::lock_guard lock(mutex_);
    const std::int64_t n = (index - shard_.index) / shard_.count;
    return n < done_before_ || ahead_.contains(n);
}

std::int64_t SweepJournal::first_missing() const {
    const std::lock_guard lock(mutex_);
    return shard_.index + done_before_ * shard_.count;
}

std::int64_t SweepJournal::finished() const {
    const std::lock_guard lock(mutex_);
    return done_before_ + std::int64_t(ahead_.size());
}

std::optional<std::string> SweepJournal::probed(const Probe& probe) const {
    const std::lock_guard lock(mutex_);
    const auto found = probes_.find(probe);
    return found == probes_.end() ? std::nullopt : std::optional(found->second);
}

void SweepJournal::append(const std::string& line) {
    for (std::size_t done = 0; done < line.size();) {
        const ssize_t n = ::write(file_, line.data() + done, line.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            const int reason = n < 0 ? errno : ENOSPC;
            // Nothing may follow half a line.
            if (done > 0 && ::ftruncate(file_, size_) == 0) ::lseek(file_, size_, SEEK_SET);
            throw ResultError(path_, std::string("cannot be written: ") + std::strerror(reason) +
                                         "; what is finished is kept, and --resume goes on from there");
        }
        done += std::size_t(n);
    }
    size_ += std::int64_t(line.size());
}

void SweepJournal::add(const Entry& entry) {
    const std::string line = line_of(std::string("R") + separator + std::to_string(entry.index) + separator +
                                     without_newline(entry.row) + separator + without_newline(entry.curve));
    const std::lock_guard lock(mutex_);
    append(line);
    note(entry.index);
}

void SweepJournal::add(const Probe& probe, const std::string& verdict) {
    const auto& [search, point, value] = probe;
    const std::string line = line_of(std::string("B") + separator + std::to_string(search) + separator +
                                     std::to_string(point) + separator + value + separator + verdict);
    const std::lock_guard lock(mutex_);
    append(line);
    probes_.insert_or_assign(probe, verdict);
}

struct JournalReader::Lines {
    explicit Lines(const fs::path& path) : reader(path) {}
    LineReader reader;
};

JournalReader::JournalReader(const fs::path& path) : lines_(std::make_unique<Lines>(path)) {
    if (!lines_->reader.open()) throw ResultError(path, "cannot be opened");
    const auto header = lines_->reader.next();
    const auto index = header && header->size() == 4 ? parse_integer((*header)[2]) : std::nullopt;
    const auto count = index ? parse_integer((*header)[3]) : std::nullopt;
    if (!count || (*header)[0] != "halfstep sweep 1" || *count < 1 || *index < 0 || *index >= *count)
        throw ResultError(path, "is no journal of a sweep");
    digest_ = (*header)[1];
    shard_ = {*index, *count};
    wanted_ = *index;
}

JournalReader::~JournalReader() = default;
JournalReader::JournalReader(JournalReader&&) noexcept = default;

std::optional<SweepJournal::Entry> JournalReader::next() {
    while (waiting_.empty() || waiting_.begin()->first != wanted_) {
        const auto fields = lines_->reader.next();
        if (!fields) break;
        if (auto entry = entry_of(*fields)) waiting_.insert_or_assign(entry->index, std::move(*entry));
        if (const auto probe = probe_of(*fields)) probes_.insert_or_assign(probe->first, probe->second);
    }
    if (waiting_.empty()) return std::nullopt;
    auto entry = waiting_.extract(waiting_.begin());
    wanted_ = entry.key() + shard_.count;
    return std::move(entry.mapped());
}

}  // namespace halfstep
