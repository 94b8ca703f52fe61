#include "gateway/config/check_access.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_testing.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> CheckKeys(absl::string_view keys) {
  return FaultsOf(absl::StrCat("auth: {keys: [", keys, "]}"));
}

TEST(CheckAuthTest, TakesNamedKeysWithScopesAndModels) {
  EXPECT_THAT(CheckKeys("{name: a, key: k1}, {name: b, key: \"${K}\", scopes: "
                        "[route, admin], models: [m]}"),
              IsEmpty());
}

TEST(CheckAuthTest, NeverTakesAnEmptyBlockForNoKeyIsAskedFor) {
  for (const char* text : {"auth:", "auth: {}", "auth: {keys: []}",
                           "auth: {keys: ~}", "auth: ~"}) {
    EXPECT_THAT(FaultsOf(text), ElementsAre(HasSubstr("has no key"))) << text;
  }
}

TEST(CheckAuthTest, NamesAndKeysDiffer) {
  EXPECT_THAT(CheckKeys("{name: a, key: k}, {name: a, key: k}"),
              ElementsAre(HasSubstr("auth.keys[1].name: 1:41: there is a key "
                                    "'a' already"),
                          HasSubstr("auth.keys[1].key: 1:49: is the same key "
                                    "as keys[0]")));
  EXPECT_THAT(CheckKeys("{name: a, key: \"${K}\"}, {name: b, key: \"${K}\"}"),
              ElementsAre(HasSubstr("is the same key as keys[0]")));
}

TEST(CheckAuthTest, NeedsNameAndKey) {
  EXPECT_THAT(CheckKeys("{}, {name: '', key: ' '}"),
              ElementsAre(HasSubstr("keys[0].name"), HasSubstr("keys[0].key"),
                          HasSubstr("keys[1].name"),
                          HasSubstr("keys[1].key: 1:35: is empty")));
}

TEST(CheckAuthTest, KnowsTwoScopes) {
  EXPECT_THAT(CheckKeys("{name: a, key: k, scopes: [admn, route, route]}"),
              ElementsAre(HasSubstr("scopes[0]: 1:42: there is no scope "
                                    "'admn': write 'route' or 'admin'; did you "
                                    "mean 'admin'?"),
                          HasSubstr("scopes[2]")));
}

TEST(CheckAliasesTest, HaveNoChainsAndNoEmptyNames) {
  EXPECT_THAT(FaultsOf("aliases: {a: b, c: d}"), IsEmpty());
  EXPECT_THAT(FaultsOf("aliases: {a: b, b: c, '': d, e: ''}"),
              ElementsAre(HasSubstr("aliases.a: 1:14: 'b' is an alias itself"),
                          HasSubstr("aliases[\"\"]"), HasSubstr("aliases.e")));
  EXPECT_THAT(FaultsOf("aliases: {a: a}"),
              ElementsAre(HasSubstr("is an alias itself")));
}

TEST(CheckAliasesTest, DoNotHideAModel) {
  EXPECT_THAT(FaultsOf("providers: [{type: openai, models: [gpt-4o]}]\n"
                       "targets: [{virtual_key: openai, models: [m]}]\n"
                       "aliases: {gpt-4o: x, m: y, ok: z}"),
              ElementsAre(HasSubstr("aliases.gpt-4o: 3:19: is also a model, at "
                                    "providers[0].models[0]"),
                          HasSubstr("aliases.m: 3:25: is also a model, at "
                                    "targets[0].models[0]")));
  EXPECT_THAT(FaultsOf("targets: [{strategy: {mode: single}, targets: "
                       "[{virtual_key: openai, models: [m]}]}]\n"
                       "aliases: {m: y}"),
              ElementsAre(HasSubstr("is also a model, at "
                                    "targets[0].targets[0].models[0]")));
}

}  // namespace
}  // namespace aigateway
