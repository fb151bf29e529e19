// halfstep formats and halfstep testfloat, as a user sees them.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "temporary_folder.hpp"

using namespace halfstep::test;

namespace {

Ended formats(std::vector<std::string> words) {
    words.insert(words.begin(), "formats");
    return run({words, {}, {}});
}

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Ended testfloat(const std::string& options, const std::string& vectors) {
    const TemporaryFolder folder;
    std::ofstream(folder / "vectors") << vectors;
    const auto in = [&](const char* name) { return "\"" + (folder / name).string() + "\""; };
    const std::string command =
        "\"" HALFSTEP_PROGRAM "\" testfloat " + options + " <" + in("vectors") + " >" + in("out") + " 2>" + in("err");
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), 0, content(folder / "out"), content(folder / "err")};
}

}  // namespace

TEST_CASE("formats has a line for every format, and a value's bits and neighbours") {
    const Ended all = formats({});
    CHECK(all.status == 0);
    CHECK(holds(all.out, "fp16            16        11 65,504         2^-14      2^-24      2^-11     infinity\n"));
    const Ended tenth = formats({"fp16", "0.1"});
    CHECK(holds(tenth.out, "  nearest      0.0999755859375            0x2E66     0 01011 1001100110\n"));
    CHECK(holds(tenth.out, "  above        0.10003662109375           0x2E67     0 01011 1001100111\n"));
    CHECK(holds(tenth.out, "0.4 of the distance between its neighbours (2^-14)\n"));
    CHECK(holds(formats({"e5m2", "1.5"}).out, "  it is exact\n"));
    CHECK(holds(formats({"bf16", "1e39"}).out, "  it overflows: the largest finite value is 3.3895313892515355e+38\n"));
    CHECK(holds(formats({"fp6_e3m2", "100"}).out, "it is out of range: the format saturates\n"));
    CHECK(holds(formats({"fp4_e2m1", "nan"}).out, "nearest      nan, which fp4_e2m1 has not: no bits\n"));
    CHECK(holds(formats({"q3.4", "-1.03125"}).out, "  nearest      -1 "));
    for (const char* name : {"q3.4", "q0.7", "q23.0", "q0.1", "fp8_e4m3fnuz", "mxfp4_e2m1", "fp6_e2m3", "e2m1"})
        CHECK(formats({name}).status == 0);
    CHECK(holds(formats({"fp8_e4m3", "nan", "inf", "465"}).out, "465 in fp8_e4m3\n  nearest      nan "));
}

TEST_CASE("what formats cannot read is named, and nothing is printed before") {
    const Ended format = formats({"fp61", "1"});
    CHECK(format.status == 2);
    CHECK(holds(format.err, "unknown format \"fp61\"; did you mean \"fp16\"?"));
    const Ended value = formats({"fp16", "1", "x1"});
    CHECK(value.status == 2);
    CHECK(value.out.empty());
    CHECK(holds(value.err, "found \"x1\"; accepted: a number such as 0.1"));
}

TEST_CASE("testfloat knows remainders, comparisons, integers and binary64 as results") {
    CHECK(testfloat("f16_rem --flags", "4200 4000 BC00 00\n").status == 0);    // 3 - 2*2
    CHECK(testfloat("f16_roundToInt --flags", "4100 4000 00\n").status == 0);  // 2.5
    CHECK(testfloat("f16_roundToInt --flags --exact", "4100 4000 01\n").status == 0);
    CHECK(testfloat("f16_roundToInt --rounding max", "4100 4200 00\n").status == 0);
    CHECK(testfloat("f16_le --flags", "3C00 4000 1 00\n7E00 4000 0 10\n").status == 0);
    CHECK(testfloat("f16_lt_quiet --flags", "7E00 4000 0 00\n").status == 0);
    CHECK(testfloat("f16_to_f64 --flags", "3C01 3FF0040000000000 00\n7D00 7FFC000000000000 10\n").status == 0);
    CHECK(testfloat("f16_to_i32 --flags", "C100 FFFFFFFE 00\n7C00 80000000 10\n").status == 0);  // -2.5
    CHECK(testfloat("f32_to_ui64 --flags", "BF800000 0000000000000000 10\n").status == 0);       // any value
    CHECK(testfloat("f64_to_ui32 --rounding max --flags --exact", "3FE0000000000000 00000001 01\n").status == 0);
    CHECK(testfloat("i64_to_f16 --flags", "FFFFFFFFFFFFFFFF BC00 00\n7FFFFFFFFFFFFFFF 7C00 05\n").status == 0);
    CHECK(testfloat("ui32_to_f32 --rounding minMag --flags", "FFFFFFFF 4F7FFFFF 01\n").status == 0);
    CHECK(testfloat("f16_to_i32", "C100 FFFFFFFD 00\n").status == 1);
    CHECK(holds(testfloat("f64_add", "").err, "unknown function \"f64_add\""));
}

TEST_CASE("testfloat counts the vectors and shows the ones that fail") {
    const Ended good = testfloat("f16_add --flags", "577E B802 5776 01\n");
    CHECK(good.status == 0);
    CHECK(good.out == "1 passed, 0 failed\n");
    const Ended bad = testfloat("f16_add --flags", "577E B802 5776 01\n577E B802 5777 00\n");
    CHECK(bad.status == 1);
    CHECK(bad.out == "577E B802 5777 00: found 5776 01\n1 passed, 1 failed\n");
    CHECK(testfloat("f16_add", "577E B802 5776 00\n").status == 0);  // without --flags
    CHECK(testfloat("f16_add --rounding TowardZero", "577E B802 5775\n").status == 0);
}

TEST_CASE("vectors, functions and modes that are none are refused with what is accepted") {
    CHECK(holds(testfloat("f16_ad", "").err, "unknown function \"f16_ad\"; did you mean \"f16_add\"?"));
    CHECK(holds(testfloat("f16_add --rounding up", "").err, "--rounding: unknown mode \"up\""));
    CHECK(holds(testfloat("f16_add", "").err, "no vectors on standard input"));
    CHECK(holds(testfloat("f16_add", "1 2 3\n").err,
                "<stdin>:1:1: found \"1\" as word 1; expected 4 hexadecimal digits"));
    CHECK(holds(testfloat("f16_add", "577E\n").err, "<stdin>:1:1: found 1 words; expected 3"));
    CHECK(holds(testfloat("f16_add", "577E B802 5776 01 00\n").err, "expected no further word"));
    CHECK(holds(testfloat("f16_add --flags", "577E B802 5776\n").err, "the flags are missing"));
    CHECK(testfloat("f16_add", "577E B80G 5776\n").status == 2);
}
