#include "completion.hpp"

#include <algorithm>

namespace halfstep {
namespace {

constexpr Shell table[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

std::string option_words(const std::vector<OptionDoc>& options) {
    std::string words;
    for (const OptionDoc& option : options) words += (words.empty() ? "" : " ") + joined(option.names, " ");
    return words;
}

std::string command_words(const ProgramDoc& program) {
    std::string words;
    for (const CommandDoc& command : program.commands) words += (words.empty() ? "" : " ") + command.name;
    return words;
}

// Help texts hold quotes and brackets; every script puts them into single quotes.
std::string escaped(const std::string& text, const char* special) {
    std::string out;
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
            continue;
        }
        if (std::string_view(special).find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

const OptionDoc* first_argument(const CommandDoc& command) {
    return command.arguments.empty() ? nullptr : &command.arguments.front();
}

// The bash words that complete one value.
std::string bash_action(const OptionDoc& option) {
    switch (option.takes) {
        case Takes::choice:
            return "_halfstep_words '" + joined(option.choices, " ") + "'";
        case Takes::scenario:
            return "_halfstep_files '!*.toml'";
        case Takes::recording:
            return "_halfstep_files '!*.json'";
        case Takes::folder:
            return "_halfstep_folders";
        default:
            return ":";
    }
}

std::string zsh_action(const OptionDoc& option) {
    switch (option.takes) {
        case Takes::choice:
            return "(" + joined(option.choices, " ") + ")";
        case Takes::scenario:
            return "_files -g \"*.toml(-.)\"";
        case Takes::recording:
            return "_files -g \"*.json(-.)\"";
        case Takes::folder:
            return "_files -/";
        default:
            return " ";
    }
}

// `'(--jobs -j)'{--jobs,-j}'[help]:N: '`
std::string zsh_option(const OptionDoc& option) {
    std::string spec;
    const bool several = option.names.size() > 1;
    if (option.repeated)
        spec = "'*'";
    else if (several)
        spec = "'(" + joined(option.names, " ") + ")'";
    spec += several ? "{" + joined(option.names, ",") + "}" : option.names.front();
    spec += "'[" + escaped(option.help, "[]\\:") + "]";
    if (!option.value.empty()) spec += ":" + option.names.front().substr(2) + ":" + zsh_action(option);
    return spec + "'";
}

std::string fish_action(const OptionDoc& option) {
    switch (option.takes) {
        case Takes::choice:
            return " -x -a '" + joined(option.choices, " ") + "'";
        case Takes::scenario:
            return " -k -x -a '(__fish_complete_suffix .toml)'";
        case Takes::recording:
            return " -k -x -a '(__fish_complete_suffix .json)'";
        case Takes::folder:
            return " -x -a '(__fish_complete_directories)'";
        case Takes::text:
            return " -x";
        default:
            return "";
    }
}

std::string fish_option(const OptionDoc& option, const std::string& condition) {
    std::string line = "complete -c halfstep -n '" + condition + "'";
    for (const std::string& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    return line + fish_action(option) + " -d '" + escaped(option.help, "\\") + "'\n";
}

}  // namespace

std::span<const Shell> completion_shells() {
    return table;
}

std::string bash_completion(const ProgramDoc& program) {
    std::string script = R"(# bash completion for halfstep, written by `halfstep completion bash`.
_halfstep_take() { local word; while IFS= read -r word; do COMPREPLY+=("$word"); done; }
_halfstep_words() { _halfstep_take < <(compgen -W "$1" -- "$cur"); }
_halfstep_folders() { compopt -o filenames 2>/dev/null; _halfstep_take < <(compgen -d -- "$cur"); }
_halfstep_files() { _halfstep_folders; _halfstep_take < <(compgen -f -X "$1" -- "$cur"); }
_halfstep() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= i
    COMPREPLY=()
    # --option=value comes as three words.
    if [[ $cur == = ]]; then cur=
    elif [[ $prev == = && $COMP_CWORD -gt 1 ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} != -* ]]; then command=${COMP_WORDS[i]}; break; fi
    done
    case $command in
)";
    script += "    '') _halfstep_words '" + command_words(program) + " " + option_words(program.options) + "' ;;\n";
    for (const CommandDoc& command : program.commands) {
        script += "    " + command.name + ")\n        case $prev in\n";
        for (const OptionDoc& option : command.options)
            if (!option.value.empty())
                script += "        " + joined(option.names, "|") + ") " + bash_action(option) + "; return ;;\n";
        script +=
            "        esac\n        if [[ $cur == -* ]]; then _halfstep_words '" + option_words(command.options) + "'\n";
        if (const OptionDoc* argument = first_argument(command))
            script += "        else " + bash_action(*argument) + "\n";
        script += "        fi ;;\n";
    }
    return script + "    esac\n}\ncomplete -F _halfstep halfstep\n";
}

std::string zsh_completion(const ProgramDoc& program) {
    std::string script = R"(#compdef halfstep
# zsh completion for halfstep, written by `halfstep completion zsh`.
_halfstep() {
    local curcontext="$curcontext" state line
    local -a commands
    typeset -A opt_args
    commands=(
)";
    for (const CommandDoc& command : program.commands)
        script += "        '" + command.name + ":" + escaped(command.help, ":\\") + "'\n";
    script += "    )\n    _arguments -C \\\n";
    for (const OptionDoc& option : program.options) script += "        " + zsh_option(option) + " \\\n";
    script +=
        "        '1:command:->command' '*::argument:->argument'\n    case $state in\n"
        "    command) _describe command commands ;;\n    argument)\n        case $words[1] in\n";
    for (const CommandDoc& command : program.commands) {
        script += "        " + command.name + ") _arguments";
        for (const OptionDoc& option : command.options) script += " \\\n            " + zsh_option(option);
        for (const OptionDoc& argument : command.arguments)
            script += std::string(" \\\n            '") + (argument.repeated ? "*" : "1") + ":" +
                      argument.names.front() + ":" + zsh_action(argument) + "'";
        script += " ;;\n";
    }
    return script + R"(        esac ;;
    esac
}
if [[ $funcstack[1] == _halfstep ]]; then _halfstep "$@"; else compdef _halfstep halfstep; fi
)";
}

std::string fish_completion(const ProgramDoc& program) {
    std::string script =
        "# fish completion for halfstep, written by `halfstep completion fish`.\ncomplete -c halfstep -f\n";
    for (const OptionDoc& option : program.options) script += fish_option(option, "__fish_use_subcommand");
    for (const CommandDoc& command : program.commands) {
        script += "complete -c halfstep -n __fish_use_subcommand -a " + command.name + " -d '" +
                  escaped(command.help, "\\") + "'\n";
        const std::string condition = "__fish_seen_subcommand_from " + command.name;
        for (const OptionDoc& option : command.options) script += fish_option(option, condition);
        if (const OptionDoc* argument = first_argument(command))
            script += "complete -c halfstep -n '" + condition + "'" + fish_action(*argument) + "\n";
    }
    return script;
}

}  // namespace halfstep
