// halfstep: reads the command line, calls a command, turns exceptions into messages and status 2.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "commands.hpp"
#include "config_input.hpp"
#include "halfstep/spec/wording.hpp"

namespace {

void request_stop(int) {
    halfstep::stop_requested = true;
    // A second Ctrl-C ends the program at once.
    std::signal(SIGINT, SIG_DFL);
}

std::vector<std::string> command_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
}

int dispatch(int argc, char** argv) {
    CLI::App app{
        "Low-precision training, one rounding at a time: runs scenario files and says whether what they expect held."};
    app.set_version_flag("--version", std::string("halfstep ") + HALFSTEP_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit status: 0 every expectation held, 1 one did not (or a replay differed), 2 bad input, 3 interrupted.");

    halfstep::RunOptions run;
    std::vector<std::string> files, set;
    std::string file, seeds;
    bool no_report = false, figures = false;

    CLI::App* run_app =
        app.add_subcommand("run", "run scenarios, write results/NAME/, print a verdict for each expectation");
    run_app->add_option("FILE", run.files, "scenario files, DeepSpeed configurations (JSON)")->required();
    run_app->add_option("--out", run.out, "folder for the results")->capture_default_str();
    run_app->add_option("--set", run.set, "KEY=VALUE changes the base run, for example optimizer.lr=1e-3")
        ->allow_extra_args(false);
    run_app->add_option("--seeds", run.seeds, "seeds instead of the file's, for example 1,2,5-8");
    run_app->add_option("--jobs,-j", run.jobs, "runs at the same time (0: one a core)")->check(CLI::Range(0, 1024));
    run_app->add_flag("--resume", run.resume, "keep the runs an interrupted call finished");
    run_app->add_flag("--no-report", no_report, "no report.html and index.html");
    run_app->add_flag("--figures", run.figures, "also SVG and PNG figures (needs gnuplot)");
    run_app->add_flag("--quiet,-q", run.quiet, "print only what failed");

    halfstep::add_config_run_options(*run_app, run.config);

    halfstep::ConfigOptions config;
    CLI::App* check_app = app.add_subcommand(
        "check", "validate scenarios without running them; DeepSpeed configurations: the rules they break");
    check_app->add_option("FILE", files, "scenario files, DeepSpeed configurations (JSON)")->required();
    halfstep::add_config_check_options(*check_app, config);

    CLI::App* show_app = app.add_subcommand(
        "show", "print the resolved run specifications, every default included, and where each key was written");
    show_app->add_option("FILE", file, "scenario file")->required();
    show_app->add_option("--set", set, "KEY=VALUE, as for run")->allow_extra_args(false);
    show_app->add_option("--seeds", seeds, "as for run");
    halfstep::add_config_run_options(*show_app, config);

    CLI::App* list_app = app.add_subcommand("list", "shipped scenarios, and everything a scenario can name");

    CLI::App* replay_app = app.add_subcommand(
        "replay", "run recordings of another implementation and compare every recorded value in ulps");
    replay_app->add_option("RECORDED", files, "recordings (JSON)")->required();

    CLI::App* report_app = app.add_subcommand("report", "rebuild the pages of results folders from what is on disk");
    report_app->add_option("DIR", files, "folders such as results/NAME")->required();
    report_app->add_flag("--figures", figures, "also SVG and PNG figures (needs gnuplot)");

    const std::vector<std::string> names = command_names(app);
    if (argc > 1 && argv[1][0] != '-' && std::find(names.begin(), names.end(), argv[1]) == names.end()) {
        std::fprintf(stderr, "%s\n", halfstep::unknown_name("command", argv[1], names).c_str());
        return 2;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        const int status = app.exit(e);
        return status == 0 ? 0 : 2;
    }
    // An empty shell variable is no wish for the defaults.
    for (const CLI::App* command : {run_app, show_app})
        for (const char* option : {"--seeds", "--out"})
            if (const CLI::Option* o = command->get_option_no_throw(option);
                o && o->count() > 0 && o->as<std::string>().empty()) {
                std::fprintf(stderr, "%s: found nothing; leave the option out or give it a value\n", option);
                return 2;
            }
    run.report = !no_report;
    if (*run_app) return halfstep::run_command(run);
    if (*check_app) return halfstep::check_command(files, config);
    if (*show_app) return halfstep::show_command(file, set, seeds, config);
    if (*list_app) return halfstep::list_command();
    if (*replay_app) return halfstep::replay_command(files);
    if (*report_app) return halfstep::report_command(files, figures);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGINT, request_stop);
    std::signal(SIGTERM, request_stop);
    try {
        const int status = dispatch(argc, argv);
        if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
        std::fprintf(stderr, "standard output cannot be written\n");
    } catch (const halfstep::ConfigRefused& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "halfstep: out of memory\n");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
    }
    return 2;
}
