#include "halfstep/spec/role.hpp"

#include <set>
#include <string>

#include "catch.hpp"

using namespace halfstep;

namespace {

std::string format_of(const Precision& precision, Role role) {
    return precision[role] ? precision[role]->format.name : "none";
}

}  // namespace

TEST_CASE("every role has a name of its own and is found by it") {
    CHECK(all_roles().size() == role_count);
    std::set<std::string_view> names;
    for (const Role role : all_roles()) {
        names.insert(role_name(role));
        CHECK(find_role(role_name(role)) == role);
    }
    CHECK(names.size() == role_count);
    CHECK(role_name(Role::comm_scale) == "comm_scale");
    CHECK_FALSE(find_role("weights"));
}

TEST_CASE("the fp16 preset narrows what the model stores and sends, and nothing of the optimizer") {
    const std::set<Role> narrow = {Role::weight, Role::activation, Role::gradient, Role::comm};
    for (const auto& [preset, format] : {std::pair{"fp16", "fp16"}, {"bf16", "bf16"}}) {
        const Precision precision = find_preset(preset)->make();
        for (const Role role : all_roles()) {
            INFO(preset << ": " << role_name(role));
            const bool cast = role == Role::operand || role == Role::grad_operand;
            CHECK(format_of(precision, role) == (cast ? "none" : narrow.count(role) ? format : "fp32"));
        }
    }
}

TEST_CASE("fp32 and the pure presets use one format in every role but the casts on entry") {
    for (const auto& [preset, format] : {std::pair{"fp32", "fp32"}, {"fp16_pure", "fp16"}, {"bf16_pure", "bf16"}}) {
        const Precision precision = find_preset(preset)->make();
        for (const Role role : all_roles()) {
            INFO(preset << ": " << role_name(role));
            const bool cast = role == Role::operand || role == Role::grad_operand;
            CHECK(format_of(precision, role) == (cast ? "none" : format));
        }
    }
    CHECK(find_preset("fp17") == nullptr);
    CHECK(presets().size() == 5);
}
