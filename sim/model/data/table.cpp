// Data written in the scenario itself.
#include <algorithm>

#include "../rows.hpp"
#include "halfstep/spec/parameters.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {
namespace {

std::vector<double> flatten(const std::vector<std::vector<double>>& rows, const char* key) {
    std::vector<double> all;
    for (const auto& row : rows) {
        if (row.size() != rows[0].size() || row.empty())
            throw SpecError(std::string("model.data.") + key,
                            "every row needs the same number of values, at least one");
        all.insert(all.end(), row.begin(), row.end());
    }
    return all;
}

Dataset make(const Configured& c, const DataRequest& request, std::uint64_t) {
    const auto x = c.table("x"), y = c.table("y");
    if (x.empty() || x.size() != y.size())
        throw SpecError("model.data.y", "x and y need the same number of rows, at least one: " +
                                            std::to_string(x.size()) + " and " + std::to_string(y.size()));
    Dataset d{.samples = int(x.size()),
              .features = int(x[0].size()),
              .outputs = int(y[0].size()),
              .classification = c.boolean("classification"),
              .inputs = flatten(x, "x"),
              .targets = flatten(y, "y")};
    for (std::size_t i = 0; d.classification && i < y.size(); ++i)
        if (std::count(y[i].begin(), y[i].end(), 1.0) != 1 ||
            std::count(y[i].begin(), y[i].end(), 0.0) + 1 != d.outputs)
            throw SpecError("model.data.y", "row " + std::to_string(i) +
                                                " is not one-hot (a single 1, otherwise 0), as classes have to be");
    if (request.features != 0 && request.features != d.features)
        throw SpecError("model.data.x", "rows have " + std::to_string(d.features) + " values, the model reads " +
                                            std::to_string(request.features));
    if (request.outputs != 0 && request.outputs != d.outputs)
        throw SpecError("model.data.y", "rows have " + std::to_string(d.outputs) + " values, the model has " +
                                            std::to_string(request.outputs) + " outputs");
    return d;
}

}  // namespace

const DataRow data_table = {{"table",
                             "inputs and targets written in the file",
                             {required("x", {ValueType::table}, "inputs, one row a sample"),
                              required("y", {ValueType::table}, "targets, one row a sample; one-hot for classes"),
                              boolean("classification", false, "rows of y are one-hot class labels")}},
                            make};

}  // namespace halfstep
