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
                unknown_name("format", name, names) + ", or e<E>m<M> with 2 <= E <= 8 and 1 <= M <= 23");
}

// { format = "fp8_e4m3", overflow = "saturate", subnormals = "flush", rounding = "toward_zero" }
Rounding read_role_table(const SectionReader& reader, const Tree& table, const std::string& path) {
    const Configured role = reader.read(&table, table.place, role_section(), path);
    Rounding rounding = read_format(reader, *table.find("format"), path + ".format");
    if (role.has("overflow")) {
        const std::string& word = role.text("overflow");
        rounding.overflow = word == "saturate" ? Overflow::saturate
                            : word == "nan"    ? Overflow::nan
                                               : Overflow::infinity;
        if (rounding.overflow == Overflow::infinity && !rounding.format.has_infinity)
            reader.fail(table.find("overflow")->place, path + ".overflow",
                        rounding.format.name + " has no infinity; accepted: \"saturate\" or \"nan\"");
    }
    rounding.subnormals = role.text("subnormals") == "flush" ? Subnormals::flush : Subnormals::keep;
    rounding.mode = *find_rounding_mode(role.text("rounding"));
    return rounding;
}

RoleRounding read_role(const SectionReader& reader, const Tree& tree, Role role, const std::string& path) {
    if (tree.table()) return read_role_table(reader, tree, path);
    if (!tree.text())
        reader.fail(tree.place, path,
                    "found " + describe(tree) +
                        "; accepted: a format's name, or a table of format, overflow, subnormals and rounding");
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
        if (const auto role = find_role(entry.key))
            spec.precision[*role] = read_role(reader, entry.value, *role, "precision." + entry.key);
}

}  // namespace halfstep
