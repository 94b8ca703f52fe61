#include "plugins/secret_scan.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/fakes/text_cuts.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::SecretScanSettings;
using testing::HasSubstr;
using testing::Not;

// None is a real one. Written in two halves so that nobody's scanner trips.
const std::string& Token() {
  static const auto* const token = new std::string(
      absl::StrCat("ghp", "_0123456789abcdefABCDEF0123456789abcd"));
  return *token;
}
const std::string& PrivateKey() {
  static const auto* const key = new std::string(absl::StrCat(
      "-----BEGIN EC ", "PRIVATE KEY-----\nMHcCAQEEIIGb+/x\nyz0123456789==\n",
      "-----END EC ", "PRIVATE KEY-----"));
  return *key;
}

class SecretScanTest : public PluginFixture {
 protected:
  std::unique_ptr<Plugin> Make(const SecretScanSettings& settings) {
    absl::StatusOr<std::unique_ptr<Plugin>> plugin = CreateSecretScan(settings);
    EXPECT_THAT(plugin, IsOk());
    return *std::move(plugin);
  }
  static SecretScanSettings Redacting() {
    SecretScanSettings settings;
    settings.set_action("redact");
    return settings;
  }
};

TEST_F(SecretScanTest, DeniesARequestAndSaysWhatKindItWas) {
  const auto plugin = Make({});
  EXPECT_FALSE(DenialOf(Before(*plugin)).has_value());
  chat_.mutable_messages(0)->set_content("use " + Token());
  const std::optional<Deny> denial = DenialOf(Before(*plugin));
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kGuardrailRejected);
  EXPECT_THAT(denial->message, HasSubstr("github-token"));
  EXPECT_THAT(denial->message, Not(HasSubstr("ghp")));
}

TEST_F(SecretScanTest, RedactsRequestsAndAnswers) {
  const auto plugin = Make(Redacting());
  chat_.mutable_messages(0)->set_content("use " + Token() + ", not\n" +
                                         PrivateKey() + "\nthen");
  EXPECT_FALSE(DenialOf(Before(*plugin)).has_value());
  EXPECT_EQ(chat_.messages(0).content(),
            "use [github-token], not\n[private-key]\nthen");

  SecretScanSettings settings = Redacting();
  settings.set_replacement("***");
  v1::ChatResponse response;
  v1::Message& message = *response.add_choices()->mutable_message();
  message.add_tool_calls()->set_arguments(
      absl::StrCat(R"({"k":"\u0067)", Token().substr(1), "\"}"));
  EXPECT_FALSE(DenialOf(After(*Make(settings), response)).has_value());
  EXPECT_EQ(message.tool_calls(0).arguments(), R"({"k":"***"})");
}

TEST_F(SecretScanTest, LetsNothingOfASecretOutHoweverItIsCut) {
  const auto plugin = Make({});
  for (const std::string& secret : {Token(), PrivateKey()}) {
    for (const std::string after : {"", " and more", "\n\nAnd so on."}) {
      for (const auto& pieces : Cuts("use " + secret + after)) {
        absl::Status refusal;
        const std::string left = Stream(*plugin, pieces, &refusal);
        EXPECT_THAT(refusal, HasReason(ErrorReason::kGuardrailRejected));
        EXPECT_TRUE(absl::StartsWith("use ", left)) << left;
      }
    }
  }
}

TEST_F(SecretScanTest, RedactsStreamsAsItRedactsWholeTexts) {
  SecretScanSettings settings = Redacting();
  settings.set_assigned_secrets(true);
  const auto plugin = Make(settings);
  const std::string text = "A " + Token() + " s " + PrivateKey() +
                           " password=x7Kq9zPw2LmR4tVb; token=none gh";
  for (const auto& pieces : Cuts(text)) {
    EXPECT_EQ(Stream(*plugin, pieces),
              "A [github-token] s [private-key] password=[assigned-secret]; "
              "token=none gh");
  }
}

TEST_F(SecretScanTest, HoldsNothingThatIsNoBeginning) {
  absl::Status refusal;
  EXPECT_EQ(Stream(*Make({}), {"Some text without any.", Token()}, &refusal),
            "Some text without any.");
  EXPECT_THAT(refusal, HasReason(ErrorReason::kGuardrailRejected));
}

TEST_F(SecretScanTest, FindsAKeyWithoutItsEnd) {
  const std::string cut = PrivateKey().substr(0, 60);
  EXPECT_EQ(Stream(*Make(Redacting()), {"so: ", cut}), "so: [private-key]");
}

TEST_F(SecretScanTest, FindsAKeyBehindLinesOfAHeader) {
  const std::string begin =
      absl::StrCat("-----BEGIN RSA ", "PRIVATE KEY-----\n");
  const std::string end = absl::StrCat("-----END RSA ", "PRIVATE KEY-----");
  const std::string body = "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7\n";
  const std::string encrypted = absl::StrCat(
      begin, "Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,5E6B2D\n\n", body,
      end);
  const auto plugin = Make(Redacting());
  for (const auto& pieces : Cuts("a " + encrypted + " b")) {
    EXPECT_EQ(Stream(*plugin, pieces), "a [private-key] b");
  }
  const std::string open_pgp = absl::StrCat(
      "-----BEGIN PGP ",
      "PRIVATE KEY BLOCK-----\nVersion: ", "GnuPG v2.0 (GNU/Linux)\n\n", body,
      "=aB3d\n-----END PGP ", "PRIVATE KEY BLOCK-----");
  EXPECT_EQ(Stream(*plugin, {open_pgp, "\nb"}), "[private-key]\nb");
}

TEST_F(SecretScanTest, FindsATokenBehindALineFeedThatIsWrittenOut) {
  const auto plugin = Make(Redacting());
  for (const auto& pieces : Cuts("KEY:\\n" + Token() + "\\n.")) {
    EXPECT_EQ(Stream(*plugin, pieces), "KEY:\\n[github-token]\\n.");
  }
}

TEST_F(SecretScanTest, ReportsFaults) {
  SecretScanSettings settings;
  settings.set_action("hide");
  settings.set_replacement("x");
  const absl::Status status = CreateSecretScan(settings).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  ASSERT_EQ(GetViolations(status).size(), 2);
  EXPECT_EQ(GetViolations(status)[0].field, "action");
  EXPECT_EQ(GetViolations(status)[1].field, "replacement");
}

}  // namespace
}  // namespace aigateway
