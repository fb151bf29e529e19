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
    return r.subnormals == Subnormals::flush ? r.format.min_normal() : r.format.min_subnormal();
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
    event.exact = r.exact;
    event.rounded = r.rounded;
    event.format = r.rounding.format.name;
    event.limit = r.rounding.format.max_finite;
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

// "w2[3] (0.25)", and as an operand of the event.
std::string EventTeller::shown(Event& event, const Rounded& r, int operand) {
    const auto where = step_.operand(r, operand);
    const double value = r.operands[std::size_t(operand)];
    const std::string name = where ? words_.name(*where, r.instruction) : std::string("a value");
    event.operands.push_back({name, value});
    return name == "constant" ? number(value) : name + " (" + number(value) + ")";
}

std::string EventTeller::sum_cause(Event& event, const Rounded& r) {
    const RoundedInstruction& of = step_.instruction(r.instruction);
    const Op op = of.instruction->op;
    const Shape in = step_.program().values[of.in[0]].shape;
    const auto largest_term = [&] { return find_largest_term(step_, r); };
    if (op == Op::sum_workers) {
        const std::string term = shown(event, r, 0);
        event.operands.back().value = r.operands[1];
        const std::string own = event.operands.back().name + " (" + number(r.operands[1]) + ")";
        if (r.term == 0) return "it came from worker 0's " + own;
        event.operands.insert(event.operands.begin(), {"the sum over the workers before", r.operands[0]});
        return "it came from worker " + std::to_string(r.term) + "'s " + own + ", added to " + number(r.operands[0]) +
               ", the sum over the workers before it";
    }
    if (op == Op::matmul) {
        const std::int64_t terms = of.instruction->transpose_a ? in.rows : in.cols;
        if (r.part == RoundingPart::product)
            return "it came from " + shown(event, r, 0) + " x " + shown(event, r, 1) + ", term " +
                   ordinal(r.term, terms) + " of a matrix product";
        if (r.part == RoundingPart::partial) {
            event.operands.push_back({"the sum before", r.operands[0]});
            event.operands.push_back({"the product", r.operands[1]});
            std::string text = "it came from partial sum " + ordinal(r.term, terms) + " of a matrix product, " +
                               number(r.operands[0]) + " + " + number(r.operands[1]);
            if (const auto p = step_.rounding(r.instruction, r.worker, r.element, RoundingPart::product, r.term))
                text += " = " + number(r.operands[0]) + " + " + shown(event, *p, 0) + " x " + shown(event, *p, 1);
            return text;
        }
        std::string text = "it came from a matrix product, a sum of " + number(double(terms));
        if (const auto p = largest_term())
            text += ", the largest term " + shown(event, *p, 0) + " x " + shown(event, *p, 1);
        return text;
    }
    const bool is_norm = op == Op::norm2 || op == Op::norm_rows;
    const std::int64_t terms = op == Op::sum_rows                          ? in.rows
                               : op == Op::sum_cols || op == Op::norm_rows ? in.cols
                               : op == Op::scatter_add                     ? in.rows
                                                                           : in.size();
    const std::string what = is_norm ? "the 2-norm of " + number(double(terms)) + " values"
                                     : "a sum of " + number(double(terms)) + " values";
    if (r.part == RoundingPart::partial) {
        event.operands.push_back({"the sum before", r.operands[0]});
        std::string text = "it came from partial sum " + ordinal(r.term, terms) + ", " + number(r.operands[0]) + " + ";
        const auto where = step_.operand(r, 0);
        const std::string name = where ? words_.name(*where, r.instruction) : "a value";
        event.operands.push_back({name, r.operands[1]});
        return text + name + " (" + number(r.operands[1]) + ")";
    }
    std::string text = "it came from " + what;
    if (const auto t = largest_term()) {
        const auto where = step_.operand(*t, 0);
        const std::string name = where ? words_.name(*where, t->instruction) : "a value";
        event.operands.push_back({name, t->operands[1]});
        text += ", the largest " + name + " (" + number(t->operands[1]) + ")";
    }
    return text;
}

// "it came from a x b": the operation behind copies, with its operands; sets the event's.
std::string EventTeller::cause(Event& event, const Rounded& rounded) {
    const Rounded r = source(rounded);
    const RoundedInstruction& of = step_.instruction(r.instruction);
    const Op op = of.instruction->op;
    event.operation = std::string(op_name(op));
    if (is_planted(r)) {
        event.operands.push_back({"the gradient before", r.operands[0]});
        return "it was planted ([[inject]])";
    }
    if (op == Op::matmul || op == Op::scatter_add || op == Op::sum_workers || (op >= Op::sum && op <= Op::sum_cols) ||
        op == Op::norm2 || op == Op::norm_rows)
        return sum_cause(event, r);
    if (op == Op::from_host || op == Op::source) {
        return op == Op::source ? "it came with the data" : "it is " + number(r.exact) + " before it is rounded";
    }
    std::vector<std::string> operands;
    for (std::size_t k = 0; k < r.operands.size(); ++k) operands.push_back(shown(event, r, int(k)));
    switch (op) {
        case Op::add:
            return "it came from " + operands[0] + " + " + operands[1];
        case Op::sub:
            return "it came from " + operands[0] + " - " + operands[1];
        case Op::mul:
            return "it came from " + operands[0] + " x " + operands[1];
        case Op::div:
            return "it came from " + operands[0] + " / " + operands[1];
        case Op::cast:
        case Op::inject:
        case Op::bcast_rows:
        case Op::bcast_cols:
        case Op::transpose:
        case Op::gather:
            return "it came from " + operands[0];
        default:
            break;
    }
    std::string text = "it came from " + event.operation + "(";
    for (std::size_t k = 0; k < operands.size(); ++k) text += (k > 0 ? ", " : "") + operands[k];
    return text + ")";
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
    if (v.lost < v.elements) event.sentence += number(double(v.lost)) + " were not zero, ";
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
    event.sentence = when(event) + "no weight changes, although " + number(double(s.updates)) +
                     (s.updates == 1 ? " update is not zero" : " updates are not zero") + "; the nearest to it, " +
                     weight.text + " = " + number(s.before) + ", gets " + number(s.change) + " and needs more than " +
                     number(s.half_spacing) + " in " + event.format;
    return event;
}

Event EventTeller::error_exceeds_signal(const Swamped& s, double ratio) {
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
                     number(s.signal_norm);
    return event;
}

// Follows a zero back to a value that was not zero before its rounding.
std::optional<std::string> EventTeller::vanished_part(Event& event, const Location& where, std::size_t before,
                                                      int depth) {
    const ValueInfo& info = step_.program().values[where.root];
    if (info.lifetime == Lifetime::constant) {
        const double exact = info.initial.size() == 1 ? info.initial[0] : info.initial[std::size_t(where.at)];
        if (exact == 0.0) return std::nullopt;
        event.exact = exact;
        const std::string name = words_.name(where, before);
        return (name == "constant" ? number(exact) : name + " = " + number(exact)) + " is rounded to zero";
    }
    const auto made = step_.definition(where, before);
    const auto r = made ? step_.rounding(made->instruction, made->worker, made->element) : std::nullopt;
    if (!r) return std::nullopt;
    if (r->exact != 0.0) {
        event.exact = r->exact;
        event.role = r->role ? std::string(role_name(*r->role)) : event.role;
        Event unused = event;
        return subject(event, *r) + " = " + number(r->exact) + " is rounded to zero; there " + cause(unused, *r);
    }
    if (depth == 0) return std::nullopt;
    std::optional<std::string> found;
    for (int k = 0; k < int(r->operands.size()) && !found; ++k)
        if (const auto from = step_.operand(*r, k); from && r->operands[std::size_t(k)] == 0.0)
            found = vanished_part(event, *from, r->instruction, depth - 1);
    return found;
}

std::optional<Event> EventTeller::vanished_denominator(const Rounded& division) {
    Event event = start("vanished_denominator", division);
    const auto divisor = step_.operand(division, 1);
    if (!divisor) return std::nullopt;
    const std::string what = subject(event, division);
    const std::string dividend = shown(event, division, 0), by = words_.name(*divisor, division.instruction);
    event.operands.push_back({by, division.operands[1]});
    event.rounded = 0;
    event.limit = smallest_kept(division.rounding);
    const auto part = vanished_part(event, *divisor, division.instruction, 6);
    if (!part) return std::nullopt;
    event.sentence = when(event) + what + " is " + dividend + " divided by zero; of " + by + ", " + *part + " in " +
                     event.format + ", smallest " + number(event.limit);
    return event;
}

}  // namespace halfstep
