// Combinations that each part accepts and that do not fit together: the error names the key.
#include "catch.hpp"
#include "message_of.hpp"
#include "small_models.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string key_of(const RunSpec& spec) {
    try {
        check_buildable(spec, 1);
    } catch (const SpecError& e) {
        CHECK_FALSE(std::string(e.what()).empty());
        return e.key();
    }
    return "accepted";
}

std::string key_of(const Configured& model, int workers = 1) {
    return key_of(spec_of(model, an_optimizer("sgd"), "fp32", workers));
}

NamedValue data(const std::string& kind, std::vector<NamedValue> given = {}) {
    return {"data", {a_data_set(kind, std::move(given))}};
}

RunSpec small_quadratic(const std::string& optimizer = "sgd", const std::string& preset = "fp32", int workers = 1) {
    return spec_of(a_model("quadratic", {{"curvature", numbers({1, 2, 3})}, {"tensors", integers({1, 2})}}),
                   an_optimizer(optimizer), preset, workers);
}

}  // namespace

TEST_CASE("a network whose widths do not fit its data is refused at the key at fault") {
    CHECK(key_of(a_model("mlp", {{"layers", integers({2})}})) == "model.layers");
    CHECK(key_of(a_model("mlp", {{"layers", integers({2, 4, 3})}})) == "model.layers");
    CHECK(key_of(a_model("mlp", {{"layers", integers({2, 4, 3})}, data("xor")})) == "model.layers");
    CHECK(key_of(a_model("mlp", {{"layers", integers({3, 4, 2})}})) == "model.data.kind");
    CHECK(key_of(a_model("mlp", {{"layers", integers({3, 4, 2})}, data("xor")})) == "model.data.kind");
    CHECK(key_of(a_model("mlp", {{"layers", integers({3, 4, 2})},
                                 data("table", {{"x", rows({{1, 2}})}, {"y", rows({{1, 0}})}})})) == "model.data.x");
    CHECK(key_of(a_model("mlp", {{"layers", integers({2, 4, 2})},
                                 data("table", {{"x", rows({{1, 2}})}, {"y", rows({{1}})}})})) == "model.data.y");
}

TEST_CASE("a table whose rows do not fit is refused") {
    const auto regression = [](const Value& x, const Value& y) {
        return key_of(a_model("linear_regression", {data("table", {{"x", x}, {"y", y}})}));
    };
    CHECK(regression(rows({{1}, {2}}), rows({{1}})) == "model.data.y");
    CHECK(regression(rows({{1}, {2, 3}}), rows({{1}, {2}})) == "model.data.x");
    CHECK(regression(rows({{1}, {2}}), rows({{1}, {2, 3}})) == "model.data.y");
    CHECK(regression(rows({}), rows({})) == "model.data.y");
    CHECK(regression(rows({{1}, {2}}), rows({{1}, {2}})) == "accepted");
}

TEST_CASE("rows that are called classes have to be one-hot") {
    for (const auto& y : {rows({{1, 1}, {0, 1}}), rows({{0, 0}, {0, 1}}), rows({{0.5, 0.5}, {0, 1}})})
        CHECK(key_of(a_model("logistic_regression",
                             {data("table", {{"x", rows({{1}, {2}})}, {"y", y}, {"classification", {true}}})})) ==
              "model.data.y");
}

TEST_CASE("logistic regression wants two classes") {
    CHECK(key_of(a_model("logistic_regression", {data("linear")})) == "model.data.kind");
    CHECK(key_of(a_model("logistic_regression", {data("spirals", {{"classes", {std::int64_t{3}}}})})) ==
          "model.data.kind");
}

TEST_CASE("lists of a quadratic have one value or one a dimension") {
    const NamedValue three{"curvature", numbers({1, 2, 3})};
    CHECK(key_of(a_model("quadratic", {three, {"center", numbers({1, 2})}})) == "model.center");
    CHECK(key_of(a_model("quadratic", {three, {"init", numbers({1, 2, 3, 4})}})) == "model.init");
    CHECK(key_of(a_model("quadratic", {three, {"tensors", integers({1, 1})}})) == "model.tensors");
    CHECK(key_of(a_model("quadratic", {three, {"tensors", integers({2, 2})}})) == "model.tensors");
    CHECK(key_of(a_model("quadratic", {{"min_curvature", {2.0}}})) == "model.min_curvature");
    CHECK(key_of(a_model("quadratic", {three, {"noise_table", rows({{1, 2}})}})) == "model.noise_table");
    CHECK(key_of(a_model("quadratic", {three, {"noise_table", rows({{1, 2, 3}})}}), 2) == "model.noise_table");
    CHECK(key_of(a_model("quadratic", {three, {"noise_table", rows({})}})) == "model.noise_table");
    CHECK(key_of(a_model("quadratic", {{"curvature", numbers({})}})) == "model.curvature");
    CHECK(key_of(a_model("quadratic", {{"curvature", numbers({1, 2})}, {"dimension", {std::int64_t{3}}}})) ==
          "model.curvature");
    CHECK(key_of(a_model("quadratic", {{"dimension", {std::int64_t{4000}}}, {"rotation", {true}}})) ==
          "model.rotation");
}

TEST_CASE("data that workers cannot share are refused") {
    RunSpec spec =
        spec_of(a_model("mlp", {data("xor", {{"samples", {std::int64_t{10}}}}), {"layers", integers({2, 2})}}),
                an_optimizer("sgd"), "fp32", 3);
    CHECK(key_of(spec) == "workers.count");
    spec.batch = 4;
    CHECK(key_of(spec) == "workers.batch");
    spec.batch = 3;
    CHECK(key_of(spec) == "accepted");
}

TEST_CASE("groups have to share out the tensors of the model") {
    RunSpec spec = small_quadratic("onebit_adam");
    for (const std::vector<std::vector<int>>& groups :
         std::vector<std::vector<std::vector<int>>>{{{0}}, {{0, 1}, {1}}, {{0, 2}}, {{0, -1, 1}}, {{0, 1}, {}}}) {
        spec.groups.clear();
        for (const auto& tensors : groups) spec.groups.push_back({tensors, {}, {}, false});
        CHECK(key_of(spec).starts_with("optimizer.group"));
    }
    spec.groups = {{{1}, {}, {1, 0}, false}, {{0}, {}, {}, true}};
    CHECK(key_of(spec) == "accepted");
    spec.groups[0].exp_avg_mask = {1, 0, 1};
    CHECK(key_of(spec) == "optimizer.group[0].exp_avg_mask");
}

TEST_CASE("a planted value outside the run is refused") {
    for (const Injection& wrong :
         {Injection{0, 2, 0, 1.0}, Injection{0, 0, 3, 1.0}, Injection{0, -1, 0, 1.0}, Injection{0, 0, -1, 1.0}}) {
        RunSpec spec = small_quadratic("sgd", "fp32", 2);
        spec.injections = {wrong};
        CHECK(key_of(spec) == "inject[0].index");
    }
}

TEST_CASE("an engine refuses what it would not do") {
    RunSpec plain = small_quadratic();
    plain.reload_at = {3};
    CHECK(key_of(plain) == "run.reload_at");
    RunSpec bare = small_quadratic();
    bare.engine = an_engine("deepspeed");
    bare.loss_scale = a_loss_scaler("static");
    CHECK(key_of(bare) == "loss_scale.kind");
    RunSpec half = small_quadratic("adam", "fp16");
    half.engine = an_engine("deepspeed");
    CHECK(key_of(half) == "engine.kind");
    RunSpec brain = small_quadratic("adam", "bf16");
    brain.engine = an_engine("deepspeed");
    CHECK(key_of(brain) == "accepted");
    brain.loss_scale = a_loss_scaler("deepspeed");
    CHECK(key_of(brain) == "engine.kind");
    RunSpec eighth = small_quadratic("adam", "fp16");
    eighth.precision[Role::weight] = rounding_to("fp8_e5m2");
    eighth.engine = an_engine("deepspeed");
    CHECK(key_of(eighth) == "engine.wrapper");
}

TEST_CASE("runs that no memory would hold are refused before they are built") {
    CHECK(key_of(a_model("quadratic", {{"dimension", {std::int64_t{10'000'000}}}}), 4) == "model.kind");
    CHECK(key_of(a_model("mlp", {{"layers", integers(std::vector<std::int64_t>(200, 4096))}, data("linear")})) ==
          "model.layers");
    for (const char* kind : {"linear", "gaussians", "teacher_student"}) {
        INFO(kind);
        const NamedValue wide =
            data(kind, {{"samples", {std::int64_t{1'000'000}}}, {"features", {std::int64_t{4096}}}});
        CHECK(key_of(a_model(std::string(kind) == "gaussians" ? "logistic_regression" : "linear_regression", {wide})) ==
              "model.data.samples");
    }
    // 4096 workers pad every compressed tensor to 16 million values each.
    CHECK(key_of(small_quadratic("onebit_adam", "fp32", 4096)) == "workers.count");
    CHECK(key_of(small_quadratic("adam", "fp32", 4096)) == "accepted");
}

TEST_CASE("multiprecision arithmetic has a limit of its own") {
    RunSpec spec = small_quadratic();
    spec.arithmetic = Arithmetic::multiprecision;
    spec.steps = 10'001;
    CHECK(key_of(spec) == "run.steps");
    spec.steps = 10'000;
    CHECK(key_of(spec) == "accepted");
}
