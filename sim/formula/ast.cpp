#include "halfstep/formula/ast.hpp"

#include <array>

#include "halfstep/spec/run_spec.hpp"

namespace halfstep::formula {

std::string_view Formula::source(TextSpan span) const {
    return std::string_view(*text).substr(span.begin, span.end - span.begin);
}

void Formula::fail(TextSpan span, const std::string& message) const {
    throw SpecError(key, message, *text, span);
}

std::string_view spelling(Operator op) {
    static constexpr std::array<std::string_view, 17> words = {
        "", "+", "-", "*", "/", "^", "@", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "-"};
    return words[static_cast<std::size_t>(op)];
}

}  // namespace halfstep::formula
