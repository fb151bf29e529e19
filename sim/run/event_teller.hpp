// Turns what a search found in a repeated step into an Event: every name, number and the sentence.
#pragma once

#include "event_search.hpp"
#include "halfstep/trace/event.hpp"
#include "value_words.hpp"

namespace halfstep {

class EventTeller {
public:
    EventTeller(RepeatedStep& step, const ValueNames& names) : step_(step), words_(step, names) {}

    Event overflow(const Rounded& r);
    Event nan(const Rounded& r);
    Event underflow(const Vanished& v);
    Event stagnation(const Stagnation& s);
    Event error_exceeds_signal(const Swamped& s, double ratio, int steps);
    // nullopt: the divisor is an exact zero, of which nothing vanished.
    std::optional<Event> vanished_denominator(const Rounded& division);

private:
    Event start(const char* kind, const Rounded& r);
    std::string when(const Event& event) const;
    std::string subject(const Event& event, const Rounded& r);
    std::string tensor_of(const Rounded& r);
    Rounded source(Rounded r);  // behind copies, the operation that computed the value
    bool is_planted(const Rounded& r) const;
    std::string cause(Event& event, const Rounded& r);
    std::string sum_cause(Event& event, const Rounded& r);
    std::string matmul_cause(Event& event, const Rounded& r);
    std::string workers_cause(Event& event, const Rounded& r);
    std::string named(Event& event, const Rounded& r, int operand, std::size_t value);
    std::string equation(Event& event, const Rounded& r, Op op);
    std::string lost(Event& event, double exact, const Rounding& to);
    std::optional<std::string> vanished_part(Event& event, const StoredElement& where, std::size_t before, int depth);

    RepeatedStep& step_;
    ValueWords words_;
};

}  // namespace halfstep
