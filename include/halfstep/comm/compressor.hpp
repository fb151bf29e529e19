// Compressors of what a worker sends: a vector x goes in, C(x) comes out, which is what the message can say
// and no more. Values in a message are numbers of role `comm`, scales of role `comm_scale`, signs one bit, and
// indices 32 bits; whatever is computed on the way is in `update`. What C leaves out, x - C(x), is for error
// feedback to keep (compressed_average.hpp). A new compressor is one file with one row, listed in
// sim/comm/registry.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/program/builder.hpp"
#include "halfstep/spec/schema.hpp"

namespace halfstep {

// What random choices are made from: Philox words keyed by the seed and the name of a stream, counted by step
// and worker. What fills them in has to outlive the program, and is put into `attachments`.
struct RandomSource {
    std::uint64_t seed = 0;
    Host step;
    std::vector<std::unique_ptr<Attachment>>* attachments = nullptr;
};

// What one worker puts on the wire for one vector.
struct MessageSize {
    std::int64_t values = 0;  // numbers in the format of role `comm`
    std::int64_t bytes = 0;   // signs, indices, scales
    bool operator==(const MessageSize&) const = default;
};

class Compressor {
public:
    virtual ~Compressor() = default;
    // C(x) of a recorded x {1, n}, of each worker alone where x is one a worker; recorded in the role it is sent
    // in. `stream` names the vector, for random choices: one name a vector.
    virtual Expr compress(Builder& b, const Expr& x, const RandomSource& random, const std::string& stream) const = 0;
    virtual MessageSize message(int n) const = 0;
};

struct CompressorRow {
    KindSchema schema;
    std::unique_ptr<Compressor> (*make)(const Configured&);
};

std::span<const CompressorRow* const> compressors();
const CompressorRow& find_compressor(std::string_view kind);  // std::out_of_range when absent
std::unique_ptr<Compressor> make_compressor(const Configured& config);

}  // namespace halfstep
