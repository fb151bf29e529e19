// What a compressed exchange made of the momenta: the vector that was delivered beside the true mean of
// what the workers put in, and the error feedback beside the momenta. Fed by the recording interpreter.
#pragma once

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "error_states.hpp"
#include "halfstep/program/recorder.hpp"

namespace halfstep {

class ExchangeWatch {
public:
    ExchangeWatch(const Program& program, const Machine& machine);

    void begin();  // before the step
    bool concerns(const RoundedInstruction& instruction) const;
    void take(const RoundingBatch& batch);

    // Over all exchanges of the step together:
    //   momentum_cosine      of what was delivered and the mean of what was sent, in binary64
    //   worker_error_ratio   2-norm of all workers' error feedback over that of all they sent
    //   server_error_ratio   2-norm of the servers' error feedback over that of the mean
    // Nothing where there was no exchange, or where a norm it is divided by is zero.
    void observe(const Machine& machine, std::vector<std::pair<std::string_view, double>>& out);

private:
    // An operation that makes elements of an exchanged vector. It is known by its place in the recorded list:
    // linking may let it write elsewhere.
    struct Writer {
        std::size_t exchange = 0;
        bool sends = false;       // otherwise it delivers
        std::int64_t offset = 0;  // of its first element in the vector
    };
    struct Watched {
        Exchange exchange;
        std::vector<double> sent;  // the workers' vectors, one after the other
        std::vector<double> delivered;
        bool happened = false;
    };
    // Those of `value`, and through copies, which linking may drop, those of what is copied.
    void find_writers(ValueId value, const Writer& writer);

    const Program& program_;
    std::vector<Watched> watched_;
    std::multimap<std::int32_t, Writer> writers_;  // by instruction
    ErrorStates worker_errors_, server_errors_;
    std::vector<double> scratch_;
};

}  // namespace halfstep
