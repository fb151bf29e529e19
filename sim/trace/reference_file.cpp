#include "halfstep/trace/reference_file.hpp"

#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "files.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;
using Parts = std::vector<std::pair<std::string, std::string>>;

Json parts_to_json(const Parts& parts) {
    Json json = Json::object();
    for (const auto& [name, digest] : parts) json[name] = digest;
    return json;
}

Parts parts_from_json(const Json& json) {
    Parts parts;
    for (const auto& item : json.items()) parts.emplace_back(item.key(), item.value().get<std::string>());
    return parts;
}

std::string line_of(const RunBits& bits) {
    Json until = Json::array();
    for (const auto& [step, digest] : bits.parts.until) until.push_back({step, digest});
    const Json json = {{"run", bits.run},
                       {"seed", bits.seed},
                       {"specification", bits.specification},
                       {"digest", bits.digest},
                       {"series", parts_to_json(bits.parts.series)},
                       {"states", parts_to_json(bits.parts.states)},
                       {"until", std::move(until)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RunBits run_from_json(const Json& json) {
    RunBits bits{json.at("run").get<std::string>(),
                 json.at("seed").get<std::uint64_t>(),
                 json.at("specification").get<std::string>(),
                 json.at("digest").get<std::string>(),
                 {parts_from_json(json.at("series")), parts_from_json(json.at("states")), {}}};
    for (const Json& pair : json.at("until"))
        bits.parts.until.emplace_back(pair.at(0).get<std::int64_t>(), pair.at(1).get<std::string>());
    return bits;
}

}  // namespace

const RunBits* ReferenceBits::find(std::string_view run, std::uint64_t seed) const {
    for (const RunBits& bits : runs)
        if (bits.run == run && bits.seed == seed) return &bits;
    return nullptr;
}

std::filesystem::path reference_file(const std::filesystem::path& folder, const std::string& scenario) {
    return folder / (scenario + ".json");
}

std::optional<ReferenceBits> read_reference(const std::filesystem::path& folder, const std::string& scenario) {
    const std::filesystem::path path = reference_file(folder, scenario);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return std::nullopt;
    try {
        const Json json = Json::parse(read_file(path));
        ReferenceBits reference{json.at("scenario").get<std::string>(), {}};
        if (reference.scenario != scenario) throw std::invalid_argument("it is of " + reference.scenario);
        for (const Json& run : json.at("runs")) reference.runs.push_back(run_from_json(run));
        return reference;
    } catch (const ResultError&) {
        throw;
    } catch (const std::exception& error) {
        throw ResultError(path, std::string("is damaged: ") + error.what());
    }
}

void write_reference(const std::filesystem::path& folder, const ReferenceBits& reference) {
    std::string text =
        "{\"scenario\": " + Json(reference.scenario).dump(-1, ' ', false, Json::error_handler_t::replace) +
        ", \"runs\": [\n";
    for (std::size_t i = 0; i < reference.runs.size(); ++i)
        text += line_of(reference.runs[i]) + (i + 1 < reference.runs.size() ? ",\n" : "\n");
    make_folder(folder);
    write_file(reference_file(folder, reference.scenario), text + "]}\n");
}

}  // namespace halfstep
