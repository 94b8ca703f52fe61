#include "gateway/config/check_strategy.h"

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

// The faults of a strategy over the targets openai and simulator.
std::vector<std::string> Check(absl::string_view strategy) {
  const Vocabulary vocabulary = FullVocabulary();
  Faults faults("f");
  const auto loaded = ReadConfig(
      absl::StrCat("targets: [{virtual_key: openai}, {virtual_key: simulator}]"
                   "\nstrategy: {",
                   strategy, "}\n"),
      vocabulary, faults);
  ValidateConfig(loaded->config, loaded->places, vocabulary, faults);
  return FaultsIn(faults.ToStatus());
}

std::vector<std::string> CheckRule(absl::string_view rule) {
  return Check(absl::StrCat("mode: conditional, conditions: [", rule, "]"));
}

TEST(CheckStrategyTest, TakesRegisteredModesAndNone) {
  EXPECT_THAT(Check("mode: loadbalance"), IsEmpty());
  EXPECT_THAT(Check(""), IsEmpty());
  EXPECT_THAT(Check("mode: loadbalancer"),
              ElementsAre(HasSubstr("strategy.mode: 2:18: there is no mode "
                                    "'loadbalancer'; did you mean "
                                    "'loadbalance'?")));
  EXPECT_THAT(Check("mode: least-cost"),
              ElementsAre(HasSubstr("'least-cost' is not served by this "
                                    "version: use 'ab-test', 'canary', ")));
}

TEST(CheckStrategyTest, TakesEveryKeyThatARuleCanLookAt) {
  for (const char* rule :
       {"key: model, value: m", "key: model_prefix, value: m",
        "key: user, value: ''", "key: metadata.tier, value: gold",
        "key: tag, value: t", "key: stream, value: true",
        "key: has_tools, value: \"false\"",
        "key: prompt_tokens_over, value: 1000",
        "key: prompt_regex, value: 'a.*b'"}) {
    EXPECT_THAT(CheckRule(absl::StrCat("{", rule, ", target_key: simulator}")),
                IsEmpty())
        << rule;
  }
}

// Case 028.
TEST(CheckStrategyTest, RefusesTheFaultyRules) {
  EXPECT_THAT(
      CheckRule("{key: modle, value: m1, target_key: openai}"),
      ElementsAre(HasSubstr("strategy.conditions[0].key: 2:50: no rule can "
                            "look at 'modle'; did you mean 'model'?")));
  EXPECT_THAT(CheckRule("{key: model, value: m1, target_key: nobody}"),
              ElementsAre(HasSubstr("strategy.conditions[0].target_key: 2:80: "
                                    "there is no target 'nobody' here")));
  EXPECT_THAT(Check("mode: conditional"),
              ElementsAre(HasSubstr("strategy.conditions: 2:1: is missing")));
  EXPECT_THAT(CheckRule("{key: model, value: m1, target_key: openai}, "
                        "{key: model, value: m1, target_key: simulator}"),
              ElementsAre(HasSubstr("strategy.conditions[1]: 2:89: asks the "
                                    "same as conditions[0]")));
}

TEST(CheckStrategyTest, NeedsKeyValueAndTarget) {
  EXPECT_THAT(CheckRule("{}"),
              ElementsAre(HasSubstr("conditions[0].key: 2:44: is missing"),
                          HasSubstr("conditions[0].value: 2:44: is missing"),
                          HasSubstr("conditions[0].target_key: 2:44: is "
                                    "missing")));
  EXPECT_THAT(CheckRule("{key: metadata., value: x, target_key: openai}"),
              ElementsAre(HasSubstr("no rule can look at 'metadata.'")));
  EXPECT_THAT(CheckRule("{key: metadata.NAME, value: x, target_key: openai}"),
              IsEmpty());
}

TEST(CheckStrategyTest, ChecksValuesThatHaveAForm) {
  EXPECT_THAT(CheckRule("{key: stream, value: on, target_key: openai}"),
              ElementsAre(HasSubstr("'true' or 'false' is expected")));
  EXPECT_THAT(
      CheckRule("{key: prompt_tokens_over, value: 1k, target_key: openai}"),
      ElementsAre(HasSubstr("a number of tokens is expected")));
}

TEST(CheckStrategyTest, TakesOneTargetOrAList) {
  EXPECT_THAT(CheckRule("{key: user, value: u, target_key: openai, "
                        "target_keys: [simulator]}"),
              ElementsAre(HasSubstr("keep one of the two")));
  EXPECT_THAT(CheckRule("{key: user, value: u, target_keys: [simulator, opnai, "
                        "simulator]}"),
              ElementsAre(HasSubstr("target_keys[1]: 2:91: there is no target "
                                    "'opnai' here; did you mean 'openai'?"),
                          HasSubstr("target_keys[2]: 2:98: 'simulator' stands "
                                    "in the list twice")));
}

TEST(CheckStrategyTest, RefusesRulesThatNoModeLooksAt) {
  EXPECT_THAT(Check("mode: fallback, default: openai, conditions: "
                    "[{key: user, value: u, target_key: openai}]"),
              ElementsAre(HasSubstr("strategy.default: 2:37: is used by mode "
                                    "'conditional' only"),
                          HasSubstr("strategy.conditions: 2:45: is used by")));
}

TEST(CheckStrategyTest, TakesTheOtherNameOfTheModeOfRules) {
  EXPECT_THAT(Check("mode: content-based, default: openai, conditions: "
                    "[{key: user, value: u, target_key: openai}]"),
              IsEmpty());
  EXPECT_THAT(Check("mode: content-based"),
              ElementsAre(HasSubstr("mode 'content-based' needs rules")));
}

TEST(CheckStrategyTest, RefusesTheSettingsOfAnotherMode) {
  EXPECT_THAT(
      Check("mode: fallback, sticky: {}, ab_test: {}, canary: {target: "
            "openai, share: 0.1}, mirror: {target: openai}"),
      ElementsAre(
          HasSubstr("strategy.sticky: 2:28: is used by mode 'sticky' "
                    "only: remove it, or set that mode"),
          HasSubstr("strategy.ab_test: 2:40: is used by mode 'ab-test'"),
          HasSubstr("strategy.canary: 2:53: is used by mode 'canary'"),
          HasSubstr("is used by mode 'mirror'")));
  EXPECT_THAT(Check("mode: sticky, sticky: {field: key}"), IsEmpty());
  EXPECT_THAT(Check("mode: sticky"), IsEmpty());
  EXPECT_THAT(Check("mode: ab-test, ab_test: {field: metadata.tenant}"),
              IsEmpty());
}

TEST(CheckStrategyTest, ChecksWhatTellsUsersApart) {
  EXPECT_THAT(
      Check("mode: sticky, sticky: {field: usr}"),
      ElementsAre(HasSubstr("strategy.sticky.field: 2:42: 'usr' does not tell "
                            "users apart: write 'user', 'metadata.NAME', "
                            "'tag' or 'key'; did you mean 'user'?")));
  EXPECT_THAT(Check("mode: ab-test, ab_test: {field: metadata.}"),
              ElementsAre(HasSubstr("strategy.ab_test.field: ")));
  EXPECT_THAT(Check("mode: canary, canary: {target: openai, share: 0.5, "
                    "field: model}"),
              ElementsAre(HasSubstr("strategy.canary.field: ")));
}

TEST(CheckStrategyTest, ChecksTheCanary) {
  EXPECT_THAT(Check("mode: canary"),
              ElementsAre(HasSubstr("strategy.canary: 2:1: is missing: mode "
                                    "'canary' needs a target and a share")));
  EXPECT_THAT(Check("mode: canary, canary: {}"),
              ElementsAre(HasSubstr("canary.target: 2:26: is missing"),
                          HasSubstr("canary.share: 2:26: is missing")));
  EXPECT_THAT(Check("mode: canary, canary: {target: opnai, share: 1.5}"),
              ElementsAre(HasSubstr("there is no target 'opnai' here"),
                          HasSubstr("a share is expected, from 0 to 1")));
  EXPECT_THAT(Check("mode: canary, canary: {target: openai, share: 0}"),
              IsEmpty());
}

TEST(CheckStrategyTest, ChecksTheMirror) {
  EXPECT_THAT(Check("mode: mirror"),
              ElementsAre(HasSubstr("strategy.mirror: 2:1: is missing")));
  EXPECT_THAT(Check("mode: mirror, mirror: {target: openai}"), IsEmpty());
  EXPECT_THAT(
      Check("mode: mirror, mirror: {target: nobody, share: -1, "
            "max_in_flight: 0, timeout: 0s}"),
      ElementsAre(HasSubstr("mirror.target: "), HasSubstr("mirror.share: "),
                  HasSubstr("mirror.max_in_flight: "),
                  HasSubstr("mirror.timeout: ")));
}

TEST(CheckStrategyTest, ChecksTheDefault) {
  EXPECT_THAT(
      Check("mode: conditional, default: nobody, conditions: [{key: user, "
            "value: u, target_key: openai}]"),
      ElementsAre(HasSubstr("strategy.default: 2:40: there is no target")));
}

TEST(CheckStrategyTest, FailoverOnTakesReasonsAndStatuses) {
  EXPECT_THAT(Check("failover_on: [CONTENT_FILTERED, 404, \"503\", INTERNAL]"),
              IsEmpty());
  EXPECT_THAT(
      Check("failover_on: [content_filtered, 200, 600, UNSPECIFIED, "
            "CANCELLED, SHUTTING_DOWN, 404, 404, '', 99999999999]"),
      ElementsAre(HasSubstr("failover_on[0]: 2:26: 'content_filtered' is "
                            "neither an error reason nor an HTTP status; did "
                            "you mean 'CONTENT_FILTERED'?"),
                  HasSubstr("failover_on[1]"), HasSubstr("failover_on[2]"),
                  HasSubstr("failover_on[3]"),
                  HasSubstr("failover_on[4]: 2:67: 'CANCELLED' ends the call "
                            "itself"),
                  HasSubstr("failover_on[5]"),
                  HasSubstr("failover_on[7]: 2:98: '404' stands in the list "
                            "twice"),
                  HasSubstr("failover_on[8]"), HasSubstr("failover_on[9]")));
}

TEST(CheckStrategyTest, ChecksWhatConcernsStreams) {
  EXPECT_THAT(
      Check("on_interruption: continu, hold_back: {events: -1, time: 0s}, "
            "hedge: {after: 0s, percentile: 100, max_share: 0}"),
      ElementsAre(HasSubstr("on_interruption: 2:29: 'continu' is not known: "
                            "write 'fail', 'continue' or 'restart'; did you "
                            "mean 'continue'?"),
                  HasSubstr("hold_back.events"), HasSubstr("hold_back.time"),
                  HasSubstr("hedge.after"), HasSubstr("hedge.percentile"),
                  HasSubstr("hedge.max_share")));
}

}  // namespace
}  // namespace aigateway
