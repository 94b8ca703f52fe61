#include "gateway/config/expand.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/secrets.h"
#include "gateway/config/source_map.h"
#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::ProviderConfig;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ExpandVariablesTest : public testing::Test {
 protected:
  // Expands `provider` at providers[0], with KEY set to `key`.
  std::vector<std::string> Expand(absl::string_view key,
                                  ProviderConfig* provider) {
    const FixedSecrets secrets(
        {{"KEY", std::string(key)}, {"HOST", "h.example"}, {"N", "name"}});
    const SourceMap places;
    Faults faults("");
    FaultReport report(&places, &faults);
    const FieldPath root;
    const FieldPath providers = root.Key("providers");
    ExpandVariables(secrets, providers.Index(0), provider, report);
    return FaultsIn(faults.ToStatus());
  }

  static ProviderConfig Provider(const char* text) {
    ProviderConfig provider;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &provider));
    return provider;
  }
};

TEST_F(ExpandVariablesTest, ExpandsEveryText) {
  ProviderConfig provider = Provider(R"pb(
    name: "${N}"
    base_url: "https://${HOST}/v1"
    api_key: " ${KEY} "
    api_keys: [ "${KEY}2", "plain" ]
    headers { key: "x-a" value: " Token ${KEY}" }
    models: "${N}-1"
    model_map { key: "a" value: "${N}" }
    http2: false
    options {
      fields {
        key: "region"
        value { string_value: "${N}" }
      }
      fields {
        key: "list"
        value {
          list_value {
            values { string_value: "${N}" }
            values { number_value: 1 }
            values {
              struct_value {
                fields {
                  key: "deep"
                  value { string_value: "${N}" }
                }
              }
            }
          }
        }
      }
    })pb");
  EXPECT_THAT(Expand("k", &provider), IsEmpty());
  EXPECT_THAT(provider, EqualsProto(R"pb(
                name: "name"
                base_url: "https://h.example/v1"
                api_key: "k"
                api_keys: [ "k2", "plain" ]
                headers { key: "x-a" value: "Token k" }
                models: "name-1"
                model_map { key: "a" value: "name" }
                http2: false
                options {
                  fields {
                    key: "region"
                    value { string_value: "name" }
                  }
                  fields {
                    key: "list"
                    value {
                      list_value {
                        values { string_value: "name" }
                        values { number_value: 1 }
                        values {
                          struct_value {
                            fields {
                              key: "deep"
                              value { string_value: "name" }
                            }
                          }
                        }
                      }
                    }
                  }
                })pb"));
}

// Case 043.
TEST_F(ExpandVariablesTest, TakesTheWhiteSpaceAroundAKeyAway) {
  for (const char* key : {"abc\n", " abc ", "\tabc\r\n"}) {
    ProviderConfig provider = Provider("api_key: '${KEY}'");
    EXPECT_THAT(Expand(key, &provider), IsEmpty());
    EXPECT_EQ(provider.api_key(), "abc");
  }
}

// Case 043.
TEST_F(ExpandVariablesTest, RefusesAKeyThatCannotBeOneWithoutShowingIt) {
  for (const std::string& key :
       {std::string("abc\r\nX-Evil: 1"), std::string("ab\0c", 4),
        std::string("abc\xc2\xa0x"), std::string("abc d"), std::string(),
        std::string("   ")}) {
    ProviderConfig provider = Provider("api_key: '${KEY}'");
    EXPECT_THAT(Expand(key, &provider),
                ElementsAre(AllOf(
                    HasSubstr("providers[0].api_key: "),
                    HasSubstr("(it comes from the environment variable KEY)"),
                    Not(HasSubstr("abc")))));
    EXPECT_EQ(provider.api_key(), "");
  }
}

TEST_F(ExpandVariablesTest, NamesTheProviderOfWhatItRefuses) {
  ProviderConfig provider = Provider("name: 'main' api_key: '${KEY}'");
  EXPECT_THAT(Expand("abc d", &provider),
              ElementsAre(HasSubstr("(it comes from the environment variable "
                                    "KEY, for provider 'main')")));
  ProviderConfig unset = Provider("name: 'main' api_key: '${NO_SUCH}'");
  EXPECT_THAT(Expand("", &unset),
              ElementsAre(AllOf(HasSubstr("NO_SUCH"),
                                HasSubstr("(for provider 'main')"))));
}

TEST_F(ExpandVariablesTest, RefusesAHeaderThatWouldBecomeTwo) {
  ProviderConfig provider =
      Provider("headers { key: 'x-a' value: 'a ${KEY}' }");
  EXPECT_THAT(Expand("b\r\nX-Evil: 1", &provider),
              ElementsAre(AllOf(HasSubstr("providers[0].headers.x-a"),
                                Not(HasSubstr("Evil")))));
  EXPECT_EQ(provider.headers().at("x-a"), "");
}

TEST_F(ExpandVariablesTest, ChecksAUrlOnceItIsWhole) {
  ProviderConfig provider = Provider("base_url: 'https://${KEY}'");
  EXPECT_THAT(
      Expand("user:pass@h", &provider),
      ElementsAre(AllOf(HasSubstr("providers[0].base_url"),
                        HasSubstr("variable KEY"), Not(HasSubstr("pass@")))));
}

TEST_F(ExpandVariablesTest, ReportsEveryFault) {
  ProviderConfig provider = Provider(
      "api_key: '${NOBODY}' base_url: '${file:/none}' models: ['${N}', "
      "'${NOT_SET}'] options { fields { key: 'a' value { string_value: "
      "'${OPEN' } } }");
  EXPECT_THAT(
      Expand("k", &provider),
      ElementsAre(HasSubstr("providers[0].base_url: the file '/none'"),
                  HasSubstr("providers[0].api_key: the environment variable "
                            "NOBODY is not set"),
                  HasSubstr("providers[0].models[1]"),
                  HasSubstr("providers[0].options.a")));
}

TEST_F(ExpandVariablesTest, RefusesAValueThatIsNoText) {
  ProviderConfig provider = Provider("models: '${KEY}'");
  EXPECT_THAT(Expand("\xff", &provider),
              ElementsAre(HasSubstr("has a byte that is not UTF-8")));
}

TEST_F(ExpandVariablesTest, ExpandsAWholeConfiguration) {
  config::v1::GatewayConfig config;
  config.mutable_auth()->add_keys()->set_key("${KEY}");
  (*config.mutable_aliases())["a"] = "${KEY}";
  const FixedSecrets secrets({{"KEY", "k"}});
  const SourceMap places;
  Faults faults("");
  FaultReport report(&places, &faults);
  ExpandVariables(secrets, FieldPath(), &config, report);
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(config.auth().keys(0).key(), "k");
  EXPECT_EQ(config.aliases().at("a"), "k");
}

}  // namespace
}  // namespace aigateway
