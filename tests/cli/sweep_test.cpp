// A sweep as a user runs it: the same bytes on any number of threads, however often it is interrupted.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "swept_folder.hpp"

using namespace halfstep::test;
namespace fs = std::filesystem;

namespace {

// What an uninterrupted run leaves, made once.
const Files& reference() {
    static const Files files = [] {
        const SweptFolder folder;
        const Ended ended = folder.sweep("out", {"--jobs", "2"});
        REQUIRE(ended.err == "");
        REQUIRE(ended.status == 0);
        return folder.results("out");
    }();
    return files;
}

}  // namespace

TEST_CASE("a sweep leaves its tables, and says how its runs ended") {
    const SweptFolder folder;
    const Ended ended = folder.sweep("out");
    CHECK(ended.status == 0);
    CHECK(holds(ended.out, "\n  sweep: 192 runs: "));
    CHECK(holds(ended.out, "  boundary: base at "));
    const Files files = folder.results("out");
    for (const char* name : {"sweep/runs.csv", "sweep/curves.jsonl", "sweep/boundary.csv", "sweep/sweep.json"})
        CHECK(files.contains(name));
    CHECK_FALSE(files.contains("sweep/journal"));
    const std::string& rows = files.at("sweep/runs.csv");
    CHECK(std::count(rows.begin(), rows.end(), '\n') == 1 + small_sweep_runs);
    const std::string& curves = files.at("sweep/curves.jsonl");
    CHECK(std::count(curves.begin(), curves.end(), '\n') == small_sweep_runs);
    // Series of lr = 1 in the widest format: base at two momenta, sgd at none, two seeds each.
    std::size_t series = 0;
    for (const auto& [name, text] : files) series += name.starts_with("sweep/series/");
    CHECK(series == (2 + 1) * 2);
    check_same_files(files, reference());
}

TEST_CASE("progress events of a sweep name the variant and the seed that run") {
    const SweptFolder folder;
    const std::string events = folder.program({"run", "small.toml", "--no-report", "--progress", "json"}).err;
    for (const char* run : {"base", "sgd"})
        for (const char* seed : {"1", "2"})
            CHECK(holds(events, "\"event\":\"run_start\",\"scenario\":\"small\",\"run\":\"" + std::string(run) +
                                    "\",\"seed\":" + seed + ",\"steps\":60"));
}

TEST_CASE("a boundary has a theory where the run has its names, and none where it lacks one") {
    const std::string& rows = reference().at("sweep/boundary.csv");
    std::istringstream in(rows);
    std::string line;
    std::getline(in, line);
    CHECK(line ==
          "boundary,run,seed,optimizer.lr,precision.weight,optimizer.momentum,value,fails_at,runs,monotone,again_at,"
          "theory");
    int base = 0, sgd = 0;
    while (std::getline(in, line)) {
        const bool is_base = line.starts_with("boundary,base,");
        (is_base ? base : sgd) += 1;
        CHECK(line.ends_with(",0.3") == (is_base && holds(line, ",0.5,")));
        CHECK(line.ends_with(",0.38") == (is_base && holds(line, ",0.9,")));
        if (!is_base) CHECK(line.ends_with(","));
    }
    CHECK(base == 8 * 2 * 2);
    CHECK(sgd == 8 * 2);
}

TEST_CASE("the number of threads does not reach the results") {
    const SweptFolder folder;
    for (const char* jobs : {"1", "2", "3"}) {
        REQUIRE(folder.sweep(jobs, {"--jobs", jobs}).status == 0);
        INFO(jobs);
        check_same_files(folder.results(jobs), reference());
    }
}

TEST_CASE("killed at a hundred random moments, a sweep repeats no finished run and ends with the same bytes") {
    const SweptFolder folder;
    const fs::path journal = folder / "out/small/sweep/journal";
    std::mt19937 random(1);
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(folder.sweep("whole", {"--jobs", "2"}).status == 0);
    const std::chrono::duration<double, std::milli> whole = std::chrono::steady_clock::now() - start;
    std::string before;
    int kills = 0, completed = 0, in_the_middle = 0;
    while (kills < 100 || completed == 0) {
        Call call = folder.call("out", {"--resume", "--jobs", "2"});
        call.signal = kills < 100 ? SIGKILL : 0;
        call.signal_ms = int(random() % std::max(20u, unsigned(whole.count())));
        const Ended ended = run(call);
        if (ended.signal == SIGKILL) {
            ++kills;
            const std::string now = fs::exists(journal) ? file_text(journal) : "";
            const auto runs = runs_in_journal(now);
            for (const auto& [index, times] : runs) {
                INFO("run " << index);
                REQUIRE(times == 1);
            }
            // What was whole is still there, unless the tables took its place.
            if (!now.empty()) REQUIRE(now.starts_with(before.substr(0, before.rfind('\n') + 1)));
            in_the_middle += !runs.empty() && runs.size() < small_sweep_runs;
            before = now;
        } else {
            REQUIRE(ended.status == 0);
            check_same_files(folder.results("out"), reference());
            ++completed;
            before.clear();
            fs::remove_all(folder / "out");
        }
    }
    CHECK(in_the_middle > 3);  // 15 to 40 mostly; otherwise it was killed where nothing can be lost
}

TEST_CASE("interrupted, a sweep keeps what is finished, ends with status 3 and is gone on with") {
    const SweptFolder folder;
    for (const int signal : {SIGINT, SIGTERM}) {
        int interrupted = 0;
        for (int ms = 20; ms < 2000 && interrupted == 0; ms += 15) {
            fs::remove_all(folder / "out");
            Call call = folder.call("out", {"--jobs", "1"});
            call.signal = signal;
            call.signal_ms = ms;
            const Ended ended = run(call);
            if (ended.status != 3 || !fs::exists(folder / "out/small/sweep/journal")) continue;
            const auto finished = runs_in_journal(file_text(folder / "out/small/sweep/journal")).size();
            if (finished == 0 || finished == small_sweep_runs) continue;
            ++interrupted;
            // The two runs beside the sweep, and what it finished; all of it can be read.
            CHECK(holds(ended.err, "interrupted: " + std::to_string(2 + finished) + " of " +
                                       std::to_string(2 + small_sweep_runs) +
                                       " runs are finished and kept; go on with --resume\n"));
            const std::string rows = file_text(folder / "out/small/sweep/runs.csv");
            CHECK(std::size_t(std::count(rows.begin(), rows.end(), '\n')) == 1 + finished);
            CHECK(reference().at("sweep/runs.csv").starts_with(rows));
            CHECK(folder.sweep("out", {"--resume"}).status == 0);
            check_same_files(folder.results("out"), reference());
        }
        CHECK(interrupted == 1);
    }
}

TEST_CASE("a complete sweep that is resumed stays as it is, to the file") {
    const SweptFolder folder;
    REQUIRE(folder.sweep("out").status == 0);
    const fs::path rows = folder / "out/small/sweep/runs.csv";
    const auto when = fs::last_write_time(rows);
    const Ended again = folder.sweep("out", {"--resume"});
    CHECK(again.status == 0);
    CHECK(holds(again.out, "\n  sweep: 192 runs: "));
    CHECK(fs::last_write_time(rows) == when);
    check_same_files(folder.results("out"), reference());
    // One that is swept otherwise is made again.
    CHECK(holds(folder.sweep("out", {"--resume", "--set", "optimizer.lr=[0.5,1]"}).out, "sweep: 96 runs"));
}

TEST_CASE("another theory for a complete sweep needs no run, and has its values") {
    const SweptFolder folder;
    REQUIRE(folder.sweep("out").status == 0);
    const auto when = fs::last_write_time(folder / "out/small/sweep/runs.csv");
    std::string text = small_sweep;
    text.replace(text.find("2*(1 + momentum)"), 1, "4");
    std::ofstream(folder / "small.toml") << text;
    REQUIRE(folder.sweep("out", {"--resume"}).status == 0);
    CHECK(fs::last_write_time(folder / "out/small/sweep/runs.csv") == when);
    const Files renewed = folder.results("out");
    CHECK(holds(renewed.at("sweep/boundary.csv"), ",0.76\n"));
    CHECK_FALSE(holds(renewed.at("sweep/boundary.csv"), ",0.38\n"));
    REQUIRE(folder.sweep("anew").status == 0);
    check_same_files(renewed, folder.results("anew"));
}

TEST_CASE("on a full disk a sweep says so with status 2, and goes on from there") {
    const SweptFolder folder;
    for (const long bytes : {15'000, 30'000, 60'000}) {  // at the last its runs have room, its searches have not
        fs::remove_all(folder / "out");
        Call call = folder.call("out", {"--jobs", "2"});
        call.largest_file = bytes;
        const Ended ended = run(call);
        INFO(bytes);
        CHECK(ended.status == 2);
        CHECK(holds(ended.err,
                    "out/small/sweep/journal: cannot be written: File too large; what is finished is kept, and "
                    "--resume goes on from there\n"));
        const auto kept = runs_in_journal(file_text(folder / "out/small/sweep/journal"));
        CHECK(!kept.empty());
        CHECK((kept.size() < small_sweep_runs) == (bytes < 60'000));
        // A second attempt on the same disk loses nothing either.
        CHECK(run([&] {
                  Call again = folder.call("out", {"--resume"});
                  again.largest_file = bytes;
                  return again;
              }())
                  .status == 2);
        CHECK(runs_in_journal(file_text(folder / "out/small/sweep/journal")) == kept);
        CHECK(folder.sweep("out", {"--resume"}).status == 0);
        check_same_files(folder.results("out"), reference());
    }
}

TEST_CASE("a folder that cannot be written is named before anything runs, or when it is met") {
    const SweptFolder folder;
    std::ofstream(folder / "file") << "";
    const Ended file = folder.sweep("file");
    CHECK(file.status == 2);
    CHECK(file.err == "--out file: " + (folder / "file").string() + ": is a file, a folder was expected\n");
    fs::create_directories(folder / "out/small");
    std::ofstream(folder / "out/small/sweep") << "in the way";
    const Ended met = folder.sweep("out");
    CHECK(met.status == 2);
    CHECK(holds(met.err, "out/small/sweep: cannot be created"));
    fs::remove(folder / "out/small/sweep");
    CHECK(folder.sweep("out", {"--resume"}).status == 0);
    check_same_files(folder.results("out"), reference());
}
