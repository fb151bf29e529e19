#include <algorithm>

#include "halfstep/spec/wording.hpp"
#include "run_reader.hpp"
#include "sections.hpp"

namespace halfstep {

namespace {

bool may_be_none(Role role) {
    return role == Role::operand || role == Role::grad_operand;
}

Rounding read_format(const SectionReader& reader, const Tree& tree, const std::string& path) {
    const std::string& name = *tree.text();
    if (const auto format = find_format(name)) return rounding_to(name);
    std::vector<std::string> names;
    for (const Format& format : named_formats()) names.push_back(format.name);
    reader.fail(tree.place, path,
                unknown_name("format", name, names) +
                    ", e<E>m<M> with 2 <= E <= 8 and 1 <= M <= 23, or q<I>.<F> with I + F <= 23");
}

// Arrays are stored in block formats; what is computed with one number after another is not.
bool may_share_scales(Role role) {
    return role != Role::product && role != Role::accumulator && role != Role::fused && role != Role::hyper &&
           role != Role::update && role != Role::comm_scale;
}

// Only the role `accumulator` has sums.
void read_summation(const SectionReader& reader, const Tree& table, const Configured& role, const std::string& path,
                    Summation& summation) {
    const std::string& word = role.text("sum");
    const auto names = sum_orders();
    summation.order = static_cast<SumOrder>(std::find(names.begin(), names.end(), word) - names.begin());
    const bool chunks = summation.order != SumOrder::ordered && summation.order != SumOrder::kahan;
    if (role.has("chunk") && !chunks)
        reader.fail(
            table.find("chunk")->place, path + ".chunk",
            "sums that are " + word + " have no chunks; accepted with sum = \"pairwise\", \"chunked\" or \"fused\"");
    summation.chunk = role.has("chunk") ? static_cast<int>(role.integer("chunk")) : default_chunk(summation.order);
    if (summation.order == SumOrder::fused && summation.chunk > most_fused_terms)
        reader.fail(table.find("chunk")->place, path + ".chunk",
                    "found " + std::to_string(summation.chunk) + "; accepted with sum = \"fused\": 1 to " +
                        std::to_string(most_fused_terms));
}

// { format = "fp8_e4m3", overflow = "saturate", subnormals = "flush", rounding = "toward_zero" }
Rounding read_role_table(const SectionReader& reader, const Tree& table, Role place, const std::string& path,
                         Summation& summation) {
    const bool sums = place == Role::accumulator;
    const Configured role = reader.read(&table, table.place, sums ? accumulator_section() : role_section(), path);
    if (sums) read_summation(reader, table, role, path, summation);
    Rounding rounding = read_format(reader, *table.find("format"), path + ".format");
    if (role.has("overflow")) {
        const std::string& word = role.text("overflow");
        rounding.overflow = word == "saturate" ? Overflow::saturate
                            : word == "nan"    ? Overflow::nan
                                               : Overflow::infinity;
        if (rounding.overflow != Overflow::saturate && rounding.format.block > 0)
            reader.fail(table.find("overflow")->place, path + ".overflow",
                        "found " + in_quotes(word) + "; accepted: \"saturate\", which the elements of " +
                            rounding.format.name + " do");
        if (rounding.overflow == Overflow::infinity && !rounding.format.has_infinity)
            reader.fail(table.find("overflow")->place, path + ".overflow",
                        rounding.format.name + " has no infinity; accepted: \"saturate\" or \"nan\"");
    }
    rounding.subnormals = role.text("subnormals") == "flush" ? Subnormals::flush : Subnormals::keep;
    rounding.subnormal_inputs = role.text("subnormal_inputs") == "flush" ? Subnormals::flush : Subnormals::keep;
    if (rounding.subnormal_inputs == Subnormals::flush && rounding.format.block > 0)
        reader.fail(table.find("subnormal_inputs")->place, path + ".subnormal_inputs",
                    rounding.format.name + " shares its scale: no number alone is subnormal in it. Accepted: \"keep\"");
    rounding.mode = *find_rounding_mode(role.text("rounding"));
    if (role.has("random_bits") && rounding.mode != RoundingMode::stochastic)
        reader.fail(
            table.find("random_bits")->place, path + ".random_bits",
            "only rounding = \"stochastic\" has random bits; found rounding = \"" + role.text("rounding") + "\"");
    if (role.has("random_bits")) rounding.random_bits = static_cast<int>(role.integer("random_bits"));
    return rounding;
}

RoleRounding read_role(const SectionReader& reader, const Tree& tree, Role role, const std::string& path,
                       Summation& summation) {
    if (tree.table()) return read_role_table(reader, tree, role, path, summation);
    if (!tree.text())
        reader.fail(tree.place, path,
                    "found " + describe(tree) +
                        "; accepted: a format's name, or a table of format, overflow, subnormals, rounding and more");
    if (*tree.text() != "none") return read_format(reader, tree, path);
    if (!may_be_none(role))
        reader.fail(tree.place, path,
                    "found \"none\"; accepted: a format (only operand and grad_operand may stay as they are)");
    return std::nullopt;
}

}  // namespace

void read_precision(const SectionReader& reader, const Tree* table, const Place& place, RunSpec& spec) {
    std::vector<std::string> roles;
    for (const Role role : all_roles()) roles.emplace_back(role_name(role));
    const Configured section = reader.read(table, place, precision_section(), "precision", roles);
    spec.preset = section.text("preset");
    spec.precision = find_preset(spec.preset)->make();
    const std::string& arithmetic = section.text("arithmetic");
    spec.arithmetic = arithmetic == "binary64"         ? Arithmetic::binary64
                      : arithmetic == "multiprecision" ? Arithmetic::multiprecision
                                                       : Arithmetic::emulated;
    if (!table) return;
    for (const Entry& entry : *table->table())
        if (const auto role = find_role(entry.key)) {
            const std::string path = "precision." + entry.key;
            RoleRounding& rounding = spec.precision[*role];
            rounding = read_role(reader, entry.value, *role, path, spec.precision.summation);
            if (rounding && rounding->format.block > 0 && !may_share_scales(*role))
                reader.fail(entry.value.place, path,
                            rounding->format.name + " shares its scale among elements that are stored together; role " +
                                entry.key + " rounds one number at a time. Accepted: a format without a shared scale");
        }
}

}  // namespace halfstep
