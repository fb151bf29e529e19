// The three batch numbers: total = micro batch x accumulation x ranks, any of them derived from the
// others by integer division.
#include <cmath>
#include <tuple>

#include "../python_value.hpp"
#include "checks.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr const char* total_key = "train_batch_size";
constexpr const char* micro_key = "train_micro_batch_size_per_gpu";
constexpr const char* accumulation_key = "gradient_accumulation_steps";

constexpr Rule rows[] = {
    {"batch-size-missing", Severity::error, total_key, "neither the total nor the micro batch is given",
     "stops with an AssertionError", "refused; one of the two alone is enough"},
    {"batch-size-not-positive", Severity::error, total_key,
     "one of the three numbers is 0 or less, also when it was derived", "stops with an AssertionError",
     "refused; a given 0 that something is divided by dies with a ZeroDivisionError instead"},
    {"batch-size-inconsistent", Severity::error, total_key,
     "micro batch x accumulation x ranks differs from the total, also after the integer division of derived values",
     "stops with an AssertionError", "refused"},
};

// "micro batch 4 x accumulation 2 x 4 ranks"
std::string product_text(const StartUp& start) {
    return "micro batch " + number_text(*start.batch.micro) + " x accumulation " +
           number_text(*start.batch.accumulation) + " x " + number_text(start.ranks) + " ranks";
}

bool given(const StartUp& start, const char* key) {
    const ConfigNode* node = start.written(key);
    return node && !node->null();
}

ConfigRepair number(const char* key, double x) {
    if (x == std::floor(x) && std::fabs(x) < 9e15) return changed(key, static_cast<std::int64_t>(x));
    return changed(key, x);
}

// The total that fits the other two; what is not positive counts as 1.
ConfigRepair fitting_total(const StartUp& start) {
    const auto positive = [](const std::optional<double>& x) { return x && *x > 0 ? *x : 1.0; };
    return number(total_key, positive(start.batch.micro) * positive(start.batch.accumulation) * start.ranks);
}

// A total is made to fit the others. One of the others, where it was given, is derived anew instead,
// from a total that is large enough.
std::vector<ConfigRepair> positive_number(const StartUp& start, const std::string& key) {
    const auto micro = start.batch.micro, accumulation = start.batch.accumulation;
    for (const auto& [wrong, x, other] :
         {std::tuple(micro_key, micro, accumulation), std::tuple(accumulation_key, accumulation, micro)}) {
        if (key == total_key || !given(start, wrong) || *x > 0) continue;
        const double smallest = start.ranks * (other && *other > 0 ? *other : 1.0);
        if (*start.batch.total >= smallest) return {removed(wrong)};
        return {removed(wrong), number(total_key, smallest)};
    }
    return {fitting_total(start)};
}

}  // namespace

std::span<const Rule> batch_rules() {
    return rows;
}

void check_batch_types(const StartUp& start, Hits& hits) {
    for (const char* key : {total_key, micro_key, accumulation_key})
        if (const ConfigNode* node = start.written(key); node && !node->null() && !arithmetic(*node))
            hits.push_back(
                {&rule("unguarded-value"), key, "found " + describe(*node) + "; accepted: an integer", {removed(key)}});
}

void check_batch_given(const StartUp& start, Hits& hits) {
    if (!given(start, total_key) && !given(start, micro_key))
        hits.push_back({&rule("batch-size-missing"),
                        total_key,
                        "found neither train_batch_size nor train_micro_batch_size_per_gpu",
                        {changed(micro_key, std::int64_t{1})}});
}

void check_batch_positive(const StartUp& start, Hits& hits) {
    if (start.batch.zero_divisor) {
        hits.push_back({&rule("batch-size-not-positive"),
                        start.batch.zero_divisor,
                        "found 0",
                        {removed(start.batch.zero_divisor)}});
        return;
    }
    const std::pair<const char*, std::optional<double>> numbers[] = {
        {total_key, start.batch.total}, {micro_key, start.batch.micro}, {accumulation_key, start.batch.accumulation}};
    for (const auto& [key, x] : numbers) {
        if (!x || *x > 0) continue;
        const bool written = given(start, key);
        Hit hit{&rule("batch-size-not-positive"), key,
                (written ? "found " : "derived ") + number_text(*x) + " with " + number_text(start.ranks) + " ranks"};
        hit.repairs = positive_number(start, key);
        hit.beside = total_key;
        hits.push_back(std::move(hit));
        return;
    }
}

void check_batch_product(const StartUp& start, Hits& hits) {
    const BatchNumbers& b = start.batch;
    if (!b.total || !b.micro || !b.accumulation) return;
    if (*b.total == *b.micro * *b.accumulation * start.ranks) return;
    hits.push_back({&rule("batch-size-inconsistent"),
                    total_key,
                    "found " + number_text(*b.total) + ", but " + product_text(start) + " make " +
                        number_text(*b.micro * *b.accumulation * start.ranks),
                    {fitting_total(start)}});
}

}  // namespace halfstep
