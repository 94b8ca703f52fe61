#include "plugins/word_filter.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::WordFilterSettings;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

WordFilterSettings Blocking(const std::vector<std::string>& words) {
  WordFilterSettings settings;
  for (const std::string& word : words) settings.add_blocked_words(word);
  return settings;
}

class WordFilterTest : public PluginFixture {
 protected:
  std::unique_ptr<Plugin> Make(const WordFilterSettings& settings) {
    absl::StatusOr<std::unique_ptr<Plugin>> plugin = CreateWordFilter(settings);
    EXPECT_THAT(plugin, IsOk());
    return *std::move(plugin);
  }

  bool DeniesText(Plugin& plugin, const std::string& text) {
    NextRequest();
    chat_.mutable_messages(0)->set_content(text);
    return DenialOf(Before(plugin)).has_value();
  }

  bool DeniesIf(Plugin& plugin,
                const std::function<void(v1::ChatRequest&)>& change) {
    NextRequest();
    change(chat_);
    const std::optional<Deny> denial = DenialOf(Before(plugin));
    if (!denial.has_value()) return false;
    EXPECT_EQ(denial->reason, ErrorReason::kGuardrailRejected);
    EXPECT_THAT(denial->message, Not(HasSubstr("swordfish")));
    EXPECT_THAT(denial->message, Not(HasSubstr("Hello")));
    return true;
  }
};

TEST_F(WordFilterTest, Case032LooksAtAllThatIsSent) {
  const auto plugin = Make(Blocking({"swordfish"}));
  const std::vector<std::function<void(v1::ChatRequest&)>> hidden = {
      [](auto& c) { c.mutable_messages(0)->set_content("a swordfish"); },
      [](auto& c) {
        v1::Message& m = *c.mutable_messages(0);
        m.clear_content();
        m.add_parts()->set_text("harmless");
        m.add_parts()->set_text("a swordfish");
      },
      [](auto& c) {
        v1::Message& m = *c.add_messages();
        m.set_role(v1::ROLE_SYSTEM);
        m.set_content("swordfish");
      },
      [](auto& c) {
        v1::Message& m = *c.add_messages();
        m.set_role(v1::ROLE_TOOL);
        m.set_content("swordfish");
      },
      [](auto& c) {
        v1::Message& m = *c.add_messages();
        m.set_role(v1::ROLE_ASSISTANT);
        m.add_tool_calls()->set_arguments(R"({"q":"swordfish"})");
      },
      [](auto& c) {
        v1::Message& m = *c.add_messages();
        m.set_role(v1::ROLE_ASSISTANT);
        m.add_tool_calls()->set_arguments(R"({"q":"sw\u006frdfish"})");
      },
      [](auto& c) {
        c.mutable_messages(0)->set_content("swordfish");
        c.add_messages()->set_content("an earlier turn has it");
      },
      [](auto& c) { c.add_tools()->set_description("finds swordfish"); },
      [](auto& c) { c.mutable_messages(0)->set_content("SWORDFISH"); },
      [](auto& c) {
        (*(*c.mutable_provider_options())["openai"].mutable_fields())["system"]
            .set_string_value("swordfish");
      },
      [](auto& c) {
        google::protobuf::Struct deep;
        (*deep.mutable_fields())["content"].set_string_value("swordfish");
        google::protobuf::Struct& options =
            (*c.mutable_provider_options())["openai"];
        *(*options.mutable_fields())["messages"]
             .mutable_list_value()
             ->add_values()
             ->mutable_struct_value() = deep;
      },
      [](auto& c) {
        v1::Message& m = *c.add_messages();
        m.set_role(v1::ROLE_ASSISTANT);
        m.set_reasoning_content("swordfish");
      },
      [](auto& c) { c.mutable_messages(0)->set_name("swordfish"); },
      [](auto& c) {
        c.mutable_response_format()->mutable_json_schema()->set_schema(
            R"({"description":"swordfish"})");
      },
  };
  for (size_t i = 0; i < hidden.size(); ++i) {
    EXPECT_TRUE(DeniesIf(*plugin, hidden[i])) << i;
  }
  EXPECT_FALSE(DeniesIf(*plugin, [](auto&) {}));
  // Never sent.
  EXPECT_FALSE(DeniesIf(
      *plugin, [](auto& c) { (*c.mutable_metadata())["note"] = "swordfish"; }));
}

TEST_F(WordFilterTest, Case033FoldsTheLettersOfEveryScript) {
  const auto plugin = Make(Blocking({"котик", "élan", "secret"}));
  for (const char* text : {"КОТИК", "Котик", "ÉLAN", "SECRET"}) {
    EXPECT_TRUE(DeniesText(*plugin, text)) << text;
  }
  EXPECT_FALSE(DeniesText(*plugin, "kotik"));
  std::string long_text;
  while (long_text.size() < 1024 * 1024) long_text += "é";
  EXPECT_FALSE(DeniesText(*plugin, long_text));
  EXPECT_TRUE(DeniesText(*plugin, long_text + "ÉLAN"));

  WordFilterSettings settings = Blocking({"котик", "élan", "secret"});
  settings.set_case_sensitive(true);
  const auto strict = Make(settings);
  EXPECT_FALSE(DeniesText(*strict, "КОТИК"));
  EXPECT_FALSE(DeniesText(*strict, "SECRET"));
  EXPECT_TRUE(DeniesText(*strict, "котик"));
}

TEST_F(WordFilterTest, Case033RefusesWordsWithNothingInThem) {
  for (const char* word : {"", "  ", "\t\n", "\u00A0", "\u200B"}) {
    const absl::Status status =
        CreateWordFilter(Blocking({"fine", word})).status();
    EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig)) << word;
    ASSERT_EQ(GetViolations(status).size(), 1) << word;
    EXPECT_EQ(GetViolations(status)[0].field, "blocked_words[1]");
  }
  const absl::Status none = CreateWordFilter(Blocking({})).status();
  ASSERT_EQ(GetViolations(none).size(), 1);
  EXPECT_EQ(GetViolations(none)[0].field, "blocked_words");
  EXPECT_THAT(CreateWordFilter(Blocking({std::string(1025, 'x')})),
              HasReason(ErrorReason::kInvalidConfig));
}

TEST_F(WordFilterTest, DeniesAnAnswer) {
  const auto plugin = Make(Blocking({"swordfish"}));
  v1::ChatResponse response;
  v1::Message& message = *response.add_choices()->mutable_message();
  message.set_content("fine");
  EXPECT_FALSE(DenialOf(After(*plugin, response)).has_value());
  message.add_tool_calls()->set_arguments(R"({"q":"Swordfish"})");
  EXPECT_TRUE(DenialOf(After(*plugin, response)).has_value());
}

TEST_F(WordFilterTest, EndsAStreamBeforeAnythingOfTheWordLeaves) {
  const auto plugin = Make(Blocking({"swordfish"}));
  const std::string text = "a SwordFish";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    absl::Status refusal;
    const std::string left =
        Stream(*plugin, {text.substr(0, cut), text.substr(cut)}, &refusal);
    EXPECT_THAT(refusal, HasReason(ErrorReason::kGuardrailRejected));
    EXPECT_THAT(left, testing::AnyOf("", "a", "a ")) << cut;
  }
  absl::Status status;
  EXPECT_EQ(Stream(*plugin, {"a sword", " and fish"}, &status),
            "a sword and fish");
  EXPECT_THAT(status, IsOk());
}

TEST_F(WordFilterTest, LooksAtAnswersOnlyIfItIsToldTo) {
  const PluginKind* kind = Registry<PluginKind>::Global().Find("word-filter");
  ASSERT_NE(kind, nullptr);
  EXPECT_THAT(kind->default_stages, ElementsAre(Stage::kBeforeRequest));
  WordFilterSettings settings;
  EXPECT_THAT(kind->more_stages(settings), IsEmpty());
  settings.set_check_answers(true);
  EXPECT_THAT(kind->more_stages(settings),
              ElementsAre(Stage::kAfterRequest, Stage::kOnChunk));
}

}  // namespace
}  // namespace aigateway
