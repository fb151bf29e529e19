#include "halfstep/report/figures.hpp"

#include <cstdlib>

#include "catch.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "message_of.hpp"
#include "synthetic.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
namespace fs = std::filesystem;

namespace {

// PATH for the time of a test.
class Path {
public:
    explicit Path(const char* value) : before_(std::getenv("PATH")) { setenv("PATH", value, 1); }
    ~Path() { setenv("PATH", before_.c_str(), 1); }

private:
    std::string before_;
};

void make_results(const fs::path& out, const std::string& title) {
    Experiment experiment = synthetic::experiment({"base", "it's `touch cracked`"}, {1, 2});
    experiment.title = title;
    Store store(out, experiment);
    for (const RunId& id : asked_runs(experiment)) synthetic::make_run(store, id.run, id.seed);
    store.finish();
}

}  // namespace

TEST_CASE("without gnuplot the data is there and the error names the package") {
    TemporaryFolder out;
    make_results(out.path(), "A title");
    const Path nothing("/nonexistent");
    CHECK(holds(message_of([&] { write_figures(out / "made-up"); }), "apt-get install gnuplot-nox"));
    CHECK(holds(read_file(out / "made-up/figures/loss.dat"), "0 1\n1 0.5\n2 0.25\n"));
    CHECK(fs::exists(out / "made-up/figures/loss.gp"));
}

TEST_CASE("no name becomes a command of gnuplot or of a shell") {
    TemporaryFolder out;
    make_results(out.path(), "'; system('touch cracked') # `touch cracked`\nexit");
    if (std::system("gnuplot --version >/dev/null 2>&1") != 0) return;
    CHECK(write_figures(out / "made-up").size() == 4);
    CHECK_FALSE(fs::exists(out / "made-up/figures/cracked"));
    CHECK(holds(read_file(out / "made-up/figures/loss.svg"), "touch cracked"));
    CHECK(read_file(out / "made-up/figures/loss_scale.png").substr(1, 3) == "PNG");
}
