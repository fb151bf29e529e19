// Random numbers: new on every step and worker, one stream for every place that draws.
#include "rows.hpp"

namespace halfstep::formula {

namespace {

// size=n or size=[r, c]; a number without.
Array drawn(Call& call, Draw draw) {
    int rank = 0;
    if (call.has_keyword()) {
        const HostContext host = call.compiler.host_context();
        const Node& size = call.compiler.formula()[call.keyword()];
        const auto length = [&](NodeId id) { return whole_number(host, id, 1, int(most_elements), "a size"); };
        if (size.kind != NodeKind::list) {
            draw.shape = {1, length(call.keyword())};
            rank = 1;
        } else {
            if (size.children.size() != 2)
                call.compiler.formula().fail(size.span, "a size is a length or [rows, columns]");
            const int rows = length(size.children[0]), cols = length(size.children[1]);
            if (std::int64_t(rows) * cols > most_elements)
                call.compiler.formula().fail(size.span, "more than " + std::to_string(most_elements) + " elements");
            draw.shape = {rows, cols};
            rank = 2;
        }
    }
    draw.ordinal = call.compiler.draws_before(call.node);
    return call.made(call.compiler.recording().draw(draw), rank);
}

}  // namespace

Array record_random(Call& call) {
    return drawn(call, {.kind = Draw::Kind::uniform, .shape = {}});
}
Array record_normal(Call& call) {
    return drawn(call, {.kind = Draw::Kind::normal, .shape = {}});
}
Array record_randint(Call& call) {
    const int n =
        whole_number(call.compiler.host_context(), call.argument(0), 1, int(most_elements), "the bound of randint");
    return drawn(call, {.kind = Draw::Kind::below, .below = n, .shape = {}});
}

}  // namespace halfstep::formula
