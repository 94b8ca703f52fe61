// Reported case 039: configuration texts that mean something else than they
// say.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

class ConfigCases : public testing::Test {
 protected:
  ConfigCases()
      : good_(absl::StrCat("providers:\n", Instance("a", a_),
                           "targets: [{virtual_key: a}]\n")),
        gateway_(GatewayProcess::Options{.config = good_}) {
    a_.SetReply(Completion("ok"));
  }

  // Refused by the RPC and at the start, each time with all of `words`.
  void ExpectRefused(const std::string& text,
                     const std::vector<std::string>& words) {
    const std::string revision = RevisionOf(gateway_);
    const Reloaded bad = CallReload(gateway_, text);
    EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << text;
    EXPECT_EQ(bad.reason, "INVALID_CONFIG");
    EXPECT_EQ(RevisionOf(gateway_), revision);
    std::string said;
    EXPECT_EQ(GatewayProcess::RunToEnd({.config = text}, &said), 2) << said;
    for (const std::string& word : words) {
      EXPECT_THAT(bad.Words(), HasSubstr(word));
      EXPECT_THAT(said, HasSubstr(word));
    }
  }

  // How often the upstream of `text` is asked by a call that it fails.
  size_t AttemptsUnder(const std::string& text) {
    const Reloaded good = CallReload(gateway_, text);
    EXPECT_TRUE(good.status.ok()) << good.Words();
    a_.SetReply(ErrorReply(503, "busy"));
    const size_t before = a_.request_count();
    EXPECT_EQ(CallRoute(gateway_).status.error_code(),
              grpc::StatusCode::UNAVAILABLE);
    a_.SetReply(Completion("ok"));
    return a_.request_count() - before;
  }

  std::string Providers() const {
    return absl::StrCat("providers:\n", Instance("a", a_));
  }

  FakeUpstream a_;
  const std::string good_;
  GatewayProcess gateway_;
};

TEST_F(ConfigCases, Case039RefusesTheSameKeyTwiceWithNameAndLine) {
  ExpectRefused(
      "strategy: {mode: single}\n"
      "targets:\n"
      "  - virtual_key: a\n"
      "    retry: {attempts: 1}\n"
      "    retry: {attempts: 5}\n",
      {"'retry'", "5:5"});
  ExpectRefused(
      "strategy: {mode: single}\n"
      "targets: [{virtual_key: a}]\n"
      "strategy: {mode: fallback}\n",
      {"'strategy'", "3:1"});
  // Quotes make no other key of it, nor does the depth.
  ExpectRefused(
      "targets: [{virtual_key: a, retry: {attempts: 1, "
      "\"attempts\": 5}}]\n",
      {"'attempts'", "1:49"});
  ExpectRefused(absl::StrCat(Providers(), "targets: [{virtual_key: a}]\n",
                             "aliases: {x: m1, x: m2}\n"),
                {"'x'"});
  // In JSON too, where most readers take the last.
  ExpectRefused(
      R"({"strategy": {"mode": "single"}, "targets": [)"
      R"({"virtual_key": "a", "retry": {"attempts": 1}, "retry": {"attempts": 5}}]})",
      {"'retry'"});
  ExpectRefused(
      R"({"targets": [{"virtual_key": "a"}], "targets": [{"virtual_key": "b"}]})",
      {"'targets'"});
}

TEST_F(ConfigCases, Case039RefusesTheSameTargetTwice) {
  ExpectRefused(absl::StrCat(Providers(),
                             "targets:\n- {virtual_key: a}\n"
                             "- {virtual_key: a, weight: 2}\n"),
                {"'a'"});
  ExpectRefused(absl::StrCat(Providers(), Instance("a", a_, "anthropic"),
                             "targets: [{virtual_key: a}]\n"),
                {"'a'"});
}

TEST_F(ConfigCases, Case039RefusesMergeKeysByTheirName) {
  ExpectRefused(
      "targets:\n"
      "  - &base {virtual_key: a, retry: {attempts: 3}}\n"
      "  - virtual_key: b\n"
      "    <<: *base\n",
      {"<<", "4:5"});
  ExpectRefused(
      "base: &base\n"
      "  retry: {attempts: 3}\n"
      "targets:\n"
      "  - virtual_key: a\n"
      "    <<: [*base, *base]\n",
      {"<<"});
}

TEST_F(ConfigCases, Case039TakesAPlainAlias) {
  EXPECT_EQ(
      AttemptsUnder(absl::StrCat(Providers(), Instance("b", a_),
                                 "strategy: {mode: single}\n"
                                 "targets:\n"
                                 "- {virtual_key: a, retry: &r {attempts: 3, "
                                 "initial_backoff: 10ms}}\n"
                                 "- {virtual_key: b, retry: *r}\n")),
      3u);
  EXPECT_EQ(
      AttemptsUnder(absl::StrCat(Providers(), Instance("b", a_),
                                 "strategy: {mode: single}\n"
                                 "targets:\n"
                                 "- {virtual_key: b, retry: &r {attempts: 2, "
                                 "initial_backoff: 10ms}}\n"
                                 "- {virtual_key: a, retry: *r}\n")),
      2u);
}

}  // namespace
}  // namespace aigateway
