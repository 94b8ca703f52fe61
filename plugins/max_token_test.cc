#include "plugins/max_token.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::MaxTokenSettings;

// The parameter: whether the answer is to be a stream.
class MaxTokenTest : public PluginFixture,
                     public testing::WithParamInterface<bool> {
 protected:
  MaxTokenTest() { stream_ = GetParam(); }

  std::optional<Deny> Ask() { return DenialOf(Before(plugin_)); }
  bool Passes() { return !Ask().has_value(); }

  v1::Message& AddMessage(const std::string& content) {
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content(content);
    return message;
  }
  // The only message.
  v1::Message& Message() { return *chat_.mutable_messages(0); }

  MaxToken plugin_{
      {.max_tokens = 100, .max_messages = 3, .max_input_length = 20}};
};

TEST_P(MaxTokenTest, BoundsTheTokensToWrite) {
  EXPECT_TRUE(Passes());
  EXPECT_FALSE(chat_.has_max_output_tokens());
  chat_.set_max_output_tokens(100);
  EXPECT_TRUE(Passes());
  EXPECT_EQ(chat_.max_output_tokens(), 100);
  for (const int32_t tokens : {101, 2147483647}) {
    chat_.set_max_output_tokens(tokens);
    const std::optional<Deny> denial = Ask();
    ASSERT_TRUE(denial.has_value()) << tokens;
    EXPECT_EQ(denial->reason, ErrorReason::kGuardrailRejected);
  }
}

TEST_P(MaxTokenTest, CountsTokensToThinkWithAsWritten) {
  chat_.mutable_reasoning()->set_budget_tokens(100);
  EXPECT_TRUE(Passes());
  chat_.mutable_reasoning()->set_budget_tokens(101);
  EXPECT_FALSE(Passes());
  chat_.set_max_output_tokens(50);
  EXPECT_FALSE(Passes());
}

TEST_P(MaxTokenTest, BoundsTheMessages) {
  AddMessage("2");
  AddMessage("3");
  EXPECT_TRUE(Passes());
  AddMessage("4");
  EXPECT_FALSE(Passes());
}

TEST_P(MaxTokenTest, CountsLettersNotBytes) {
  Message().set_content(std::string(20, 'a'));
  EXPECT_TRUE(Passes());
  Message().set_content(std::string(21, 'a'));
  EXPECT_FALSE(Passes());
  std::string letters;
  for (int i = 0; i < 20; ++i) letters += "é";
  Message().set_content(letters);
  EXPECT_TRUE(Passes());
  Message().set_content(letters + "é");
  EXPECT_FALSE(Passes());
  Message().set_content(
      "👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀");
  EXPECT_TRUE(Passes());
}

TEST_P(MaxTokenTest, AddsUpAllThatAModelReads) {
  const std::string ten(10, 'x');
  Message().set_content(ten);
  AddMessage(ten);
  EXPECT_TRUE(Passes());
  AddMessage("y");
  EXPECT_FALSE(Passes());
}

TEST_P(MaxTokenTest, LooksWhereverTextMayStand) {
  const std::string text(30, 'x');
  const auto refuses = [&](auto place) {
    NextRequest();
    Message().set_content("hi");
    EXPECT_TRUE(Passes());
    place();
    return !Passes();
  };
  EXPECT_TRUE(refuses([&] {
    Message().clear_content();
    Message().add_parts()->set_text("a");
    Message().add_parts()->set_text(text);
  }));
  EXPECT_TRUE(refuses([&] { Message().set_name(text); }));
  EXPECT_TRUE(refuses([&] { Message().add_tool_calls()->set_name(text); }));
  EXPECT_TRUE(
      refuses([&] { Message().add_tool_calls()->set_arguments(text); }));
  EXPECT_TRUE(refuses([&] { Message().set_reasoning_content(text); }));
  EXPECT_TRUE(
      refuses([&] { Message().add_reasoning_blocks()->set_text(text); }));
  EXPECT_TRUE(refuses([&] { Message().set_refusal(text); }));
  EXPECT_TRUE(refuses([&] { chat_.add_tools()->set_name(text); }));
  EXPECT_TRUE(refuses([&] { chat_.add_tools()->set_description(text); }));
  EXPECT_TRUE(refuses([&] { chat_.add_tools()->set_parameters(text); }));
  EXPECT_TRUE(refuses([&] {
    (*chat_.add_tools()->mutable_parameters_struct()->mutable_fields())["a"]
        .set_string_value(text);
  }));
  EXPECT_TRUE(refuses([&] {
    chat_.mutable_response_format()->mutable_json_schema()->set_schema(text);
  }));
  EXPECT_TRUE(refuses([&] {
    v1::FilePart& file = *Message().add_parts()->mutable_file();
    file.set_media_type("text/plain");
    file.set_data(text);
  }));
  EXPECT_TRUE(refuses([&] {
    Message().add_parts()->mutable_file()->set_url("data:text/plain," + text);
  }));
  EXPECT_TRUE(refuses([&] {
    google::protobuf::Value& documents =
        (*(*chat_.mutable_provider_options())["cohere"]
              .mutable_fields())["documents"];
    documents.mutable_list_value()->add_values()->set_string_value(text);
  }));
}

TEST_P(MaxTokenTest, LeavesAloneWhatIsNoText) {
  Message().clear_content();
  v1::ImagePart& image = *Message().add_parts()->mutable_image();
  image.set_media_type("image/png");
  image.set_data(std::string(1000, '\0'));
  v1::FilePart& file = *Message().add_parts()->mutable_file();
  file.set_media_type("application/pdf");
  file.set_data(std::string(1000, '\0'));
  EXPECT_TRUE(Passes());
}

TEST_P(MaxTokenTest, LowersInsteadOfRefusing) {
  MaxToken clamp({.max_tokens = 100, .max_messages = 3, .clamp = true});
  for (const int32_t tokens : {101, 2147483647}) {
    chat_.set_max_output_tokens(tokens);
    chat_.mutable_reasoning()->set_budget_tokens(tokens);
    EXPECT_FALSE(DenialOf(Before(clamp)).has_value());
    EXPECT_EQ(chat_.max_output_tokens(), 100);
    EXPECT_EQ(chat_.reasoning().budget_tokens(), 100);
  }
  chat_.set_max_output_tokens(7);
  EXPECT_FALSE(DenialOf(Before(clamp)).has_value());
  EXPECT_EQ(chat_.max_output_tokens(), 7);
  // Unstated it would be the provider's own, which may be any.
  NextRequest();
  EXPECT_FALSE(DenialOf(Before(clamp)).has_value());
  EXPECT_EQ(chat_.max_output_tokens(), 100);
  EXPECT_FALSE(chat_.has_reasoning());
  // What cannot be lowered is refused.
  for (int i = 0; i < 3; ++i) AddMessage("more");
  EXPECT_TRUE(DenialOf(Before(clamp)).has_value());
}

TEST_P(MaxTokenTest, TakesZeroForNoLimit) {
  for (const bool clamp : {false, true}) {
    MaxToken open({.max_tokens = 0, .max_messages = 0, .clamp = clamp});
    NextRequest();
    chat_.set_max_output_tokens(2147483647);
    Message().set_content(std::string(100000, 'x'));
    for (int i = 0; i < 1000; ++i) AddMessage("more");
    EXPECT_FALSE(DenialOf(Before(open)).has_value());
    EXPECT_EQ(chat_.max_output_tokens(), 2147483647);
  }
}

TEST_P(MaxTokenTest, BoundsTheInputsOfEmbed) {
  v1::EmbedRequest embed;
  chat_.Clear();
  embed_ = &embed;
  embed.add_input(std::string(10, 'x'));
  embed.add_input(std::string(10, 'x'));
  EXPECT_TRUE(Passes());
  embed.add_input("y");
  EXPECT_FALSE(Passes());
  embed.clear_input();
  for (int i = 0; i < 5; ++i) embed.add_token_inputs()->add_tokens(i);
  EXPECT_TRUE(Passes());
  embed.mutable_token_inputs(0)->add_tokens(5);
  EXPECT_FALSE(Passes());
}

INSTANTIATE_TEST_SUITE_P(Methods, MaxTokenTest, testing::Bool());

class MaxTokenSettingsTest : public PluginFixture {
 protected:
  std::optional<Deny> Ask(const MaxTokenSettings& settings) {
    const absl::StatusOr<std::unique_ptr<Plugin>> plugin =
        MaxToken::Create(settings);
    EXPECT_THAT(plugin, IsOk());
    return DenialOf(Before(**plugin));
  }
};

TEST_F(MaxTokenSettingsTest, HasTheOriginalsDefaults) {
  MaxTokenSettings settings;
  chat_.set_max_output_tokens(4096);
  chat_.mutable_messages(0)->set_content(std::string(1000000, 'x'));
  for (int i = 1; i < 100; ++i) chat_.add_messages()->set_content("x");
  EXPECT_FALSE(Ask(settings).has_value());
  chat_.set_max_output_tokens(4097);
  EXPECT_TRUE(Ask(settings).has_value());
  settings.set_max_tokens(0);
  EXPECT_FALSE(Ask(settings).has_value());
  chat_.add_messages();
  EXPECT_TRUE(Ask(settings).has_value());
  settings.set_max_messages(0);
  EXPECT_FALSE(Ask(settings).has_value());
  settings.set_max_input_length(1000);
  EXPECT_TRUE(Ask(settings).has_value());
}

TEST_F(MaxTokenSettingsTest, ReportsAllFaultsAtOnce) {
  MaxTokenSettings settings;
  settings.set_max_tokens(-1);
  settings.set_max_messages(-1);
  settings.set_max_input_length(-1);
  settings.set_mode("lower");
  const absl::Status status = MaxToken::Create(settings).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_EQ(GetViolations(status).size(), 4);
}

TEST_F(MaxTokenSettingsTest, TakesBothModes) {
  MaxTokenSettings settings;
  chat_.set_max_output_tokens(5000);
  settings.set_mode("reject");
  EXPECT_TRUE(Ask(settings).has_value());
  settings.set_mode("clamp");
  EXPECT_FALSE(Ask(settings).has_value());
  EXPECT_EQ(chat_.max_output_tokens(), 4096);
}

}  // namespace
}  // namespace aigateway
