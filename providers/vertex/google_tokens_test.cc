#include "providers/vertex/google_tokens.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/token_test_kit.h"
#include "providers/vertex/rsa_test_key.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kHomeFile[] =
    "/home/me/.config/gcloud/application_default_credentials.json";
constexpr char kUser[] =
    R"({"type":"authorized_user","client_id":"c","client_secret":"s+s",)"
    R"("refresh_token":"1//refresh-token"})";

std::string Account() {
  return absl::StrCat(
      R"({"type":"service_account","client_email":"a@p.example",)"
      R"("private_key_id":"k1","token_uri":"https://oauth2.example/token",)"
      R"("private_key":")",
      absl::StrReplaceAll(kRsaTestKey, {{"\n", "\\n"}}), "\"}");
}

class GoogleTokensTest : public TokenFixture {
 protected:
  absl::StatusOr<Credential> Ask() {
    const FixedSecrets files({}, {{"/account.json", Account()},
                                  {kHomeFile, kUser},
                                  {"/broken.json", "{"}});
    return Fetch(*NewGoogleTokens(settings_, &files));
  }

  VertexSettings settings_;
};

TEST_F(GoogleTokensTest, SignsForAServiceAccount) {
  settings_.credentials_file = "/account.json";
  settings_.home = "/home/me";
  http_.EnqueueJson(200, kTokenJson);
  const auto token = Ask();
  ASSERT_THAT(token, IsOk());
  EXPECT_EQ(token->token.Reveal(), "ya29.token");

  const HttpRequest& request = http_.requests()[0];
  EXPECT_EQ(request.url, "https://oauth2.example/token");
  EXPECT_EQ(request.headers.Get("content-type"),
            "application/x-www-form-urlencoded");
  const std::string beginning =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
      "&assertion=";
  ASSERT_THAT(request.body, StartsWith(beginning));
  const std::vector<std::string> parts =
      absl::StrSplit(request.body.substr(beginning.size()), '.');
  ASSERT_EQ(parts.size(), 3U);
  std::string header;
  std::string claims;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[0], &header));
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &claims));
  EXPECT_EQ(header, R"({"alg":"RS256","typ":"JWT","kid":"k1"})");
  EXPECT_EQ(claims,
            R"({"iss":"a@p.example",)"
            R"("scope":"https://www.googleapis.com/auth/cloud-platform",)"
            R"("aud":"https://oauth2.example/token",)"
            R"("iat":1700000000,"exp":1700003600})");
}

TEST_F(GoogleTokensTest, TakesCredentialsThatAreGivenBeforeAnyFile) {
  settings_.credentials = Secret(kUser);
  settings_.credentials_file = "/account.json";
  http_.EnqueueJson(200, kTokenJson);
  ASSERT_THAT(Ask(), IsOk());
  EXPECT_EQ(http_.requests()[0].url, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(http_.requests()[0].body,
            "grant_type=refresh_token&client_id=c&client_secret=s%2Bs"
            "&refresh_token=1%2F%2Frefresh-token");
}

TEST_F(GoogleTokensTest, TakesTheFileThatGcloudLeft) {
  settings_.home = "/home/me";
  http_.EnqueueJson(200, kTokenJson);
  ASSERT_THAT(Ask(), IsOk());
  EXPECT_THAT(http_.requests()[0].body, StartsWith("grant_type=refresh_token"));
}

TEST_F(GoogleTokensTest, AsksTheMetadataServerWhereThereIsNoFile) {
  settings_.home = "/home/you";
  http_.EnqueueJson(200, kTokenJson);
  ASSERT_THAT(Ask(), IsOk());
  EXPECT_EQ(http_.requests()[0].method, "GET");
  EXPECT_EQ(http_.requests()[0].url,
            "http://metadata.google.internal/computeMetadata/v1/instance/"
            "service-accounts/default/token");
  EXPECT_EQ(http_.requests()[0].headers.Get("Metadata-Flavor"), "Google");

  settings_.metadata_host = "127.0.0.1:8080";
  http_.EnqueueJson(200, kTokenJson);
  ASSERT_THAT(Ask(), IsOk());
  EXPECT_THAT(http_.requests()[1].url, StartsWith("http://127.0.0.1:8080/"));
}

TEST_F(GoogleTokensTest, SaysWhatWasTried) {
  // Nobody answers.
  absl::Status status = Ask().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"));
  for (const char* file : {"/none.json", "/broken.json"}) {
    settings_.credentials_file = file;
    status = Ask().status();
    EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
    EXPECT_THAT(std::string(status.message()), HasSubstr(file));
  }
  settings_.credentials_file = "/account.json";
  http_.EnqueueJson(400, R"({"error":"invalid_grant","error_description":)"
                         R"("Invalid JWT Signature."})");
  status = Ask().status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("a@p.example at https://oauth2.example/token: status "
                        "400: invalid_grant, Invalid JWT Signature."));
  settings_.credentials = Secret(
      R"({"type":"service_account","client_email":"a","private_key":"hush"})");
  status = Ask().status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hush")));
}

TEST_F(GoogleTokensTest, KnowsWhoAsksBySettingsAndByWhatTheFileSays) {
  const FixedSecrets files({}, {{"/a.json", "one"}, {kHomeFile, "one"}});
  const FixedSecrets changed({}, {{"/a.json", "two"}, {kHomeFile, "one"}});
  const auto identity = [this](const FixedSecrets& which) {
    return NewGoogleTokens(settings_, &which)->identity();
  };
  const std::string of_machine = identity(files);
  EXPECT_EQ(identity(files), of_machine);
  settings_.metadata_host = "127.0.0.1:8080";
  EXPECT_NE(identity(files), of_machine);

  settings_.home = "/home/me";
  const std::string of_home = identity(files);
  EXPECT_NE(of_home, of_machine);
  EXPECT_EQ(identity(changed), of_home);
  settings_.credentials_file = "/a.json";
  const std::string of_file = identity(files);
  EXPECT_NE(of_file, of_home);
  EXPECT_NE(identity(changed), of_file);

  settings_.credentials = Secret("one");
  const std::string of_text = identity(files);
  EXPECT_EQ(identity(changed), of_text);
  settings_.credentials = Secret("two");
  EXPECT_NE(identity(files), of_text);
  // For any project and place it is the same token.
  settings_.credentials = Secret("one");
  settings_.project = "another";
  settings_.location = "us-east1";
  EXPECT_EQ(identity(files), of_text);
}

}  // namespace
}  // namespace aigateway
