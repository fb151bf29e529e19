// halfstep new: a commented scenario to start from.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "commands.hpp"
#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/store.hpp"
#include "input.hpp"
#include "templates.hpp"

namespace halfstep {
namespace {

constexpr StartingFile table[] = {
    {"mlp", "1-bit Adam against Adam on a small network", &templates::mlp},
    {"deepspeed", "a network in fp16 under DeepSpeed's loss scaling", &templates::deepspeed},
    {"formula", "a loss and an update rule of your own", &templates::formula},
    {"program", "plain arithmetic: a sum in a chosen order", &templates::program},
    {"quadratic", "the smallest experiment: weights in bf16 that no longer move", &templates::quadratic},
};

// Why no scenario may be called so; the results folder will have the name, too.
std::optional<std::string> refuse_name(const std::string& name) {
    if (name.starts_with('-')) return "starts with a dash";
    return refuse_folder_name(name);
}

// Never over a file that is there, not even one that appears at the same moment.
void write_new(const std::string& path, std::string_view text) {
    std::FILE* file = std::fopen(path.c_str(), "wx");
    if (!file && errno == EEXIST) throw InputError(path + ": exists already and is left as it is");
    if (!file) throw InputError(path + ": cannot be written: " + std::strerror(errno));
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (std::fclose(file) == 0 && written) return;
    const std::string reason = std::strerror(errno);
    std::remove(path.c_str());
    throw InputError(path + ": cannot be written: " + reason);
}

}  // namespace

std::span<const StartingFile> starting_files() {
    return table;
}

int new_command(const std::string& name, const std::string& kind) {
    const auto* row = std::find_if(std::begin(table), std::end(table), [&](const auto& r) { return kind == r.kind; });
    if (name == "-") {
        std::fwrite(row->text->data(), 1, row->text->size(), stdout);
        return 0;
    }
    const std::string stem = name.ends_with(".toml") ? name.substr(0, name.size() - 5) : name;
    if (const auto why = refuse_name(stem))
        throw InputError("halfstep new: the name " + in_quotes(name) + " " + *why +
                         "; accepted: the name of a file in this folder, with or without .toml");
    const std::string path = stem + ".toml";
    write_new(path, *row->text);
    std::printf("%s: %s\nrun it with: halfstep run %s\n", path.c_str(), row->summary, in_shell(path).c_str());
    return 0;
}

}  // namespace halfstep
