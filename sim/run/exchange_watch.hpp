// What a compressed exchange made of the momenta: the vector that was delivered beside the true mean of
// what the workers put in, and the error feedback beside the momenta. Fed by the recording interpreter.
#pragma once

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
    struct Watched {
        Exchange exchange;
        std::vector<double> sent;  // the workers' vectors, one after the other
        std::vector<double> delivered;
        bool happened = false;
    };
    ValueId root(ValueId v) const { return program_.values[static_cast<std::size_t>(v)].root; }

    const Program& program_;
    std::vector<Watched> watched_;
    ErrorStates worker_errors_, server_errors_;
    std::vector<double> scratch_;
};

}  // namespace halfstep
