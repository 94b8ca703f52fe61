#include "gateway/config/diff.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/admin.pb.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

config::v1::GatewayConfig Read(absl::string_view text) {
  Faults faults("f");
  return ReadConfig(text, FullVocabulary(), faults)->config;
}

// Each change as "PATH: OLD -> NEW".
std::vector<std::string> Diff(absl::string_view before,
                              absl::string_view after) {
  std::vector<std::string> changes;
  for (const v1::ConfigChange& change :
       DiffConfigs(Read(before), Read(after), FullVocabulary())) {
    EXPECT_EQ(change.kind(),
              change.old_value().empty()   ? v1::CONFIG_CHANGE_KIND_ADDED
              : change.new_value().empty() ? v1::CONFIG_CHANGE_KIND_REMOVED
                                           : v1::CONFIG_CHANGE_KIND_CHANGED);
    changes.push_back(absl::StrCat(change.path(), ": ", change.old_value(),
                                   " -> ", change.new_value()));
  }
  return changes;
}

TEST(DiffConfigsTest, SameConfigurationsHaveNoChange) {
  const char* text =
      "providers: [{type: openai, api_key: a, options: {x: [1, {y: 2}]}}]\n"
      "aliases: {a: b, c: d}";
  EXPECT_THAT(Diff(text, text), IsEmpty());
}

TEST(DiffConfigsTest, TellsEachChangedValueByItsPath) {
  EXPECT_THAT(
      Diff("strategy: {mode: single}\ntargets: [{virtual_key: a, weight: 1}]\n"
           "aliases: {x: y, gone: z}",
           "strategy: {mode: fallback}\ntargets: [{virtual_key: a, weight: 2, "
           "retry: {max_backoff: 5s}}]\naliases: {x: y2, new: z}"),
      ElementsAre("aliases.gone: \"z\" -> ", "aliases.new:  -> \"z\"",
                  "aliases.x: \"y\" -> \"y2\"",
                  "strategy.mode: \"single\" -> \"fallback\"",
                  "targets[a].retry:  -> {\"max_backoff\":\"5s\"}",
                  "targets[a].weight: 1 -> 2"));
}

TEST(DiffConfigsTest, KnowsEntriesByTheirNames) {
  EXPECT_THAT(
      Diff("providers: [{name: a, type: openai, base_url: 'http://1'}, "
           "{type: anthropic}]",
           "providers: [{name: b, type: openai}, {name: a, type: openai, "
           "base_url: 'http://2'}]"),
      ElementsAre("providers[a].base_url: \"http://1\" -> \"http://2\"",
                  "providers[anthropic]: {\"type\":\"anthropic\"} -> ",
                  "providers[b]:  -> {\"name\":\"b\",\"type\":\"openai\"}"));
}

TEST(DiffConfigsTest, TellsWhenOnlyTheOrderChanged) {
  EXPECT_THAT(
      Diff("targets: [{virtual_key: a}, {virtual_key: b}, {virtual_key: c}]",
           "targets: [{virtual_key: d}, {virtual_key: c}, {virtual_key: a}]"),
      ElementsAre("targets: [\"a\",\"c\"] -> [\"c\",\"a\"]",
                  "targets[b]: {\"virtual_key\":\"b\"} -> ",
                  "targets[d]:  -> {\"virtual_key\":\"d\"}"));
}

TEST(DiffConfigsTest, ComparesEntriesWithoutNamesByPosition) {
  EXPECT_THAT(Diff("strategy: {conditions: [{key: a, value: b}, {key: c}]}",
                   "strategy: {conditions: [{key: a, value: x}]}"),
              ElementsAre("strategy.conditions[0].value: \"b\" -> \"x\"",
                          "strategy.conditions[1]: {\"key\":\"c\"} -> "));
  EXPECT_THAT(Diff("plugins: [{name: a, stage: x}, {name: a, stage: y}]",
                   "plugins: [{name: a, stage: x}, {name: a, stage: z}]"),
              ElementsAre("plugins[1].stage: \"y\" -> \"z\""));
}

TEST(DiffConfigsTest, ShowsAListOfTextsWhole) {
  EXPECT_THAT(Diff("strategy: {failover_on: [404, 500]}",
                   "strategy: {failover_on: [404]}"),
              ElementsAre("strategy.failover_on: [\"404\",\"500\"] -> "
                          "[\"404\"]"));
}

TEST(DiffConfigsTest, NeverShowsASecret) {
  EXPECT_THAT(
      Diff("providers: [{type: openai, api_key: S1, api_keys: [S2], headers: "
           "{a: S3}, options: {token: S4}}]",
           "providers: [{type: openai, api_key: S5, api_keys: [S6], headers: "
           "{a: S7, b: S8}, options: {token: S9}}]"),
      ElementsAre(
          "providers[openai].api_key: \"(changed)\" -> \"(changed)\"",
          "providers[openai].api_keys: \"(changed)\" -> \"(changed)\"",
          "providers[openai].headers.a: \"(changed)\" -> \"(changed)\"",
          "providers[openai].headers.b:  -> \"[withheld]\"",
          "providers[openai].options.token: \"(changed)\" -> \"(changed)\""));
  for (const std::string& change :
       Diff("{}", "providers: [{type: openai, api_key: S1}]")) {
    EXPECT_THAT(change, Not(HasSubstr("S1")));
  }
}

TEST(DiffConfigsTest, IsBounded) {
  std::string text = "aliases:\n";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "  a", i, ": b\n");
  const std::vector<std::string> changes = Diff("{}", text);
  // Added as one mapping.
  EXPECT_THAT(changes, SizeIs(1));
  EXPECT_LT(changes[0].size(), 3000);
  const auto many =
      DiffConfigs(Read("aliases: {a: b}"), Read(text), FullVocabulary());
  ASSERT_THAT(many, SizeIs(kMaxChanges + 1));
  EXPECT_EQ(many.back().new_value(), "\"801 more changes\"");
}

}  // namespace
}  // namespace aigateway
