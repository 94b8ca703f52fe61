// Reported case 040: small configuration texts that fill the stack or the
// memory.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HostileConfigCases : public testing::Test {
 protected:
  HostileConfigCases()
      : good_(absl::StrCat("providers:\n", Instance("a", a_),
                           "targets: [{virtual_key: a}]\n")),
        gateway_(GatewayProcess::Options{.config = good_}) {
    a_.SetReply(Completion("ok"));
  }

  FakeUpstream a_;
  const std::string good_;
  GatewayProcess gateway_;
};

// `times` of `piece`.
std::string Times(absl::string_view piece, int times) {
  std::string text;
  text.reserve(piece.size() * static_cast<size_t>(times));
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, piece);
  return text;
}

// Nine levels of nine aliases each, over nine words.
std::string Bomb() {
  std::string text = "x: &x [w,w,w,w,w,w,w,w,w]\n";
  std::string before = "x";
  for (char name = 'b'; name <= 'j'; ++name) {
    absl::StrAppend(&text, std::string(1, name), ": &", std::string(1, name),
                    " [");
    for (int i = 0; i < 9; ++i) {
      absl::StrAppend(&text, i == 0 ? "*" : ",*", before);
    }
    text += "]\n";
    before = name;
  }
  return text;
}

std::string Indented(const std::string& text, absl::string_view by) {
  std::string indented(by);
  for (const char c : text) {
    indented += c;
    if (c == '\n') absl::StrAppend(&indented, by);
  }
  return indented + "\n";
}

std::vector<std::string> HostileTexts() {
  return {
      Times("[", 20000),
      Times("{a: ", 20000),
      Times("- ", 20000),
      Times("[", 20000) + Times("]", 20000),
      "targets: [{virtual_key: a}]\n" + Bomb(),
      absl::StrCat("targets: [{virtual_key: a}]\nplugins:\n- name: p\n",
                   "  stage: on_error\n  config:\n", Indented(Bomb(), "    ")),
      Times("[", 100000) + Times("]", 100000),
      Times("{\"a\":", 100000) + "1" + Times("}", 100000),
      // Neighbours: depth by indentation, by keys, by both kinds of bracket.
      Times("? ", 20000),
      Times("[{a: ", 10000),
      Times("!!seq [", 20000),
      Times("&a [", 20000),
  };
}

TEST_F(HostileConfigCases,
       Case040RefusesHostileTextsByTheRpcInBoundedTimeAndMemory) {
  constexpr int64_t kMostKib = (kSanitized ? 8 : 1) * 64 * 1024;
  const std::string revision = RevisionOf(gateway_);
  for (const std::string& text : HostileTexts()) {
    for (bool validate_only : {true, false}) {
      gateway_.ForgetPeak();
      const int64_t before = gateway_.resident_kib();
      const Reloaded bad = CallReload(gateway_, text, validate_only);
      EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
          << text.substr(0, 60);
      EXPECT_EQ(bad.reason, "INVALID_CONFIG");
      EXPECT_LE(bad.took, absl::Seconds(kSanitized ? 20 : 2))
          << text.substr(0, 60);
      EXPECT_LE(gateway_.peak_resident_kib() - before, kMostKib)
          << text.substr(0, 60);
    }
  }
  EXPECT_EQ(RevisionOf(gateway_), revision);
  EXPECT_EQ(CallRoute(gateway_).text, "ok");
}

TEST_F(HostileConfigCases, Case040RefusesATextOfSpacesByTheRpc) {
  // Nothing reads it, so the time is that of carrying 64 MiB on a machine that
  // may have other work.
  absl::Duration best = absl::InfiniteDuration();
  for (int i = 0; i < 2; ++i) {
    const Reloaded bad =
        CallReload(gateway_, std::string(size_t{64} << 20, ' '));
    EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << bad.Words();
    EXPECT_EQ(bad.reason, "INVALID_CONFIG");
    best = std::min(best, bad.took);
  }
  EXPECT_LE(best, absl::Seconds(10));
  EXPECT_EQ(CallRoute(gateway_).text, "ok");
}

TEST_F(HostileConfigCases, Case040RefusesHostileFilesAtTheStartWithAWord) {
  std::vector<std::string> texts = HostileTexts();
  texts.resize(8);  // Each is a process; the neighbours have met the reader.
  texts.push_back(std::string(size_t{64} << 20, ' '));
  for (const std::string& text : texts) {
    std::string said;
    EXPECT_EQ(GatewayProcess::RunToEnd({.config = text}, &said), 2)
        << text.substr(0, 60) << "\n"
        << said;
    EXPECT_THAT(said, HasSubstr("gateway.yaml")) << text.substr(0, 60);
    EXPECT_LT(said.size(), 4096u) << text.substr(0, 60);
  }
}

TEST_F(HostileConfigCases, Case040ReadsWhatIsDeepAndMeant) {
  // Fifty levels: there is nothing wrong with them but the plugin's name.
  const Reloaded deep = CallReload(
      gateway_,
      absl::StrCat(good_, "plugins: [{name: no-such, stage: on_error, config: ",
                   Times("{a: [", 25), "1", Times("]}", 25), "}]\n"));
  EXPECT_EQ(deep.faults.field_violations_size(), 1) << deep.Words();
  EXPECT_THAT(deep.Words(),
              AllOf(HasSubstr("no-such"), Not(HasSubstr("nest"))));
}

}  // namespace
}  // namespace aigateway
