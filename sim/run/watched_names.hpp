// What a watched formula (run.watch) can name, and where it lives:
//   x, w1, ...       the model's tensors as the forward pass reads them, by the model's names and shapes
//   w                the same: the tensor, where there is only one, otherwise w[0], w[1], ... or w[w1]
//   exp_avg, ...     a state by its name. States the optimizer keeps for every tensor (exp_avg[0],
//                    exp_avg[1], ... in the machine) go without an index where there is one tensor;
//                    otherwise the first index says which, by number or by the tensor's name:
//                    exp_avg[0][3] or exp_avg[w1][0, 3]
//   loss_scale, ...  binary64 values of the host: step, lr, iteration, applied, ...
// Of worker 0, unless the formula says worker(k, expression).
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "built_run.hpp"
#include "halfstep/formula/ast.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

// A part of a state.
struct WatchedArray {
    ValueId state = no_value;
    std::int64_t offset = 0;
    Shape shape;
    int rank = 1;  // 0: a number, 1: a vector, 2: a matrix
    int worker = 0;
};

class WatchedNames {
public:
    WatchedNames(const BuiltRun& run, const RunSpec& spec);

    // Replaces exp_avg[1], exp_avg[w1] and worker(k, ...) in a parsed formula by names that find()
    // knows. Throws SpecError at the place of what cannot be meant.
    void resolve(formula::Formula& formula);

    const WatchedArray* find(std::string_view name) const;  // nullptr when absent
    std::vector<std::string> names() const;                 // as a formula may write them

private:
    void add_tensors(const Machine& machine, std::span<const ParameterTensor> tensors);
    void add_states(const BuiltRun& run);
    void shape_like_tensors(std::span<const ParameterTensor> tensors, const RunSpec& spec);
    void name_single_members();
    void replace_member(formula::Formula& formula, formula::Node& index);
    void replace_worker(formula::Formula& formula, formula::NodeId call);
    std::string_view kept(std::string name);

    int workers_;
    std::vector<std::string> tensor_names_;
    std::vector<std::size_t> position_;  // of each tensor in the order of the groups
    std::map<std::string, WatchedArray, std::less<>> arrays_;
    std::map<std::string, std::vector<std::string>, std::less<>> families_;  // "exp_avg": "exp_avg[0]", ...
    std::deque<std::string> own_names_;                                      // that formulas were given
};

}  // namespace halfstep
