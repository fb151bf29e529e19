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
    CHECK(presets().size() == 10);
}

TEST_CASE(
    "apex's levels: O1 casts the operands of products, O2 is DeepSpeed's fp16, O3 keeps only sums and numbers wide") {
    const auto make = [](const char* name) { return find_preset(name)->make(); };
    CHECK(make("amp_o0") == make("fp32"));
    CHECK(make("amp_o2") == make("fp16"));
    for (const Role role : all_roles()) {
        INFO(role_name(role));
        const bool narrow = role == Role::operand || role == Role::grad_operand || role == Role::activation;
        CHECK(format_of(make("amp_o1"), role) == (narrow ? "fp16" : "fp32"));
        const bool wide =
            role == Role::product || role == Role::accumulator || role == Role::fused || role == Role::hyper;
        const bool cast = role == Role::operand || role == Role::grad_operand;
        CHECK(format_of(make("amp_o3"), role) == (cast ? "none" : wide ? "fp32" : "fp16"));
    }
}

TEST_CASE("the 8-bit preset has e4m3 operands forward and e5m2 backward, which saturate") {
    const Precision precision = find_preset("fp8_hybrid")->make();
    CHECK(format_of(precision, Role::operand) == "fp8_e4m3");
    CHECK(format_of(precision, Role::grad_operand) == "fp8_e5m2");
    CHECK(precision[Role::grad_operand]->overflow_result() == Overflow::saturate);
    CHECK(format_of(precision, Role::weight) == "bf16");
    CHECK(format_of(precision, Role::master) == "fp32");
}
