#include "random_program.hpp"

namespace random_program {
namespace {

using namespace halfstep;

const std::vector<Shape> shapes = {{1, 1}, {1, 4}, {4, 1}, {2, 2}, {3, 4}, {4, 3}, {1, 12}, {2, 6}, {12, 2}};

// Fills every element, or overwrites every second one.
struct Wave final : Attachment {
    explicit Wave(int stride) : stride_(stride) {}
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        for (int i = 0; i < n; i += stride_) out[i] = 0.37 * static_cast<double>(i + 1 + step) - 1.3 * worker;
    }
    int stride_;
};

class Writer {
public:
    Writer(std::uint64_t seed, int workers, Attachments& attachments)
        : random_(seed), b_(workers), attachments_(attachments) {}

    Program write(int statements) {
        for (int i = 0; i < 6; ++i) add_state();
        for (const Shape shape : shapes)
            if (random_.chance(50)) pool_.push_back({b_.constant(shape, numbers(shape.size()), any_role())});
        step_ = b_.host_state("step", 0);
        own_ = b_.host_state("own", 0.5, true);
        b_.store(step_, b_.apply([](double s) { return s + 1; }, step_));
        for (int i = 0; i < statements; ++i) statement(0);
        return b_.take();
    }

private:
    struct Item {
        Expr value;
        int state = -1;  // of a view of a state: which one; it goes when the state is written
    };

    std::vector<double> numbers(int n) {
        std::vector<double> x;
        for (int i = 0; i < n; ++i) x.push_back(random_.number());
        return x;
    }
    Role any_role() { return static_cast<Role>(random_.below(role_count)); }

    void add_state() {
        const bool per_worker = random_.chance(50);
        const Shape shape = states_.empty() ? Shape{1, 24} : random_.among(shapes);
        const int copies = per_worker && random_.chance(70) ? b_.workers() : 1;
        states_.push_back(b_.state(std::string("s").append(std::to_string(states_.size())), shape, any_role(),
                                   numbers(shape.size() * copies), per_worker));
    }

    State part_of_state(int state, Shape shape) {
        const State& whole = states_[state];
        const int slack = whole.shape().size() - shape.size();
        if (slack == 0 && random_.chance(50) && shape == whole.shape()) return whole;
        return whole.slice(random_.below(slack + 1), shape);
    }

    // A value of this shape: recorded earlier, a state as it is now, a view of either, or fresh.
    Expr leaf(Shape shape) {
        for (int attempt = 0; attempt < 8; ++attempt) {
            if (random_.chance(40)) {
                const int state = random_.below(static_cast<int>(states_.size()));
                if (states_[state].shape().size() >= shape.size()) return part_of_state(state, shape);
            } else if (!pool_.empty()) {
                const Item& item = random_.among(pool_);
                const int slack = item.value.shape().size() - shape.size();
                if (item.value.shape() == shape) return item.value;
                if (slack >= 0 && random_.chance(50)) return b_.view(item.value, random_.below(slack + 1), shape);
            }
        }
        return shape.is_scalar() ? Expr(random_.number()) : b_.constant(shape, numbers(shape.size()), Role::weight);
    }

    Expr operand(Shape shape, int depth) { return depth == 0 ? leaf(shape) : formula(shape, random_.below(depth)); }

    Expr formula(Shape shape, int depth) {
        const Shape other = random_.chance(20) ? Shape{} : shape;
        auto in = [&](Shape s) { return operand(s, depth); };
        const int inner = random_.below(5) + 1;
        switch (random_.below(32)) {
            case 0:
                return in(shape) + in(other);
            case 1:
                return in(shape)-in(other);
            case 2:
                return in(shape)*in(other);
            case 3:
                return in(shape) / (abs(in(other)) + 1.0);
            case 4:
                return sqrt(abs(in(shape)));
            case 5:
                return exp(tanh(in(shape)));
            case 6:
                return log(abs(in(shape)) + 0.5);
            case 7:
                return tanh(in(shape));
            case 8:
            case 9:
            case 10:
                return cast(in(shape));
            case 11:
                return -in(shape);
            case 12:
                return sign(in(shape));
            case 13:
                return one_bit_formula(shape, in);
            case 14:
                return relu(in(shape));
            case 15:
                return gate(in(shape), in(shape));
            case 16:
                return max(in(shape), in(other));
            case 17:
                return min(in(other), in(shape));
            case 18:
                return bcast_rows(in({1, shape.cols}), shape.rows);
            case 19:
                return bcast_cols(in({shape.rows, 1}), shape.cols);
            case 20:
                return transpose(in({shape.cols, shape.rows}));
            case 21:
                return gather(in({inner, shape.cols}), in({shape.rows, 1}));
            case 22:
                return scatter_add(in({inner, shape.cols}), in({1, inner}), shape.rows);
            case 23:
                return reduction(shape, in);
            case 24:
                return matmul(in({shape.rows, inner}), in({inner, shape.cols}),
                              random_.chance(50) ? in({1, shape.cols}) : Expr());
            case 25:
                return select(condition(random_.chance(30) ? Shape{} : shape, in), in(shape), in(other));
            case 26:
                return select(condition(shape, in), in(other), in(shape));
            case 27:
                return condition(shape, in);
            case 28:
                return take_some(shape, in);
            case 30: {
                const int count = random_.below(shape.size() + 1) + 1;
                return random_.chance(50) ? top_k(in(shape), count) : cast(among_largest(in(shape), count));
            }
            case 29:
                return clip(in(shape), in({}), in(other));
            default:
                return matmul_transposed(in({inner, shape.rows}), in({inner, shape.cols}));
        }
    }

    // Zeros and ones, or any number that is taken for true or false.
    template <class In>
    Expr condition(Shape shape, In in) {
        switch (random_.below(4)) {
            case 0:
                return less(in(shape), in(shape));
            case 1:
                return less_equal(in(shape), in({}));
            case 2:
                return equal(sign(in({})), sign(in(shape)));
            default:
                return in(shape);
        }
    }

    template <class In>
    Expr take_some(Shape shape, In in) {
        if (shape.is_scalar()) return random_.chance(50) ? max_all(in({3, 4})) : take(in({2, 2}), in({}));
        if (shape.rows == 1) return transpose(take(in({4, 3}), in({1, shape.cols})));
        if (shape.cols > 1) return bcast_cols(take(in({2, 6}), in({shape.rows, 1})), shape.cols);
        return random_.chance(50) ? take(in({3, 4}), in(shape)) : cast(argmax_cols(in({shape.rows, 4})));
    }

    template <class In>
    Expr one_bit_formula(Shape shape, In in) {
        const int which = random_.below(4);
        if (which < 2) return one_bit_sign(in(shape));
        const Expr scale = in(random_.chance(50) ? Shape{} : shape);
        return which == 2 ? one_bit(scale, in(shape)) : one_bit_error(scale, in(shape));
    }

    template <class In>
    Expr reduction(Shape shape, In in) {
        if (shape.is_scalar()) {
            const Expr x = in({3, 4});
            const int which = random_.below(6);
            return which < 3 ? sum(x) : which == 3 ? norm2(x) : which == 4 ? wide_sum(x) : sum_squares(x);
        }
        if (shape.rows == 1) return sum_rows(in({4, shape.cols}));
        if (shape.cols > 1) return bcast_cols(sum_cols(in(shape)), shape.cols);
        const int which = random_.below(3);
        const Expr x = in({shape.rows, 4});
        return which == 0 ? sum_cols(x) : which == 1 ? max_cols(x) : norm_rows(x);
    }

    // The same on every worker.
    Expr shared(const Expr& e) {
        if (!e.per_worker()) return e;
        const int which = random_.below(4);
        if (which == 0) return b_.replica(b_.let(any_role(), e));
        if (which == 3) return sum_one_bit(leaf({}), e);
        return which == 1 ? sum_workers(e) : sum_workers_from_zero(e);
    }

    void store() {
        const int state = random_.below(static_cast<int>(states_.size()));
        const State whole = states_[state];
        Shape shape = random_.among(shapes);
        if (shape.size() > whole.shape().size() || random_.chance(50)) shape = whole.shape();
        const State target = part_of_state(state, shape);
        Expr value;
        switch (random_.below(5)) {
            case 0:
                value = part_of_state(state, shape);
                break;  // a shifted part of itself
            case 1:
                value = (random_.chance(30) ? b_.replica(target) : target * 0.5) + formula(shape, 1);
                break;
            case 2:
                value = formula(random_.chance(20) ? Shape{} : shape, 1);
                break;
            default:
                value = formula(shape, random_.below(3));
                break;
        }
        if (!whole.per_worker()) value = shared(value);
        b_.store(target, any_role(), value);
        std::erase_if(pool_, [&](const Item& item) { return item.state == state; });
        const ValueId id = value.node()->value;
        if (id != no_value && b_.program().values[id].lifetime == Lifetime::temporary && random_.chance(40))
            keep(value);
    }

    // Reads a part of a state through a copy and a view of it, and writes a part of the same state.
    void store_through_copy() {
        const int state = random_.below(static_cast<int>(states_.size()));
        const Shape whole = states_[state].shape(), part = {1, random_.below(whole.size()) + 1};
        const Expr copy = b_.let(any_role(), cast(part_of_state(state, part)));
        const int n = random_.below(part.size()) + 1;
        const Expr seen = b_.view(copy, random_.below(part.size() - n + 1), {1, n});
        b_.store(part_of_state(state, {1, n}), any_role(), random_.chance(50) ? seen : seen * 0.5);
        std::erase_if(pool_, [&](const Item& item) { return item.state == state; });
        if (random_.chance(50)) keep(copy);
    }

    // A state's next value by way of a temporary of its size, which others may read as well.
    void store_in_two_steps() {
        const int state = random_.below(static_cast<int>(states_.size()));
        const State& whole = states_[state];
        Expr step = (random_.chance(70) ? Expr(whole) : Expr(0.5)) * leaf(whole.shape());
        if (!whole.per_worker()) step = shared(step);
        step = b_.let(any_role(), step);
        for (int i = random_.below(3); i > 0; --i)
            keep(b_.let(any_role(), random_.chance(50) ? norm2(step) : step + leaf(whole.shape())));
        if (random_.chance(20)) b_.store(whole, any_role(), 0.25);
        Expr rest = random_.chance(20) ? step - Expr(whole) : one_bit_error(0.75, step);
        if (!whole.per_worker()) rest = shared(rest);
        b_.store(whole, any_role(), rest);
        std::erase_if(pool_, [&](const Item& item) { return item.state == state; });
        if (random_.chance(20)) keep(step);
    }

    void keep(const Expr& e) {
        const ValueInfo& info = b_.program().values[e.node()->value];
        int state = -1;
        for (std::size_t s = 0; s < states_.size(); ++s)
            if (states_[s].id() == info.root) state = static_cast<int>(s);
        pool_.push_back({e, state});
    }

    void keep_replica() {
        const Shape shape = random_.among(shapes);
        const Expr mine = b_.let(any_role(), random_.chance(50) ? leaf(shape) : formula(shape, 1));
        const Expr first = b_.replica(mine);
        keep(random_.chance(50) ? first : b_.let(any_role(), mine * 0.5 - first));
    }

    Host host_value() {
        Host h = random_.chance(50) ? own_ : step_;
        if (random_.chance(50)) h = b_.to_host(leaf({}));
        if (random_.chance(30)) h = b_.finite(leaf({3, 4}));
        return random_.chance(50) ? b_.apply([](double a, double s) { return 0.5 * a - s; }, h, own_) : h;
    }

    void region(int depth) {
        const Host flag = random_.chance(60)
                              ? b_.apply([](double s) { return static_cast<int>(s) % 3 == 1 ? 1.0 : 0.0; }, step_)
                              : b_.max_workers(b_.apply([](double x) { return x > 0 ? 1.0 : 0.0; }, host_value()));
        const auto before = pool_.size();
        std::vector<Item> outside = pool_;
        b_.when(flag, [&] {
            for (int i = random_.below(6); i >= 0; --i) statement(depth + 1);
        });
        // What was recorded inside stays inside, and what a store inside made old is gone.
        if (before < pool_.size()) pool_.resize(before);
        std::erase_if(outside, [&](const Item& item) { return item.state >= 0; });
        pool_ = outside;
    }

    void statement(int depth) {
        switch (random_.below(14)) {
            case 13:
                store_in_two_steps();
                break;
            case 12:
                store_through_copy();
                break;
            case 0:
            case 1:
            case 2:
            case 3:
                store();
                break;
            case 4:
                keep(b_.let(any_role(), cast(leaf(random_.among(shapes)))));
                break;
            case 5:
                keep_replica();
                break;
            case 6: {
                std::vector<Expr> pieces;
                for (int i = random_.below(3); i >= 0; --i) pieces.push_back(leaf(random_.among(shapes)));
                keep(b_.concat(any_role(), pieces, random_.chance(50) ? 30 : 0));
                break;
            }
            case 7:
                if (depth < 2) region(depth);
                break;
            case 8:
                b_.store(own_, b_.apply([](double a, double x) { return x == x ? 0.25 * a + 0.1 * x : a; }, own_,
                                        host_value()));
                break;
            case 9:
                keep(b_.from_host(host_value(), any_role()));
                break;
            case 10:
                outside_world();
                break;
            default:
                keep(b_.let(any_role(), formula(random_.among(shapes), random_.below(3))));
                break;
        }
    }

    void outside_world() {
        const bool replaces = random_.chance(50);
        attachments_.owned.push_back(std::make_unique<Wave>(replaces ? 2 : 1));
        const Attachment* wave = attachments_.owned.back().get();
        const Shape shape = random_.among(shapes);
        keep(replaces ? b_.inject(wave, step_, leaf(shape), any_role())
                      : b_.source(wave, step_, shape, any_role(), random_.chance(50)));
    }

    Random random_;
    Builder b_;
    Attachments& attachments_;
    std::vector<State> states_;
    std::vector<Item> pool_;
    Host step_, own_;
};

}  // namespace

Program make(std::uint64_t seed, int workers, int statements, Attachments& attachments) {
    return Writer(seed, workers, attachments).write(statements);
}

}  // namespace random_program
