#include "plugins/regex_guard.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/fakes/text_cuts.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::RegexGuardSettings;
using testing::ElementsAre;
using testing::HasSubstr;

RegexGuardSettings Settings(const std::string& pattern,
                            const std::string& action = "") {
  RegexGuardSettings settings;
  settings.add_patterns()->set_pattern(pattern);
  settings.mutable_patterns(0)->set_action(action);
  return settings;
}

class RegexGuardTest : public PluginFixture {
 protected:
  std::unique_ptr<Plugin> Make(const RegexGuardSettings& settings) {
    absl::StatusOr<std::unique_ptr<Plugin>> plugin = CreateRegexGuard(settings);
    EXPECT_THAT(plugin, IsOk());
    return *std::move(plugin);
  }
};

TEST_F(RegexGuardTest, DeniesARequestAndNamesThePattern) {
  RegexGuardSettings settings = Settings(R"(\bproject-[0-9]+\b)");
  settings.mutable_patterns(0)->set_name("project names");
  const auto plugin = Make(settings);
  EXPECT_FALSE(DenialOf(Before(*plugin)).has_value());
  chat_.mutable_messages(0)->set_content("on project-17.");
  const std::optional<Deny> denial = DenialOf(Before(*plugin));
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kGuardrailRejected);
  EXPECT_EQ(denial->message,
            "the text has what is not allowed here (project names)");
}

TEST_F(RegexGuardTest, RedactsRequestsAndAnswers) {
  RegexGuardSettings settings = Settings("[0-9]{4}", "redact");
  const auto plugin = Make(settings);
  chat_.mutable_messages(0)->set_content("pin 1234");
  EXPECT_FALSE(DenialOf(Before(*plugin)).has_value());
  EXPECT_EQ(chat_.messages(0).content(), "pin [redacted]");

  settings.mutable_patterns(0)->set_replacement("");
  v1::ChatResponse response;
  v1::Message& message = *response.add_choices()->mutable_message();
  message.add_tool_calls()->set_arguments(R"({"pin":"\u0031234"})");
  EXPECT_FALSE(DenialOf(After(*Make(settings), response)).has_value());
  EXPECT_EQ(message.tool_calls(0).arguments(), R"({"pin":""})");
}

TEST_F(RegexGuardTest, RedactsStreamsAsItRedactsWholeTexts) {
  RegexGuardSettings settings = Settings(R"(\b[0-9]{3,5}\b)", "redact");
  settings.set_max_match_bytes(6);
  const auto plugin = Make(settings);
  const std::string text = "é 12 123, 12345 123456 x1234 1234";
  for (const auto& pieces : Cuts(text)) {
    EXPECT_EQ(Stream(*plugin, pieces),
              "é 12 [redacted], [redacted] 123456 x1234 [redacted]");
  }
}

TEST_F(RegexGuardTest, LetsNothingOfWhatItDeniesOut) {
  RegexGuardSettings settings = Settings("se[a-z]{2,}et");
  settings.set_max_match_bytes(10);
  const auto plugin = Make(settings);
  for (const std::string text :
       {"no: secret", "no: secret and more than the window holds"}) {
    for (const auto& pieces : Cuts(text)) {
      absl::Status refusal;
      const std::string left = Stream(*plugin, pieces, &refusal);
      EXPECT_THAT(refusal, HasReason(ErrorReason::kGuardrailRejected));
      EXPECT_TRUE(absl::StartsWith("no: ", left)) << left;
    }
  }
}

TEST_F(RegexGuardTest, KeepsAMatchThatIsLongerThanItWasTold) {
  RegexGuardSettings settings = Settings("k-[a-z]{2,}", "redact");
  settings.set_max_match_bytes(4);
  const auto plugin = Make(settings);
  const std::string text = "a k-" + std::string(100, 'x') + " b";
  for (const auto& pieces : Cuts(text)) {
    EXPECT_EQ(Stream(*plugin, pieces), "a [redacted] b");
  }
}

TEST_F(RegexGuardTest, SendsLogprobsWithTheTextThatTheySpell) {
  RegexGuardSettings settings = Settings("[0-9]{4}", "redact");
  settings.set_max_match_bytes(4);
  const auto plugin = Make(settings);
  const auto filter = plugin->NewChunkFilter(*request_);
  std::string spelled;
  std::string text;
  int most = 0;
  for (int i = 0; i < 20; ++i) {
    v1::Delta delta;
    delta.set_text("word ");
    delta.mutable_logprobs()->add_content()->set_token("word ");
    ASSERT_THAT(filter->OnDelta(delta), IsOk());
    text += delta.text();
    for (const auto& token : delta.logprobs().content()) {
      spelled += token.token();
    }
    most = std::max(most, delta.logprobs().content_size());
    EXPECT_LE(spelled.size(), text.size());
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(spelled.size(), 18 * 5);
  v1::Delta rest;
  ASSERT_THAT(filter->OnChoiceEnd(rest), IsOk());
  EXPECT_EQ(rest.logprobs().content_size(), 2);
}

TEST_F(RegexGuardTest, ReportsAllFaultsWithTheirPlaces) {
  RegexGuardSettings settings = Settings("a(b");
  settings.add_patterns()->set_pattern("ok");
  settings.mutable_patterns(1)->set_action("drop");
  settings.mutable_patterns(1)->set_replacement("x");
  settings.add_patterns();
  settings.add_patterns()->set_pattern("x*");
  settings.set_max_match_bytes(0);
  const absl::Status status = CreateRegexGuard(settings).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  std::vector<std::string> fields;
  for (const FieldViolation& fault : GetViolations(status)) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields,
              ElementsAre("patterns[0].pattern", "patterns[1].action",
                          "patterns[1].replacement", "patterns[2].pattern",
                          "patterns[3].pattern", "max_match_bytes"));
  EXPECT_THAT(GetViolations(status)[0].description, HasSubstr("missing )"));
  EXPECT_THAT(CreateRegexGuard(RegexGuardSettings()),
              HasReason(ErrorReason::kInvalidConfig));
}

}  // namespace
}  // namespace aigateway
