// [program]: it takes the place of model and optimizer, and brings its own number of steps and watches.
#include <algorithm>
#include <array>

#include "run_reader.hpp"
#include "sections.hpp"

namespace halfstep {

void read_program(const SectionReader& reader, const Tree& tree, const Tree& table, RunSpec& spec) {
    for (const Entry& entry : *tree.table()) {
        static constexpr std::array training = {"model", "optimizer", "engine", "loss_scale", "inject"};
        if (std::find(training.begin(), training.end(), entry.key) != training.end())
            reader.fail(entry.place, entry.key,
                        "stands beside [program], which has neither model nor optimizer; leave one of them out");
    }
    const auto refuse = [&](const char* section, const char* key, const std::string& message) {
        const Tree* written = tree.find(section) ? tree.find(section)->find(key) : nullptr;
        if (written) reader.fail(written->place, std::string(section) + "." + key, message);
    };
    const std::string training = "belongs to training; a [program] has no data, loss or checkpoint";
    refuse("workers", "batch", training);
    refuse("run", "evaluate_every", training);
    refuse("run", "reload_at", training);
    refuse("run", "watch", "of a [program] it is written program.watch");

    const Configured program = reader.read(&table, table.place, program_section(), "program");
    if (program.has("repeat")) {
        refuse("run", "steps", "is written as program.repeat, too; leave one of them out");
        spec.steps = program.integer("repeat");
    }
    spec.watches = read_watches(reader, table.find("watch"), program.texts("watch"), "program.watch");
    spec.program.kind = program.kind;
    for (const NamedValue& parameter : program.parameters)
        if (parameter.name != "repeat" && parameter.name != "watch") spec.program.parameters.push_back(parameter);
}

}  // namespace halfstep
