#include "gateway/config/redact.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/to_text.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

config::v1::GatewayConfig Redacted(const char* text) {
  const Vocabulary vocabulary = FullVocabulary();
  Faults faults("f");
  return Redact(ReadConfig(text, vocabulary, faults)->config, vocabulary);
}

TEST(RedactTest, WithholdsEveryFieldThatTheSchemaMarks) {
  const config::v1::GatewayConfig config = Redacted(
      "providers:\n- {name: p, type: openai, api_key: S1, api_keys: [S2, S3], "
      "headers: {x-a: S4}, base_url: 'https://h/v1', models: [m]}\n"
      "auth: {keys: [{name: n, key: S5, scopes: [admin]}]}\n");
  EXPECT_EQ(ToJson(config),
            R"({"auth":{"keys":[{"key":"[withheld]","name":"n",)"
            R"("scopes":["admin"]}]},"providers":[{"api_key":"[withheld]",)"
            R"("api_keys":["[withheld]","[withheld]"],)"
            R"("base_url":"https://h/v1","headers":{"x-a":"[withheld]"},)"
            R"("models":["m"],"name":"p","type":"openai"}]})");
}

TEST(RedactTest, LeavesWhatIsNotSetUnset) {
  EXPECT_EQ(ToJson(Redacted("providers: [{type: openai}]")),
            R"({"providers":[{"type":"openai"}]})");
}

TEST(RedactTest, WithholdsTheUserPartOfAUrl) {
  EXPECT_THAT(
      ToJson(Redacted("providers: [{type: openai, base_url: "
                      "'https://user:S1@h/v1@x', options: {proxy: "
                      "'http://S1@p:1', mail: 'a@b', l: ['x://S1@y']}}]")),
      AllOf(Not(HasSubstr("S1")), HasSubstr("https://[withheld]@h/v1@x"),
            HasSubstr("http://[withheld]@p:1"), HasSubstr("a@b")));
}

TEST(RedactTest, WithholdsWhatIsCalledASecretInFreeForm) {
  EXPECT_EQ(
      ToJson(Redacted("providers: [{type: openai, options: {api_token: S1, "
                      "Password: 5, nested: {client_secret: [S2, {a: S3}], "
                      "region: eu}, max_tokens: 7, list: [{private_key: S4}], "
                      "token: true}}]")),
      R"({"providers":[{"options":{"Password":"[withheld]",)"
      R"("api_token":"[withheld]","list":[{"private_key":"[withheld]"}],)"
      R"("max_tokens":7,"nested":{"client_secret":["[withheld]",)"
      R"({"a":"[withheld]"}],"region":"eu"},"token":true},)"
      R"("type":"openai"}]})");
}

TEST(RedactTest, AsksAPluginsOwnSchema) {
  EXPECT_EQ(
      ToJson(Redacted("plugins: [{name: everything, config: {token: S1, text: "
                      "t, limits: {key: 5}, inner: {name: key}, free: {secret: "
                      "S2}}}]")),
      R"({"plugins":[{"config":{"free":{"secret":"[withheld]"},)"
      R"("inner":{"name":"key"},"limits":{"key":"[withheld]"},"text":"t",)"
      R"("token":"[withheld]"},"name":"everything"}]})");
}

TEST(RedactTest, TakesAPluginWithoutASchemaForFreeForm) {
  EXPECT_THAT(ToJson(Redacted("plugins: [{name: rate-limit, config: "
                              "{redis_password: S1, burst: 3}}]")),
              AllOf(Not(HasSubstr("S1")), HasSubstr(R"("burst":3)")));
}

// A field that is added to the schema and called like a secret, but not marked
// as one, is found here.
TEST(RedactTest, TheSchemaMarksEveryFieldThatIsCalledASecret) {
  const google::protobuf::FileDescriptor* file =
      config::v1::GatewayConfig::descriptor()->file();
  // Names of targets, of conditions and of whole messages.
  const std::vector<std::string> harmless = {
      "virtual_key", "target_key", "target_keys", "keys", "first_token"};
  for (int i = 0; i < file->message_type_count(); ++i) {
    const google::protobuf::Descriptor* type = file->message_type(i);
    for (int j = 0; j < type->field_count(); ++j) {
      const google::protobuf::FieldDescriptor* field = type->field(j);
      const bool is_condition = type->name() == "ConditionConfig";
      const bool looks_secret = absl::StrContains(field->name(), "key") ||
                                absl::StrContains(field->name(), "token") ||
                                absl::StrContains(field->name(), "secret") ||
                                absl::StrContains(field->name(), "password") ||
                                field->name() == "headers";
      if (!looks_secret || is_condition ||
          field->is_map() != (field->name() == "headers") ||
          std::find(harmless.begin(), harmless.end(), field->name()) !=
              harmless.end()) {
        continue;
      }
      EXPECT_TRUE(field->options().GetExtension(config::v1::secret))
          << field->full_name();
    }
  }
}

}  // namespace
}  // namespace aigateway
