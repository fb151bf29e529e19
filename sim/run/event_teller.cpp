#include "event_teller.hpp"

#include <cmath>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

bool only_moves(Op op) {
    return op == Op::cast || (op >= Op::bcast_rows && op <= Op::gather);
}

std::string kind_of(std::optional<Role> role) {
    if (!role) return "a value";
    switch (*role) {
        case Role::product:
            return "a product";
        case Role::accumulator:
            return "a partial sum";
        case Role::activation:
            return "an activation";
        case Role::gradient:
            return "a gradient";
        case Role::comm:
            return "a sum over the workers";
        case Role::comm_scale:
            return "a scale";
        case Role::hyper:
            return "a constant";
        default:
            return "an intermediate value";
    }
}

std::string number(double x) {
    return readable_number(x);
}

// "term 17 of 64", counted from 1 as people do.
std::string ordinal(std::int64_t term, std::int64_t terms) {
    return number(double(term + 1)) + " of " + number(double(terms));
}

double smallest_kept(const Rounding& r) {
    const Format& limits = limits_of(r.format);
    return r.subnormals == Subnormals::flush ? limits.min_normal() : limits.min_subnormal();
}

}  // namespace

Event EventTeller::start(const char* kind, const Rounded& r) {
    const RoundedInstruction& of = step_.instruction(r.instruction);
    Event event;
    event.kind = kind;
    event.step = step_.step();
    event.worker = of.per_worker && step_.workers() > 1 ? r.worker : -1;
    event.piece = of.site->piece;
    event.role = r.role ? std::string(role_name(*r.role)) : std::string();
    event.index = r.element;
    event.operation = std::string(op_name(of.instruction->op));
    if (of.instruction->op != Op::from_host)
        if (const auto to = step_.destination(r)) {
            const ElementName name = words_.names().state(to->root, to->at);
            event.tensor = name.tensor;
            event.index = name.index;
        }
    event.instruction = of.index;
    event.exact = r.exact;
    event.rounded = r.rounded;
    event.format = r.rounding.format.name;
    event.limit = limits_of(r.rounding.format).max_finite;
    return event;
}

std::string EventTeller::when(const Event& event) const {
    std::string text = "step " + number(double(event.step));
    if (event.worker >= 0) text += ", worker " + std::to_string(event.worker);
    return text + ": ";
}

// What was rounded: the element it is stored in, or is on its way to.
std::string EventTeller::subject(const Event& event, const Rounded& r) {
    if (step_.instruction(r.instruction).instruction->op == Op::from_host)
        return words_.name(step_.result(r), r.instruction + 1);
    const auto to = step_.destination(r);
    if (!to) {
        const bool pass = event.piece == "forward" || event.piece == "backward";
        return kind_of(r.role) + (pass ? " of the " + event.piece + " pass" : " of the piece \"" + event.piece + "\"");
    }
    const std::string name = words_.names().state(to->root, to->at).text;
    const ValueId out = step_.instruction(r.instruction).out;
    const bool stored = r.part == RoundingPart::result && (step_.program().values[out].root == to->root ||
                                                           step_.program().values[to->root].role == r.role);
    if (r.role == Role::comm) return "the sum over the workers for " + name;
    return stored ? name : kind_of(r.role) + " on the way to " + name;
}

std::string EventTeller::tensor_of(const Rounded& r) {
    Event event;
    event.piece = step_.instruction(r.instruction).site->piece;
    std::string text = subject(event, r);
    if (step_.destination(r) && text.back() == ']') text.erase(text.rfind('['));
    return text;
}

Rounded EventTeller::source(Rounded r) {
    while (r.part == RoundingPart::result && only_moves(step_.instruction(r.instruction).instruction->op)) {
        const auto from = step_.operand(r, 0);
        const auto made = from ? step_.definition(*from, r.instruction) : std::nullopt;
        const auto earlier = made ? step_.rounding(made->instruction, made->worker, made->element) : std::nullopt;
        if (!earlier) break;
        r = *earlier;
    }
    return r;
}

bool EventTeller::is_planted(const Rounded& r) const {
    return step_.instruction(r.instruction).instruction->op == Op::inject && r.part == RoundingPart::result &&
           !(r.operands[0] == r.exact);
}

// The operand's name, a number where it has none; it becomes an operand of the event.
std::string EventTeller::named(Event& event, const Rounded& r, int operand, std::size_t value) {
    const auto where = step_.operand(r, operand);
    const std::string name = where ? words_.name(*where, r.instruction) : std::string("a value");
    event.operands.push_back({name, r.operands[value]});
    return name == "constant" ? number(r.operands[value]) : name;
}

// "w2[3] x gradient = 1,114 x -64".
std::string EventTeller::equation(Event& event, const Rounded& r, Op op) {
    std::vector<std::string> words, numbers;
    for (std::size_t k = 0; k < r.operands.size() && (k == 0 || op != Op::gather); ++k) {
        words.push_back(named(event, r, int(k), k));
        numbers.push_back(number(r.operands[k]));
    }
    if (op == Op::gather || op == Op::transpose || op == Op::bcast_rows || op == Op::bcast_cols || op == Op::inject)
        op = Op::cast;
    const std::string symbolic = written(op, words), numeric = written(op, numbers);
    return symbolic == numeric ? numeric : symbolic + " = " + numeric;
}

std::string EventTeller::matmul_cause(Event& event, const Rounded& r) {
    const RoundedInstruction& of = step_.instruction(r.instruction);
    const Shape in = step_.program().values[of.in[0]].shape;
    const std::int64_t terms = of.instruction->transpose_a ? in.rows : in.cols;
    if (r.part == RoundingPart::product)
        return "it is term " + ordinal(r.term, terms) + " of a matrix product, " + equation(event, r, Op::mul);
    if (r.part == RoundingPart::partial) {
        event.operands = {{"the sum so far", r.operands[0]}, {"the next term", r.operands[1]}};
        std::string text = "it is partial sum " + ordinal(r.term, terms) + " of a matrix product, " +
                           number(r.operands[0]) + " + " + number(r.operands[1]);
        if (const auto p = step_.rounding(r.instruction, r.worker, r.element, RoundingPart::product, r.term))
            text += ", and the term is " + equation(event, *p, Op::mul);
        return text;
    }
    std::string text = "it came from a matrix product, a sum of " + number(double(terms));
    if (const auto p = find_largest_term(step_, r)) text += " of which the largest is " + equation(event, *p, Op::mul);
    return text;
}

std::string EventTeller::workers_cause(Event& event, const Rounded& r) {
    const std::string term = named(event, r, 0, 1);
    const std::string own = "worker " + std::to_string(r.term) + "'s " + term;
    if (r.term == 0) return "it came from " + own + " = " + number(r.operands[1]);
    event.operands.insert(event.operands.begin(), {"the sum so far", r.operands[0]});
    return "it came from the sum of the workers before + " + own + " = " + number(r.operands[0]) + " + " +
           number(r.operands[1]);
}

std::string EventTeller::sum_cause(Event& event, const Rounded& r) {
    const RoundedInstruction& of = step_.instruction(r.instruction);
    const Op op = of.instruction->op;
    if (op == Op::matmul) return matmul_cause(event, r);
    if (op == Op::sum_workers || op == Op::sum_one_bit) return workers_cause(event, r);
    const Shape in = step_.program().values[of.in[0]].shape;
    const bool by_rows = op == Op::sum_rows || op == Op::scatter_add,
               by_cols = op == Op::sum_cols || op == Op::norm_rows;
    const std::int64_t terms = by_rows ? in.rows : by_cols ? in.cols : in.size();
    if (r.part == RoundingPart::partial) {
        event.operands = {{"the sum so far", r.operands[0]}};
        return "it is partial sum " + ordinal(r.term, terms) + ", the sum so far + " + named(event, r, 0, 1) + " = " +
               number(r.operands[0]) + " + " + number(r.operands[1]);
    }
    const bool is_norm = op == Op::norm2 || op == Op::norm_rows, squares = op == Op::sum_squares;
    std::string text = (is_norm   ? "it is the 2-norm of "
                        : squares ? "it is the sum of the squares of "
                                  : "it came from a sum of ") +
                       number(double(terms));
    if (const auto t = find_largest_term(step_, r)) {
        const std::string name = named(event, *t, 0, is_norm || squares ? 0 : 1);
        text += " of which the largest is " + name + " = " + number(event.operands.back().value);
    }
    return text;
}

// How the value came about: the operation behind copies, with its operands, which become the event's.
std::string EventTeller::cause(Event& event, const Rounded& rounded) {
    const Rounded r = source(rounded);
    const RoundedInstruction& of = step_.instruction(r.instruction);
    const Op op = of.instruction->op;
    event.operation = std::string(op_name(op));
    if (is_planted(r)) {
        event.operands.push_back({"the gradient before", r.operands[0]});
        return "it was planted ([[inject]])";
    }
    if (op == Op::scatter_add || (op >= Op::sum && op <= Op::matmul && op != Op::max_cols)) return sum_cause(event, r);
    if (op == Op::source) return "it came with the data";
    if (op == Op::from_host) return "it is a number of the run, computed in binary64";
    return "it came from " + equation(event, r, op);
}

Event EventTeller::overflow(const Rounded& r) {
    Event event = start("overflow", r);
    const std::string what = subject(event, r), came = cause(event, r);
    if (std::isinf(r.exact)) {
        event.sentence = when(event) + what + " is " + number(r.exact) + "; " + came;
        return event;
    }
    event.sentence = when(event) + what + " = " + number(r.exact) + " does not fit " + event.format + ", largest " +
                     number(event.limit);
    if (std::isnan(r.rounded)) event.sentence += ", and becomes NaN";
    if (std::isfinite(r.rounded)) event.sentence += ", and becomes that";
    event.sentence += "; " + came;
    return event;
}

Event EventTeller::nan(const Rounded& r) {
    Event event = start("nan", r);
    event.limit = std::nan("");
    const std::string what = subject(event, r), came = cause(event, r);
    event.sentence = when(event) + what + " is the first NaN";
    if (std::isfinite(r.exact))
        event.sentence += ": " + number(r.exact) + " does not fit " + event.format + ", which has no infinity";
    event.sentence += "; " + came;
    return event;
}

Event EventTeller::underflow(const Vanished& v) {
    Event event = start("underflow", v.largest);
    event.limit = smallest_kept(v.largest.rounding);
    const std::string came = cause(event, v.largest);
    const std::string rounds = " in " + event.format + ", smallest " + number(event.limit);
    if (v.elements == 1) {
        event.sentence = when(event) + subject(event, v.largest) + " = " + number(event.exact) + " becomes zero" +
                         rounds + "; " + came;
        return event;
    }
    event.sentence = when(event) + "all " + number(double(v.elements)) + " values of " + tensor_of(v.largest) +
                     " become zero" + rounds + "; ";
    if (v.lost < v.elements)
        event.sentence += number(double(v.lost)) + (v.lost == 1 ? " was not zero, " : " were not zero, ");
    event.sentence += "the largest was " + number(event.exact) + ", and " + came;
    return event;
}

Event EventTeller::stagnation(const Stagnation& s) {
    Event event = start("stagnation", s.update);
    const ElementName weight = words_.names().state(s.weight.root, s.weight.at);
    const ValueInfo& state = step_.program().values[s.weight.root];
    event.role = std::string(role_name(*state.role));
    event.tensor = weight.tensor;
    event.index = weight.index;
    event.operands = {{weight.text, s.before}, {"update", s.change}};
    event.exact = s.update.exact;
    event.rounded = s.before;
    event.format = s.format.format.name;
    event.limit = s.half_spacing;
    event.sentence = when(event) +
                     (words_.names().of_a_model() ? "no weight changes, although " : "no state changes, although ") +
                     number(double(s.updates)) + (s.updates == 1 ? " update is not zero" : " updates are not zero") +
                     "; the nearest to it, " + weight.text + " = " + number(s.before) + ", gets " + number(s.change);
    const RoundingMode mode = s.format.mode;
    if (mode == RoundingMode::ties_to_even || mode == RoundingMode::ties_to_away)
        event.sentence += " and needs more than " + number(s.half_spacing) + " in " + event.format;
    else
        event.sentence += ", which rounding " + event.format + " " +
                          std::string(rounding_modes()[static_cast<std::size_t>(mode)].name) + " drops";
    return event;
}

Event EventTeller::error_exceeds_signal(const Swamped& s, double ratio, int steps) {
    Event event = start("error_exceeds_signal", s.sum);
    const ValueInfo& state = step_.program().values[s.error.root];
    event.role = std::string(role_name(*state.role));
    event.tensor = state.name;
    event.index = -1;
    event.operands = {{state.name, s.error_norm}, {"what it corrects", s.signal_norm}};
    event.exact = event.rounded = s.error_norm;
    event.limit = s.signal_norm;
    event.format.clear();
    event.sentence = when(event) + "the error buffer " + state.name + ", 2-norm " + number(s.error_norm) +
                     ", is more than " + number(ratio) + " times as long as what it is added to, " +
                     number(s.signal_norm) + ", as it was in the " + std::to_string(steps - 1) + " steps before";
    return event;
}

// "2^-34 becomes zero in fp16, smallest 2^-24", which is what the event is about.
std::string EventTeller::lost(Event& event, double exact, const Rounding& to) {
    event.exact = exact;
    event.rounded = 0;
    event.format = to.format.name;
    event.limit = smallest_kept(to);
    return number(exact) + " becomes zero in " + event.format + ", smallest " + number(event.limit);
}

// Follows a zero back to a value that was not zero before its rounding.
std::optional<std::string> EventTeller::vanished_part(Event& event, const StoredElement& where, std::size_t before,
                                                      int depth) {
    const ValueInfo& info = step_.program().values[where.root];
    if (info.lifetime == Lifetime::constant) {
        const double exact = info.initial[info.initial.size() == 1 ? 0 : std::size_t(where.at)];
        if (exact == 0.0 || !info.role) return std::nullopt;
        const std::string name = words_.name(where, before);
        return (name == "constant" ? "" : name + " = ") + lost(event, exact, step_.rounding_of(*info.role));
    }
    const auto made = step_.definition(where, before);
    const auto r = made ? step_.rounding(made->instruction, made->worker, made->element) : std::nullopt;
    if (!r) return std::nullopt;
    if (r->exact != 0.0) {
        Event unused = event;
        const std::string what = subject(event, *r) + " = " + lost(event, r->exact, r->rounding);
        return what + "; " + cause(unused, *r);
    }
    if (depth == 0) return std::nullopt;
    for (int k = 0; k < int(r->operands.size()); ++k)
        if (const auto from = step_.operand(*r, k); from && r->operands[std::size_t(k)] == 0.0)
            if (auto found = vanished_part(event, *from, r->instruction, depth - 1)) return found;
    return std::nullopt;
}

std::optional<Event> EventTeller::vanished_denominator(const Rounded& division) {
    Event event = start("vanished_denominator", division);
    const auto dividend = step_.operand(division, 0), divisor = step_.operand(division, 1);
    if (!dividend || !divisor) return std::nullopt;
    const std::string what = subject(event, division);
    event.operands = {{words_.name(*dividend, division.instruction), division.operands[0]},
                      {words_.name(*divisor, division.instruction, 3), division.operands[1]}};
    const auto part = vanished_part(event, *divisor, division.instruction, 6);
    if (!part) return std::nullopt;
    const std::string above =
        event.operands[0].name == "constant" ? number(division.operands[0]) : event.operands[0].name;
    event.sentence = when(event) + what + " is divided by zero, " + written(Op::div, {above, event.operands[1].name}) +
                     " = " + number(division.operands[0]) + " / 0; " + *part;
    return event;
}

}  // namespace halfstep
