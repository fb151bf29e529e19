#include "command_refusal.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "halfstep/spec/wording.hpp"
#include "text_layout.hpp"

namespace halfstep {
namespace {

using Names = std::vector<std::string>;

// The command that was named, or the program.
const CLI::App& used(const CLI::App& app) {
    const auto commands = app.get_subcommands();
    return commands.empty() ? app : *commands.front();
}

// "halfstep run"
std::string called(const CLI::App& app) {
    return &used(app) == &app ? "halfstep" : "halfstep " + used(app).get_name();
}

// What is wrong, if an option or argument is there that the command does not take.
std::string unexpected(const CLI::App& app) {
    Names extras = app.remaining();
    if (&used(app) != &app)
        for (const std::string& extra : used(app).remaining()) extras.push_back(extra);
    if (extras.empty()) return "";
    const auto option = std::find_if(extras.begin(), extras.end(), [](const auto& e) { return e.starts_with('-'); });
    if (option == extras.end()) return "found " + in_quotes(extras.front()) + ", which it has no use for";
    Names known;
    for (const CLI::Option* o : used(app).get_options())
        for (const std::string& name : o->get_lnames()) known.push_back("--" + name);
    return unknown_name("option", option->substr(0, option->find('=')), known);
}

}  // namespace

std::string refuse_command(const CLI::App& app, const std::string& first) {
    Names names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    if (first.starts_with('-') || std::find(names.begin(), names.end(), first) != names.end()) return "";
    const std::string message = unknown_name("command", first, names) + "\n";
    return first.ends_with(".toml") ? message + "to run a scenario: halfstep run " + printable(first) + "\n" : message;
}

std::string refuse_arguments(const CLI::App& app, const CLI::ParseError& error) {
    std::string what = unexpected(app);
    const bool no_command = error.get_name() == "RequiredError" && &used(app) == &app;
    if (what.empty()) what = no_command ? "a command is missing" : printable(error.what());
    return called(app) + ": " + what + "\n`" + called(app) + " --help` says what is accepted\n";
}

}  // namespace halfstep
