#include "halfstep/run/boundary_search.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr std::size_t probes_of_a_list = 5;
constexpr int most_halvings = 60;

class Search {
public:
    Search(const BoundarySearch& search, const std::function<bool(const SweepValue&)>& holds)
        : search_(search), holds_(holds), values_(search.key.values) {
        if (!search.largest) std::reverse(values_.begin(), values_.end());
    }

    BoundaryAnswer answer() {
        std::vector<std::size_t> probes = choose();
        std::vector<bool> held;
        for (const std::size_t i : probes) held.push_back(holds_(values_[i]));
        const auto first_failure = std::size_t(std::find(held.begin(), held.end(), false) - held.begin());
        BoundaryAnswer answer{NAN, NAN, true, NAN};
        for (std::size_t i = first_failure; i < held.size(); ++i)
            if (held[i] && answer.monotone) {
                answer.monotone = false;
                answer.again_at = values_[probes[i]].position;
            }
        if (first_failure == held.size()) {
            answer.value = values_[probes.back()].position;
        } else if (first_failure == 0) {
            answer.fails_at = values_[probes.front()].position;
        } else {
            narrow(probes[first_failure - 1], probes[first_failure], answer);
        }
        return answer;
    }

private:
    // Values of an axis that ran already cost nothing.
    std::vector<std::size_t> choose() const {
        std::vector<std::size_t> probes;
        const std::size_t n = values_.size();
        const bool all = search_.swept || search_.refine || n <= probes_of_a_list;
        const std::size_t count = all ? n : probes_of_a_list;
        for (std::size_t i = 0; i < count; ++i) probes.push_back(count == 1 ? 0 : i * (n - 1) / (count - 1));
        return probes;
    }

    void narrow(std::size_t inside, std::size_t outside, BoundaryAnswer& answer) {
        while (outside - inside > 1) {
            const std::size_t middle = inside + (outside - inside) / 2;
            (holds_(values_[middle]) ? inside : outside) = middle;
        }
        double a = values_[inside].position, b = values_[outside].position;
        for (int i = 0; search_.refine && i < most_halvings && !near(a, b); ++i) {
            const double middle = between(a, b);
            if (!(std::min(a, b) < middle && middle < std::max(a, b))) break;
            (holds_({number_text(middle), middle}) ? a : b) = middle;
        }
        answer.value = a;
        answer.fails_at = b;
    }

    bool near(double a, double b) const {
        if (search_.whole && std::fabs(a - b) <= 1) return true;
        if (search_.key.scale == AxisScale::logarithmic)
            return std::max(a, b) <= std::min(a, b) * (1 + search_.resolution);
        return std::fabs(a - b) <= search_.resolution * std::fabs(values_.front().position - values_.back().position);
    }

    double between(double a, double b) const {
        const double middle = search_.key.scale == AxisScale::logarithmic ? std::sqrt(a * b) : a + (b - a) / 2;
        // The root of 1 and 3 lies below 2, which is between them.
        return search_.whole ? std::max(std::floor(middle), std::min(a, b) + 1) : rounded_to_digits(middle);
    }

    const BoundarySearch& search_;
    const std::function<bool(const SweepValue&)>& holds_;
    std::vector<SweepValue> values_;  // from the end at which it should hold
};

}  // namespace

BoundaryAnswer search_boundary(const BoundarySearch& search, const std::function<bool(const SweepValue&)>& holds) {
    return Search(search, holds).answer();
}

}  // namespace halfstep
