#include "gateway/config/check_plugins.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_testing.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CheckPluginsTest, TakesEveryStageAndType) {
  for (const char* text :
       {"stage: before_request, type: guardrail",
        "stage: after_request, type: logging", "stage: on_error, type: metrics",
        "stage: on_chunk, type: transform", "stage: on_error, type: auth",
        "stage: on_error, type: ratelimit"}) {
    EXPECT_THAT(
        FaultsOf("plugins: [{name: word-filter, " + std::string(text) + "}]"),
        IsEmpty());
  }
}

TEST(CheckPluginsTest, RefusesOtherStagesAndTypes) {
  EXPECT_THAT(
      FaultsOf("plugins: [{name: word-filter, stage: before, type: guard}]"),
      ElementsAre(HasSubstr("plugins[0].stage: 1:38: 'before' is not known: "
                            "write 'before_request'"),
                  HasSubstr("plugins[0].type: 1:52: 'guard' is not known")));
}

TEST(CheckPluginsTest, NeedsAStageOrItWouldNeverRun) {
  EXPECT_THAT(FaultsOf("plugins: [{name: word-filter}]"),
              ElementsAre(HasSubstr("plugins[0].stage: 1:11: is missing: write "
                                    "'before_request', ")));
  EXPECT_THAT(FaultsOf("plugins: [{name: word-filter, enabled: false}]"),
              IsEmpty());
}

TEST(CheckPluginsTest, TakesNoStageAtWhichThePluginDoesNothing) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.plugins["word-filter"] = {.stages = {"before_request", "on_chunk"},
                                       .has_default_stage = true};
  EXPECT_THAT(FaultsOf("plugins: [{name: word-filter}]", vocabulary),
              IsEmpty());
  EXPECT_THAT(
      FaultsOf("plugins: [{name: word-filter, stage: on_chunk}]", vocabulary),
      IsEmpty());
  EXPECT_THAT(
      FaultsOf("plugins: [{name: word-filter, stage: on_error}]", vocabulary),
      ElementsAre(HasSubstr("plugins[0].stage: 1:38: the plugin 'word-filter' "
                            "does nothing at 'on_error': write "
                            "'before_request' or 'on_chunk'")));
}

TEST(CheckPluginsTest, RefusesWhatWouldMeanNothing) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.plugins["cache"] = {.type = "transform",
                                 .stages = {"before_request", "after_request"},
                                 .needed_stage = "before_request",
                                 .has_default_stage = true};
  vocabulary.plugins["log"] = {.type = "logging", .has_default_stage = true};
  for (const char* text :
       {"[{name: cache}]", "[{name: cache, stage: before_request}]",
        "[{name: cache, stage: after_request}, "
        "{name: cache, stage: before_request}]",
        "[{name: cache, stage: after_request, enabled: false}]",
        "[{name: log, type: logging, on_failure: open}]"}) {
    EXPECT_THAT(FaultsOf(std::string("plugins: ") + text, vocabulary),
                IsEmpty())
        << text;
  }
  EXPECT_THAT(
      FaultsOf("plugins: [{name: cache, stage: after_request}]", vocabulary),
      ElementsAre(HasSubstr("plugins[0].stage: 1:32: the plugin 'cache' does "
                            "nothing without an entry at 'before_request'")));
  EXPECT_THAT(FaultsOf("plugins: [{name: cache}, "
                       "{name: cache, stage: before_request}]",
                       vocabulary),
              ElementsAre(HasSubstr("plugins[1]: 1:26: the same plugin stands "
                                    "in plugins[0]")));
  EXPECT_THAT(
      FaultsOf("plugins: [{name: log, on_failure: closed}]", vocabulary),
      ElementsAre(HasSubstr("plugins[0].on_failure: 1:35: a plugin of type "
                            "'logging' never ends a request")));
}

TEST(CheckPluginsTest, ChecksTheTimeAndWhatAFailureDoes) {
  EXPECT_THAT(FaultsOf("plugins: [{name: word-filter, stage: on_chunk, "
                       "timeout: 50ms, on_failure: open}]"),
              IsEmpty());
  EXPECT_THAT(FaultsOf("plugins: [{name: word-filter, stage: on_chunk, "
                       "timeout: 0s, on_failure: opne}]"),
              ElementsAre(HasSubstr("plugins[0].timeout: "),
                          HasSubstr("plugins[0].on_failure: 1:73: 'opne' is "
                                    "not known: write 'open' or 'closed'; did "
                                    "you mean 'open'?")));
}

TEST(CheckPluginsTest, NeedsAPluginThatIsThere) {
  EXPECT_THAT(FaultsOf("plugins: [{stage: on_error}]"),
              ElementsAre(HasSubstr("plugins[0].name: 1:11: is missing")));
  EXPECT_THAT(FaultsOf("plugins: [{name: word-filer}]"),
              ElementsAre(HasSubstr("there is no plugin 'word-filer'; did you "
                                    "mean 'word-filter'?")));
}

TEST(CheckPluginsTest, RefusesAGuardThatIsNotThereUnlessItIsOff) {
  EXPECT_THAT(FaultsOf("plugins: [{name: rate-limit}]"),
              ElementsAre(HasSubstr("the plugin 'rate-limit' is not served by "
                                    "this version")));
  EXPECT_THAT(FaultsOf("plugins: [{name: rate-limit, enabled: true}]"),
              ElementsAre(HasSubstr("not served")));
  EXPECT_THAT(FaultsOf("plugins: [{name: rate-limit, enabled: false, "
                       "config: {requests_per_second: 5}}]"),
              IsEmpty());
  EXPECT_THAT(FaultsOf("plugins: [{name: rate-limt, enabled: false}]"),
              ElementsAre(HasSubstr("there is no plugin 'rate-limt'")));
}

}  // namespace
}  // namespace aigateway
