// A sweep on several machines: shards, and the merge of what they leave.
#include <signal.h>

#include "swept_folder.hpp"

using namespace halfstep::test;
namespace fs = std::filesystem;

namespace {

Files whole() {
    static const Files files = [] {
        const SweptFolder folder;
        REQUIRE(folder.sweep("out").status == 0);
        return folder.results("out");
    }();
    return files;
}

std::string shard_name(int index, int count) {
    return "small.shard-" + std::to_string(index) + "-of-" + std::to_string(count);
}

Ended merge(const SweptFolder& folder, const std::vector<std::string>& shards, const std::string& out = "merged") {
    std::vector<std::string> arguments = {"merge", "--no-report", "--out", out};
    arguments.insert(arguments.end(), shards.begin(), shards.end());
    return folder.program(arguments);
}

Ended run_with(const SweptFolder& folder, const Environment& environment, std::vector<std::string> options = {}) {
    Call call = folder.call("out", std::move(options));
    call.environment = environment;
    return run(call);
}

bool made(const SweptFolder& folder, int index, int count) {
    return fs::exists(folder / ("out/" + shard_name(index, count) + "/sweep/sweep.json"));
}

}  // namespace

TEST_CASE("shards merged are what one machine would have written") {
    const SweptFolder folder;
    for (const int count : {2, 5}) {
        std::vector<std::string> shards;
        for (int index = count; index >= 1; --index) {
            const Ended ended = folder.sweep("out", {"--shard", std::to_string(index) + "/" + std::to_string(count)});
            CHECK(ended.status == 0);
            CHECK(holds(ended.out,
                        "  shard " + std::to_string(index) + " of " + std::to_string(count) + ", by --shard\n"));
            CHECK(holds(ended.out, "when all " + std::to_string(count) +
                                       " shards are: halfstep merge out/small.shard-*-of-" + std::to_string(count) +
                                       "\n"));
            shards.push_back("out/" + shard_name(index, count));
        }
        const Ended merged = merge(folder, shards, "merged" + std::to_string(count));
        CHECK(merged.err == "");
        CHECK(merged.status == 0);
        CHECK(holds(merged.out, "  sweep: 192 runs: "));
        check_same_files(folder.results("merged" + std::to_string(count)), whole());
    }
}

TEST_CASE("a shard that was killed is resumed like any sweep") {
    const SweptFolder folder;
    for (int ms = 20; ms < 200; ms += 20) {
        Call call = folder.call("out", {"--shard", "1/2", "--resume"});
        call.signal = SIGKILL;
        call.signal_ms = ms;
        run(call);
    }
    CHECK(folder.sweep("out", {"--shard", "1/2", "--resume"}).status == 0);
    CHECK(folder.sweep("out", {"--shard", "2/2"}).status == 0);
    // Resuming a finished one changes nothing.
    const Files before = folder.results("out", shard_name(2, 2));
    CHECK(folder.sweep("out", {"--shard", "2/2", "--resume"}).status == 0);
    check_same_files(folder.results("out", shard_name(2, 2)), before);
    CHECK(merge(folder, {"out/" + shard_name(1, 2), "out/" + shard_name(2, 2)}).status == 0);
    check_same_files(folder.results("merged"), whole());
}

TEST_CASE("merging without a shard says which is missing, with status 3, and the rest can be made") {
    const SweptFolder folder;
    for (const char* shard : {"1/4", "3/4"}) REQUIRE(folder.sweep("out", {"--shard", shard}).status == 0);
    const Ended merged = merge(folder, {"out/" + shard_name(1, 4), "out/" + shard_name(3, 4)});
    CHECK(merged.status == 3);
    CHECK(holds(merged.err, "missing: shards 2, 4\n"));
    CHECK(holds(merged.err,
                "missing: 96 of 192 runs of the sweep; what is there can be read, and halfstep run --resume "
                "makes the rest\n"));
    CHECK(holds(merged.out, "  sweep: 96 of 192 runs: "));
    const std::string rows = file_text(folder / "merged/small/sweep/runs.csv");
    CHECK(std::count(rows.begin(), rows.end(), '\n') == 1 + 96);
    CHECK(runs_in_journal(file_text(folder / "merged/small/sweep/journal")).size() == 96);
    CHECK(folder.sweep("merged", {"--resume"}).status == 0);
    check_same_files(folder.results("merged"), whole());
}

TEST_CASE("a shard that was killed before it wrote its tables is merged as far as it came") {
    const SweptFolder folder;
    for (const char* shard : {"1/2", "2/2"}) REQUIRE(folder.sweep("out", {"--shard", shard}).status == 0);
    const fs::path killed = folder / ("out/" + shard_name(2, 2) + "/sweep");
    for (const char* table : {"sweep.json", "runs.csv", "curves.jsonl", "boundary.csv"}) fs::remove(killed / table);
    fs::resize_file(killed / "journal", fs::file_size(killed / "journal") / 2);
    const std::size_t kept = runs_in_journal(file_text(killed / "journal")).size();
    const Ended merged = merge(folder, {"out/" + shard_name(1, 2), "out/" + shard_name(2, 2)});
    CHECK(merged.status == 3);
    CHECK(holds(merged.err, "missing: " + std::to_string(96 - kept) + " of 192 runs of the sweep"));
    CHECK(folder.sweep("merged", {"--resume"}).status == 0);
    check_same_files(folder.results("merged"), whole());
}

TEST_CASE("what does not belong together is not merged") {
    const SweptFolder folder;
    REQUIRE(folder.sweep("out", {"--shard", "1/2"}).status == 0);
    REQUIRE(folder.sweep("out", {"--shard", "1/3"}).status == 0);
    REQUIRE(folder.sweep("other", {"--shard", "2/2", "--set", "run.steps=59"}).status == 0);
    const std::string first = "out/" + shard_name(1, 2);
    const Ended twice = merge(folder, {first, first});
    CHECK(twice.status == 2);
    CHECK(holds(twice.err, "journal: is the same shard as "));
    const Ended counts = merge(folder, {first, "out/" + shard_name(1, 3)});
    CHECK(counts.status == 2);
    CHECK(holds(counts.err, "is of another sweep, or of another number of shards, than "));
    const Ended settings = merge(folder, {first, "other/" + shard_name(2, 2)});
    CHECK(settings.status == 2);
    CHECK(holds(settings.err, ": is of another scenario, or other settings, than " + first));
    CHECK(holds(merge(folder, {"nowhere"}).err, "nowhere: is no folder of results"));
}

TEST_CASE("a scheduler's variables choose the shard") {
    const SweptFolder folder;
    const Ended slurm = run_with(folder, {"SLURM_ARRAY_TASK_ID=12", "SLURM_ARRAY_TASK_MIN=10",
                                          "SLURM_ARRAY_TASK_COUNT=24", "SLURM_PROCID=0", "SLURM_NTASKS=1"});
    CHECK(slurm.status == 0);
    CHECK(holds(slurm.out, "  shard 3 of 24, by SLURM_ARRAY_TASK_ID\n"));
    CHECK(made(folder, 3, 24));
    const Ended mpi = run_with(folder, {"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=24"});
    CHECK(holds(mpi.out, "  shard 1 of 24, by OMPI_COMM_WORLD_RANK\n"));
    CHECK(made(folder, 1, 24));
    CHECK(holds(run_with(folder, {"PMI_RANK=4", "PMI_SIZE=24"}).out, "  shard 5 of 24, by PMI_RANK\n"));
    CHECK(holds(run_with(folder, {"SLURM_PROCID=5", "SLURM_NTASKS=24", "SLURM_STEP_ID=0"}, {"--shard", "auto"}).out,
                "  shard 6 of 24, by SLURM_PROCID\n"));
    // What is written wins.
    CHECK(holds(run_with(folder, {"OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=24"}, {"--shard", "7/24"}).out,
                "  shard 7 of 24, by --shard\n"));
    // A single task is the whole.
    CHECK(run_with(folder, {"SLURM_ARRAY_TASK_ID=4", "SLURM_ARRAY_TASK_COUNT=1"}).status == 0);
    CHECK(fs::exists(folder / "out/small/sweep/sweep.json"));
}

TEST_CASE("a shard that cannot be is refused before anything runs") {
    const SweptFolder folder;
    const auto error = [&](const Environment& environment, std::vector<std::string> options = {}) {
        const Ended ended = run_with(folder, environment, std::move(options));
        CHECK(ended.status == 2);
        CHECK_FALSE(fs::exists(folder / "out"));
        return ended.err;
    };
    for (const std::string text : {"0/4", "5/4", "1", "/", "1/", "a/4", "1/0", "-1/4", "1/4/2", "1/1000001", "1.5/4"}) {
        INFO(text);
        CHECK(error({}, {"--shard", text}) ==
              "--shard: found \"" + text + "\"; accepted: i/n with 1 <= i <= n, as in 3/16, or auto\n");
    }
    CHECK(holds(error({}, {"--shard", "auto"}), "--shard auto: neither SLURM_ARRAY_TASK_ID"));
    CHECK(
        error({"SLURM_ARRAY_TASK_ID=9", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_COUNT=4"}) ==
        "SLURM_ARRAY_TASK_ID = 9 is not one of the 4 tasks of SLURM_ARRAY_TASK_COUNT; number array tasks without gaps, "
        "or give --shard\n");
    CHECK(error({"OMPI_COMM_WORLD_RANK=x", "OMPI_COMM_WORLD_SIZE=4"}) ==
          "OMPI_COMM_WORLD_RANK: found \"x\"; accepted: a whole number\n");
    CHECK(holds(error({"PMI_RANK=0", "PMI_SIZE=-4"}), "PMI_RANK = 0 is not one of the -4 tasks"));
}
