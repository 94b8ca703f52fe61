#include "providers/openai_messages.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "providers/openai_instance.h"
#include "providers/openai_plan.h"
#include "providers/openai_test_kit.h"
#include "providers/parameter_policy.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;

class OpenAiMessagesTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    warnings_.clear();
    const OpenAiInstance instance = InstanceOf(type_);
    const v1::ChatRequest chat = OpenAiChatOf(text);
    const ParameterPolicy policy(OnUnsupported::kDropHints, &warnings_);
    const absl::StatusOr<OpenAiPlan> plan =
        OpenAiPlan::Make(instance, chat, model_, policy);
    if (!plan.ok()) return plan.status();
    std::string written;
    JsonWriter out(&written);
    const absl::Status status =
        WriteOpenAiMessages(instance, *plan, model_, policy, chat, out);
    if (!status.ok()) return status;
    return written;
  }

  // The messages as JSON; or the error.
  std::string Messages(absl::string_view text) {
    absl::StatusOr<std::string> written = Write(text);
    return written.ok() ? *std::move(written)
                        : std::string(written.status().message());
  }

  std::string type_ = "openai";
  std::string model_ = "m";
  std::vector<std::string> warnings_;
};

TEST_F(OpenAiMessagesTest, WritesEveryRole) {
  EXPECT_EQ(Messages(R"pb(
              messages { role: ROLE_SYSTEM content: "s" }
              messages { role: ROLE_DEVELOPER content: "d" }
              messages { role: ROLE_USER name: "ann" content: "u" }
              messages { role: ROLE_ASSISTANT name: "bot" content: "a" }
              messages { role: ROLE_TOOL tool_call_id: "t1" content: "r" }
            )pb"),
            CompactJson(R"([
              {"role": "system", "content": "s"},
              {"role": "developer", "content": "d"},
              {"role": "user", "name": "ann", "content": "u"},
              {"role": "assistant", "name": "bot", "content": "a"},
              {"role": "tool", "tool_call_id": "t1", "content": "r"}
            ])"));
}

TEST_F(OpenAiMessagesTest, NeedsARole) {
  const absl::Status status =
      Write(R"pb(messages { role: ROLE_USER content: "u" }
                 messages { content: "x" })pb")
          .status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidRequest));
  ASSERT_THAT(GetViolations(status), SizeIs(1));
  EXPECT_EQ(GetViolations(status)[0].field, "chat.messages[1].role");
}

TEST_F(OpenAiMessagesTest, CallsInstructionsAsTheVendorOrModelDoes) {
  const struct {
    const char* type;
    const char* model;
    absl::string_view system;
    absl::string_view developer;
  } cases[] = {
      {"openai", "gpt-5", "system", "developer"},
      {"openai", "o1-mini", "user", "user"},
      {"mistral", "m", "system", "system"},
      {"groq", "m", "system", "system"},
      {"qwen", "m", "system", "system"},
  };
  for (const auto& each : cases) {
    type_ = each.type;
    model_ = each.model;
    EXPECT_EQ(
        Messages(R"pb(messages { role: ROLE_SYSTEM content: "s" }
                      messages { role: ROLE_DEVELOPER content: "d" })pb"),
        absl::StrCat(R"([{"role":")", each.system,
                     R"(","content":"s"},{"role":")", each.developer,
                     R"(","content":"d"}])"));
  }
}

TEST_F(OpenAiMessagesTest, DropsANameThatTheVendorDoesNotKnow) {
  for (const char* type : {"mistral", "groq"}) {
    type_ = type;
    EXPECT_EQ(
        Messages(
            R"pb(messages { role: ROLE_USER name: "ann" content: "u" })pb"),
        R"([{"role":"user","content":"u"}])");
    EXPECT_THAT(warnings_,
                ElementsAre(absl::StrCat("chat.messages[0].name was left out: "
                                         "it is not known to ",
                                         type)));
  }
}

TEST_F(OpenAiMessagesTest, QuotesWhateverATextHas) {
  EXPECT_EQ(
      Messages(R"pb(messages { role: ROLE_USER content: "\"\\\n\000é" })pb"),
      R"([{"role":"user","content":"\"\\\n\u0000é"}])");
}

// Case 015, as these vendors have it: a message for each result.
TEST_F(OpenAiMessagesTest, GivesEachResultOfParallelCallsItsOwnMessage) {
  EXPECT_EQ(
      Messages(R"pb(
        messages { role: ROLE_SYSTEM content: "Be short." }
        messages { role: ROLE_USER content: "1+2 and 2*2" }
        messages {
          role: ROLE_ASSISTANT
          content: ""
          tool_calls { id: "t1" name: "add" arguments: "{\"a\":1,\"b\":2}" }
          tool_calls { id: "t2" name: "mul" arguments: "{\"a\":2,\"b\":2}" }
        }
        messages { role: ROLE_TOOL tool_call_id: "t1" content: "3" }
        messages { role: ROLE_TOOL tool_call_id: "t2" content: "4" }
        messages { role: ROLE_USER content: "Thanks, and the sum?" }
      )pb"),
      CompactJson(R"([
              {"role": "system", "content": "Be short."},
              {"role": "user", "content": "1+2 and 2*2"},
              {"role": "assistant", "content": null, "tool_calls": [
                {"id": "t1", "type": "function", "function":
                 {"name": "add", "arguments": "{\"a\":1,\"b\":2}"}},
                {"id": "t2", "type": "function", "function":
                 {"name": "mul", "arguments": "{\"a\":2,\"b\":2}"}}]},
              {"role": "tool", "tool_call_id": "t1", "content": "3"},
              {"role": "tool", "tool_call_id": "t2", "content": "4"},
              {"role": "user", "content": "Thanks, and the sum?"}
            ])"));
}

// Case 016.
TEST_F(OpenAiMessagesTest, GivesACallWithoutArgumentsAnEmptyObject) {
  EXPECT_THAT(Write(R"pb(messages {
                           role: ROLE_ASSISTANT
                           tool_calls { id: "t1" name: "now" }
                         })pb"),
              IsOkAndHolds(HasSubstr(R"("name":"now","arguments":"{}")")));
}

TEST_F(OpenAiMessagesTest, SendsArgumentsAsTheyCameButOnlyIfTheyAreJson) {
  EXPECT_THAT(
      Write(
          R"pb(messages {
                 role: ROLE_ASSISTANT
                 tool_calls { id: "t1" name: "f" arguments: "{ \"x\" : 1.0 }" }
               })pb"),
      IsOkAndHolds(HasSubstr(R"("arguments":"{ \"x\" : 1.0 }")")));
  const absl::Status broken =
      Write(R"pb(messages {
                   role: ROLE_ASSISTANT
                   tool_calls { id: "t1" name: "f" }
                   tool_calls { id: "t2" name: "f" arguments: "{\"x\":" }
                 })pb")
          .status();
  EXPECT_THAT(broken, HasReason(ErrorReason::kInvalidRequest));
  ASSERT_THAT(GetViolations(broken), SizeIs(1));
  EXPECT_EQ(GetViolations(broken)[0].field,
            "chat.messages[0].tool_calls[1].arguments");
}

TEST_F(OpenAiMessagesTest, MakesIdsThatMistralTakesAlikeInCallAndResult) {
  type_ = "mistral";
  const std::string written = Messages(R"pb(
    messages {
      role: ROLE_ASSISTANT
      tool_calls { id: "call_of-another/vendor" name: "f" }
      tool_calls { id: "abcDEF123" name: "f" }
    }
    messages {
      role: ROLE_TOOL
      tool_call_id: "call_of-another/vendor"
      content: "r"
    }
  )pb");
  const absl::string_view id =
      absl::string_view(written).substr(written.find("\"id\":\"") + 6, 9);
  EXPECT_THAT(std::string(id), MatchesRegex("[a-zA-Z0-9]{9}"));
  EXPECT_THAT(written, HasSubstr(absl::StrCat("\"id\":\"", id, "\"")));
  EXPECT_THAT(written,
              HasSubstr(absl::StrCat("\"tool_call_id\":\"", id, "\"")));
  EXPECT_THAT(written, HasSubstr(R"("id":"abcDEF123")"));
  EXPECT_THAT(written, Not(HasSubstr("vendor")));
}

TEST_F(OpenAiMessagesTest, WritesOnePartOfTextAsText) {
  EXPECT_EQ(Messages(R"pb(messages {
                            role: ROLE_USER
                            parts { text: "a" }
                          }
                          messages {
                            role: ROLE_USER
                            parts { text: "b" }
                            parts { text: "c" }
                          })pb"),
            CompactJson(R"([{"role": "user", "content": "a"},
                      {"role": "user", "content": [
                        {"type": "text", "text": "b"},
                        {"type": "text", "text": "c"}]}])"));
}

TEST_F(OpenAiMessagesTest, SendsARefusalWhereTheVendorHasAPlaceForIt) {
  constexpr absl::string_view kRefused =
      R"pb(messages { role: ROLE_ASSISTANT refusal: "no" })pb";
  EXPECT_EQ(Messages(kRefused),
            R"([{"role":"assistant","refusal":"no","content":null}])");
  type_ = "groq";
  EXPECT_EQ(Messages(kRefused), R"([{"role":"assistant","content":"no"}])");
}

TEST_F(OpenAiMessagesTest, MarksATurnThatIsToBeGoneOnFrom) {
  constexpr absl::string_view kPrefill =
      R"pb(messages { role: ROLE_ASSISTANT content: "a" }
           messages { role: ROLE_ASSISTANT content: "b" })pb";
  type_ = "mistral";
  EXPECT_EQ(Messages(kPrefill),
            R"([{"role":"assistant","content":"a"},)"
            R"({"role":"assistant","content":"b","prefix":true}])");
  type_ = "moonshot";
  EXPECT_THAT(Messages(kPrefill), HasSubstr(R"("b","partial":true)"));
}

constexpr absl::string_view
    kThought =
        R"pb(messages {
               role: ROLE_ASSISTANT
               content: "a"
               reasoning_content: "hm"
             })pb";

TEST_F(OpenAiMessagesTest, SendsThoughtsBackInTheWayOfTheVendor) {
  const struct {
    const char* type;
    absl::string_view sent;
  } cases[] = {
      {"openai", R"({"role":"assistant","content":"a"})"},
      {"groq", R"({"role":"assistant","content":"a"})"},
      {"deepseek",
       R"({"role":"assistant","reasoning_content":"hm","content":"a"})"},
      {"moonshot",
       R"({"role":"assistant","reasoning_content":"hm","content":"a",)"
       R"("partial":true})"},
      {"cerebras", R"({"role":"assistant","reasoning":"hm","content":"a"})"},
      {"openrouter", R"({"role":"assistant","reasoning":"hm","content":"a"})"},
      {"minimax", R"({"role":"assistant","content":"<think>hm</think>a"})"},
      {"mistral",
       R"({"role":"assistant","content":[{"type":"thinking","thinking":)"
       R"([{"type":"text","text":"hm"}]},{"type":"text","text":"a"}],)"
       R"("prefix":true})"},
  };
  for (const auto& each : cases) {
    type_ = each.type;
    EXPECT_EQ(Messages(kThought), absl::StrCat("[", each.sent, "]"))
        << each.type;
  }
}

TEST_F(OpenAiMessagesTest, SendsSealedThoughtsBackByteForByte) {
  type_ = "openrouter";
  model_ = "vendor/model";
  EXPECT_EQ(
      Messages(R"pb(
        messages {
          role: ROLE_ASSISTANT
          content: "a"
          reasoning_content: "hm"
          reasoning_blocks {
            text: "hm"
            opaque: "{ \"type\" : \"reasoning.text\", \"n\": 1.0, \"s\":\"\\u00e9/\\/\" }"
            signature: "s"
            model: "vendor/another-name-of-it"
          }
          reasoning_blocks { opaque: "{\"type\":\"reasoning\"}" }
          reasoning_blocks { opaque: "{\"other\":1}" model: "vendor/model" }
          reasoning_blocks { opaque: "EqQBCkYI" }
          reasoning_blocks {
            opaque: "{\"type\":\"reasoning.encrypted\",\t\"data\":\"AA==\"}"
          }
        })pb"),
      "[{\"role\":\"assistant\",\"reasoning_details\":["
      "{ \"type\" : \"reasoning.text\", \"n\": 1.0, \"s\":\"\\u00e9/\\/\" },"
      "{\"type\":\"reasoning.encrypted\",\t\"data\":\"AA==\"}],"
      "\"content\":\"a\"}]");
}

TEST_F(OpenAiMessagesTest, SendsNoSealThatIsNoJson) {
  type_ = "openrouter";
  EXPECT_EQ(
      Messages(R"pb(
        messages {
          role: ROLE_ASSISTANT
          content: "a"
          reasoning_blocks { text: "hm" opaque: "1],\"x\":[2" }
          reasoning_blocks { opaque: "{\"type\":\"reasoning.text\"}],\"x\":[2" }
          reasoning_blocks {
            opaque: "{\"type\":\"reasoning.text\",\"type\":\"text\"}"
          }
        })pb"),
      R"([{"role":"assistant","reasoning":"hm","content":"a"}])");
}

TEST_F(OpenAiMessagesTest, SendsTheSignatureOfAThoughtToWhoSigned) {
  type_ = "mistral";
  EXPECT_EQ(Messages(R"pb(
              messages {
                role: ROLE_ASSISTANT
                content: "a"
                reasoning_blocks { text: "hm" signature: "+/=" model: "m-2509" }
                reasoning_blocks { text: "theirs" signature: "x" model: "n" }
              }
              messages { role: ROLE_USER content: "u" })pb"),
            CompactJson(R"([
              {"role": "assistant", "content": [
                {"type": "thinking",
                 "thinking": [{"type": "text", "text": "hm"}],
                 "signature": "+/="},
                {"type": "text", "text": "a"}]},
              {"role": "user", "content": "u"}])"));
}

TEST_F(OpenAiMessagesTest, MarksWhatIsToBeCachedWhereThatIsAsked) {
  constexpr absl::string_view kCached =
      R"pb(messages {
             role: ROLE_SYSTEM
             content: "s"
             cache_control { ttl { seconds: 3600 } }
           }
           messages {
             role: ROLE_USER
             parts {
               text: "a"
               cache_control {}
             }
             parts { text: "b" }
           })pb";
  for (const char* type : {"qwen", "openrouter"}) {
    type_ = type;
    EXPECT_EQ(Messages(kCached), CompactJson(R"([
                {"role": "system", "content": [{"type": "text", "text": "s",
                 "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
                {"role": "user", "content": [
                  {"type": "text", "text": "a",
                   "cache_control": {"type": "ephemeral"}},
                  {"type": "text", "text": "b"}]}])"));
  }
  type_ = "openai";
  EXPECT_THAT(Messages(kCached), Not(HasSubstr("cache")));
  type_ = "groq";
  EXPECT_THAT(Messages(kCached), Not(HasSubstr("cache")));
  EXPECT_THAT(warnings_, IsEmpty());
  // Databricks refuses what the model behind it does not know.
  type_ = "databricks";
  EXPECT_THAT(Messages(kCached), Not(HasSubstr("cache")));
  model_ = "databricks-claude-sonnet-4-5";
  EXPECT_THAT(Messages(kCached), HasSubstr("\"cache_control\""));
}

TEST_F(OpenAiMessagesTest, SendsNoEmptyTextWhereThatIsRefused) {
  constexpr absl::string_view kEmpty = R"pb(messages {
                                              role: ROLE_USER
                                              parts { text: "" }
                                              parts { text: "a" }
                                              parts { text: "b" }
                                            })pb";
  EXPECT_THAT(Messages(kEmpty), HasSubstr(R"("text":"")"));
  type_ = "databricks";
  EXPECT_EQ(Messages(kEmpty),
            R"([{"role":"user","content":[{"type":"text","text":"a"},)"
            R"({"type":"text","text":"b"}]}])");
}

TEST_F(OpenAiMessagesTest, KeepsTheLastFourMarksOfACache) {
  type_ = "qwen";
  std::string text;
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&text, "messages { role: ROLE_USER content: '", i,
                    "' cache_control {} }");
  }
  const std::string written = Messages(text);
  EXPECT_THAT(written, HasSubstr(R"([{"role":"user","content":"0"},)"
                                 R"({"role":"user","content":"1"},)"
                                 R"({"role":"user","content":[{)"));
  EXPECT_THAT(written, HasSubstr(R"("5","cache_control":)"));
}

}  // namespace
}  // namespace aigateway
