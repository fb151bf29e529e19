// The commands themselves: what they print and with which status they end.
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

namespace {

struct Ended {
    int status;
    std::string text;  // both streams
};

Ended halfstep(const std::string& arguments) {
    std::FILE* pipe = popen((std::string("'") + HALFSTEP_PROGRAM + "' " + arguments + " 2>&1").c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    char buffer[4096];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, count);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

// Files that are written into a folder of their own and named from there.
class Files {
public:
    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_.path() / name) << text;
        return "'" + (folder_.path() / name).string() + "'";
    }
    std::string path(const std::string& name) const { return "'" + (folder_.path() / name).string() + "'"; }

private:
    TemporaryFolder folder_;
};

const std::string warned = R"({"train_batch_size": 4, "optimizer": {"type": "OneBitAdam", "params": {"lr": 0.01}}})";
const std::string refused =
    R"({"train_batch_size": 4, "optimizer": {"type": "OneBitAdam"}, "zero_optimization": {"stage": 1}, "fp16": {"enabled": true}})";
const std::string scenario = "title = \"t\"\n[model]\nkind = \"quadratic\"\n[optimizer]\nkind = \"sgd\"\n";

}  // namespace

TEST_CASE("check ends with 0 for warnings, 1 for an error, 2 for what cannot be read") {
    Files files;
    CHECK(halfstep("check " + files.write("w.json", warned)).status == 0);
    CHECK(halfstep("check " + files.write("e.json", refused)).status == 1);
    CHECK(halfstep("check " + files.write("b.json", "{,}")).status == 2);
    CHECK(halfstep("check " + files.write("l.json", "[]")).status == 2);
    CHECK(halfstep("check " + files.path("missing.json")).status == 2);
    CHECK(halfstep("check " + files.path("e.json") + " " + files.path("w.json")).status == 1);
    CHECK(halfstep("check " + files.path("e.json") + " " + files.path("b.json")).status == 2);
}

TEST_CASE("check prints a line a finding with its place, then a summary") {
    Files files;
    const Ended ended = halfstep("check --world-size 2 " + files.write("e.json", refused));
    CHECK(holds(ended.text,
                "e.json:1:84: error onebit-with-zero zero_optimization.stage: found OneBitAdam with ZeRO stage 1: "));
    CHECK(holds(ended.text, "e.json: 1 error, 0 warnings, 1 info; on 2 ranks, DeepSpeed would not start"));
    const Ended broken = halfstep("check " + files.write("b.json", "{\"a\": 1\n \"b\": 2}"));
    CHECK(holds(broken.text, "b.json:2:"));
    CHECK(holds(broken.text, "expected"));
}

TEST_CASE("check --json prints an object for one file and a list for several, scenarios among them") {
    Files files;
    const auto one = nlohmann::json::parse(halfstep("check --json " + files.write("e.json", refused)).text);
    REQUIRE(one["findings"].size() == 1);
    for (const char* field : {"rule", "severity", "key", "message"}) CHECK(one["findings"][0].contains(field));
    CHECK(one["resolved"]["partial"] == true);
    const auto several = nlohmann::json::parse(
        halfstep("check --json " + files.path("e.json") + " " + files.write("t.toml", scenario)).text);
    REQUIRE(several.size() == 2);
    CHECK(several[1]["findings"].empty());
    CHECK(several[1]["resolved"]["runs"] == 1);
}

TEST_CASE("what the program gives changes what is found") {
    Files files;
    const std::string file = files.write("w.json", warned);
    CHECK(holds(halfstep("check " + file).text, "onebit-not-fp16"));
    const Ended client = halfstep("check --client-optimizer SGD " + file);
    CHECK_FALSE(holds(client.text, "onebit-not-fp16"));
    CHECK(holds(client.text, "client-optimizer-overrides-config"));
    CHECK(holds(halfstep("check --client-scheduler StepLR " + file).text, "client-scheduler-without-optimizer"));
}

TEST_CASE("check on scenarios is as it was, with warnings of the rules below") {
    Files files;
    const Ended plain = halfstep("check " + files.write("t.toml", scenario));
    CHECK(plain.status == 0);
    CHECK(holds(plain.text, "t.toml: fine: 1 run x 1 seed, 0 expectations"));
    const Ended one_bit = halfstep(
        "check " + files.write("o.toml",
                               "title = \"t\"\n[model]\nkind = \"quadratic\"\n[optimizer]\nkind = \"onebit_adam\"\n"
                               "[engine]\nkind = \"deepspeed\"\n"));
    CHECK(one_bit.status == 0);
    CHECK(holds(one_bit.text, "warning: run base: onebit-not-fp16: "));
}

TEST_CASE("run takes a configuration, writes its results, and says what it does not do") {
    Files files;
    const Ended ended =
        halfstep("run --set run.steps=5 --out " + files.path("out") + " " + files.write("w.json", warned));
    CHECK(ended.status == 0);
    CHECK(holds(ended.text, "onebit-not-fp16"));
    const std::string manifest = files.path("out/w/manifest.json");
    std::ifstream in(manifest.substr(1, manifest.size() - 2));
    const auto json = nlohmann::json::parse(in);
    CHECK(json["complete"] == true);
    CHECK(json["experiment"]["runs"][0]["optimizer"]["kind"] == "onebit_adam");
}

TEST_CASE("run refuses a configuration that DeepSpeed refuses and touches no result") {
    Files files;
    const std::string file = files.write(
        "m.json",
        R"({"train_batch_size": 4, "optimizer": {"type": "OneBitAdam", "params": {"max_grad_norm": 1.0}}, "fp16": {"enabled": true}})");
    const Ended ended = halfstep("run --out " + files.path("out") + " " + file);
    CHECK(ended.status == 1);
    CHECK(holds(ended.text, "error max-grad-norm-in-params"));
    CHECK(holds(ended.text, "--override RULE"));
    CHECK(halfstep("show " + file).status == 1);
    CHECK(halfstep("check " + files.path("out/m/manifest.json")).status == 2);  // no such file
    const Ended overridden =
        halfstep("run --set run.steps=5 --override max-grad-norm-in-params --out " + files.path("out") + " " + file);
    CHECK(overridden.status == 0);
    CHECK(halfstep("run --override max-grad-norm " + file).status == 2);
}

TEST_CASE("show prints where each key of a configuration was written") {
    Files files;
    const auto json = nlohmann::json::parse(halfstep("show --model quadratic " + files.write("w.json", warned)).text);
    const std::string place = json["runs"][0]["origins"]["written"]["optimizer.lr"];
    CHECK(holds(place, "w.json:1:72"));
    CHECK(json["runs"][0]["model"]["kind"] == "quadratic");
}
