#include "gateway/config/check_providers.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_testing.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The faults of one provider of type openai with these settings.
std::vector<std::string> FaultsWith(absl::string_view settings) {
  return FaultsOf(absl::StrCat("providers:\n- {type: openai, ", settings, "}"));
}

TEST(CheckProvidersTest, NeedsAKnownType) {
  EXPECT_THAT(FaultsOf("providers: [{name: a}]"),
              ElementsAre(HasSubstr("providers[0].type: 1:13: is missing")));
  EXPECT_THAT(FaultsOf("providers: [{type: antropic}]"),
              ElementsAre(HasSubstr("did you mean 'anthropic'?")));
  EXPECT_THAT(FaultsOf("providers: [{type: bedrock}]"),
              ElementsAre(HasSubstr("'bedrock' is not served by this "
                                    "version")));
}

TEST(CheckProvidersTest, NamesAreUniqueAndDefaultToTheType) {
  EXPECT_THAT(FaultsOf("providers: [{type: openai}, {type: openai}]"),
              ElementsAre(HasSubstr("providers[1].type: 1:36: there is a "
                                    "provider instance 'openai' already, at "
                                    "providers[0].type")));
  EXPECT_THAT(FaultsOf("providers: [{type: openai}, {name: b, type: openai}]"),
              IsEmpty());
}

TEST(CheckProvidersTest, ANameCanBeCarriedByMetadata) {
  EXPECT_THAT(FaultsWith("name: \"a\\nb\""),
              ElementsAre(HasSubstr("printable ASCII")));
  EXPECT_THAT(FaultsWith("name: é"), ElementsAre(HasSubstr("printable ASCII")));
  EXPECT_THAT(FaultsWith("name: ' a'"), ElementsAre(HasSubstr("no space")));
  EXPECT_THAT(FaultsWith(absl::StrCat("name: ", std::string(129, 'a'))),
              ElementsAre(HasSubstr("too long for a name")));
  EXPECT_THAT(FaultsWith("name: \"My key, 1 (EU)\""), IsEmpty());
}

TEST(CheckProvidersTest, ANameMayNotBeThatOfAnInstanceMadeByHand) {
  Vocabulary vocabulary = TestVocabulary();
  vocabulary.provider_instances = {"mine"};
  EXPECT_THAT(FaultsOf("providers: [{name: mine, type: openai}]", vocabulary),
              ElementsAre(HasSubstr("was registered by the program")));
  EXPECT_THAT(FaultsOf("targets: [{virtual_key: mine}]", vocabulary),
              IsEmpty());
}

TEST(CheckProvidersTest, ChecksTheShapeOfTheUrl) {
  EXPECT_THAT(FaultsWith("base_url: \"https://h:99999/v1\""),
              ElementsAre(HasSubstr("providers[0].base_url: 2:28: the URL has "
                                    "no host")));
  EXPECT_THAT(FaultsWith("base_url: ''"),
              ElementsAre(HasSubstr("https:// or http:// is expected")));
  EXPECT_THAT(FaultsWith("base_url: \"https://${HOST}/v1\""), IsEmpty());
}

// Case 043.
TEST(CheckProvidersTest, ChecksKeysThatStandInTheFile) {
  EXPECT_THAT(FaultsWith("api_key: \" abc \\n\""), IsEmpty());
  for (const char* bad : {"\"\"", "\"  \"", "\"abc\\r\\nX-Evil: 1\"",
                          "\"ab\\u00a0c\"", "\"ab c\"", "\"a\\x01b\"", "~"}) {
    EXPECT_THAT(FaultsWith(absl::StrCat("api_key: ", bad)),
                ElementsAre(HasSubstr("providers[0].api_key: 2:")))
        << bad;
  }
  EXPECT_THAT(FaultsWith("api_keys: [a, '', \"b c\"]"),
              ElementsAre(HasSubstr("api_keys[1]"), HasSubstr("api_keys[2]")));
  EXPECT_THAT(FaultsWith("api_key: \"${KEY}\", api_keys: [\"${KEY}x y\"]"),
              IsEmpty());
}

TEST(CheckProvidersTest, ChecksHeaders) {
  EXPECT_THAT(
      FaultsWith("headers: {\"a b\": x, Host: x, content-length: 1, "
                 "x-empty: '', x-bad: \"a\\nb\", x-ok: ok}"),
      ElementsAre(HasSubstr("no name of a header"), HasSubstr("headers.Host"),
                  HasSubstr("headers.content-length"),
                  HasSubstr("headers.x-empty"), HasSubstr("headers.x-bad")));
  EXPECT_THAT(FaultsWith("headers: {X-A: 1, x-a: 2}"),
              ElementsAre(HasSubstr("is the same header as 'X-A'")));
}

TEST(CheckProvidersTest, ChecksModels) {
  EXPECT_THAT(FaultsWith("models: [a, '', a], model_map: {b: ''}"),
              ElementsAre(HasSubstr("models[1]"),
                          HasSubstr("models[2]: 2:34: 'a' stands in the list "
                                    "twice"),
                          HasSubstr("model_map.b")));
}

TEST(CheckProvidersTest, ChecksTheWordForUnsupportedParameters) {
  EXPECT_THAT(FaultsWith("on_unsupported: dorp"),
              ElementsAre(HasSubstr("write 'refuse' or 'drop'; did you mean "
                                    "'drop'?")));
  EXPECT_THAT(FaultsWith("on_unsupported: refuse"), IsEmpty());
}

}  // namespace
}  // namespace aigateway
