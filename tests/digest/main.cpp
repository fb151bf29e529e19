// halfstep_digest [--jobs N]: prints `name digest` for everything whose bits must not depend on a compiler, its
// options, the instruction set or the number of threads. Two builds agree when their outputs do. Exit status 1
// when a line could not be computed, 2 for other arguments.
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <thread>

#include "covered.hpp"

namespace halfstep::digests {
namespace {

// Each thread takes the next line.
bool print_all(const Lines& lines, unsigned jobs) {
    std::vector<std::string> digests(lines.size());
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    const auto work = [&] {
        for (std::size_t i = next++; i < lines.size(); i = next++) {
            try {
                digests[i] = lines[i].digest();
            } catch (const std::exception& error) {
                digests[i] = std::string("failed: ") + error.what();
                failed = true;
            }
        }
    };
    std::vector<std::thread> pool;
    for (unsigned t = 1; t < jobs; ++t) pool.emplace_back(work);
    work();
    for (std::thread& thread : pool) thread.join();
    for (std::size_t i = 0; i < lines.size(); ++i) std::printf("%s %s\n", lines[i].name.c_str(), digests[i].c_str());
    return !failed;
}

// 0: no number of jobs.
unsigned jobs_of(int argc, char** argv) {
    if (argc == 1) return 1;
    unsigned jobs = 0;
    if (argc != 3 || std::strcmp(argv[1], "--jobs") != 0) return 0;
    const char* end = argv[2] + std::strlen(argv[2]);
    const auto [stop, error] = std::from_chars(argv[2], end, jobs);
    return error == std::errc() && stop == end && jobs <= 256 ? jobs : 0;
}

}  // namespace
}  // namespace halfstep::digests

int main(int argc, char** argv) {
    using namespace halfstep::digests;
    const unsigned jobs = jobs_of(argc, argv);
    if (jobs == 0) {
        std::fputs("usage: halfstep_digest [--jobs N], N from 1 to 256\n", stderr);
        return 2;
    }
    Lines lines;
    add_arithmetic(lines);
    add_arrays(lines);
    add_registries(lines);
    add_scenarios(lines);
    return print_all(lines, jobs) ? 0 : 1;
}
