// The tree of one run, variants and --set applied, to a RunSpec.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/run_spec.hpp"
#include "section_reader.hpp"

namespace halfstep {

// What every run of one file shares.
struct RunReader {
    const Catalogue& catalogue;
    const InputNames& inputs;
    std::string scenario;

    // `place` is where the run itself is written (the file's start or the variant's header).
    RunSpec read(const Tree& tree, const Place& place, const std::string& run) const;
};

// [precision]: preset, arithmetic and the roles; part of RunReader::read.
void read_precision(const SectionReader& reader, const Tree* table, const Place& place, RunSpec& spec);

// [program]; part of RunReader::read. `tree` is the whole run, in which nothing of training may be written.
void read_program(const SectionReader& reader, const Tree& tree, const Tree& table, RunSpec& spec);

// The list of formulas at `path`, which the schema accepted as `texts`.
std::vector<Watch> read_watches(const SectionReader& reader, const Tree* list, const std::vector<std::string>& texts,
                                const std::string& path);

}  // namespace halfstep
