// halfstep check, replay, report.
#include <cstdio>

#include "commands.hpp"
#include "halfstep/report/figures.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/run/replay.hpp"
#include "halfstep/trace/result_error.hpp"
#include "input.hpp"

namespace halfstep {

int replay_command(const std::vector<std::string>& files) {
    int status = 0;
    for (const std::string& file : files) {
        try {
            const ReplayResult r = replay(read_file(file, recording_limit), file);
            std::printf("%s: %lld values compared, largest difference %llu ulp%s%s%s%s%s\n", r.name.c_str(),
                        static_cast<long long>(r.compared), static_cast<unsigned long long>(r.max_ulps),
                        r.max_ulps == 1 ? "" : "s", r.error.empty() ? "" : "; ends with the error: ", r.error.c_str(),
                        r.same() ? "" : "; first: ", r.first_difference.c_str());
            if (!r.same() && status == 0) status = 1;
        } catch (const ReplayError& e) {
            std::fprintf(stderr, "%s\n", e.what());
            status = 2;
        } catch (const InputError& e) {
            std::fprintf(stderr, "%s\n", e.what());
            status = 2;
        }
    }
    return status;
}

int report_command(const std::vector<std::string>& folders, bool figures) {
    for (const std::string& folder : folders) {
        write_report(folder);
        std::printf("%s\n", (std::filesystem::path(folder) / "report.html").string().c_str());
        if (figures)
            for (const auto& path : write_figures(folder)) std::printf("%s\n", path.string().c_str());
        const auto out = std::filesystem::absolute(folder).lexically_normal();
        write_index((out.has_filename() ? out : out.parent_path()).parent_path());
    }
    return 0;
}

}  // namespace halfstep
