#include "functions.hpp"

#include <cmath>

#include "functions/rows.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

using In = const double*;
using Out = double*;
using enum Offered;

// NaN wins, as in the kernels.
double largest(double a, double b) {
    return a != a ? a : (b > a || b != b ? b : a);
}
double smallest(double a, double b) {
    return a != a ? a : (b < a || b != b ? b : a);
}

const FunctionRow rows[] = {
    {"abs",
     {"abs(a)", "magnitude", everywhere, true},
     1,
     1,
     "",
     each<halfstep::abs>,
     [](In a, Out y) { *y = std::fabs(a[0]); },
     1},
    {"sign",
     {"sign(a)", "-1, 0 or 1; NaN of NaN", everywhere, true},
     1,
     1,
     "",
     each<halfstep::sign>,
     [](In a, Out y) { *y = a[0] > 0   ? 1.0
                            : a[0] < 0 ? -1.0
                                       : a[0]; },
     1},
    {"sqrt",
     {"sqrt(a)", "square root", everywhere, true},
     1,
     1,
     "",
     each<halfstep::sqrt>,
     [](In a, Out y) { *y = std::sqrt(a[0]); },
     1},
    {"exp",
     {"exp(a)", "e^a", everywhere, true},
     1,
     1,
     "",
     each<halfstep::exp>,
     [](In a, Out y) { *y = in_binary64(exp_to_odd(a[0])); },
     1},
    {"log",
     {"log(a)", "natural logarithm", everywhere, true},
     1,
     1,
     "",
     each<halfstep::log>,
     [](In a, Out y) { *y = log_to_odd(a[0]); },
     1},
    {"tanh",
     {"tanh(a)", "hyperbolic tangent", everywhere, true},
     1,
     1,
     "",
     each<halfstep::tanh>,
     [](In a, Out y) { *y = tanh_to_odd(a[0]); },
     1},
    {"expm1",
     {"expm1(a)", "e^a - 1, rounded once", everywhere, true},
     1,
     1,
     "",
     each<halfstep::expm1>,
     [](In a, Out y) { *y = in_binary64(expm1_to_odd(a[0])); },
     1},
    {"log1p",
     {"log1p(a)", "log(1 + a), rounded once", everywhere, true},
     1,
     1,
     "",
     each<halfstep::log1p>,
     [](In a, Out y) { *y = in_binary64(log1p_to_odd(a[0])); },
     1},
    {"logistic",
     {"logistic(a)", "1 / (1 + exp(-a)), rounded once", everywhere, true},
     1,
     1,
     "",
     each<halfstep::logistic>,
     [](In a, Out y) { *y = in_binary64(sigmoid_to_odd(a[0])); },
     1},
    {"erf",
     {"erf(a)", "error function", everywhere, true},
     1,
     1,
     "",
     each<halfstep::erf>,
     [](In a, Out y) { *y = in_binary64(erf_to_odd(a[0])); },
     1},
    {"sin",
     {"sin(a)", "sine, a in radians", everywhere, true},
     1,
     1,
     "",
     each<halfstep::sin>,
     [](In a, Out y) { *y = in_binary64(sin_to_odd(a[0])); },
     1},
    {"cos",
     {"cos(a)", "cosine, a in radians", everywhere, true},
     1,
     1,
     "",
     each<halfstep::cos>,
     [](In a, Out y) { *y = in_binary64(cos_to_odd(a[0])); },
     1},
    {"rsqrt",
     {"rsqrt(a)", "1/sqrt(a), rounded once", everywhere, true},
     1,
     1,
     "",
     each<halfstep::rsqrt>,
     [](In a, Out y) { *y = in_binary64(rsqrt_to_odd(a[0])); },
     1},
    {"powi",
     {"powi(a, n)", "a^n, rounded once; n a whole number that is written out", everywhere, false},
     2,
     2,
     "",
     record_powi},
    {"relu",
     {"relu(a)", "a where a > 0, otherwise 0; NaN stays NaN", everywhere, false},
     1,
     1,
     "",
     each<halfstep::relu>},
    {"sigmoid", {"sigmoid(a)", "1 / (1 + exp(-a))", everywhere, false}, 1, 1, "", record_sigmoid},
    {"max",
     {"max(a, b), max(a), max(a, axis=0)", "the larger of two; the largest element", everywhere, true},
     1,
     2,
     "axis",
     record_max,
     [](In a, Out y) { *y = largest(a[0], a[1]); },
     2},
    {"min",
     {"min(a, b), min(a), min(a, axis=0)", "the smaller of two; the smallest element", everywhere, true},
     1,
     2,
     "axis",
     record_min,
     [](In a, Out y) { *y = smallest(a[0], a[1]); },
     2},
    {"clip",
     {"clip(a, low, high)", "min(max(a, low), high)", everywhere, true},
     3,
     3,
     "",
     record_clip,
     [](In a, Out y) { *y = smallest(largest(a[0], a[1]), a[2]); },
     3},
    {"where",
     {"where(c, a, b)", "a where c is not 0, otherwise b", everywhere, true},
     3,
     3,
     "",
     record_where,
     [](In a, Out y) { *y = a[0] != 0.0 ? a[1] : a[2]; },
     3},
    {"floor",
     {"floor(a)", "largest whole number that is not above a; in constants and conditions only", everywhere, true},
     1,
     1,
     "",
     nullptr,
     [](In a, Out y) { *y = std::floor(a[0]); },
     1},
    {"mod",
     {"mod(a, b)", "a - b*floor(a/b): the remainder, with b's sign; in constants and conditions only", everywhere,
      true},
     2,
     2,
     "",
     nullptr,
     [](In a, Out y) {
         const double rest = std::fmod(a[0], a[1]);
         *y = rest != 0.0 && (rest < 0.0) != (a[1] < 0.0) ? rest + a[1] : rest;
     },
     2},
    {"sum",
     {"sum(a), sum(a, axis=0)", "sum of all elements, of each column (axis 0) or row (axis 1)", everywhere, false},
     1,
     1,
     "axis",
     record_sum},
    {"mean",
     {"mean(a), mean(a, axis=0)", "sum divided by the number of elements", everywhere, false},
     1,
     1,
     "axis",
     record_mean},
    {"dot", {"dot(a, b)", "sum(a*b)", everywhere, false}, 2, 2, "", record_dot},
    {"norm", {"norm(a)", "2-norm: squares added in binary64, rounded once", everywhere, false}, 1, 1, "", record_norm},
    {"argmax",
     {"argmax(a), argmax(a, axis=0)", "index of the first largest element, from 0", everywhere, false},
     1,
     1,
     "axis",
     record_argmax},
    {"top_k",
     {"top_k(a, k)", "the k elements of largest magnitude of a vector, 0 in place of the others", everywhere, false},
     2,
     2,
     "",
     record_top_k},
    {"size", {"size(a)", "number of elements", everywhere, false}, 1, 1, "", record_size},
    {"softmax",
     {"softmax(a)", "e / sum(e) with e = exp(a - max(a)); of each row of a matrix", everywhere, false},
     1,
     1,
     "",
     record_softmax},
    {"logsumexp",
     {"logsumexp(a)", "m + log(sum(exp(a - m))) with m = max(a); of each row", everywhere, false},
     1,
     1,
     "",
     record_logsumexp},
    {"transpose",
     {"transpose(a)", "rows as columns; a vector as a matrix of one column", everywhere, false},
     1,
     1,
     "",
     record_transpose},
    {"outer", {"outer(a, b)", "a[i]*b[j] of two vectors", everywhere, false}, 2, 2, "", record_outer},
    {"round",
     {"round(a, \"bf16\")", "rounded on purpose to a format, or to that of a role", everywhere, false},
     2,
     2,
     "",
     record_round},
    {"one_bit",
     {"one_bit(a)", "signs times norm(a)/sqrt(size(a)): what 1-bit compression sends", in_optimizers, false},
     1,
     1,
     "",
     record_one_bit},
    {"average", {"average(a)", "mean over the workers, in role comm", in_optimizers, false}, 1, 1, "", record_average},
    {"compressed_all_reduce",
     {"compressed_all_reduce(a)", "mean over the workers sent as one bit an element, with error feedback",
      in_optimizers, false},
     1,
     1,
     "",
     record_compressed_all_reduce},
    {"random", {"random(), random(size=n)", "uniform in [0, 1)", in_models, false}, 0, 0, "size", record_random},
    {"normal",
     {"normal(), normal(size=n)", "normal with mean 0 and variance 1", in_models, false},
     0,
     0,
     "size",
     record_normal},
    {"randint",
     {"randint(n), randint(n, size=m)", "uniform in 0, 1, ..., n - 1", in_models, false},
     1,
     1,
     "size",
     record_randint},
};

}  // namespace

std::span<const FunctionRow> function_rows() {
    return rows;
}

std::vector<FunctionDoc> function_docs() {
    std::vector<FunctionDoc> docs;
    for (const FunctionRow& row : rows) docs.push_back(row.doc);
    return docs;
}

const FunctionRow& function_of(const Formula& formula, const Node& call) {
    for (const FunctionRow& row : rows)
        if (row.name == call.name) return row;
    std::vector<std::string> names;
    for (const FunctionRow& row : rows) names.emplace_back(row.name);
    formula.fail(call.at, unknown_name("function", call.name, names));
}

void check_arguments(const Formula& formula, const Node& call) {
    const FunctionRow& row = function_of(formula, call);
    int positional = 0;
    for (std::size_t i = 0; i < call.children.size(); ++i) {
        const Node& argument = formula[call.children[i]];
        if (argument.kind != NodeKind::keyword) {
            if (positional != int(i)) formula.fail(argument.span, "an argument without a name after one with a name");
            ++positional;
        } else if (argument.name != row.keyword) {
            formula.fail(argument.at, in_quotes(call.name) + " takes no argument named " + in_quotes(argument.name) +
                                          "; accepted: " + std::string(row.doc.signature));
        }
    }
    if (int(call.children.size()) - positional > 1)
        formula.fail(formula[call.children.back()].span, in_quotes(row.keyword) + " is given twice");
    if (positional >= row.least && positional <= row.most) return;
    const auto counted = [](int n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); };
    const std::string accepted =
        row.least == row.most ? counted(row.least) : std::to_string(row.least) + " or " + counted(row.most);
    formula.fail(call.at, in_quotes(call.name) + " takes " + accepted + ", found " + std::to_string(positional) +
                              "; accepted: " + std::string(row.doc.signature));
}

}  // namespace halfstep::formula
