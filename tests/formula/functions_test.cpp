// Every function and operator against the Expr it stands for, in formats where rounding shows.
#include <cmath>

#include "catch.hpp"
#include "evaluate.hpp"
#include "halfstep/format/format.hpp"
#include "halfstep/format/round.hpp"

using namespace halfstep;
using namespace halfstep::test;
using Exprs = std::vector<Expr>;

namespace {

// Of 8 significant bits: every format holds them, while their products and sums are rounded.
const std::vector<Given> given = {
    a_vector("x", {0.30078125, -1.6953125, 2.890625, 0.0}), a_vector("y", {1.1015625, 0.8984375, -0.400390625, 5.0}),
    a_matrix("W", 2, {0.099609375, -0.2001953125, 0.30078125, 0.400390625, 1.5, -2.609375, 0.69921875, 3.796875}),
    a_number("a", 1.296875)};

struct Twin {
    const char* text;
    Expr (*expression)(const Exprs&);
};

Expr number(double x) {
    return Expr(x);
}

}  // namespace

TEST_CASE("functions and operators record what Expr records, in every preset") {
    // e[0] x, e[1] y, e[2] W, e[3] a.
    const Twin twins[] = {
        {"x + y", [](const Exprs& e) { return e[0] + e[1]; }},
        {"x - a", [](const Exprs& e) { return e[0] - e[3]; }},
        {"a*x", [](const Exprs& e) { return e[3] * e[0]; }},
        {"x/y", [](const Exprs& e) { return e[0] / e[1]; }},
        {"-x", [](const Exprs& e) { return -e[0]; }},
        {"0.1*x", [](const Exprs& e) { return number(0.1) * e[0]; }},
        {"x^3", [](const Exprs& e) { return (e[0] * e[0]) * e[0]; }},
        {"y^-2", [](const Exprs& e) { return 1.0 / (e[1] * e[1]); }},
        {"x < y", [](const Exprs& e) { return less(e[0], e[1]); }},
        {"x <= y", [](const Exprs& e) { return less_equal(e[0], e[1]); }},
        {"x > y", [](const Exprs& e) { return less(e[1], e[0]); }},
        {"x >= y", [](const Exprs& e) { return less_equal(e[1], e[0]); }},
        {"x == y", [](const Exprs& e) { return equal(e[0], e[1]); }},
        {"x != 0", [](const Exprs& e) { return equal(equal(e[0], 0.0), 0.0); }},
        {"x > 0 and y > 1", [](const Exprs& e) { return min(less(0.0, e[0]), less(1.0, e[1])); }},
        {"x > 0 or y > 1", [](const Exprs& e) { return max(less(0.0, e[0]), less(1.0, e[1])); }},
        {"not x", [](const Exprs& e) { return equal(e[0], 0.0); }},
        {"abs(x)", [](const Exprs& e) { return abs(e[0]); }},
        {"sign(x)", [](const Exprs& e) { return sign(e[0]); }},
        {"sqrt(abs(x))", [](const Exprs& e) { return sqrt(abs(e[0])); }},
        {"exp(x)", [](const Exprs& e) { return exp(e[0]); }},
        {"log(abs(y))", [](const Exprs& e) { return log(abs(e[1])); }},
        {"tanh(x)", [](const Exprs& e) { return tanh(e[0]); }},
        {"expm1(x)", [](const Exprs& e) { return expm1(e[0]); }},
        {"logistic(x)", [](const Exprs& e) { return logistic(e[0]); }},
        {"erf(x)", [](const Exprs& e) { return erf(e[0]); }},
        {"sin(x)", [](const Exprs& e) { return sin(e[0]); }},
        {"cos(x)", [](const Exprs& e) { return cos(e[0]); }},
        {"log1p(x*x)", [](const Exprs& e) { return log1p(e[0] * e[0]); }},
        {"rsqrt(x*x)", [](const Exprs& e) { return rsqrt(e[0] * e[0]); }},
        {"relu(x)", [](const Exprs& e) { return relu(e[0]); }},
        {"sigmoid(x)", [](const Exprs& e) { return 1.0 / (1.0 + exp(-e[0])); }},
        {"max(x, y)", [](const Exprs& e) { return max(e[0], e[1]); }},
        {"min(x, a)", [](const Exprs& e) { return min(e[0], e[3]); }},
        {"max(x)", [](const Exprs& e) { return max_all(e[0]); }},
        {"min(x)", [](const Exprs& e) { return -max_all(-e[0]); }},
        {"max(W, axis=1)", [](const Exprs& e) { return max_cols(e[2]); }},
        {"max(W, axis=0)", [](const Exprs& e) { return max_cols(transpose(e[2])); }},
        {"min(W, axis=1)", [](const Exprs& e) { return -max_cols(-e[2]); }},
        {"clip(x, -1, a)", [](const Exprs& e) { return clip(e[0], -1.0, e[3]); }},
        {"where(x > 0, x, y)", [](const Exprs& e) { return select(less(0.0, e[0]), e[0], e[1]); }},
        {"sum(W)", [](const Exprs& e) { return sum(e[2]); }},
        {"sum(W, axis=0)", [](const Exprs& e) { return sum_rows(e[2]); }},
        {"sum(W, axis=1)", [](const Exprs& e) { return sum_cols(e[2]); }},
        {"sum(x, axis=0)", [](const Exprs& e) { return sum(e[0]); }},
        {"mean(W)", [](const Exprs& e) { return sum(e[2]) / 8.0; }},
        {"mean(W, axis=0)", [](const Exprs& e) { return sum_rows(e[2]) / 2.0; }},
        {"mean(W, axis=1)", [](const Exprs& e) { return sum_cols(e[2]) / 4.0; }},
        {"dot(x, y)", [](const Exprs& e) { return sum(e[0] * e[1]); }},
        {"norm(W)", [](const Exprs& e) { return norm2(e[2]); }},
        {"argmax(x)", [](const Exprs& e) { return argmax(e[0]); }},
        {"argmax(W, axis=1)", [](const Exprs& e) { return argmax_cols(e[2]); }},
        {"argmax(W, axis=0)", [](const Exprs& e) { return argmax_cols(transpose(e[2])); }},
        {"top_k(x, 2)", [](const Exprs& e) { return top_k(e[0], 2); }},
        {"size(W)", [](const Exprs&) { return number(8); }},
        {"transpose(W)", [](const Exprs& e) { return transpose(e[2]); }},
        {"outer(x, y)", [](const Exprs& e) { return bcast_cols(transpose(e[0]), 4) * bcast_rows(e[1], 4); }},
        {"W @ transpose(W)", [](const Exprs& e) { return matmul(e[2], transpose(e[2])); }},
        {"W @ x", [](const Exprs& e) { return matmul(e[2], transpose(e[0])); }},
        {"x @ y", [](const Exprs& e) { return matmul(e[0], transpose(e[1])); }},
        {"W + x", [](const Exprs& e) { return e[2] + bcast_rows(e[0], 2); }},
        {"softmax(x)",
         [](const Exprs& e) {
             const Expr s = exp(e[0] - bcast_cols(max_cols(e[0]), 4));
             return s / bcast_cols(sum_cols(s), 4);
         }},
        {"softmax(W)",
         [](const Exprs& e) {
             const Expr s = exp(e[2] - bcast_cols(max_cols(e[2]), 4));
             return s / bcast_cols(sum_cols(s), 4);
         }},
        {"logsumexp(W)",
         [](const Exprs& e) { return max_cols(e[2]) + log(sum_cols(exp(e[2] - bcast_cols(max_cols(e[2]), 4)))); }},
        {"average(x)", [](const Exprs& e) { return e[0]; }},
    };
    for (const char* preset : {"fp32", "fp16", "bf16_pure", "fp16_pure"}) {
        const Evaluation evaluation(given, preset);
        for (const Twin& t : twins) {
            INFO(preset << ": " << t.text);
            CHECK(evaluation.values(t.text) == evaluation.expression(t.expression));
        }
    }
}

TEST_CASE("a number is rounded to hyper before it is used, not to the role of the operation") {
    // fp16_pure has both in fp16; with hyper in fp16 alone the number is narrower than its product.
    const double third = round_to(rounding_to("fp16"), 1.0 / 3.0);
    CHECK(Evaluation(given, "fp16_pure").number("0.3333333333333333*1") == third);
    CHECK(Evaluation(given, "fp16").number("0.3333333333333333*1") == double(float(1.0 / 3.0)));
}

TEST_CASE("lists make vectors and matrices, and indices take them apart") {
    const Evaluation evaluation(given);
    CHECK(evaluation("[1, -2.5, 3]") == Evaluated{1, {1, 3}, {1, -2.5, 3}});
    CHECK(evaluation("[[1, 2], [3, 4], [5, 6]]") == Evaluated{2, {3, 2}, {1, 2, 3, 4, 5, 6}});
    CHECK(evaluation("[a, a*2]").shape == Shape{1, 2});
    CHECK(evaluation("[x[0:2], y[2:4]]") == Evaluated{2, {2, 2}, {0.30078125, -1.6953125, -0.400390625, 5}});
    CHECK(evaluation("x[1]") == Evaluated{0, {1, 1}, {-1.6953125}});
    CHECK(evaluation("x[1:3]") == Evaluated{1, {1, 2}, {-1.6953125, 2.890625}});
    CHECK(evaluation("x[2:]").values == std::vector<double>{2.890625, 0});
    CHECK(evaluation("x[:1]").values == std::vector<double>{0.30078125});
    CHECK(evaluation("W[1]") == Evaluated{1, {1, 4}, {1.5, -2.609375, 0.69921875, 3.796875}});
    CHECK(evaluation("W[1, 2]") == Evaluated{0, {1, 1}, {0.69921875}});
    CHECK(evaluation("W[1, 1:3]") == Evaluated{1, {1, 2}, {-2.609375, 0.69921875}});
    CHECK(evaluation("W[0:1]") == Evaluated{2, {1, 4}, {0.099609375, -0.2001953125, 0.30078125, 0.400390625}});
    CHECK(evaluation("transpose(W)[0]") == Evaluated{1, {1, 2}, {0.099609375, 1.5}});
    CHECK(evaluation("x[2*half]") == evaluation("x[1]"));
}

TEST_CASE("a vector goes with the rows of a matrix, a column with its columns") {
    const Evaluation evaluation({a_matrix("W", 2, {1, 2, 3, 4, 5, 6})});
    CHECK(evaluation.values("W + [10, 20, 30]") == std::vector<double>{11, 22, 33, 14, 25, 36});
    CHECK(evaluation.values("W*transpose([2, 3])") == std::vector<double>{2, 4, 6, 12, 15, 18});
    CHECK(evaluation.values("transpose([1, 2]) + [10, 20]") == std::vector<double>{11, 21, 12, 22});
    CHECK(evaluation("[1, 2] @ W") == Evaluated{1, {1, 3}, {9, 12, 15}});
    CHECK(evaluation("W @ [1, 0, 2]") == Evaluated{1, {1, 2}, {7, 16}});
    CHECK(evaluation("[1, 2, 3] @ [4, 5, 6]") == Evaluated{0, {1, 1}, {32}});
}

TEST_CASE("round goes to the format that is named, whatever the precision of the run") {
    for (const char* preset : {"fp32", "fp16", "bf16"}) {
        const Evaluation evaluation({a_vector("x", {1.0 / 3.0, 1e-6, 400.0, -3.14159})}, preset);
        for (const char* format : {"fp16", "bf16", "fp8_e4m3", "e5m7"}) {
            INFO(preset << " " << format);
            std::vector<double> expected;
            for (double x : {1.0 / 3.0, 1e-6, 400.0, -3.14159})
                expected.push_back(round_to(rounding_to(format), double(float(x))));
            CHECK(evaluation.values(std::string("round(x, \"") + format + "\")") == expected);
        }
    }
}

TEST_CASE("round goes to the format a role stands for") {
    const Evaluation evaluation({a_number("a", 1.0 / 3.0)}, "fp16");
    CHECK(evaluation.number("round(a, \"gradient\")") == round_to(rounding_to("fp16"), 1.0 / 3.0));
    CHECK(evaluation.number("round(a, \"update\")") == double(float(1.0 / 3.0)));
}

TEST_CASE("one_bit is what a worker of the compressed all-reduce sends") {
    const Evaluation evaluation({a_vector("x", {3, -4, 0, 0})});
    CHECK(evaluation.values("one_bit(x)") == std::vector<double>{2.5, -2.5, 2.5, 2.5});
}
