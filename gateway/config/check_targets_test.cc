#include "gateway/config/check_targets.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/validate.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The faults of a text, whether or not this version serves what it says.
std::vector<std::string> Check(absl::string_view text) {
  const Vocabulary vocabulary = FullVocabulary();
  Faults faults("f");
  const auto loaded = ReadConfig(text, vocabulary, faults);
  ValidateConfig(loaded->config, loaded->places, vocabulary, faults);
  return FaultsIn(faults.ToStatus());
}

std::vector<std::string> CheckTarget(absl::string_view settings) {
  return Check(
      absl::StrCat("targets:\n- {virtual_key: openai, ", settings, "}"));
}

TEST(CheckTargetsTest, ATargetNamesADeclaredInstance) {
  EXPECT_THAT(Check("providers: [{name: a, type: openai-compatible, "
                    "base_url: 'http://h'}]\ntargets: [{virtual_key: a}]"),
              IsEmpty());
  EXPECT_THAT(Check("targets: [{weight: 1}]"),
              ElementsAre(HasSubstr("targets[0].virtual_key: 1:11: is "
                                    "missing")));
}

TEST(CheckTargetsTest, OrATypeWhoseVariableIsSet) {
  EXPECT_THAT(Check("targets: [{virtual_key: openai}]"), IsEmpty());
  EXPECT_THAT(Check("targets: [{virtual_key: simulator}]"), IsEmpty());
  EXPECT_THAT(Check("targets: [{virtual_key: anthropic}]"),
              ElementsAre(HasSubstr("ANTHROPIC_API_KEY or CLAUDE_KEY is not "
                                    "set")));
  EXPECT_THAT(Check("targets: [{virtual_key: openai-compatible}]"),
              ElementsAre(HasSubstr("exists only if it is declared")));
  EXPECT_THAT(Check("targets: [{virtual_key: bedrock}]"),
              ElementsAre(HasSubstr("is not served by this version")));
}

TEST(CheckTargetsTest, AVariableThatIsBlankIsNotSet) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.environment = FakeEnvironment({{"OPENAI_API_KEY", " \n"}});
  EXPECT_THAT(FaultsOf("targets: [{virtual_key: openai}]", vocabulary),
              ElementsAre(HasSubstr("OPENAI_API_KEY is not set")));
}

TEST(CheckTargetsTest, DoesNotMissAnInstanceWhoseNameHasAFault) {
  EXPECT_THAT(Check("providers: [{name: [a], type: openai}]\n"
                    "targets: [{virtual_key: a}]"),
              ElementsAre(HasSubstr("providers[0].name: 1:20")));
  EXPECT_THAT(Check("providers: 5\ntargets: [{virtual_key: a}]"),
              ElementsAre(HasSubstr("providers: 1:12")));
}

// Case 039.
TEST(CheckTargetsTest, ATargetStandsThereOnce) {
  EXPECT_THAT(Check("targets: [{virtual_key: openai}, {virtual_key: openai}]"),
              ElementsAre(HasSubstr("targets[1].virtual_key: 1:48: there is a "
                                    "target 'openai' already")));
}

// Case 027.
TEST(CheckTargetsTest, AWeightOfZeroDrainsButNotEveryTarget) {
  EXPECT_THAT(Check("targets: [{virtual_key: openai, weight: 0}, "
                    "{virtual_key: simulator}]"),
              IsEmpty());
  EXPECT_THAT(Check("targets: [{virtual_key: openai, weight: 0}, "
                    "{virtual_key: simulator, weight: 0.0}]"),
              ElementsAre(HasSubstr("targets: 1:1: every target has weight "
                                    "0")));
  EXPECT_THAT(CheckTarget("weight: -0.1"),
              ElementsAre(HasSubstr("targets[0].weight: 2:33")));
  EXPECT_THAT(CheckTarget("weight: .nan"),
              ElementsAre(HasSubstr("a number is expected")));
}

TEST(CheckTargetsTest, ChecksRetry) {
  EXPECT_THAT(CheckTarget("retry: {attempts: 1, initial_backoff: 1ms, "
                          "max_backoff: 1ms, budget: 0, "
                          "on_status_codes: [400, 599]}"),
              IsEmpty());
  EXPECT_THAT(
      CheckTarget("retry: {attempts: 0, initial_backoff: 0s, max_backoff: "
                  "-1s, budget: 1.5, on_status_codes: [399, 600, 500, 500]}"),
      ElementsAre(HasSubstr("retry.attempts"),
                  HasSubstr("retry.initial_backoff: 2:63: a time longer than "
                            "0"),
                  HasSubstr("retry.max_backoff"),
                  HasSubstr("retry.budget: 2:93: a share is expected, from 0 "
                            "to 1, not 1.5"),
                  HasSubstr("on_status_codes[0]"),
                  HasSubstr("on_status_codes[1]"),
                  HasSubstr("on_status_codes[3]: 2:131: 500 stands in the list "
                            "twice")));
  EXPECT_THAT(CheckTarget("retry: {attempts: 101}"),
              ElementsAre(HasSubstr("101 is out of range")));
}

TEST(CheckTargetsTest, ComparesBackoffsWithTheirDefaults) {
  EXPECT_THAT(CheckTarget("retry: {max_backoff: 99ms}"),
              ElementsAre(HasSubstr("max_backoff: 2:46: max_backoff (99ms) is "
                                    "shorter than initial_backoff (100ms)")));
  EXPECT_THAT(CheckTarget("retry: {initial_backoff: 11s}"),
              ElementsAre(HasSubstr("retry.initial_backoff: 2:50: max_backoff "
                                    "(10s) is shorter")));
}

TEST(CheckTargetsTest, ChecksTimeouts) {
  EXPECT_THAT(
      CheckTarget("timeouts: {connect: 0s, first_token: -1ms, idle: 0, "
                  "attempt: 0h}"),
      ElementsAre(HasSubstr("timeouts.connect"),
                  HasSubstr("timeouts.first_token"), HasSubstr("timeouts.idle"),
                  HasSubstr("timeouts.attempt")));
}

TEST(CheckTargetsTest, ChecksBreakers) {
  EXPECT_THAT(
      CheckTarget("circuit_breaker: {failure_threshold: 0, success_threshold: "
                  "-1, timeout: 0s, failure_rate: 0, window: 0s, min_requests: "
                  "0, half_open_max: 0}"),
      ElementsAre(HasSubstr("failure_threshold: 2:62: 0 is too small: at "
                            "least 1"),
                  HasSubstr("success_threshold"),
                  HasSubstr("circuit_breaker.timeout"),
                  HasSubstr("failure_rate"), HasSubstr("window"),
                  HasSubstr("min_requests"), HasSubstr("half_open_max")));
  EXPECT_THAT(CheckTarget("circuit_breaker: {failure_rate: 1}"), IsEmpty());
}

TEST(CheckTargetsTest, ChecksConcurrency) {
  EXPECT_THAT(CheckTarget("concurrency: {queue: -1, queue_timeout: 0s}"),
              ElementsAre(HasSubstr("concurrency.max: 2:25: is missing"),
                          HasSubstr("concurrency.queue:"),
                          HasSubstr("concurrency.queue_timeout")));
  EXPECT_THAT(CheckTarget("concurrency: {max: 0}"),
              ElementsAre(HasSubstr("concurrency.max: 2:44: 0 is too small")));
}

TEST(CheckTargetsTest, AGroupHasAStrategyAndTargets) {
  EXPECT_THAT(Check("targets: [{strategy: {mode: single}}]"),
              ElementsAre(HasSubstr("targets[0].targets: 1:11: is missing")));
  EXPECT_THAT(
      Check("targets: [{virtual_key: g, targets: [{virtual_key: openai}], "
            "retry: {attempts: 2}}]"),
      ElementsAre(HasSubstr("targets[0].strategy: 1:11: is missing"),
                  HasSubstr("targets[0].retry: 1:62: belongs to the targets "
                            "of the group")));
}

TEST(CheckTargetsTest, AGroupListsNoModelsOfItsOwn) {
  EXPECT_THAT(
      Check("targets: [{strategy: {mode: single}, models: [m], label: blue, "
            "targets: [{virtual_key: openai}]}]"),
      ElementsAre(HasSubstr("targets[0].models: 1:38: belongs to the targets "
                            "of the group")));
}

TEST(CheckTargetsTest, AGroupDecidesNothingForTheWholeRequest) {
  EXPECT_THAT(
      Check("targets:\n"
            "- targets: [{virtual_key: openai}]\n"
            "  strategy: {mode: single, failover_on: [404],\n"
            "    on_interruption: fail, hold_back: {events: 1}, hedge: {}}\n"),
      ElementsAre(HasSubstr("targets[0].strategy.failover_on: 3:28: stands in "
                            "the strategy of a group: only the outermost one"),
                  HasSubstr("targets[0].strategy.on_interruption: 4:22: "),
                  HasSubstr("targets[0].strategy.hold_back: "),
                  HasSubstr("targets[0].strategy.hedge: ")));
}

TEST(CheckTargetsTest, ChecksTheLabel) {
  EXPECT_THAT(CheckTarget("label: ' blue'"),
              ElementsAre(HasSubstr("label: 2:")));
  EXPECT_THAT(CheckTarget("label: blue"), IsEmpty());
}

TEST(CheckTargetsTest, ChecksTheMembersOfAGroup) {
  EXPECT_THAT(
      Check("targets:\n"
            "- virtual_key: openai\n"
            "- strategy: {mode: conditional, default: simulatr,\n"
            "    conditions: [{key: user, value: x, target_key: openai}]}\n"
            "  targets: [{virtual_key: openai, weight: 0}]\n"),
      ElementsAre(HasSubstr("targets[1].strategy.default: 3:42: there is no "
                            "target 'simulatr' here"),
                  HasSubstr("targets[1].targets: 5:3: every target has weight "
                            "0"),
                  HasSubstr("targets[1].targets[0].virtual_key: 5:27: there is "
                            "a target 'openai' already")));
}

TEST(CheckTargetsTest, GroupsAreNotNestedWithoutEnd) {
  std::string inner = "{virtual_key: openai}";
  for (int i = 0; i < 9; ++i) {
    inner = absl::StrCat("{strategy: {mode: single}, targets: [", inner, "]}");
  }
  EXPECT_THAT(Check(absl::StrCat("targets: [", inner, "]")),
              ElementsAre(HasSubstr("nested more than 8 levels deep")));
}

}  // namespace
}  // namespace aigateway
