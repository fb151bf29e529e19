#include "man_page.hpp"

#include <fstream>

#include "catch.hpp"
#include "command_line.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "skip.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// As groff prints it, in one long line of words.
std::string rendered(const std::string& page, std::string& warnings) {
    TemporaryFolder folder;
    std::ofstream(folder / "halfstep.1") << page;
    const Ended ended =
        run({{"-ww", "-man", "-Tascii", "-P-cbou", "-rLL=1000n", "halfstep.1"}, folder.path(), {}, "groff"});
    CHECK(ended.status == 0);
    warnings = ended.err;
    return ended.out;
}

}  // namespace

TEST_CASE("the manual page renders without a warning and has every command, option and exit status") {
    if (!has_program("groff")) HALFSTEP_SKIP("groff is not installed");
    const ProgramDoc program = describe_command_line();
    std::string warnings;
    const std::string text = rendered(run({{"man"}, {}, {}}).out, warnings);
    CHECK(warnings.empty());
    for (const CommandDoc& command : program.commands) {
        INFO(command.name);
        CHECK(holds(text, "halfstep " + command.name));
        CHECK(holds(text, command.help));
        for (const OptionDoc& option : command.options) {
            for (const std::string& name : option.names) CHECK(holds(text, name));
            CHECK(holds(text, option.help));
        }
    }
    for (const char* section :
         {"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES"})
        CHECK(holds(text, std::string("\n") + section + "\n"));
    for (const ExitStatus& e : exit_statuses) CHECK(holds(text, e.meaning));
    for (const char* variable : {"NO_COLOR", "COLUMNS", "TERM", "LANG"}) CHECK(holds(text, variable));
}

TEST_CASE("text that looks like a request to groff is text") {
    if (!has_program("groff")) HALFSTEP_SKIP("groff is not installed");
    ProgramDoc program;
    CommandDoc& command = program.commands.emplace_back();
    command.name = "run";
    command.help = ".so /etc/passwd";
    OptionDoc& option = command.options.emplace_back();
    option.names = {"--set"};
    option.help = "'ex \\n[.g] back\\slash";
    std::string warnings;
    const std::string text = rendered(man_page(program, "1"), warnings);
    CHECK(warnings.empty());
    CHECK(holds(text, ".so /etc/passwd"));
    CHECK(holds(text, "'ex \\n[.g] back\\slash"));
}
