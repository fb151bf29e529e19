#include "halfstep/trace/reference_file.hpp"

#include <fstream>

#include "catch.hpp"
#include "halfstep/trace/result_error.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;

namespace {

const ReferenceBits example = {
    "bowl",
    {{"base", 1, "5e", "d1", {{{"loss", "aa"}, {"lr", "bb"}}, {{"weight", "cc"}}, {{0, "dd"}, {1, "ee"}}}},
     {"\"quoted\"", 18446744073709551615u, "5e", "d2", {}}}};

}  // namespace

TEST_CASE("a reference is read back as it was written, and one run is one line") {
    TemporaryFolder folder;
    write_reference(folder / "new/folder", example);
    CHECK(read_reference(folder / "new/folder", "bowl") == example);
    std::ifstream in(reference_file(folder / "new/folder", "bowl"));
    int lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    CHECK(lines == 4);
}

TEST_CASE("a scenario without reference is no error, a damaged reference is one") {
    TemporaryFolder folder;
    CHECK_FALSE(read_reference(folder.path(), "bowl"));
    for (const char* text : {"", "{", "[]", R"({"scenario": "bowl"})", R"({"scenario": "other", "runs": []})",
                             R"({"scenario": "bowl", "runs": [{"run": "base"}]})"}) {
        std::ofstream(reference_file(folder.path(), "bowl")) << text;
        CHECK_THROWS_AS(read_reference(folder.path(), "bowl"), ResultError);
    }
}
