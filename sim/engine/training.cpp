#include "training.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "batches.hpp"
#include "halfstep/comm/all_reduce.hpp"
#include "halfstep/format/arrays.hpp"
#include "halfstep/program/differentiate.hpp"

namespace halfstep {
namespace {

// Overwrites single gradient elements at chosen steps.
class PlantedValues final : public Attachment {
public:
    explicit PlantedValues(const std::vector<Injection>& all) : all_(all) {}
    void produce(std::int64_t step, int worker, double* out, int) const override {
        for (const Injection& i : all_)
            if (i.step == step && i.worker == worker) out[i.index] = i.value;
    }

private:
    std::vector<Injection> all_;
};

double group_weight_decay(const RunSpec& spec, const ParameterGroup& group) {
    for (const NamedValue& o : group.overrides)
        if (o.name == "weight_decay") return Configured{"", {o}}.number("weight_decay");
    return spec.optimizer.has("weight_decay") ? spec.optimizer.number("weight_decay") : 0.0;
}

}  // namespace

Training::Training(const EngineInputs& inputs, Grouping grouping, bool masters_from_weights, bool per_worker_state)
    : in_(inputs),
      optimizer_{
          .b = inputs.b,
          .tensors = {},
          .lr = {},
          .per_worker_state = (per_worker_state || inputs.optimizer_row.local_weights) && inputs.spec.workers > 1,
          .reloads = !inputs.spec.reload_at.empty(),
          .initial_step = 0,
          .random = {},
          .average_gradients = {},
          .initialized = {},
          .has_initialisation_call = false,
          .failed = {},
          .failure = {}} {
    Builder& b = in_.b;
    for (const ParameterTensor& t : in_.model.tensors()) {
        offsets_.push_back(total_);
        sizes_.push_back(t.shape.size());
        total_ += t.shape.size();
    }
    groups_ = in_.spec.groups;
    if (groups_.empty()) {
        groups_.emplace_back();
        for (int t = 0; t < tensor_count(); ++t) groups_[0].tensors.push_back(t);
    }
    step_.iteration = b.host_state("iteration", 0);
    step_.applied = b.host_state("applied", 0);
    step_.lr = b.host_state("lr", in_.spec.optimizer.number("lr"));
    step_.reload_now = reloads() ? b.host_state("reload_now", 0) : Host{};
    optimizer_.lr = step_.lr;
    optimizer_.random = {in_.seed, step_.iteration, &in_.attachments};
    optimizer_.average_gradients = b.host_state("average_gradients", 1);
    optimizer_.initialized = b.host_state("initialized", 0);
    declare_weights(grouping, masters_from_weights);
    gradient_ = b.state("gradient", {1, total_}, Role::gradient, {0.0}, true);
}

LogicalTensor Training::logical(const ParameterGroup& group, const std::vector<int>& tensors, bool separate) {
    LogicalTensor t;
    t.suffix = "[" + std::to_string(members_.size()) + "]";
    members_.push_back(tensors);
    std::vector<double> initial;
    for (int k : tensors) {
        const auto from = initial_.begin() + offsets_[std::size_t(k)];
        initial.insert(initial.end(), from, from + sizes_[std::size_t(k)]);
    }
    t.size = int(initial.size());
    t.weight = separate ? b().state("master" + t.suffix, {1, t.size}, Role::master, initial, per_worker_state())
                        : weight_.slice(offsets_[std::size_t(tensors[0])], {1, t.size});
    t.weight_decay = group_weight_decay(in_.spec, group);
    t.non_freeze = group.non_freeze;
    t.exp_avg_mask = group.exp_avg_mask;
    if (!t.exp_avg_mask.empty() && int(t.exp_avg_mask.size()) != t.size)
        throw SpecError(group_key(group) + ".exp_avg_mask", "has " + std::to_string(t.exp_avg_mask.size()) +
                                                                " values, the tensor it multiplies has " +
                                                                std::to_string(t.size));
    return t;
}

std::string Training::group_key(const ParameterGroup& group) const {
    return "optimizer.group[" + std::to_string(&group - groups_.data()) + "]";
}

void Training::declare_weights(Grouping grouping, bool masters_from_weights) {
    for (const ParameterTensor& t : in_.model.tensors())
        initial_.insert(initial_.end(), t.initial.begin(), t.initial.end());
    weight_ = b().state("weight", {1, total_}, Role::weight, initial_, per_worker_state());
    if (masters_from_weights && in_.spec.precision[Role::weight]) {
        std::vector<float> stored(initial_.size());
        round(in_.spec.precision[Role::weight]->without_chance(), initial_, stored);
        initial_.assign(stored.begin(), stored.end());
    }
    separate_masters_ =
        grouping == Grouping::one_a_group || in_.spec.precision[Role::master] != in_.spec.precision[Role::weight];
    std::vector<bool> used(sizes_.size(), false);
    for (const ParameterGroup& group : groups_) {
        for (int k : group.tensors) {
            if (k < 0 || k >= tensor_count() || used[std::size_t(k)])
                throw SpecError(group_key(group) + ".tensors",
                                "tensor " + std::to_string(k) + " does not exist or is in two groups; the model has " +
                                    std::to_string(tensor_count()) + " tensors");
            used[std::size_t(k)] = true;
        }
        if (group.tensors.empty()) throw SpecError(group_key(group) + ".tensors", "a group needs at least one tensor");
        if (grouping == Grouping::one_a_group) {
            optimizer_.tensors.push_back(logical(group, group.tensors, true));
        } else {
            for (int k : group.tensors) optimizer_.tensors.push_back(logical(group, {k}, separate_masters_));
        }
        optimizer_.tensors.back().last_of_group = true;
    }
    if (std::find(used.begin(), used.end(), false) != used.end())
        throw SpecError("optimizer.group", "every tensor of the model has to be in a group");
}

void Training::compute_gradient(const Expr& scale) {
    Builder& b = in_.b;
    b.piece("forward");
    Parameters p{weight_, {}};
    for (int k = 0; k < tensor_count(); ++k)
        p.tensors.push_back(weight_.slice(offsets_[std::size_t(k)], in_.model.tensors()[std::size_t(k)].shape));
    Batch batch;
    if (const Dataset* data = in_.model.dataset())
        batch = record_batch(b, *data, in_.spec, in_.seed, step_.iteration, in_.attachments);
    batch.step = step_.iteration;
    const Expr loss = in_.model.loss(b, p, batch);
    step_.loss = b.to_host(loss);

    b.piece("backward");
    Expr g = in_.model.gradient(b, p, batch, step_.iteration);
    if (g.valid()) {
        if (scale.valid()) g = b.let(Role::fused, g * scale);
        g = b.let(Role::gradient, cast(g));
    } else {
        g = b.concat(Role::gradient, differentiate(b, loss, p.tensors, scale.valid() ? scale : Expr(1.0)));
    }
    if (!g.per_worker() && b.workers() > 1) g = b.let(Role::gradient, per_worker_copy(g));
    if (!in_.spec.injections.empty()) {
        for (const Injection& i : in_.spec.injections) {
            const auto at = std::to_string(&i - in_.spec.injections.data());
            if (i.worker < 0 || i.worker >= b.workers() || i.index < 0 || i.index >= total_)
                throw SpecError("inject[" + at + "].index", "worker " + std::to_string(i.worker) + ", index " +
                                                                std::to_string(i.index) +
                                                                " is outside: " + std::to_string(b.workers()) +
                                                                " workers, " + std::to_string(total_) + " weights");
        }
        in_.attachments.push_back(std::make_unique<PlantedValues>(in_.spec.injections));
        g = b.inject(in_.attachments.back().get(), step_.iteration, g, Role::gradient);
    }
    b.store(gradient_, Role::gradient, g);
}

void Training::average_gradient(Expr (*mean)(Builder&, const Expr&)) {
    Builder& b = in_.b;
    b.piece("average");
    step_.grads_averaged = b.apply([](double x) { return x; }, optimizer_.average_gradients);
    if (b.workers() == 1) return;
    auto average = [&] { b.store(gradient_, Role::comm, mean(b, gradient_)); };
    if (in_.needs_local_gradients())
        b.when(step_.grads_averaged, average);
    else
        average();
}

Host Training::find_overflow() {
    Builder& b = in_.b;
    Host overflow = b.host_constant(0.0);
    for (int k = 0; k < tensor_count(); ++k)
        overflow = b.apply([](double before, double finite) { return finite != 0.0 ? before : 1.0; }, overflow,
                           b.finite(gradient_of(k)));
    return b.max_workers(overflow);
}

Host Training::find_nonfinite() {
    Builder& b = in_.b;
    const Host largest = b.to_host(b.let(Role::gradient, max_all(abs(gradient_))));
    return b.max_workers(b.apply([](double x) { return std::isfinite(x) ? 0.0 : 1.0; }, largest));
}

void Training::hand_over(const Expr& flat) {
    for (std::size_t j = 0; j < optimizer_.tensors.size(); ++j) {
        LogicalTensor& t = optimizer_.tensors[j];
        std::vector<Expr> pieces;
        bool in_order = true;
        for (std::size_t i = 0; i < members_[j].size(); ++i) {
            const auto k = std::size_t(members_[j][i]);
            pieces.push_back(b().view(flat, offsets_[k], {1, sizes_[k]}));
            in_order = in_order && (i == 0 || members_[j][i] == members_[j][i - 1] + 1);
        }
        t.gradient = in_order ? b().view(flat, offsets_[std::size_t(members_[j][0])], {1, t.size})
                              : b().concat(Role::update, pieces);
    }
}

void Training::update_weights() {
    Builder& b = in_.b;
    b.piece("update");
    in_.optimizer.update(optimizer_);
    if (!separate_masters_) return;
    b.piece("cast weights");
    for (std::size_t j = 0; j < optimizer_.tensors.size(); ++j) {
        std::int64_t at = 0;
        for (int k : members_[j]) {
            const Shape shape{1, sizes_[std::size_t(k)]};
            b.store(weight_.slice(offsets_[std::size_t(k)], shape), Role::weight,
                    cast(optimizer_.tensors[j].weight.slice(at, shape)));
            at += shape.size();
        }
    }
}

void Training::advance(Host skipped) {
    Builder& b = in_.b;
    step_.members = members_;
    if (optimizer_.failed.id != no_value) step_.failures.push_back({optimizer_.failed, optimizer_.failure});
    step_.skipped = b.apply([](double x) { return x; }, skipped);
    b.store(step_.applied,
            b.apply([](double n, double skip) { return skip != 0.0 ? n : n + 1.0; }, step_.applied, skipped));
    b.store(step_.iteration, b.apply([](double n) { return n + 1.0; }, step_.iteration));
}

void Training::load_masters_from_first_worker() {
    if (!separate_masters_ || !per_worker_state()) return;
    for (const LogicalTensor& t : optimizer_.tensors) b().store(t.weight, Role::update, cast(b().replica(t.weight)));
}

}  // namespace halfstep
