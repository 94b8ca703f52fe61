#include "providers/anthropic_request.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/anthropic_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr absl::string_view kHi =
    R"pb(messages { role: ROLE_USER content: "hi" })pb";

class AnthropicRequestTest : public ::testing::Test {
 protected:
  absl::StatusOr<AnthropicRequest> Write(absl::string_view text) {
    warnings_.clear();
    const CallOptions options{
        .model = model_, .stream = stream_, .warnings = &warnings_};
    return WriteAnthropicRequest(ChatOf(text), options, on_unsupported_);
  }

  // The body; or the error.
  std::string Body(absl::string_view text) {
    absl::StatusOr<AnthropicRequest> request = Write(text);
    return request.ok() ? request->body
                        : std::string(request.status().message());
  }

  // A request with one more option for Anthropic, the value in text format.
  std::string WithOption(absl::string_view name, absl::string_view value) {
    return absl::StrCat(kHi,
                        "provider_options { key: 'anthropic' value { fields { "
                        "key: '",
                        name, "' value { ", value, " } } } }");
  }

  std::string model_ = "claude-opus-4-5";
  bool stream_ = false;
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
};

TEST_F(AnthropicRequestTest, SendsLittleForALittleQuestion) {
  EXPECT_EQ(Body(kHi), R"({"model":"claude-opus-4-5","max_tokens":64000,)"
                       R"("messages":[{"role":"user","content":"hi"}]})");
  stream_ = true;
  EXPECT_THAT(Body(kHi), HasSubstr(R"("stream":true)"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicRequestTest, NamesAVersionAndNoModelWhereACloudServesIt) {
  const CallOptions options{.model = model_, .warnings = &warnings_};
  const auto request = WriteAnthropicRequest(
      ChatOf(kHi), options, on_unsupported_, "vertex-2023-10-16");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->body,
            R"({"anthropic_version":"vertex-2023-10-16","max_tokens":64000,)"
            R"("messages":[{"role":"user","content":"hi"}]})");
}

TEST_F(AnthropicRequestTest, SendsEveryPartOfALargeOne) {
  EXPECT_EQ(Body(R"pb(
              messages { role: ROLE_SYSTEM content: "Be short." }
              messages { role: ROLE_USER content: "hi" }
              max_output_tokens: 64
              temperature: 0.2
              stop: "END"
              tools { name: "f" }
              tool_choice { name: "f" }
              response_format {
                json_schema { name: "n" schema: "{\"type\":\"object\"}" }
              }
              user: "u"
            )pb"),
            Compact(R"({
        "model": "claude-opus-4-5",
        "max_tokens": 64,
        "tools": [{"name": "f", "input_schema":
                   {"type": "object", "properties": {}}}],
        "tool_choice": {"type": "tool", "name": "f"},
        "system": "Be short.",
        "messages": [{"role": "user", "content": "hi"}],
        "output_config": {"format": {
          "type": "json_schema",
          "schema": {"type": "object", "additionalProperties": false}}},
        "temperature": 0.2,
        "stop_sequences": ["END"],
        "metadata": {"user_id": "u"}
      })"));
}

TEST_F(AnthropicRequestTest, AsksForThinkingAndEffortTogether) {
  model_ = "claude-opus-5";
  EXPECT_THAT(
      Body(absl::StrCat(kHi, "reasoning { effort: 'high' }")),
      HasSubstr(R"("thinking":{"type":"adaptive","display":"summarized"},)"
                R"("output_config":{"effort":"high"})"));
}

// Case 023: nothing that one adapter decides may be seen by the next.
TEST_F(AnthropicRequestTest, LeavesTheRequestAsItWas) {
  const v1::ChatRequest chat = ChatOf(absl::StrCat(
      R"pb(messages { role: ROLE_SYSTEM content: "Be short." })pb", kHi,
      R"pb(max_output_tokens: 64
           temperature: 0.2
           provider_options {
             key: "anthropic"
             value {
               fields {
                 key: "anthropic_beta"
                 value { string_value: "b" }
               }
             }
           })pb"));
  const std::string before = chat.SerializeAsString();

  ASSERT_TRUE(WriteAnthropicRequest(chat,
                                    {.model = model_, .warnings = &warnings_},
                                    OnUnsupported::kDropHints)
                  .ok());

  EXPECT_EQ(chat.SerializeAsString(), before);
}

TEST_F(AnthropicRequestTest, ForcesNoToolWithAThinkingBudget) {
  EXPECT_THAT(Body(absl::StrCat(kHi,
                                "tools { name: 'f' } tool_choice { name: 'f' } "
                                "reasoning { budget_tokens: 2000 }")),
              AllOf(HasSubstr(R"("tool_choice":{"type":"auto"})"),
                    HasSubstr(R"("thinking":{"type":"enabled")")));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.tool_choice")));
}

TEST_F(AnthropicRequestTest, DropsBoundThoughtsWhenItNarrowsTheTools) {
  model_ = "claude-opus-5-5";
  EXPECT_THAT(Body(R"pb(
                messages { role: ROLE_USER content: "a" }
                messages {
                  role: ROLE_ASSISTANT
                  content: "b"
                  reasoning_blocks { text: "x" signature: "s" }
                }
                messages { role: ROLE_USER content: "c" }
                tools { name: "f" }
                tool_choice { name: "f" }
              )pb"),
              Not(HasSubstr(R"("type":"thinking")")));
}

TEST_F(AnthropicRequestTest, SkipsTheFirstOfTooManyCacheMarks) {
  const std::string body = Body(R"pb(
    tools {
      name: "f"
      cache_control {}
    }
    messages {
      role: ROLE_SYSTEM
      content: "s"
      cache_control {}
    }
    messages {
      role: ROLE_USER
      content: "a"
      cache_control {}
    }
    messages {
      role: ROLE_ASSISTANT
      content: "b"
      cache_control {}
    }
    messages {
      role: ROLE_USER
      content: "c"
      cache_control {}
    }
  )pb");
  EXPECT_THAT(body, HasSubstr(R"("properties":{}}}])"));
  EXPECT_THAT(body, HasSubstr(R"("system":[{"type":"text","text":"s",)"
                              R"("cache_control":{"type":"ephemeral"}}])"));
}

TEST_F(AnthropicRequestTest, SaysWhatASchemaNoLongerEnforces) {
  Body(absl::StrCat(kHi,
                    "response_format { json_schema { schema: "
                    "'{\"type\":\"string\",\"minLength\":2}' } }"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("minLength")));
}

TEST_F(AnthropicRequestTest, NeverDropsASchema) {
  on_unsupported_ = OnUnsupported::kDrop;
  EXPECT_THAT(Write(absl::StrCat(kHi,
                                 "response_format { json_schema { schema: "
                                 "'{\"items\":{\"$ref\":\"#\"}}' } }")),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write(absl::StrCat(kHi,
                                 "response_format { json_schema { schema: "
                                 "'{' } }")),
              HasReason(ErrorReason::kInvalidRequest));
  model_ = "claude-3-5-haiku-latest";
  EXPECT_THAT(Write(absl::StrCat(kHi,
                                 "response_format { json_schema { schema: "
                                 "'{}' } }")),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(AnthropicRequestTest, AsksInWordsForAJsonObject) {
  const std::string text =
      absl::StrCat(kHi, "response_format { json_object {} }");
  EXPECT_THAT(Body(text),
              HasSubstr(R"("system":"Answer with one JSON object)"));
  EXPECT_THAT(warnings_,
              ElementsAre(HasSubstr("chat.response_format.json_object")));
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Write(text), HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(AnthropicRequestTest, MergesOptionsThatNoFieldSays) {
  EXPECT_THAT(Body(WithOption("top_k", "number_value: 5")),
              HasSubstr(R"("top_k":5)"));
  model_ = "claude-opus-5";
  EXPECT_THAT(Body(absl::StrCat(WithOption("thinking",
                                           "struct_value { fields { key: "
                                           "'block_binding' value { "
                                           "string_value: 'x' } } }"),
                                "reasoning { effort: 'low' }")),
              HasSubstr(R"("thinking":{"type":"adaptive",)"
                        R"("display":"summarized","block_binding":"x"})"));
}

TEST_F(AnthropicRequestTest, RefusesOptionsThatAFieldSays) {
  for (const char* name : {"model", "messages", "system", "maxTokens", "tools",
                           "stop_sequences", "temperature", "stream"}) {
    EXPECT_THAT(Write(WithOption(name, "number_value: 1")),
                HasReason(ErrorReason::kInvalidRequest))
        << name;
  }
  for (const auto& [name, member] :
       {std::pair("output_config", "effort"), std::pair("thinking", "type"),
        std::pair("output_config", "format"), std::pair("metadata", "user_id"),
        std::pair("container", "model")}) {
    EXPECT_THAT(Write(WithOption(
                    name, absl::StrCat("struct_value { fields { key: '", member,
                                       "' value { number_value: 1 } } }"))),
                HasReason(ErrorReason::kInvalidRequest))
        << name << "." << member;
  }
}

TEST_F(AnthropicRequestTest, SendsBetasAsHeadersAndNotInTheBody) {
  absl::StatusOr<AnthropicRequest> request =
      Write(WithOption("anthropic_beta",
                       "list_value { values { string_value: 'a-1' } "
                       "values { string_value: 'b.2' } }"));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->betas, ElementsAre("a-1", "b.2"));
  EXPECT_THAT(request->body, Not(HasSubstr("beta")));

  for (const char* value :
       {"string_value: 'a\\r\\nx: y'", "string_value: 'a,b'", "number_value: 1",
        "string_value: ''", "list_value { values { bool_value: true } }"}) {
    EXPECT_THAT(Write(WithOption("anthropic_beta", value)),
                HasReason(ErrorReason::kInvalidRequest))
        << value;
  }
}

TEST_F(AnthropicRequestTest, KeepsServerToolsOutOfTheMergedOptions) {
  EXPECT_THAT(
      Body(WithOption("server_tools",
                      "list_value { values { struct_value { fields { key: "
                      "'type' value { string_value: 'web_search_1' } } } } }")),
      AllOf(HasSubstr(R"("tools":[{"type":"web_search_1"}])"),
            Not(HasSubstr("server_tools"))));
}

}  // namespace
}  // namespace aigateway
