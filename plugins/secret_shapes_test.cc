#include "plugins/secret_shapes.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// None is a real one. Written in two halves so that nobody's scanner trips.
std::string Alnum(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += "aB3dE6gH9"[i % 9];
  return text;
}

std::vector<std::string> KindsIn(const std::string& text) {
  std::vector<std::string> kinds;
  for (const SecretShape& shape : KnownSecretShapes()) {
    if (re2::RE2::PartialMatch(text, *shape.regex)) kinds.push_back(shape.name);
  }
  return kinds;
}

TEST(SecretShapesTest, KnowsKeysByTheirForm) {
  const struct {
    std::string text;
    std::string kind;
  } cases[] = {
      {absl::StrCat("AKIA", "IOSFODNN7EXAMPLE"), "aws-access-key-id"},
      {absl::StrCat("ghp", "_", Alnum(36)), "github-token"},
      {absl::StrCat("github", "_pat_", Alnum(82)), "github-token"},
      {absl::StrCat("glpat", "-", Alnum(20)), "gitlab-token"},
      {absl::StrCat("xoxb", "-123456789012-", Alnum(24)), "slack-token"},
      {absl::StrCat("https://hooks.slack", ".com/services/T0/B0/", Alnum(24)),
       "slack-webhook"},
      {absl::StrCat("sk-ant", "-api03-", Alnum(90)), "anthropic-key"},
      {absl::StrCat("sk-or", "-v1-", Alnum(64)), "openrouter-key"},
      {absl::StrCat("sk-proj", "-", Alnum(60)), "openai-key"},
      {absl::StrCat("sk", "-", Alnum(48)), "openai-key"},
      {absl::StrCat("AIza", "Sy", Alnum(33)), "google-api-key"},
      {absl::StrCat("ya29", ".", Alnum(60)), "google-oauth-token"},
      {absl::StrCat("gsk", "_", Alnum(52)), "groq-key"},
      {absl::StrCat("xai", "-", Alnum(80)), "xai-key"},
      {absl::StrCat("hf", "_", Alnum(34)), "hugging-face-token"},
      {absl::StrCat("sk", "_live_", Alnum(24)), "stripe-key"},
      {absl::StrCat("npm", "_", Alnum(36)), "npm-token"},
      {absl::StrCat("pypi", "-AgE", Alnum(80)), "pypi-token"},
      {absl::StrCat("SG", ".", Alnum(22), ".", Alnum(43)), "sendgrid-key"},
      {absl::StrCat("eyJ", Alnum(20), ".eyJ", Alnum(30), ".", Alnum(43)),
       "json-web-token"},
      {absl::StrCat("-----BEGIN RSA ", "PRIVATE KEY-----\n", Alnum(64), "\n",
                    "-----END RSA ", "PRIVATE KEY-----"),
       "private-key"},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(KindsIn(each.text), ElementsAre(each.kind));
    EXPECT_THAT(KindsIn(absl::StrCat("key=", each.text, ";")),
                ElementsAre(each.kind));
  }
}

TEST(SecretShapesTest, LeavesOtherTextAlone) {
  for (const char* text :
       {"sk-learn and task-force", "AKIA is a prefix", "eyJ", "ghp_short",
        "-----BEGIN CERTIFICATE-----\nMIIB", "sk-ant-...", "xoxb-", "hf_hub",
        "https://api.slack.com/services", "the asking price",
        "commit 0123456789abcdef0123456789abcdef01234567"}) {
    EXPECT_THAT(KindsIn(text), IsEmpty()) << text;
  }
}

TEST(SecretShapesTest, TellsARandomValueFromAWord) {
  const SecretShape shape = AssignedSecretShape();
  const auto value_in = [&](const std::string& text) -> std::string {
    re2::StringPiece value;
    if (!re2::RE2::PartialMatch(text, *shape.regex, &value)) return "";
    return shape.counts(absl::string_view(value.data(), value.size()))
               ? std::string(value)
               : "";
  };
  EXPECT_EQ(value_in("PASSWORD=x7Kq9zPw2LmR4tVb"), "x7Kq9zPw2LmR4tVb");
  EXPECT_EQ(value_in(R"("api_key": "x7Kq9zPw2LmR4tVb",)"), "x7Kq9zPw2LmR4tVb");
  EXPECT_EQ(value_in("token => 'x7Kq9zPw2LmR4tVb'"), "x7Kq9zPw2LmR4tVb");
  EXPECT_EQ(value_in("password: correcthorsebatterystaple"), "");
  EXPECT_EQ(value_in("token = aaaaaaaaaaaaaaaa1"), "");
  EXPECT_EQ(value_in("password=short1"), "");
}

// From any place within a credential on, what came so far is its beginning.
TEST(SecretShapesTest, KnowsEveryBeginning) {
  const std::unique_ptr<re2::RE2> beginnings = SecretBeginnings(true);
  for (const std::string& secret :
       {absl::StrCat("AKIA", "IOSFODNN7EXAMPLE"),
        absl::StrCat("github", "_pat_", Alnum(82)),
        absl::StrCat("eyJ", Alnum(20), ".eyJ", Alnum(30), ".", Alnum(43)),
        absl::StrCat("-----BEGIN ", "PRIVATE KEY-----\n", Alnum(64), "\n",
                     "-----END ", "PRIVATE KEY-----"),
        std::string("Api_Key = \"x7Kq9zPw2LmR4tVb")}) {
    const std::string before = "it is: ";
    for (size_t size = 1; size <= secret.size(); ++size) {
      const std::string text = before + secret.substr(0, size);
      re2::StringPiece found;
      ASSERT_TRUE(beginnings->Match(text, 0, text.size(), re2::RE2::UNANCHORED,
                                    &found, 1));
      EXPECT_EQ(found.data() - text.data(),
                static_cast<std::ptrdiff_t>(before.size()))
          << text;
    }
  }
}

}  // namespace
}  // namespace aigateway
