#include "halfstep/run/catalogue.hpp"

#include "halfstep/comm/compressor.hpp"
#include "halfstep/engine/engine.hpp"
#include "halfstep/model/model.hpp"
#include "halfstep/optim/optimizer.hpp"
#include "halfstep/scale/loss_scaler.hpp"

namespace halfstep {
namespace {

template <class Rows>
std::vector<KindSchema> schemas(const Rows& rows) {
    std::vector<KindSchema> out;
    for (const auto* row : rows) out.push_back(row->schema);
    return out;
}

}  // namespace

const Catalogue& builtin_catalogue() {
    static const Catalogue catalogue = {schemas(models()),       schemas(data_sets()), schemas(optimizers()),
                                        schemas(loss_scalers()), schemas(engines()),   schemas(compressors())};
    return catalogue;
}

}  // namespace halfstep
