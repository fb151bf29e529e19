// The tree of one run, variants and --set applied, to a RunSpec.
#pragma once

#include <string>

#include "halfstep/spec/run_spec.hpp"
#include "section_reader.hpp"

namespace halfstep {

// What every run of one file shares.
struct RunReader {
    const Catalogue& catalogue;
    const Inputs& inputs;
    std::string scenario;

    // `place` is where the run itself is written (the file's start or the variant's header).
    RunSpec read(const Tree& tree, const Place& place, const std::string& run) const;
};

// [precision]: preset, arithmetic and the roles; part of RunReader::read.
void read_precision(const SectionReader& reader, const Tree* table, const Place& place, RunSpec& spec);

}  // namespace halfstep
