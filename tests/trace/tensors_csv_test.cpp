#include "halfstep/trace/tensors_csv.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;

namespace {

// Two zeros, a subnormal and five values of two binades, one of them infinite.
TensorStats weights() {
    TensorStats s{"weight", "w, 1", 8, 2, 1, 1, 0, 3, 4, 2, 0x1p-24, 1.5, 0.75, {}};
    s.exponents = {{-24, 1}, {-1, 1}, {0, 3}};
    return s;
}
TensorStats no_number() {
    TensorStats s;
    s.role = "gradient";
    s.tensor = "(backward)";
    s.count = s.nans = 4;
    return s;
}

void write_both(const TemporaryFolder& folder) {
    TensorsWriter writer(folder / "tensors.csv", folder / "exponents.csv", "base", 1);
    writer.row(0, weights());
    writer.row(7, no_number());
    writer.close();
}

// What is wrong with a file of this text, with the folder cut off.
template <class Read>
std::string complaint_about(const std::string& text, Read read) {
    TemporaryFolder folder;
    write_file(folder / "file.csv", text);
    const std::string message = message_of([&] { read(folder / "file.csv"); });
    return holds(message, folder.path().string()) ? message.substr(folder.path().string().size() + 1) : message;
}
std::string complaint_about_tensors(const std::string& row) {
    return complaint_about(std::string(tensors_header) + row + "\n",
                           [](const auto& path) { read_tensors(path, [](const TensorRow&) {}); });
}
std::string complaint_about_exponents(const std::string& row) {
    return complaint_about(std::string(exponents_header) + row + "\n",
                           [](const auto& path) { read_exponents(path, [](const ExponentRow&) {}); });
}

}  // namespace

TEST_CASE("statistics read back as they were written, and a number that does not exist is an empty field") {
    TemporaryFolder folder;
    write_both(folder);
    std::vector<TensorStats> read;
    read_tensors(folder / "tensors.csv", [&](const TensorRow& row) {
        CHECK(row.run == "base");
        CHECK(row.seed == 1);
        CHECK(row.step == (read.empty() ? 0 : 7));
        read.push_back(row.stats);
    });
    REQUIRE(read.size() == 2);
    read_exponents(folder / "exponents.csv", [&](const ExponentRow& row) {
        CHECK(row.step == 0);
        CHECK(row.role == read[0].role);
        CHECK(row.tensor == read[0].tensor);
        read[0].exponents.emplace_back(row.exponent, row.count);
    });
    CHECK(read[0] == weights());
    CHECK(read[1].nans == 4);
    CHECK(read[1].min_abs != read[1].min_abs);
    CHECK(read[1].rms != read[1].rms);
    CHECK(read_file(folder / "tensors.csv") ==
          std::string(tensors_header) +
              "base,1,0,weight,\"w, 1\",8,2,1,1,0,3,4,2,5.960464477539063e-08,1.5,0.75\n"
              "base,1,7,gradient,(backward),4,0,0,0,4,0,0,0,,,\n");
    CHECK(read_file(folder / "exponents.csv") == std::string(exponents_header) +
                                                     "base,1,0,weight,\"w, 1\",-24,1\nbase,1,0,weight,\"w, 1\",-1,1\n"
                                                     "base,1,0,weight,\"w, 1\",0,3\n");
}

TEST_CASE("damaged statistics are refused with their line") {
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,1,0,0,0,0,0,0,1,2,1.5") == "nothing was thrown");
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,1,0,0,0,0,0,0,1,2") ==
          "file.csv:2: found 15 fields, expected 16");
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,-1,0,0,0,0,0,0,1,2,1.5") ==
          "file.csv:2: zeros '-1' is not a whole number of at least 0");
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,5,0,0,0,0,0,0,1,2,1.5") ==
          "file.csv:2: more values are counted than there are");
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,1,0,0,0,0,0,0,-1,2,1.5") ==
          "file.csv:2: min_abs '-1' is not a magnitude");
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,1,0,0,0,0,0,0,nan,2,1.5") ==
          "file.csv:2: min_abs 'nan' is not a magnitude");
    CHECK(complaint_about_tensors("base,1,0,weight,w,4,1,0,0,0,0,0,0,1,much,1.5") ==
          "file.csv:2: max_abs 'much' is not a number, nan, inf or -inf");
    CHECK(complaint_about_tensors("base,1,0,,w,4,1,0,0,0,0,0,0,1,2,1.5") == "file.csv:2: the role has no name");
    CHECK(complaint_about_tensors("base,1,-1,weight,w,4,1,0,0,0,0,0,0,1,2,1.5") ==
          "file.csv:2: step '-1' is not a whole number of at least 0");

    CHECK(complaint_about_exponents("base,1,0,weight,w,-24,3") == "nothing was thrown");
    CHECK(complaint_about_exponents("base,1,0,weight,,-24,3") == "file.csv:2: the tensor has no name");
    CHECK(complaint_about_exponents("base,1,0,weight,w,1024,3") ==
          "file.csv:2: exponent '1024' is not a whole number between -1074 and 1023");
    CHECK(complaint_about_exponents("base,1,0,weight,w,-24,0.5") ==
          "file.csv:2: count '0.5' is not a whole number of at least 0");
    CHECK(complaint_about("run,seed\n", [](const auto& path) { read_exponents(path, [](const ExponentRow&) {}); }) ==
          "file.csv:1: expected the columns run,seed,step,role,tensor,exponent,count");
}

TEST_CASE("a full disk under the statistics is an error that names the file and the reason") {
    TemporaryFolder folder;
    const auto fill = [](const std::filesystem::path& tensors, const std::filesystem::path& exponents) {
        return message_of([&] {
            TensorsWriter writer(tensors, exponents, "base", 1);
            for (int step = 0; step < 10000; ++step) writer.row(step, weights());
            writer.close();
        });
    };
    CHECK(fill("/dev/full", folder / "e.csv") == "/dev/full: cannot be written: No space left on device");
    CHECK(fill(folder / "t.csv", "/dev/full") == "/dev/full: cannot be written: No space left on device");
}
