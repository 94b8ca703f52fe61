#include "plugins/text_guard.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/fake_scanner.h"
#include "tests/fakes/plugin_fixture.h"

namespace aigateway {
namespace {

class TextGuardTest : public PluginFixture {
 protected:
  TextGuard denies_{std::make_unique<FakeScanner>("secret")};
  TextGuard redacts_{std::make_unique<FakeScanner>("secret", "[x]")};
};

TEST_F(TextGuardTest, DeniesARequest) {
  EXPECT_FALSE(DenialOf(Before(denies_)).has_value());
  chat_.mutable_messages(0)->set_content("a secret");
  const std::optional<Deny> denial = DenialOf(Before(denies_));
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kGuardrailRejected);
  EXPECT_EQ(denial->message, "the word is there");
}

TEST_F(TextGuardTest, ChangesARequest) {
  chat_.mutable_messages(0)->set_content("a secret");
  EXPECT_FALSE(DenialOf(Before(redacts_)).has_value());
  EXPECT_EQ(chat_.messages(0).content(), "a [x]");
}

TEST_F(TextGuardTest, LooksAtTextsToEmbedAndTakesNoTokens) {
  v1::EmbedRequest embed;
  embed.add_input("fine");
  embed.add_input("a secret");
  embed_ = &embed;
  EXPECT_TRUE(DenialOf(Before(denies_)).has_value());
  EXPECT_FALSE(DenialOf(Before(redacts_)).has_value());
  EXPECT_EQ(embed.input(1), "a [x]");

  embed.Clear();
  embed.add_token_inputs()->add_tokens(7);
  EXPECT_TRUE(DenialOf(Before(redacts_)).has_value());
}

TEST_F(TextGuardTest, DeniesOrChangesAnAnswer) {
  v1::ChatResponse response;
  response.add_choices()->mutable_message()->set_content("a secret");
  EXPECT_TRUE(DenialOf(After(denies_, response)).has_value());
  EXPECT_FALSE(DenialOf(After(redacts_, response)).has_value());
  EXPECT_EQ(response.choices(0).message().content(), "a [x]");
}

TEST_F(TextGuardTest, DeniesOrChangesAStream) {
  absl::Status refusal;
  EXPECT_EQ(Stream(denies_, {"a se", "cret"}, &refusal), "a ");
  EXPECT_EQ(ReasonOf(refusal), ErrorReason::kGuardrailRejected);
  EXPECT_EQ(Stream(redacts_, {"a se", "cret"}), "a [x]");
}

}  // namespace
}  // namespace aigateway
