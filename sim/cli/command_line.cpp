#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <span>

#include "command_refusal.hpp"
#include "commands.hpp"
#include "completion.hpp"
#include "halfstep/spec/wording.hpp"
#include "man_page.hpp"
#include "templates.hpp"

namespace halfstep {
namespace {

using Names = std::vector<std::string>;

std::string joined(const Names& names, const char* between) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
    return text;
}

// The parser, and where it puts what it reads.
class Interface {
public:
    Interface() {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", std::string("halfstep ") + HALFSTEP_VERSION, "print the version");
        app_.set_help_flag("--help,-h", "print the options");
        app_.footer(
            "Exit status: 0 every expectation held, 1 one did not (or bits differ), 2 bad input, 3 interrupted.\n"
            "`halfstep help COMMAND` prints a command's options, `halfstep man` the manual page.");
        add_run();
        add_looking();
        add_replay_and_report();
        add_formats();
        add_new();
        add_shell();
    }

    CLI::App& app() { return app_; }

    // Runs the command that was read.
    int run() {
        for (const auto& [command, action] : actions_)
            if (command->parsed()) return action();
        return 2;
    }

private:
    CLI::App* command(const char* name, const char* help, std::function<int()> action) {
        CLI::App* sub = app_.add_subcommand(name, help);
        actions_.emplace_back(sub, std::move(action));
        return sub;
    }

    // An option that takes one of the names; `take` receives its index.
    static CLI::Option* choice(CLI::App* sub, const std::string& option, const Names& names,
                               const std::string& standard, const std::string& help,
                               std::function<void(std::size_t)> take) {
        const CLI::Validator known(
            [names, option](std::string& word) {
                const bool found = std::find(names.begin(), names.end(), word) != names.end();
                return found ? std::string() : unknown_name("value", word, names);
            },
            "");
        return sub
            ->add_option_function<std::string>(
                option,
                [names, take = std::move(take)](const std::string& word) {
                    take(static_cast<std::size_t>(std::find(names.begin(), names.end(), word) - names.begin()));
                },
                help)
            ->check(known)
            ->type_name(joined(names, "|"))
            ->default_str(standard);
    }

    template <class Enum, std::size_t n>
    static void choice(CLI::App* sub, const std::string& option, const char* const (&names)[n], Enum& target,
                       const std::string& help) {
        choice(sub, option, Names(names, names + n), names[0], help,
               [&target](std::size_t i) { target = static_cast<Enum>(i); });
    }

    void add_set(CLI::App* sub) {
        sub->add_option("--set", run_.set, "change a key of the base run, for example optimizer.lr=1e-3")
            ->allow_extra_args(false)
            ->type_name("KEY=VALUE");
        sub->add_option("--seeds", run_.seeds, "seeds instead of the file's, for example 1,2,5-8")->type_name("LIST");
    }

    CLI::Option* files(CLI::App* sub, const char* name, const char* help) {
        return sub->add_option(name, files_, help)->required()->type_name("");
    }

    void add_run() {
        CLI::App* sub =
            command("run", "run scenarios, write results/NAME/, print a verdict for each expectation", [this] {
                run_.files = files_;
                run_.report = !no_report_;
                return run_command(run_);
            });
        files(sub, "FILE", "scenario files, DeepSpeed configurations (JSON)");
        sub->add_option("--out", run_.out, "folder for the results")->capture_default_str()->type_name("DIR");
        add_set(sub);
        sub->add_option("--jobs,-j", run_.jobs, "runs at the same time (0: one a core)")
            ->check(CLI::Range(0, 1024).description(""))
            ->type_name("N");
        sub->add_flag("--resume", run_.resume, "keep the runs an interrupted call finished");
        sub->add_option("--shard", run_.shard,
                        "make only the i-th of n shares of the runs; auto: as SLURM_ARRAY_TASK_ID or an MPI rank says, "
                        "which sweeps follow anyway")
            ->type_name("I/N");
        CLI::Option* verify = sub->add_flag("--verify", run_.verify,
                                            "say for every run whether its bits are those of the shipped reference");
        sub->add_option("--reference", run_.reference, "... or of the reference in this folder")
            ->needs(verify)
            ->type_name("DIR");
        sub->add_option("--record-reference", run_.record_reference, "write the runs' bits there, for --reference")
            ->excludes("--resume")
            ->type_name("DIR");
        sub->add_flag("--no-report", no_report_, "no report.html and index.html");
        sub->add_flag("--figures", run_.figures, "also SVG and PNG figures (needs gnuplot)");
        sub->add_flag("--quiet,-q", run_.quiet, "print only what failed");
        choice(sub, "--progress", progress_names, run_.progress,
               "on standard error: a bar in a terminal, otherwise a line a tenth of the work; json: an event a line");
        choice(sub, "--curve", when_names, run_.curve, "draw the losses in the terminal (auto: unless --quiet)");
        choice(sub, "--color", when_names, run_.color, "colours (auto: in a terminal, unless NO_COLOR is set)");
        add_config_run(sub);
    }

    // Of DeepSpeed configurations: what the training program gives beside the file.
    void add_config_start(CLI::App* sub) {
        ConfigOptions& options = run_.config;
        sub->add_option("--world-size", options.world_size, "DeepSpeed configurations: number of ranks")
            ->check(CLI::Range(1, 4096).description(""))
            ->type_name("N");
        sub->add_option("--client-optimizer", options.client_optimizer,
                        "... class of an optimizer object the program gives, for example SGD")
            ->type_name("CLASS");
        sub->add_option("--client-scheduler", options.client_scheduler,
                        "... class of a scheduler object the program gives, for example StepLR")
            ->type_name("CLASS");
        sub->add_flag("--without-apex", options.without_apex, "... apex cannot be imported");
    }

    void add_config_run(CLI::App* sub) {
        add_config_start(sub);
        sub->add_option("--model", run_.config.model,
                        "... the kind of model to train (--set model.KEY=VALUE for the rest)")
            ->capture_default_str()
            ->type_name("KIND");
        sub->add_option("--override", run_.config.overridden,
                        "... go on although this rule fires, as if DeepSpeed did not look")
            ->allow_extra_args(false)
            ->type_name("RULE");
    }

    void add_looking() {
        CLI::App* check =
            command("check", "validate scenarios without running them; DeepSpeed configurations: the rules they break",
                    [this] { return check_command(files_, run_.config); });
        files(check, "FILE", "scenario files, DeepSpeed configurations (JSON)");
        add_config_start(check);
        check->add_flag("--json", run_.config.json, "findings as JSON");
        CLI::App* show = command(
            "show", "print the resolved run specifications, every default included, and where each key was written",
            [this] { return show_command(word_, run_.set, run_.seeds, run_.config, list_runs_); });
        show->add_option("FILE", word_, "scenario file")->required()->type_name("");
        add_set(show);
        show->add_flag("--runs", list_runs_,
                       "list every run of the sweep, and how long they may take, in place of JSON");
        add_config_run(show);
        command("list", "shipped scenarios, and everything a scenario can name", [] { return list_command(); });
    }

    void add_replay_and_report() {
        CLI::App* replay =
            command("replay", "run recordings of another implementation and compare every recorded value in ulps",
                    [this] { return replay_command(files_); });
        files(replay, "RECORDED", "recordings (JSON)");
        CLI::App* merge = command("merge", "join the shards of one run: halfstep merge results/NAME.shard-*", [this] {
            run_.report = !no_report_;
            return merge_command(files_, run_);
        });
        files(merge, "DIR", "folders that --shard wrote, all of one scenario");
        merge->add_option("--out", run_.out, "folder for the results")->capture_default_str()->type_name("DIR");
        merge->add_flag("--no-report", no_report_, "no report.html and index.html");
        merge->add_flag("--figures", run_.figures, "also SVG and PNG figures (needs gnuplot)");
        CLI::App* report = command("report", "rebuild the pages of results folders from what is on disk",
                                   [this] { return report_command(files_, run_.figures); });
        files(report, "DIR", "folders such as results/NAME");
        report->add_flag("--figures", run_.figures, "also SVG and PNG figures (needs gnuplot)");
    }

    void add_formats() {
        CLI::App* formats = command("formats", "limits of the number formats; a value's bits and neighbours in one",
                                    [this] { return formats_command(word_, files_); });
        formats->add_option("FORMAT", word_, "a format: fp16, bf16, e5m7, ...")->type_name("");
        formats->add_option("VALUE", files_, "numbers to look at in it")->type_name("");
        CLI::App* testfloat =
            command("testfloat", "compare Berkeley TestFloat vectors on standard input with the emulator",
                    [this] { return testfloat_command(word_, rounding_, compare_flags_, raise_inexact_); });
        testfloat
            ->add_option("FUNCTION", word_,
                         "f16_add, bf16_mul, f32_mulAdd, f16_rem, f16_le, f64_to_f16, f32_to_i32, ...")
            ->required()
            ->type_name("");
        testfloat
            ->add_option("--rounding", rounding_,
                         "near_even (TiesToEven), near_maxMag (TiesToAway), minMag (TowardZero), max (TowardPositive), "
                         "min (TowardNegative), odd (ToOdd)")
            ->default_val("near_even")
            ->type_name("MODE");
        testfloat->add_flag("--flags", compare_flags_, "compare the exception flags as well");
        testfloat->add_flag("--exact", raise_inexact_,
                            "roundings to an integer raise inexact, as vectors made by -exact have it");
    }

    void add_new() {
        CLI::App* sub = command("new", "write NAME.toml, a commented scenario to start from",
                                [this] { return new_command(word_, kind_); });
        sub->add_option("NAME", word_, "name of the new file; - prints it")->required()->type_name("");
        Names kinds;
        std::string help = "what it starts from:";
        for (const StartingFile& file : starting_files()) {
            help += std::string(kinds.empty() ? " " : "; ") + file.kind + ", " + file.summary;
            kinds.emplace_back(file.kind);
        }
        kind_ = kinds.front();
        choice(sub, "--kind", kinds, kind_, help, [this, kinds](std::size_t i) { kind_ = kinds[i]; });
    }

    void add_shell() {
        Names shells;
        for (const Shell& shell : completion_shells()) shells.emplace_back(shell.name);
        CLI::App* completion = command("completion", "print a completion script for a shell", [this] {
            const std::string script = completion_shells()[shell_].script(describe_command_line());
            std::fwrite(script.data(), 1, script.size(), stdout);
            return 0;
        });
        choice(completion, "SHELL", shells, "", "the shell", [this](std::size_t i) { shell_ = i; })->required();
        command("man", "print the manual page: halfstep man | man -l -", [] {
            const std::string page = man_page(describe_command_line(), HALFSTEP_VERSION);
            std::fwrite(page.data(), 1, page.size(), stdout);
            return 0;
        });
        CLI::App* help = command("help", "print the options of a command", [this] {
            // Of a parser that has read nothing: this one would speak of the command it is in.
            Interface fresh;
            const std::string text =
                word_.empty() ? fresh.app_.help() : fresh.app_.get_subcommand(word_)->help("halfstep");
            std::fputs(text.c_str(), stdout);
            return 0;
        });
        Names commands;
        for (const CLI::App* sub : app_.get_subcommands({})) commands.push_back(sub->get_name());
        choice(help, "COMMAND", commands, "", "the command", [this, commands](std::size_t i) { word_ = commands[i]; });
    }

    CLI::App app_{
        "Low-precision training, one rounding at a time: runs scenario files and says whether what they expect held.",
        "halfstep"};
    std::vector<std::pair<CLI::App*, std::function<int()>>> actions_;
    RunOptions run_;
    std::vector<std::string> files_;
    std::string word_, kind_, rounding_;
    std::size_t shell_ = 0;
    bool no_report_ = false, list_runs_ = false, compare_flags_ = false, raise_inexact_ = false;
};

OptionDoc describe(const CLI::Option& option) {
    OptionDoc doc;
    doc.help = option.get_description();
    doc.default_text = option.get_default_str();
    doc.required = option.get_required();
    doc.repeated = option.get_items_expected_max() > 1;
    const std::string type = option.get_items_expected_max() > 0 ? option.get_type_name() : "";
    if (option.get_positional()) {
        doc.names = {option.get_name(true)};
    } else {
        for (const std::string& name : option.get_lnames()) doc.names.push_back("--" + name);
        for (const std::string& name : option.get_snames()) doc.names.push_back("-" + name);
        doc.value = type;
        if (type.empty()) return doc;
    }
    doc.takes = Takes::text;
    const std::string& what = doc.value.empty() ? doc.names.front() : doc.value;
    if (what == "FILE") doc.takes = Takes::scenario;
    if (what == "RECORDED") doc.takes = Takes::recording;
    if (what == "DIR") doc.takes = Takes::folder;
    if (type.find('|') != std::string::npos) {
        doc.takes = Takes::choice;
        doc.choices = CLI::detail::split(type, '|');
    }
    return doc;
}

// An empty shell variable is no wish for the defaults.
const char* empty_option(const CLI::App& app) {
    for (const CLI::App* sub : app.get_subcommands())
        for (const char* name : {"--seeds", "--out", "--reference", "--record-reference"})
            if (const CLI::Option* o = sub->get_option_no_throw(name);
                o && o->count() > 0 && o->as<std::string>().empty())
                return name;
    return nullptr;
}

}  // namespace

ProgramDoc describe_command_line() {
    Interface interface;
    const CLI::App& app = interface.app();
    ProgramDoc program;
    program.summary = app.get_description();
    for (const CLI::Option* option : app.get_options()) program.options.push_back(describe(*option));
    for (const CLI::App* sub : app.get_subcommands({})) {
        CommandDoc command{sub->get_name(), sub->get_description(), {}, {}};
        for (const CLI::Option* option : sub->get_options())
            (option->get_positional() ? command.arguments : command.options).push_back(describe(*option));
        program.commands.push_back(std::move(command));
    }
    return program;
}

int run_command_line(int argc, char** argv) {
    Interface interface;
    CLI::App& app = interface.app();
    if (argc < 2) {
        std::fputs((app.help() +
                    "\nhalfstep: a command is missing; to begin: halfstep new mine, then halfstep run mine.toml\n")
                       .c_str(),
                   stderr);
        return 2;
    }
    if (const std::string message = refuse_command(app, argv[1]); !message.empty()) {
        std::fputs(message.c_str(), stderr);
        return 2;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wish) {  // --help, --version
        return app.exit(wish);
    } catch (const CLI::ParseError& error) {
        std::fputs(refuse_arguments(app, error).c_str(), stderr);
        return 2;
    }
    if (const char* option = empty_option(app)) {
        std::fprintf(stderr, "%s: found nothing; leave the option out or give it a value\n", option);
        return 2;
    }
    return interface.run();
}

}  // namespace halfstep
