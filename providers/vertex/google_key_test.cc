#include "providers/vertex/google_key.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

TEST(GoogleKeyTest, ReadsAServiceAccount) {
  const auto key = ReadGoogleKey(
      R"({"type":"service_account","project_id":"p","private_key_id":"k1",)"
      R"("private_key":"-----BEGIN\nX","client_email":"a@p.example",)"
      R"("token_uri":"https://oauth2.example/token","universe_domain":"x"})");
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->kind, GoogleKey::Kind::kServiceAccount);
  EXPECT_EQ(key->client_email, "a@p.example");
  EXPECT_EQ(key->private_key_id, "k1");
  EXPECT_EQ(key->private_key.Reveal(), "-----BEGIN\nX");
  EXPECT_EQ(key->token_uri, "https://oauth2.example/token");
}

TEST(GoogleKeyTest, ReadsAUserAndKnowsWhereTokensAre) {
  const auto key = ReadGoogleKey(
      R"({"type":"authorized_user","client_id":"c","client_secret":"s",)"
      R"("refresh_token":"r","account":""})");
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->kind, GoogleKey::Kind::kUser);
  EXPECT_EQ(key->client_id, "c");
  EXPECT_EQ(key->client_secret.Reveal(), "s");
  EXPECT_EQ(key->refresh_token.Reveal(), "r");
  EXPECT_EQ(key->token_uri, "https://oauth2.googleapis.com/token");
}

TEST(GoogleKeyTest, SaysWhatIsWrong) {
  const auto message = [](absl::string_view json) {
    const auto key = ReadGoogleKey(json);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument) << json;
    return std::string(key.status().message());
  };
  EXPECT_THAT(message(R"({"type":"external_account"})"),
              HasSubstr("'external_account'"));
  EXPECT_THAT(message(R"({"type":"service_account","client_email":"a"})"),
              HasSubstr("private_key"));
  EXPECT_THAT(message(R"({"type":"authorized_user","client_id":"a"})"),
              HasSubstr("refresh_token"));
  EXPECT_THAT(message(R"({"type":"service_account","client_email":"a",)"
                      R"("private_key":"k","token_uri":"ftp://x"})"),
              HasSubstr("token_uri"));
  for (const char* json : {"", "[]", "7", "{", R"({"type":7})"}) message(json);
}

}  // namespace
}  // namespace aigateway
