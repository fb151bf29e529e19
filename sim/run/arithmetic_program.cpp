#include "arithmetic_program.hpp"

#include <algorithm>
#include <optional>

#include "halfstep/formula/compiler.hpp"
#include "halfstep/formula/constants.hpp"
#include "halfstep/formula/draws.hpp"
#include "halfstep/formula/initial_values.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/formula/usage.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

using namespace formula;

const std::vector<std::string> given_names = {"t", "worker", "workers", "iteration"};

class Recorder {
public:
    using MakeMachine = std::function<std::unique_ptr<Machine>(const Program&)>;

    Recorder(const RunSpec& spec, std::uint64_t seed, std::vector<std::unique_ptr<Attachment>>& attachments,
             const MakeMachine& make_machine)
        : spec_(spec),
          seed_(seed),
          attachments_(attachments),
          make_machine_(make_machine),
          constants_(spec.program.entries("constants"), "program.constants", given_names),
          step_(parse_statements("program.step", spec.program.text("step"))),
          init_(written_init()),
          differing_({"worker", "random", "normal", "randint"}) {
        const NameSet barriers = {"average", "compressed_all_reduce"};
        if (init_) differing_ = reached_from(*init_, differing_, barriers);
        differing_ = reached_from(step_, differing_, barriers);
        refuse_in_conditions(step_, differing_);
    }

    RecordedProgram record(Builder& b) {
        RecordedProgram recorded;
        const Host iteration = b.host_state("iteration", 0);
        recorded.step.iteration = recorded.step.applied = iteration;
        const std::vector<InitialValue> initial = init_ ? run_init() : read_init();
        check_states(initial);
        Environment states;
        for (const InitialValue& i : initial) {
            const State state = b.state(i.name, i.shape, role_of(i.name), i.values, differing_.contains(i.name));
            states.define(i.name, Variable{state, i.rank});
            recorded.ranks[i.name] = i.rank;
        }
        const bool counts = reads(step_, "t") || constants_.read("t");
        const HostScalar t =
            counts ? HostScalar(b.apply([](double n) { return n + 1.0; }, iteration)) : HostScalar(1.0);
        run(b, step_, std::move(states), t, iteration);
        b.store(iteration, b.apply([](double n) { return n + 1.0; }, iteration));
        return recorded;
    }

private:
    std::optional<Formula> written_init() const {
        const auto& parameters = spec_.program.parameters;
        const Value& init = std::find_if(parameters.begin(), parameters.end(), [](const NamedValue& p) {
                                return p.name == "init";
                            })->value;
        const auto* text = std::get_if<std::string>(&init.data);
        return text ? std::optional(parse_statements("program.init", *text)) : std::nullopt;
    }

    std::vector<std::string> taken() const {
        std::vector<std::string> names = given_names;
        for (const NamedValue& constant : spec_.program.entries("constants").items) names.push_back(constant.name);
        return names;
    }

    std::vector<InitialValue> read_init() const {
        return read_initial_values(spec_.program.entries("init"), "program.init", seed_, taken(), most_elements);
    }

    // Every name the statements assign, as it is after them, in the order of the text.
    std::vector<InitialValue> run_init() {
        Builder b(spec_.workers);
        const Environment names = run(b, *init_, {}, 0.0, b.host_constant(0.0));
        std::vector<InitialValue> initial;
        std::vector<State> results;
        for (const Statement& s : init_->statements) {
            if (s.kind != Statement::Kind::assignment) continue;
            const std::string name(s.target);
            const auto known = [&](const InitialValue& i) { return i.name == name; };
            if (std::any_of(initial.begin(), initial.end(), known)) continue;
            const auto* value = std::get_if<Array>(names.find(name));
            if (!value) init_->fail(s.at, in_quotes(name) + " is assigned inside an if, which may not have run");
            const bool differs = differing_.contains(name);
            results.push_back(b.state(name, value->value.shape(), role_of(name), {0.0}, differs));
            b.store(results.back(), Role::update, value->value);
            initial.push_back({name, value->value.shape(), {}, value->rank});
        }
        const auto machine = make_machine_(b.program());
        machine->step();
        for (std::size_t i = 0; i < initial.size(); ++i)
            for (int w = 0; w < machine->copies(results[i].id()); ++w) {
                const std::vector<double> values = machine->value(results[i].id(), w);
                initial[i].values.insert(initial[i].values.end(), values.begin(), values.end());
            }
        return initial;
    }

    // Records the statements; what the names mean after them.
    Environment run(Builder& b, const Formula& formula, Environment names, const HostScalar& t, Host iteration) {
        RunningPowers powers(b, 0);
        std::size_t reduces = 0;
        Recording recording{.b = b,
                            .role = Role::update,
                            .numbers = Role::hyper,
                            .offered = Offered::in_programs,
                            .power_of_step = [&](std::string_view text, double base) { return powers.now(text, base); },
                            .draw =
                                [&](const Draw& draw) {
                                    attachments_.push_back(drawn_numbers(seed_, formula.key, draw));
                                    return b.source(attachments_.back().get(), iteration, draw.shape, Role::update,
                                                    true);
                                },
                            .error_feedback =
                                [&](NodeId, Shape shape) {
                                    return declare_error_feedback(b, shape.size(), "." + std::to_string(++reduces));
                                },
                            .from_host = {}};
        names.define("t", t);
        names.define("workers", HostScalar(double(spec_.workers)));
        std::vector<double> numbers;
        for (int w = 0; w < spec_.workers; ++w) numbers.push_back(w);
        names.define("worker", Array{b.constant({}, numbers, std::nullopt, true), 0});
        constants_.define(b, names, recording.power_of_step);
        check_names(formula, names, Offered::in_programs);
        record_condition_powers(recording, formula, names);
        b.piece(formula.key);
        if (Compiler(recording, formula, names).run())
            formula.fail(formula.statements.back().at, "the value is not used; assign it to a state");
        return names;
    }

    void check_states(const std::vector<InitialValue>& initial) const {
        if (initial.empty()) throw SpecError("program.init", "a program needs at least one state");
        std::vector<std::string> names;
        for (const InitialValue& i : initial) names.push_back(i.name);
        if (std::none_of(names.begin(), names.end(), [&](const std::string& name) { return assigns(step_, name); }))
            step_.fail({}, "the step assigns none of the states, so that nothing would change; expected " +
                               names.front() + " = ...");
        for (const NamedValue& role : spec_.program.entries("roles").items)
            if (std::find(names.begin(), names.end(), role.name) == names.end())
                throw SpecError("program.roles." + role.name, unknown_name("state", role.name, names));
    }

    Role role_of(const std::string& state) const {
        const Value* written = spec_.program.entries("roles").find(state);
        if (!written) return Role::update;
        const auto* name = std::get_if<std::string>(&written->data);
        const auto role = name ? find_role(*name) : std::nullopt;
        if (role) return *role;
        std::vector<std::string> roles;
        for (const Role r : all_roles()) roles.emplace_back(role_name(r));
        throw SpecError("program.roles." + state,
                        name ? unknown_name("role", *name, roles)
                             : "found " + halfstep::describe(*written) + "; accepted: the name of a role");
    }

    const RunSpec& spec_;
    std::uint64_t seed_;
    std::vector<std::unique_ptr<Attachment>>& attachments_;
    const MakeMachine& make_machine_;
    Constants constants_;
    Formula step_;
    std::optional<Formula> init_;  // where it is written as statements
    NameSet differing_;
};

}  // namespace

RecordedProgram record_arithmetic_program(Builder& b, const RunSpec& spec, std::uint64_t seed,
                                          std::vector<std::unique_ptr<Attachment>>& attachments,
                                          const std::function<std::unique_ptr<Machine>(const Program&)>& make_machine) {
    return Recorder(spec, seed, attachments, make_machine).record(b);
}

}  // namespace halfstep
