// The compressed all-reduce once more, one value at a time in plain binary32, written from the
// formulas of halfstep/comm/compressed_all_reduce.hpp alone.
#pragma once

#include <cmath>
#include <vector>

namespace halfstep::test {

class SlowAllReduce {
public:
    SlowAllReduce(int workers, int padded)
        : workers_(workers),
          padded_(padded),
          chunk_(padded / workers),
          worker_error(workers, std::vector<float>(padded, 0.0f)),
          server_error(padded, 0.0f) {}

    // What every worker receives.
    std::vector<float> operator()(const std::vector<std::vector<float>>& x) {
        std::vector<std::vector<float>> corrected(workers_);
        std::vector<float> scale(workers_);
        for (int r = 0; r < workers_; ++r) {
            corrected[r].assign(padded_, 0.0f);
            for (std::size_t i = 0; i < x[r].size(); ++i) corrected[r][i] = x[r][i];
            if (compensate_worker)
                for (int i = 0; i < padded_; ++i) corrected[r][i] = corrected[r][i] + worker_error[r][i];
            scale[r] = root_mean_square(corrected[r].data(), padded_);
            if (compensate_worker)
                for (int i = 0; i < padded_; ++i)
                    worker_error[r][i] = corrected[r][i] - scale[r] * sign(corrected[r][i]);
        }
        std::vector<float> result(padded_);
        for (int server = 0; server < workers_; ++server) {
            float* out = result.data() + server * chunk_;
            float* error = server_error.data() + server * chunk_;
            for (int i = 0; i < chunk_; ++i) {
                float y = 0.0f;
                for (int r = 0; r < workers_; ++r) {
                    const float share = scale[r] * static_cast<float>(1.0 / workers_);
                    y = y + sign(corrected[r][server * chunk_ + i]) * share;
                }
                out[i] = compensate_server ? y + error[i] : y;
            }
            const float c = root_mean_square(out, chunk_);
            for (int i = 0; i < chunk_; ++i) {
                const float sent = c * sign(out[i]);
                if (compensate_server) error[i] = out[i] - sent;
                out[i] = sent;
            }
        }
        result.resize(x[0].size());
        return result;
    }

private:
    int workers_, padded_, chunk_;

    static float sign(float z) { return z < 0.0f ? -1.0f : 1.0f; }
    // |x|_2 / sqrt(n): squares added in binary64, one rounding, then a binary32 division.
    static float root_mean_square(const float* x, int n) {
        double square = 0.0;
        for (int i = 0; i < n; ++i) square += double(x[i]) * double(x[i]);
        return static_cast<float>(std::sqrt(square)) / static_cast<float>(std::sqrt(double(n)));
    }

public:
    bool compensate_worker = true, compensate_server = true;
    std::vector<std::vector<float>> worker_error;
    std::vector<float> server_error;
};

}  // namespace halfstep::test
