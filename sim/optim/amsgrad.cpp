// AMSGrad (Reddi, Kale and Kumar 2018, algorithm 2): Adam that divides by the largest second moment
// so far, so that the step of a weight never grows again:
//   g += weight_decay w;  m, v as in adam_moments.hpp;  vhat = max(vhat, v)
//   w = w - lr (m / k1) / (sqrt(vhat / k2) + eps)
// The paper corrects no bias and has no eps; torch's Adam(amsgrad=True) has both, takes the largest
// of the uncorrected v, and divides it by the present k2. bias_correction = true, the default, is
// torch's, because that is what is run, and because a variant that goes from "adam" to "amsgrad"
// then changes one thing; false is the paper's, with eps = 0 to the letter.
#include "adam_moments.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

class Amsgrad final : public Optimizer {
public:
    explicit Amsgrad(const Configured& c) : moments_(c) {}

    void declare(OptimizerContext& c) override {
        moments_.declare(c);
        for (const LogicalTensor& t : c.tensors)
            max_exp_avg_sq_.push_back(c.state("max_exp_avg_sq" + t.suffix, t.size, Role::exp_avg_sq));
    }

    void update(OptimizerContext& c) override {
        Builder& b = c.b;
        const Expr lr = moments_.begin(c);
        for (std::size_t i = 0; i < c.tensors.size(); ++i) {
            const LogicalTensor& t = c.tensors[i];
            Expr g = c.gradient(t);
            if (t.weight_decay > 0) g = b.let(Role::update, g + c.constant(t.weight_decay) * t.weight);
            moments_.accumulate(b, i, g);
            b.store(max_exp_avg_sq_[i], Role::update, max(max_exp_avg_sq_[i], moments_.exp_avg_sq(i)));
            b.store(t.weight, Role::update, t.weight - lr * moments_.direction(i, max_exp_avg_sq_[i]));
        }
    }

private:
    AdamMoments moments_;
    std::vector<State> max_exp_avg_sq_;
};

}  // namespace

const OptimizerRow optimizer_amsgrad = {{"amsgrad", "Adam that divides by the largest second moment so far",
                                         adam_moments_parameters(0.0, "added to the gradient (L2)")},
                                        make_optimizer<Amsgrad>};

}  // namespace halfstep
