#include "man_page.hpp"

namespace halfstep {
namespace {

// Text as groff takes it literally: no escapes, no requests, hyphens that can be searched for.
std::string literal(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string bold(const std::string& text) {
    return "\\fB" + literal(text) + "\\fR";
}

std::string italic(const std::string& text) {
    return "\\fI" + literal(text) + "\\fR";
}

std::string section(const char* name) {
    return std::string(".SH ") + name + "\n";
}

std::string item(const std::string& tag, const std::string& text) {
    return ".TP\n" + tag + "\n" + literal(text) + "\n";
}

std::string option_item(const OptionDoc& option) {
    std::string tag;
    for (const std::string& name : option.names) tag += (tag.empty() ? "" : ", ") + bold(name);
    if (option.takes == Takes::choice)
        tag += " " + bold(option.value);
    else if (!option.value.empty())
        tag += " " + italic(option.value);
    std::string help = option.help;
    if (option.repeated) help += "; may be given several times";
    if (!option.default_text.empty()) help += " (default: " + option.default_text + ")";
    return item(tag, help);
}

std::string argument_words(const CommandDoc& command) {
    std::string words;
    for (const OptionDoc& argument : command.arguments) {
        std::string word = italic(argument.names.front());
        if (argument.repeated) word += " ...";
        if (argument.takes == Takes::choice) {
            word.clear();
            for (const std::string& choice : argument.choices) word += (word.empty() ? "" : " | ") + bold(choice);
        }
        words += " " + (argument.required ? word : "[" + word + "]");
    }
    return words;
}

struct Entry {
    const char* tag;
    const char* text;
};
constexpr Entry files[] = {
    {"NAME.toml",
     "A scenario: what is trained, in which formats, and what should come out. docs/scenarios.md is the "
     "reference."},
    {"results/NAME/report.html", "The page: claim, verdicts, curves, every number."},
    {"results/NAME/manifest.json", "The resolved runs, the build, and a digest of every recorded bit."},
    {"results/NAME/runs.csv", "One row a run, one column a metric."},
    {"results/NAME/series.csv", "Every recorded value: run, seed, step, metric, value."},
    {"results/index.html", "A page over all results of the folder."},
};
constexpr Entry environment[] = {
    {"NO_COLOR", "Set to anything: no colours, unless --color always says otherwise."},
    {"TERM", "Unset or dumb: no colours, and progress in lines instead of a bar."},
    {"COLUMNS", "Columns to use where they are fewer than the terminal's, or where there is no terminal to ask."},
    {"LC_ALL, LC_CTYPE, LANG",
     "The first that is set says whether the terminal shows UTF-8; otherwise everything "
     "halfstep draws is ASCII."},
};
constexpr Entry examples[] = {
    {"halfstep new mine && halfstep run mine.toml", "A scenario to start from, and its results."},
    {"halfstep run mine.toml --set optimizer.lr=1e-3 --seeds 1-5",
     "The same with another learning rate and five seeds."},
    {"halfstep run scenarios/*.toml --quiet", "Only what does not hold, as a test."},
    {"halfstep run scenarios/*.toml --verify", "Whether this machine reproduces every bit of the shipped scenarios."},
    {"halfstep run mine.toml --progress json 2>events.jsonl", "For a program that watches."},
    {"halfstep show mine.toml", "Every default, and where each key was written."},
    {"halfstep completion bash > ~/.local/share/bash-completion/completions/halfstep",
     "Completion for a user's own bash."},
};

template <std::size_t n>
std::string entries(const Entry (&list)[n], bool bold_tags) {
    std::string text;
    for (const Entry& e : list) text += item(bold_tags ? bold(e.tag) : italic(e.tag), e.text);
    return text;
}

}  // namespace

std::string man_page(const ProgramDoc& program, const std::string& version) {
    std::string page = ".\\\" Written by `halfstep man`.\n";
    page += ".TH HALFSTEP 1 \"\" \"halfstep " + version + "\" \"User Commands\"\n";
    page += section("NAME") + "halfstep \\- low\\-precision training, one rounding at a time\n";
    page += section("SYNOPSIS");
    for (const CommandDoc& command : program.commands)
        page += bold("halfstep " + command.name) +
                (command.options.size() > 1 ? " [" + italic("option") + " ...]" : "") + argument_words(command) +
                "\n.br\n";
    for (const OptionDoc& option : program.options) page += bold("halfstep " + option.names.front()) + "\n.br\n";
    page += section("DESCRIPTION");
    page += literal(
                "halfstep runs small models under SGD, Adam, 1-bit Adam and others, rounding every single operation "
                "exactly to the format its place in the computation has. A TOML file says what is trained, which "
                "variants run beside it, and what should come out; halfstep says whether it did.") +
            "\n";
    page += section("COMMANDS");
    for (const CommandDoc& command : program.commands) {
        page +=
            ".SS " + bold("halfstep " + command.name) + argument_words(command) + "\n" + literal(command.help) + "\n";
        for (const OptionDoc& argument : command.arguments) page += item(italic(argument.names.front()), argument.help);
        for (const OptionDoc& option : command.options) page += option_item(option);
    }
    page += section("OPTIONS");
    for (const OptionDoc& option : program.options) page += option_item(option);
    page += section("EXIT STATUS");
    for (const ExitStatus& e : exit_statuses) page += item(bold(std::to_string(e.status)), e.meaning);
    page += section("FILES") + entries(files, false);
    page += section("ENVIRONMENT") + entries(environment, true);
    page += section("EXAMPLES") + entries(examples, true);
    return page;
}

}  // namespace halfstep
