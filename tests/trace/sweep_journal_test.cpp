// What an unfinished sweep has finished survives whatever stops the program.
#include "halfstep/trace/sweep_journal.hpp"

#include "catch.hpp"
#include "halfstep/trace/output_file.hpp"
#include "made_up_sweep.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using synthetic::sweep_entry;
using synthetic::text_of;

namespace {

const std::string digest = "0123456789abcdef0123456789abcdef";

void write_entries(const std::filesystem::path& path, const std::vector<std::int64_t>& indices, Shard shard = {}) {
    SweepJournal journal(path, digest, shard, false);
    for (const std::int64_t index : indices) journal.add(sweep_entry(index));
    journal.close();
}

std::vector<std::int64_t> indices_in(const std::filesystem::path& path) {
    JournalReader reader(path);
    std::vector<std::int64_t> indices;
    while (const auto entry = reader.next()) {
        CHECK(entry->row == sweep_entry(entry->index).row);
        CHECK(entry->curve == sweep_entry(entry->index).curve);
        indices.push_back(entry->index);
    }
    return indices;
}

using Indices = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("entries in any order come back in index order, as they were put in") {
    TemporaryFolder folder;
    write_entries(folder / "journal", {3, 0, 1, 5, 4, 2});
    CHECK(indices_in(folder / "journal") == Indices{0, 1, 2, 3, 4, 5});
    write_entries(folder / "shard", {7, 1, 4}, {1, 3});
    CHECK(indices_in(folder / "shard") == Indices{1, 4, 7});
    CHECK(JournalReader(folder / "shard").shard() == Shard{1, 3});
    CHECK(JournalReader(folder / "shard").digest() == digest);
    // With one missing, the others are still in order.
    write_entries(folder / "hole", {5, 0, 4, 2, 1});
    CHECK(indices_in(folder / "hole") == Indices{0, 1, 2, 4, 5});
}

TEST_CASE("a journal knows which runs of its shard are finished") {
    TemporaryFolder folder;
    SweepJournal journal(folder / "journal", digest, {2, 5}, false);
    CHECK(journal.first_missing() == 2);
    CHECK(journal.finished() == 0);
    journal.add(sweep_entry(12));
    CHECK(journal.has(12));
    CHECK_FALSE(journal.has(2));
    CHECK_FALSE(journal.has(7));
    CHECK(journal.first_missing() == 2);
    journal.add(sweep_entry(2));
    CHECK(journal.first_missing() == 7);
    journal.add(sweep_entry(7));
    CHECK(journal.first_missing() == 17);
    CHECK(journal.finished() == 3);
}

TEST_CASE("a resumed journal goes on, and remembers what searches found") {
    TemporaryFolder folder;
    {
        SweepJournal journal(folder / "journal", digest, {}, false);
        journal.add(sweep_entry(0));
        journal.add({0, 3, "0.25"}, "trains");
        journal.add({0, 3, "0.25"}, "stuck");
        journal.add({1, 0, "a, \"b\""}, "diverged");
    }
    SweepJournal journal(folder / "journal", digest, {}, true);
    CHECK(journal.finished() == 1);
    CHECK(journal.probed({0, 3, "0.25"}) == "stuck");
    CHECK(journal.probed({1, 0, "a, \"b\""}) == "diverged");
    CHECK_FALSE(journal.probed({0, 3, "0.5"}));
    CHECK_FALSE(journal.probed({0, 2, "0.25"}));
    journal.add(sweep_entry(1));
    journal.close();
    CHECK(indices_in(folder / "journal") == Indices{0, 1});
    JournalReader reader(folder / "journal");
    while (reader.next()) {
    }
    CHECK(reader.probes().size() == 2);
}

TEST_CASE("without resume a journal begins again") {
    TemporaryFolder folder;
    write_entries(folder / "journal", {0, 1});
    CHECK(SweepJournal(folder / "journal", digest, {}, false).finished() == 0);
    CHECK(indices_in(folder / "journal").empty());
}

TEST_CASE("a journal of another sweep or of another shard is not continued") {
    TemporaryFolder folder;
    const std::string other = "f" + digest.substr(1);
    write_entries(folder / "journal", {1}, {1, 2});
    const std::string kept = text_of(folder / "journal");
    for (const auto& [name, shard] :
         {std::pair{other, Shard{1, 2}}, {digest, Shard{0, 2}}, {digest, Shard{1, 3}}, {digest, Shard{}}}) {
        write_file(folder / "journal", kept);
        CHECK(SweepJournal(folder / "journal", name, shard, true).finished() == 0);
        CHECK(indices_in(folder / "journal").empty());
    }
    write_file(folder / "journal", kept);
    CHECK(SweepJournal(folder / "journal", digest, {1, 2}, true).finished() == 1);
    // Nor what is no journal, or an empty one.
    for (const std::string text : {"", "\n", "run,seed\n"}) {
        write_file(folder / "journal", text);
        CHECK(SweepJournal(folder / "journal", digest, {1, 2}, true).finished() == 0);
    }
}

TEST_CASE("cut at any byte of its last two lines, a journal loses these and nothing else, and can be gone on with") {
    TemporaryFolder folder;
    write_entries(folder / "whole", {0, 1, 2, 3, 4});
    const std::string whole = text_of(folder / "whole");
    std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
    const std::size_t before = whole.rfind('\n', last - 2) + 1;
    for (std::size_t length = before; length <= whole.size(); ++length) {
        write_file(folder / "cut", whole.substr(0, length));
        const std::int64_t kept = length == whole.size() ? 5 : length >= last ? 4 : 3;
        {
            SweepJournal journal(folder / "cut", digest, {}, true);
            REQUIRE(journal.finished() == kept);
            for (std::int64_t index = kept; index < 5; ++index) journal.add(sweep_entry(index));
        }
        REQUIRE(text_of(folder / "cut") == whole);
    }
}

TEST_CASE("cut within its first line, a journal begins again") {
    TemporaryFolder folder;
    write_entries(folder / "whole", {0, 1});
    const std::string whole = text_of(folder / "whole");
    for (std::size_t length = 0; length <= whole.find('\n'); ++length) {
        write_file(folder / "cut", whole.substr(0, length));
        {
            SweepJournal journal(folder / "cut", digest, {}, true);
            REQUIRE(journal.finished() == 0);
            journal.add(sweep_entry(0));
            journal.add(sweep_entry(1));
        }
        REQUIRE(text_of(folder / "cut") == whole);
    }
}

TEST_CASE("a damaged byte anywhere in the middle costs its line and those behind it, and never a wrong row") {
    TemporaryFolder folder;
    write_entries(folder / "whole", {0, 1, 2, 3});
    const std::string whole = text_of(folder / "whole");
    const std::size_t header = whole.find('\n') + 1, first = whole.find('\n', header) + 1,
                      second = whole.find('\n', first) + 1;
    for (std::size_t at = first; at < second; ++at) {
        std::string text = whole;
        text[at] = text[at] == '#' ? '!' : '#';
        write_file(folder / "damaged", text);
        REQUIRE(indices_in(folder / "damaged") == Indices{0});
        SweepJournal journal(folder / "damaged", digest, {}, true);
        REQUIRE(journal.finished() == 1);
        for (std::int64_t index = 1; index < 4; ++index) journal.add(sweep_entry(index));
        journal.close();
        REQUIRE(text_of(folder / "damaged") == whole);
    }
}

TEST_CASE("a file that is no journal is refused by its reader") {
    TemporaryFolder folder;
    CHECK(holds(message_of([&] { JournalReader(folder / "none"); }), "none: cannot be opened"));
    for (const std::string text : {"", "run,seed\n"}) {
        write_file(folder / "other", text);
        CHECK(holds(message_of([&] { JournalReader(folder / "other"); }), "other: is no journal of a sweep"));
    }
}

TEST_CASE("on a full disk the journal says so, and what was finished stays readable") {
    CHECK(holds(message_of([&] { SweepJournal("/dev/full", digest, {}, false); }),
                "/dev/full: cannot be written: No space left on device; what is finished is kept, and --resume goes on "
                "from there"));
    TemporaryFolder folder;
    write_entries(folder / "whole", {0, 1, 2, 3});
    const std::string whole = text_of(folder / "whole");
    const std::size_t third = whole.rfind('\n', whole.size() - 2) + 1;  // where the last entry begins
    for (std::size_t room = third; room < whole.size(); room += 7) {
        {
            SweepJournal journal(folder / "journal", digest, {}, false);
            for (std::int64_t index = 0; index < 3; ++index) journal.add(sweep_entry(index));
            const synthetic::FileLimit limit(room);
            CHECK(
                holds(message_of([&] { journal.add(sweep_entry(3)); }), "journal: cannot be written: File too large"));
            CHECK(journal.finished() == 3);
        }
        CHECK(text_of(folder / "journal") == whole.substr(0, third));  // no half line
        SweepJournal journal(folder / "journal", digest, {}, true);
        journal.add(sweep_entry(3));
        CHECK(text_of(folder / "journal") == whole);
    }
}

TEST_CASE("a journal that cannot be made says why") {
    TemporaryFolder folder;
    write_file(folder / "file", "");
    CHECK(holds(message_of([&] { SweepJournal(folder / "file/journal", digest, {}, false); }),
                "file: cannot be created"));
    std::filesystem::create_directories(folder / "journal");
    CHECK(holds(message_of([&] { SweepJournal(folder / "journal", digest, {}, false); }),
                "journal: cannot be created: Is a directory"));
}
