#include "halfstep/formula/draws.hpp"

#include "halfstep/format/philox.hpp"

namespace halfstep::formula {

namespace {

class DrawnNumbers final : public Attachment {
public:
    DrawnNumbers(std::uint64_t seed, const std::string& key, const Draw& draw)
        : random_(seed, key + ".draw[" + std::to_string(draw.ordinal) + "]"), draw_(draw) {}
    void produce(std::int64_t step, int worker, double* out, int n) const override {
        for (int i = 0; i < n; ++i) out[i] = one(std::uint64_t(step), std::uint32_t(worker), std::uint32_t(i));
    }

private:
    double one(std::uint64_t step, std::uint32_t worker, std::uint32_t i) const {
        switch (draw_.kind) {
            case Draw::Kind::uniform:
                return random_.uniform(step, worker, i);
            case Draw::Kind::normal:
                return random_.normal(step, worker, i);
            default:
                return random_.below(std::uint32_t(draw_.below), step, worker, i);
        }
    }
    RandomStream random_;
    Draw draw_;
};

}  // namespace

std::unique_ptr<Attachment> drawn_numbers(std::uint64_t seed, const std::string& key, const Draw& draw) {
    return std::make_unique<DrawnNumbers>(seed, key, draw);
}

}  // namespace halfstep::formula
