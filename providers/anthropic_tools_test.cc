#include "providers/anthropic_tools.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "providers/anthropic_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AnthropicToolsTest : public ::testing::Test {
 protected:
  absl::StatusOr<AnthropicTools> Create(absl::string_view text,
                                        bool can_force = true) {
    chat_ = ChatOf(text);
    warnings_.clear();
    AnthropicCall call(chat_, model_, OnUnsupported::kDropHints, &warnings_);
    return AnthropicTools::Create(can_force, call);
  }

  // The members that are sent; or the error.
  std::string Sent(absl::string_view text, bool can_force = true) {
    absl::StatusOr<AnthropicTools> tools = Create(text, can_force);
    if (!tools.ok()) return std::string(tools.status().message());
    AnthropicCacheMarks marks(tools->CountCacheMarks());
    std::string json;
    JsonWriter out(&json);
    out.StartObject();
    tools->Write(marks, out);
    out.EndObject();
    return json;
  }

  absl::string_view model_ = "claude-opus-4-5";
  v1::ChatRequest chat_;
  std::vector<std::string> warnings_;
};

TEST_F(AnthropicToolsTest, SendsNothingForNone) {
  EXPECT_EQ(Sent(""), "{}");
  EXPECT_EQ(Sent("tool_choice { mode: TOOL_CHOICE_MODE_AUTO }"), "{}");
  EXPECT_EQ(Sent("parallel_tool_calls: false"), "{}");
}

TEST_F(AnthropicToolsTest, SendsSchemasAsTheyWereWritten) {
  EXPECT_EQ(Sent(R"pb(tools {
                        name: "f"
                        description: "Does f."
                        parameters: "{\"type\":\"object\",\"z\":1.50, \"a\":[]}"
                        cache_control {}
                      })pb"),
            R"({"tools":[{"name":"f","description":"Does f.",)"
            R"("input_schema":{"type":"object","z":1.50, "a":[]},)"
            R"("cache_control":{"type":"ephemeral"}}]})");
}

TEST_F(AnthropicToolsTest, GivesASchemaTheTypeThatIsRequired) {
  EXPECT_THAT(Sent(R"pb(tools { name: "f" })pb"),
              HasSubstr(R"("input_schema":{"type":"object","properties":{}})"));
  EXPECT_THAT(Sent(R"pb(tools { name: "f" parameters: " { } " })pb"),
              HasSubstr(R"("input_schema":{"type":"object" })"));
  EXPECT_THAT(
      Sent(R"pb(tools { name: "f" parameters: "{\"properties\":{}}" })pb"),
      HasSubstr(R"("input_schema":{"type":"object","properties":{}})"));
}

TEST_F(AnthropicToolsTest, TakesASchemaAsAStruct) {
  EXPECT_THAT(Sent(R"pb(tools {
                          name: "f"
                          parameters_struct {
                            fields {
                              key: "type"
                              value { string_value: "object" }
                            }
                          }
                        })pb"),
              HasSubstr(R"("input_schema":{"type":"object"})"));
}

TEST_F(AnthropicToolsTest, RefusesSchemasThatAreNone) {
  for (const char* parameters : {"{", "[]", "null", "{}],\\\"model\\\":1"}) {
    EXPECT_THAT(Sent(absl::StrCat("tools { name: 'f' parameters: \"",
                                  parameters, "\" }")),
                HasSubstr("chat.tools[0].parameters"))
        << parameters;
  }
  EXPECT_THAT(Sent("tools {}"), HasSubstr("chat.tools[0].name"));
}

TEST_F(AnthropicToolsTest, AdaptsTheSchemaOfAStrictTool) {
  EXPECT_EQ(Sent(R"pb(tools {
                        name: "f"
                        strict: true
                        parameters: "{\"type\":\"object\",\"maxProperties\":3}"
                      })pb"),
            R"({"tools":[{"name":"f","input_schema":{"type":"object",)"
            R"("additionalProperties":false,)"
            R"("description":"It must satisfy {\"maxProperties\":3}"},)"
            R"("strict":true}]})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("maxProperties")));
}

TEST_F(AnthropicToolsTest, LeavesStrictOutWhereItCannotBeHad) {
  const std::string strict = R"pb(tools { name: "f" strict: true })pb";
  model_ = "claude-opus-4-20250514";
  EXPECT_THAT(Sent(strict), Not(HasSubstr("strict")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tools[0].strict")));

  model_ = "claude-opus-4-5";
  EXPECT_THAT(Sent(R"pb(tools {
                          name: "f"
                          strict: true
                          parameters: "{\"items\":{\"$ref\":\"#\"}}"
                        })pb"),
              HasSubstr(R"({"type":"object","items":{"$ref":"#"}}}]})"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("refers to itself")));

  std::string many;
  for (int i = 0; i < 21; ++i) many += strict;
  Sent(many);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tools[20].strict")));
}

TEST_F(AnthropicToolsTest, SaysWhatIsChosen) {
  const auto choice = [&](absl::string_view text) {
    return Sent(absl::StrCat("tools { name: 'f' }", text));
  };
  EXPECT_THAT(choice("tool_choice { mode: TOOL_CHOICE_MODE_AUTO }"),
              HasSubstr(R"("tool_choice":{"type":"auto"})"));
  EXPECT_THAT(choice("tool_choice { mode: TOOL_CHOICE_MODE_NONE }"),
              HasSubstr(R"("tool_choice":{"type":"none"})"));
  EXPECT_THAT(choice("tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }"),
              HasSubstr(R"("tool_choice":{"type":"any"})"));
  EXPECT_THAT(choice("tool_choice { name: 'f' }"),
              HasSubstr(R"("tool_choice":{"type":"tool","name":"f"})"));
}

TEST_F(AnthropicToolsTest, SaysThatOneCallAtATimeIsWanted) {
  const auto choice = [&](absl::string_view text) {
    return Sent(
        absl::StrCat("tools { name: 'f' } parallel_tool_calls: false ", text));
  };
  EXPECT_THAT(choice(""),
              HasSubstr(R"({"type":"auto","disable_parallel_tool_use":true})"));
  EXPECT_THAT(choice("tool_choice { name: 'f' }"),
              HasSubstr(R"("name":"f","disable_parallel_tool_use":true})"));
  EXPECT_THAT(choice("tool_choice { mode: TOOL_CHOICE_MODE_NONE }"),
              HasSubstr(R"("tool_choice":{"type":"none"})"));
  EXPECT_THAT(Sent("tools { name: 'f' } parallel_tool_calls: true"),
              Not(HasSubstr("tool_choice")));
}

TEST_F(AnthropicToolsTest, OffersOnlyTheWantedToolWhereNoneCanBeForced) {
  EXPECT_EQ(Sent("tools { name: 'f' } tools { name: 'g' } "
                 "tool_choice { name: 'g' }",
                 /*can_force=*/false),
            R"({"tools":[{"name":"g",)"
            R"("input_schema":{"type":"object","properties":{}}}],)"
            R"("tool_choice":{"type":"auto"}})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tool_choice")));

  EXPECT_THAT(Sent("tools { name: 'f' } tools { name: 'g' } "
                   "tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }",
                   /*can_force=*/false),
              AllOf(HasSubstr(R"("name":"f")"), HasSubstr(R"("name":"g")"),
                    HasSubstr(R"("tool_choice":{"type":"auto"})")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tool_choice")));
}

TEST_F(AnthropicToolsTest, RefusesAChoiceWithoutItsTool) {
  EXPECT_THAT(Create("tool_choice { name: 'f' }"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Create("tools { name: 'g' } tool_choice { name: 'f' }"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Create("tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }"),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Create("tool_choice { mode: TOOL_CHOICE_MODE_UNSPECIFIED }"),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(AnthropicToolsTest, AddsAnthropicsOwnTools) {
  const std::string search =
      R"pb(provider_options {
             key: "anthropic"
             value {
               fields {
                 key: "server_tools"
                 value {
                   list_value {
                     values {
                       struct_value {
                         fields {
                           key: "type"
                           value { string_value: "web_search_20250305" }
                         }
                         fields {
                           key: "name"
                           value { string_value: "web_search" }
                         }
                         fields {
                           key: "max_uses"
                           value { number_value: 3 }
                         }
                       }
                     }
                   }
                 }
               }
             }
           })pb";
  EXPECT_EQ(Sent(search), R"({"tools":[{"max_uses":3,"name":"web_search",)"
                          R"("type":"web_search_20250305"}]})");
}

TEST_F(AnthropicToolsTest, TakesNoToolsOfTheCallersThere) {
  const auto with = [&](absl::string_view value) {
    return Create(absl::StrCat(
        "provider_options { key: 'anthropic' value { fields { key: "
        "'server_tools' value { ",
        value, " } } } }"));
  };
  const auto tool = [&](absl::string_view fields) {
    return with(absl::StrCat("list_value { values { struct_value { ", fields,
                             " } } }"));
  };
  const std::string type =
      "fields { key: 'type' value { string_value: 'bash_20250124' } }";
  EXPECT_TRUE(tool(type).ok());
  for (const auto& tools :
       {with("string_value: 'x'"), with("list_value { values {} }"), tool(""),
        tool("fields { key: 'type' value { string_value: 'custom' } }"),
        tool(type + "fields { key: 'input_schema' value {} }"),
        tool(type + "fields { key: 'description' value {} }")}) {
    EXPECT_THAT(tools, HasReason(ErrorReason::kInvalidRequest));
  }
}

TEST(NarrowsAnthropicToolsTest, IsTrueForANamedToolThatCannotBeForced) {
  const v1::ChatRequest named = ChatOf("tool_choice { name: 'f' }");
  const v1::ChatRequest any =
      ChatOf("tool_choice { mode: TOOL_CHOICE_MODE_REQUIRED }");
  const auto narrows = [](const v1::ChatRequest& chat,
                          absl::string_view model) {
    std::vector<std::string> warnings;
    return NarrowsAnthropicTools(
        AnthropicCall(chat, model, OnUnsupported::kDropHints, &warnings));
  };
  EXPECT_TRUE(narrows(named, "claude-opus-5-5"));
  EXPECT_FALSE(narrows(any, "claude-opus-5-5"));
  EXPECT_FALSE(narrows(named, "claude-opus-5"));
}

}  // namespace
}  // namespace aigateway
