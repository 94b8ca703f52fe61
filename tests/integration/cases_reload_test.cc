// Reported case 037: a reload works whole or not at all, and forgets nothing
// that did not change.

#include <atomic>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ReloadCases : public testing::Test {
 protected:
  ReloadCases() {
    a_.SetReply(Completion("from a"));
    b_.SetReply(Completion("from b"));
  }

  // `a` alone; with `more` lines behind it.
  std::string Config(absl::string_view more = "") const {
    return absl::StrCat("providers:\n", Instance("a", a_), Instance("b", b_),
                        "strategy: {mode: single}\ntargets:\n"
                        "- {virtual_key: a}\n",
                        more);
  }
  std::string WithB() const { return Config("- {virtual_key: b}\n"); }

  // Texts that must not be taken, each with a word that its fault is told by.
  std::map<std::string, std::string> BadConfigs() const {
    const std::string providers =
        absl::StrCat("providers:\n", Instance("a", a_));
    const std::string target = "targets: [{virtual_key: a}]\n";
    return {
        {absl::StrCat(providers, "targets: [{virtual_key: a]\n"), ":"},
        {absl::StrCat(providers, target, "strategy: {mode: best}\n"), "best"},
        {absl::StrCat(providers, "targets: []\n"), "targets"},
        {absl::StrCat(providers, "targets: [{virtual_key: a, weight: -1}]\n"),
         "weight"},
        {absl::StrCat(providers, target,
                      "plugins: [{name: no-such, stage: on_error}]\n"),
         "no-such"},
        {absl::StrCat(providers,
                      "- {name: s, type: simulator, options: {pace_x: 1}}\n",
                      target),
         "pace_x"},
        {absl::StrCat(providers,
                      "- {name: v, type: openai, api_key: "
                      "\"${NOT_SET_ANYWHERE}\"}\n",
                      target),
         "NOT_SET_ANYWHERE"},
        {"", "empty"},
        {" \n# nothing\n", "empty"},
        {absl::StrCat(providers, "targets: [{virtual_key: nobody}]\n"),
         "nobody"},
    };
  }

  void Start() {
    gateway_ = std::make_unique<GatewayProcess>(
        GatewayProcess::Options{.config = Config()});
  }

  FakeUpstream a_;
  FakeUpstream b_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(ReloadCases, Case037ABadConfigChangesNothingAndSaysWhy) {
  Start();
  const std::string revision = RevisionOf(*gateway_);
  for (const auto& [text, word] : BadConfigs()) {
    std::vector<std::string> words;
    for (bool validate_only : {true, false}) {
      const Reloaded bad = CallReload(*gateway_, text, validate_only);
      EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
          << text;
      EXPECT_EQ(bad.reason, "INVALID_CONFIG");
      EXPECT_GT(bad.faults.field_violations_size(), 0) << text;
      EXPECT_THAT(bad.Words(), HasSubstr(word));
      words.push_back(bad.Words());
      EXPECT_EQ(RevisionOf(*gateway_), revision);
      EXPECT_EQ(CallRoute(*gateway_).text, "from a");
    }
    EXPECT_EQ(words[0], words[1]);
  }
  // All faults of one text come at once, each with its place.
  const Reloaded many = CallReload(
      *gateway_,
      "targets:\n- {virtual_key: a, wieght: 1}\nstrategy: {mode: x}\n");
  EXPECT_THAT(many.Words(), HasSubstr("2:20"));
  EXPECT_THAT(many.Words(), HasSubstr("did you mean 'weight'"));
  EXPECT_THAT(many.Words(), HasSubstr("3:18"));
}

TEST_F(ReloadCases, Case037ValidatesAGoodConfigWithoutUsingIt) {
  Start();
  const std::string revision = RevisionOf(*gateway_);
  const Reloaded checked = CallReload(*gateway_, WithB(), true);
  EXPECT_TRUE(checked.status.ok()) << checked.Words();
  EXPECT_EQ(checked.response.previous_revision(), revision);
  EXPECT_NE(checked.response.revision(), revision);
  EXPECT_EQ(checked.response.changes_size(), 1);
  EXPECT_EQ(RevisionOf(*gateway_), revision);
  EXPECT_EQ(CallGetConfig(*gateway_).config().targets_size(), 1);

  const Reloaded same = CallReload(*gateway_, Config());
  EXPECT_TRUE(same.status.ok()) << same.Words();
  EXPECT_EQ(same.response.changes_size(), 0);
  const Reloaded more = CallReload(*gateway_, WithB());
  EXPECT_TRUE(more.status.ok()) << more.Words();
  EXPECT_EQ(RevisionOf(*gateway_), more.response.revision());
  EXPECT_EQ(CallGetConfig(*gateway_).config().targets_size(), 2);
}

TEST_F(ReloadCases, Case037AReloadForgetsNotWhichKeyWasRefused) {
  gateway_ = std::make_unique<GatewayProcess>(
      GatewayProcess::Options{.config = Config()});
  const auto config = [&](absl::string_view keys, absl::string_view more) {
    return absl::StrCat("providers:\n- {name: a, type: openai-compatible, ",
                        "base_url: \"", a_.url(""), "\", api_keys: [", keys,
                        "]}\n", Instance("b", b_), "targets: [{virtual_key: a}",
                        more, "]\n");
  };
  a_.SetHandler([](const UpstreamRequest& request) {
    return request.headers.Get("authorization") == "Bearer key-bad"
               ? ErrorReply(401, "no such key")
               : Completion("fine");
  });
  const auto refused = [&] {
    int count = 0;
    for (const UpstreamRequest& request : a_.requests()) {
      count += request.headers.Get("authorization") == "Bearer key-bad";
    }
    return count;
  };
  ASSERT_TRUE(
      CallReload(*gateway_, config("key-bad, key-good", "")).status.ok());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(CallRoute(*gateway_).text, "fine");
  EXPECT_EQ(refused(), 1);
  // The same keys beside one more target: it rests still.
  ASSERT_TRUE(
      CallReload(*gateway_, config("key-bad, key-good", ", {virtual_key: b}"))
          .status.ok());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(CallRoute(*gateway_).text, "fine");
  EXPECT_EQ(refused(), 1);
  // Other keys are another ring, which has everything to learn.
  ASSERT_TRUE(
      CallReload(*gateway_, config("key-bad, key-new", "")).status.ok());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(CallRoute(*gateway_).text, "fine");
  EXPECT_EQ(refused(), 2);
}

TEST_F(ReloadCases, Case037ASignalReadsTheFileAgainAndABadOneIsLoggedByLine) {
  Start();
  const std::string revision = RevisionOf(*gateway_);
  gateway_->RewriteConfig(Config("- {virtual_key: b, weight: -1}\n"));
  gateway_->Signal(SIGHUP);
  ASSERT_TRUE(gateway_->WaitForWords("config not reloaded"));
  ASSERT_TRUE(gateway_->WaitForWords("config fault"));
  EXPECT_THAT(gateway_->Said(), HasSubstr("gateway.yaml:7:28: "));
  EXPECT_EQ(RevisionOf(*gateway_), revision);
  EXPECT_EQ(CallRoute(*gateway_).text, "from a");
  // By the RPC the same file gives the same fault.
  const Reloaded bad = CallReload(*gateway_, std::nullopt);
  EXPECT_EQ(bad.reason, "INVALID_CONFIG");
  EXPECT_THAT(bad.Words(), HasSubstr("gateway.yaml:7:28: "));

  gateway_->RewriteConfig(WithB());
  gateway_->Signal(SIGHUP);
  ASSERT_TRUE(gateway_->WaitForWords("\"config reload\"", 3));
  // What follows is taken in turn, so the reload is done when it is answered.
  const Reloaded same = CallReload(*gateway_, std::nullopt);
  EXPECT_TRUE(same.status.ok()) << same.Words();
  EXPECT_EQ(CallGetConfig(*gateway_).config().targets_size(), 2);
  EXPECT_NE(RevisionOf(*gateway_), revision);
  EXPECT_EQ(CallRoute(*gateway_).text, "from a");
}

// Two configs that say different things about the same names: what is sent
// shows if they were mixed.
TEST_F(ReloadCases, Case037TwentyReloadsAtOnceAreNeverMixed) {
  const auto config = [](const FakeUpstream& upstream,
                         absl::string_view model) {
    return absl::StrCat("providers:\n",
                        Instance("t", upstream, "openai-compatible",
                                 absl::StrCat("model_map: {m1: ", model, "}")),
                        "targets: [{virtual_key: t}]\n");
  };
  const std::string to_a = config(a_, "model-a");
  const std::string to_b = config(b_, "model-b");
  gateway_ =
      std::make_unique<GatewayProcess>(GatewayProcess::Options{.config = to_a});

  std::atomic<bool> done = false;
  std::atomic<int> calls = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      while (!done) {
        const Seen seen = CallEither(*gateway_, /*stream=*/false);
        EXPECT_TRUE(seen.status.ok()) << seen.message();
        const std::string& model = seen.response.route().upstream_model();
        EXPECT_EQ(seen.text, model == "model-a" ? "from a" : "from b");
        ++calls;
      }
    });
  }
  std::vector<std::thread> reloads;
  for (int i = 0; i < 20; ++i) {
    reloads.emplace_back([&, i] {
      const bool good = i % 2 == 0;
      const std::string text = i % 4 < 2 ? to_a : to_b;
      const Reloaded reloaded = CallReload(
          *gateway_, good ? text : absl::StrCat(text, "strategy: {mode: x}\n"));
      EXPECT_EQ(reloaded.status.ok(), good) << reloaded.Words();
    });
  }
  for (std::thread& reload : reloads) reload.join();
  done = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_GT(calls, 0);
  for (const UpstreamRequest& request : a_.requests()) {
    EXPECT_EQ(At(request.body, "/model"), "\"model-a\"");
  }
  for (const UpstreamRequest& request : b_.requests()) {
    EXPECT_EQ(At(request.body, "/model"), "\"model-b\"");
  }
}

}  // namespace
}  // namespace aigateway
