#include "call.hpp"

namespace halfstep::formula {

bool Call::has_keyword() const {
    return !node.children.empty() && compiler.formula()[node.children.back()].kind == NodeKind::keyword;
}

std::string_view Call::text(std::size_t i, const char* what) const {
    const Node& argument = compiler.formula()[node.children[i]];
    if (argument.kind != NodeKind::text) compiler.formula().fail(argument.span, std::string("expected ") + what);
    return argument.name;
}

}  // namespace halfstep::formula
