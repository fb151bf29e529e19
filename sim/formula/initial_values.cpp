#include "halfstep/formula/initial_values.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/format/philox.hpp"
#include "halfstep/formula/states.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

namespace {

constexpr const char* accepted =
    "a number, a list of numbers, a list of rows, or { shape, and one of init, normal and uniform }";

class Reader {
public:
    Reader(const std::string& name, const std::string& key, std::uint64_t seed, std::int64_t most)
        : name_(name), key_(key), seed_(seed), most_(most) {}

    InitialValue read(const Value& value) {
        if (const auto* x = std::get_if<double>(&value.data)) return made(0, 1, {*x});
        if (const auto* list = std::get_if<std::vector<Value>>(&value.data)) return written(*list);
        if (const auto* table = std::get_if<Entries>(&value.data)) return drawn(*table);
        fail("", "found " + describe(value) + "; accepted: " + accepted);
    }

private:
    [[noreturn]] void fail(const std::string& below, const std::string& message) const {
        throw SpecError(key_ + below, message);
    }

    InitialValue made(int rank, int rows, std::vector<double> values) const {
        const int cols = int(values.size()) / rows;
        return {name_, {rows, cols}, std::move(values), rank};
    }

    InitialValue written(const std::vector<Value>& list) const {
        std::vector<double> values;
        std::size_t rows = 0, cols = 0;
        for (const Value& item : list) {
            if (const auto* x = std::get_if<double>(&item.data)) {
                values.push_back(*x);
                continue;
            }
            const auto& row = std::get<std::vector<Value>>(item.data);  // the schema lets nothing else pass
            if (rows++ == 0) cols = row.size();
            if (row.size() != cols)
                fail("", "row " + std::to_string(rows - 1) + " has " + std::to_string(row.size()) +
                             " values, the first has " + std::to_string(cols));
            for (const Value& x : row) values.push_back(std::get<double>(x.data));
        }
        if (values.empty()) fail("", "found a list without numbers; accepted: " + std::string(accepted));
        if (rows != 0 && rows != list.size()) fail("", "found numbers beside lists in one list");
        return rows == 0 ? made(1, 1, std::move(values)) : made(2, int(rows), std::move(values));
    }

    // One dimension of a shape.
    std::int64_t length(const Value& value) const {
        const auto* x = std::get_if<double>(&value.data);
        if (!x || *x != std::trunc(*x) || *x < 1 || *x > double(most_))
            fail(".shape", "found " + describe(value) + "; accepted: whole numbers from 1 to " + std::to_string(most_) +
                               ", a length or [rows, columns]");
        return std::int64_t(*x);
    }

    InitialValue drawn(const Entries& table) const {
        static const std::vector<std::string> known = {"shape", "init", "normal", "uniform"};
        const NamedValue* filling = nullptr;
        for (const NamedValue& option : table.items) {
            if (std::find(known.begin(), known.end(), option.name) == known.end())
                fail("", unknown_name("key", option.name, known));
            if (option.name == "shape") continue;
            if (filling)
                fail("." + option.name, "found beside " + in_quotes(filling->name) + "; accepted: one of them");
            filling = &option;
        }
        const Value* shape = table.find("shape");
        if (!shape) fail("", "missing \"shape\": a length or [rows, columns]");
        std::int64_t rows = 1, cols = 1;
        int rank = 1;
        if (const auto* list = std::get_if<std::vector<Value>>(&shape->data)) {
            if (list->empty() || list->size() > 2)
                fail(".shape", "found " + describe(*shape) + "; accepted: a length or [rows, columns]");
            rank = int(list->size());
            cols = length(list->back());
            if (rank == 2) rows = length(list->front());
        } else {
            cols = length(*shape);
        }
        if (rows * cols > most_)
            fail(".shape", std::to_string(rows * cols) + " values; the limit is " + std::to_string(most_));
        return made(rank, int(rows), fill(filling, std::size_t(rows * cols)));
    }

    std::vector<double> fill(const NamedValue* filling, std::size_t n) const {
        if (!filling) return std::vector<double>(n, 0.0);
        const auto* x = std::get_if<double>(&filling->value.data);
        if (!x || (filling->name != "init" && *x < 0))
            fail("." + filling->name, "found " + describe(filling->value) + "; accepted: " +
                                          (filling->name == "init" ? "a number" : "a number, at least 0"));
        std::vector<double> values(n, *x);
        if (filling->name == "init") return values;
        const RandomStream random(seed_, "formula.init." + name_);
        for (std::size_t i = 0; i < n; ++i)
            values[i] *= filling->name == "normal" ? random.normal(0, 0, std::uint32_t(i))
                                                   : 2.0 * random.uniform(0, 0, std::uint32_t(i)) - 1.0;
        return values;
    }

    std::string name_, key_;
    std::uint64_t seed_;
    std::int64_t most_;
};

}  // namespace

std::vector<InitialValue> read_initial_values(const Entries& table, const std::string& key, std::uint64_t seed,
                                              const std::vector<std::string>& taken, std::int64_t most) {
    std::vector<InitialValue> values;
    for (const NamedValue& item : table.items) {
        const std::string where = key + "." + item.name;
        check_free(item.name, where, taken);
        values.push_back(Reader(item.name, where, seed, most).read(item.value));
    }
    return values;
}

}  // namespace halfstep::formula
