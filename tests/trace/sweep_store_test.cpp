// results/NAME/sweep: the same bytes however it came about.
#include "halfstep/trace/sweep_store.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "made_up_sweep.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using synthetic::sweep_entry;
using synthetic::sweep_experiment;
using synthetic::text_of;
namespace fs = std::filesystem;

namespace {

const std::int64_t size = sweep_experiment().sweep->size;

const char* const tables[] = {"runs.csv", "curves.jsonl", "sweep.json"};

// The shard's runs in a scrambled order, the first `count` of them.
void fill(SweepStore& store, std::int64_t count) {
    const Shard shard = store.shard();
    for (std::int64_t n = 0; n < count; ++n) {
        const std::int64_t mixed = n * 7 % count;
        store.journal().add(sweep_entry(shard.index + (count % 7 == 0 ? n : mixed) * shard.count));
    }
}

fs::path make_whole(const fs::path& folder, const Experiment& experiment = sweep_experiment()) {
    SweepStore store(folder, experiment, {}, false);
    for (std::int64_t index = 0; index < size; ++index) store.journal().add(sweep_entry(index));
    CHECK(store.finish({}, true).complete);
    return folder / "sweep";
}

void check_same_tables(const fs::path& one, const fs::path& other) {
    for (const char* table : tables) {
        INFO(table);
        CHECK(text_of(one / table) == text_of(other / table));
    }
}

Experiment with_boundary() {
    Experiment experiment = sweep_experiment();
    BoundarySearch search;
    search.name = "edge";
    search.key = experiment.sweep->axes[0].keys[0];
    search.seeds = {3};
    search.holds = "trains";
    experiment.sweep->boundaries = {search};
    return experiment;
}

}  // namespace

TEST_CASE("a complete sweep is its tables, without a journal, and reads back") {
    TemporaryFolder folder;
    const fs::path sweep = make_whole(folder.path());
    CHECK(text_of(sweep / "runs.csv").find(sweep_rows_header(*sweep_experiment().sweep) + sweep_entry(0).row) == 0);
    CHECK(text_of(sweep / "curves.jsonl").find("{\"row\":0,\"steps\":[0],\"events\":[]}\n{\"row\":1,") == 0);
    CHECK_FALSE(fs::exists(sweep / "journal"));
    CHECK_FALSE(fs::exists(sweep / "boundary.csv"));
    for (const auto& entry : fs::directory_iterator(sweep)) CHECK(entry.path().extension() != ".tmp");

    const SweepResults read = read_sweep(folder.path());
    CHECK(read.complete);
    CHECK(read.rows == size);
    CHECK(read.experiment == sweep_experiment());
    CHECK(read.build == build_info());
    CHECK(read.verdicts == std::map<std::string, std::int64_t>{{"diverged", 8}, {"trains", 28}});
    Digest digest;
    digest.add(sweep_rows_header(*sweep_experiment().sweep));
    for (std::int64_t i = 0; i < size; ++i) digest.add(sweep_entry(i).row);
    CHECK(read.digest == digest.hex());
}

TEST_CASE("the tables do not tell in which order or in how many attempts runs finished") {
    TemporaryFolder folder;
    const fs::path whole = make_whole(folder / "whole");
    {
        SweepStore store(folder / "other", sweep_experiment(), {}, false);
        fill(store, 25);
        const SweepResults part = store.finish({}, false);
        CHECK_FALSE(part.complete);
        CHECK(part.rows == 25);
    }
    // What is finished can be read, and is what the whole begins with.
    CHECK(text_of(whole / "runs.csv").find(text_of(folder / "other/sweep/runs.csv")) == 0);
    CHECK(fs::exists(folder / "other/sweep/journal"));
    CHECK(read_sweep(folder / "other").rows == 25);
    SweepStore store(folder / "other", sweep_experiment(), {}, true);
    CHECK_FALSE(store.complete_before());
    CHECK(store.journal().first_missing() == 25);
    for (std::int64_t index = size; index-- > 25;) store.journal().add(sweep_entry(index));
    CHECK(store.finish({}, true).complete);
    check_same_tables(folder / "other/sweep", whole);
}

TEST_CASE("resuming a complete sweep leaves it as it is; one of other settings is made again") {
    TemporaryFolder folder;
    const fs::path sweep = make_whole(folder.path());
    const auto before = fs::last_write_time(sweep / "runs.csv");
    SECTION("the same") {
        SweepStore store(folder.path(), sweep_experiment(), {}, true);
        REQUIRE(store.complete_before());
        CHECK(store.finish({}, true).rows == size);
        CHECK(fs::last_write_time(sweep / "runs.csv") == before);
        CHECK_FALSE(fs::exists(sweep / "journal"));
    }
    SECTION("without resume") {
        const SweepStore store(folder.path(), sweep_experiment(), {}, false);
        CHECK_FALSE(store.complete_before());
        CHECK(read_sweep(folder.path()).complete);  // until there is something to replace it
    }
    SECTION("other runs") {
        Experiment other = sweep_experiment();
        other.runs[0].steps = 4;
        CHECK_FALSE(SweepStore(folder.path(), other, {}, true).complete_before());
    }
    SECTION("other verdicts") {
        Experiment other = sweep_experiment();
        other.sweep->verdicts = {{"fine", {"final_loss", {}, 1.0, {}, {}, {}}}};
        CHECK_FALSE(SweepStore(folder.path(), other, {}, true).complete_before());
    }
    SECTION("other words are taken over") {
        Experiment other = sweep_experiment();
        other.title = "Another title";
        CHECK(SweepStore(folder.path(), other, {}, true).complete_before());
        CHECK(read_sweep(folder.path()).experiment.title == "Another title");
    }
    SECTION("damaged, or without its rows") {
        const std::string damage = GENERATE("{", "{}", "");
        if (damage.empty())
            fs::remove(sweep / "runs.csv");
        else
            write_file(sweep / "sweep.json", damage);
        SweepStore store(folder.path(), sweep_experiment(), {}, true);
        CHECK_FALSE(store.complete_before());
        CHECK(store.journal().finished() == 0);
    }
}

TEST_CASE("series of an attempt that is not continued go, others stay") {
    TemporaryFolder folder;
    const auto begin = [&](const Experiment& experiment, bool resume) {
        SweepStore store(folder.path(), experiment, {}, resume);
        if (store.journal().finished() == 0) store.journal().add(sweep_entry(0));
        fs::create_directories(store.series_file(0).parent_path());
        return store.series_file(0);
    };
    const fs::path series = begin(sweep_experiment(), false);
    CHECK(series == folder / "sweep/series/0.csv");
    write_file(series, "kept");
    begin(sweep_experiment(), true);
    CHECK(fs::exists(series));
    Experiment other = sweep_experiment();
    other.runs[0].steps = 4;
    begin(other, true);
    CHECK_FALSE(fs::exists(series));
    write_file(series, "kept");
    begin(other, false);
    CHECK_FALSE(fs::exists(series));
}

TEST_CASE("boundaries read back with what is not there as NaN, and belong to their sweep") {
    TemporaryFolder folder;
    SweepStore store(folder.path(), with_boundary(), {}, false);
    for (std::int64_t index = 0; index < size; ++index) store.journal().add(sweep_entry(index));
    const std::vector<BoundaryRow> rows = {
        {"edge", "base", 3, {"", "a, \"quoted\" one"}, 0.25, 0.5, 7, true, std::nan(""), 2},
        {"edge", "adam", 3, {"", ""}, std::nan(""), 0.1, 0, false, 10, std::nan("")}};
    store.finish(rows, true);
    const fs::path path = folder / "sweep/boundary.csv";
    const std::string header =
        "boundary,run,seed,optimizer.lr,model.form,value,fails_at,runs,monotone,again_at,theory\n";
    CHECK(text_of(path) == header +
                               "edge,base,3,,\"a, \"\"quoted\"\" one\",0.25,0.5,7,true,,2\n"
                               "edge,adam,3,,,,0.1,0,false,10,\n");
    const std::vector<BoundaryRow> read = read_sweep(folder.path()).boundaries;
    REQUIRE(read.size() == 2);
    CHECK(read[0].at == rows[0].at);
    CHECK(read[0].runs == 7);
    CHECK(read[0].monotone);
    CHECK(read[0].theory == 2);
    CHECK(std::isnan(read[0].again_at));
    CHECK(std::isnan(read[1].value));
    CHECK_FALSE(read[1].monotone);

    const auto error = [&](const std::string& text) {
        write_file(path, text);
        return message_of([&] { read_sweep(folder.path()); });
    };
    CHECK(holds(error("boundary,run\n"), "boundary.csv:1: is not of this sweep: its columns are others"));
    CHECK(holds(error(header + "other,base,3,,,1,2,7,true,,2\n"),
                "boundary.csv:2: the sweep searches no boundary 'other'"));
    CHECK(holds(error(header + "edge,base,3,,,x,2,7,true,,2\n"), "boundary.csv:2: value 'x' is not a number"));
    CHECK(holds(error(header + "edge,base,3,,,1,2,,true,,2\n"), "boundary.csv:2: runs '' is not a whole number"));
    CHECK(holds(error(header + "edge,base,-3,,,1,2,7,true,,2\n"), "boundary.csv:2: seed '-3' is not a whole number"));
}

TEST_CASE("a damaged sweep.json is named") {
    TemporaryFolder folder;
    CHECK_FALSE(has_sweep(folder.path()));
    CHECK(holds(message_of([&] { read_sweep(folder.path()); }), "sweep.json: cannot be read"));
    const fs::path sweep = make_whole(folder.path());
    CHECK(has_sweep(folder.path()));
    for (const char* text : {"", "{", "[]", "{\"complete\": 3}"}) {
        write_file(sweep / "sweep.json", text);
        CHECK(holds(message_of([&] { read_sweep(folder.path()); }), "sweep.json: is damaged"));
    }
}

TEST_CASE("shards of any number merge into the bytes of the whole") {
    TemporaryFolder folder;
    const fs::path whole = make_whole(folder / "whole");
    for (const std::int64_t count : {1, 2, 3, 5, 7, 40}) {
        const fs::path base = folder / std::to_string(count);
        std::vector<fs::path> journals;
        std::int64_t shares = 0;
        for (std::int64_t index = count; index-- > 0;) {  // whichever is named first
            SweepStore store(base / std::to_string(index), sweep_experiment(), {index, count}, false);
            shares += store.share();
            fill(store, store.share());
            const SweepResults results = store.finish({}, true);
            CHECK(results.complete);
            CHECK(results.rows == store.share());
            if (count > 1) journals.push_back(store.journal().path());
        }
        CHECK(shares == size);
        if (count == 1) continue;  // a whole sweep keeps no journal
        merge_journals(journals, base / "merged/sweep/journal");
        SweepStore store(base / "merged", sweep_experiment(), {}, true);
        CHECK(store.journal().finished() == size);
        CHECK(store.finish({}, true).complete);
        check_same_tables(base / "merged/sweep", whole);
    }
}

TEST_CASE("what a missing shard would have made is missing in the merged sweep, and can be made there") {
    TemporaryFolder folder;
    const fs::path whole = make_whole(folder / "whole");
    std::vector<fs::path> journals;
    for (const std::int64_t index : {0, 2}) {
        SweepStore store(folder / std::to_string(index), sweep_experiment(), {index, 3}, false);
        fill(store, store.share());
        store.finish({}, true);
        journals.push_back(store.journal().path());
    }
    merge_journals(journals, folder / "merged/sweep/journal");
    SweepStore store(folder / "merged", sweep_experiment(), {}, true);
    CHECK(store.journal().finished() == 24);
    CHECK(store.journal().first_missing() == 1);
    CHECK_FALSE(store.finish({}, true).complete);
    SweepStore again(folder / "merged", sweep_experiment(), {}, true);
    for (std::int64_t index = 1; index < size; index += 3) again.journal().add(sweep_entry(index));
    CHECK(again.finish({}, true).complete);
    check_same_tables(folder / "merged/sweep", whole);
}

TEST_CASE("probes of every shard's searches are in the merged journal") {
    TemporaryFolder folder;
    std::vector<fs::path> journals;
    for (const std::int64_t index : {0, 1}) {
        SweepJournal journal(folder / std::to_string(index), "d", Shard{index, 2}, false);
        journal.add(SweepJournal::Probe{0, index, "0.5"}, index == 0 ? "trains" : "stuck");
        journals.push_back(journal.path());
        journal.close();
    }
    merge_journals(journals, folder / "merged");
    const SweepJournal merged(folder / "merged", "d", {}, true);
    CHECK(merged.probed({0, 0, "0.5"}) == "trains");
    CHECK(merged.probed({0, 1, "0.5"}) == "stuck");
}

TEST_CASE("journals that do not belong together are not merged") {
    TemporaryFolder folder;
    const auto journal = [&](const std::string& name, const std::string& digest, Shard shard) {
        SweepJournal(folder / name, digest, shard, false).close();
        return folder / name;
    };
    const auto error = [&](const std::vector<fs::path>& journals) {
        return message_of([&] { merge_journals(journals, folder / "merged"); });
    };
    const fs::path first = journal("first", "d", {0, 2});
    CHECK(error({first, journal("twin", "d", {0, 2})}) ==
          (folder / "twin").string() + ": is the same shard as " + first.string());
    CHECK(error({first, first}) == first.string() + ": is the same shard as " + first.string());
    const std::string other = ": is of another sweep, or of another number of shards, than " + first.string();
    CHECK(error({first, journal("stranger", "e", {1, 2})}) == (folder / "stranger").string() + other);
    CHECK(error({first, journal("third", "d", {1, 3})}) == (folder / "third").string() + other);
    CHECK(error({first, folder / "none"}) == (folder / "none").string() + ": cannot be opened");
    CHECK_FALSE(fs::exists(folder / "merged"));
}

TEST_CASE("on a full disk the tables that are there stay, and so does the journal") {
    TemporaryFolder folder;
    {
        SweepStore store(folder.path(), sweep_experiment(), {}, false);
        fill(store, 7);
        store.finish({}, false);
    }
    const std::string rows = text_of(folder / "sweep/runs.csv");
    {
        SweepStore store(folder.path(), sweep_experiment(), {}, true);
        for (std::int64_t index = 7; index < size; ++index) store.journal().add(sweep_entry(index));
        const synthetic::FileLimit limit(rows.size() + 100);
        CHECK(holds(message_of([&] { store.finish({}, true); }), ".tmp: cannot be written: File too large"));
    }
    CHECK(text_of(folder / "sweep/runs.csv") == rows);
    CHECK(read_sweep(folder.path()).rows == 7);
    for (const auto& entry : fs::directory_iterator(folder / "sweep")) CHECK(entry.path().extension() != ".tmp");
    SweepStore store(folder.path(), sweep_experiment(), {}, true);
    CHECK(store.journal().finished() == size);
    CHECK(store.finish({}, true).complete);
}
