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
                                    "version: use 'conditional', 'fallback', "
                                    "'loadbalance' or 'single'")));
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
