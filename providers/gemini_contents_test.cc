#include "providers/gemini_contents.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kNewest[] = "gemini-3.5-flash";
constexpr char kOlder[] = "gemini-2.5-flash";

std::vector<std::string>* Warnings() {
  static auto* const warnings = new std::vector<std::string>();
  return warnings;
}

absl::StatusOr<std::string> Write(absl::string_view model,
                                  const std::string& chat_text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(chat_text, &chat));
  const GeminiApi api = {.files_url = "https://gm.example/v1beta/files/"};
  Warnings()->clear();
  const GeminiCall call(chat, model, api, OnUnsupported::kDropHints,
                        Warnings());
  std::string written;
  JsonWriter out(&written);
  out.StartObject();
  AIGW_RETURN_IF_ERROR(WriteGeminiContents(call, out));
  out.EndObject();
  return written;
}

TEST(GeminiContentsTest, InstructionsAreLiftedAndTurnsMerged) {
  EXPECT_THAT(
      Write(kOlder, R"pb(
        messages { role: ROLE_SYSTEM content: "Be short." }
        messages { role: ROLE_USER content: "a" }
        messages { role: ROLE_USER content: "b" }
        messages { role: ROLE_ASSISTANT content: "c" }
        messages {
          role: ROLE_DEVELOPER
          parts { text: "Be kind." }
        }
        messages { role: ROLE_USER content: "d" })pb"),
      IsOkAndHolds(R"({"systemInstruction":{"parts":[{"text":"Be short."},)"
                   R"({"text":"Be kind."}]},"contents":[)"
                   R"({"role":"user","parts":[{"text":"a"},{"text":"b"}]},)"
                   R"({"role":"model","parts":[{"text":"c"}]},)"
                   R"({"role":"user","parts":[{"text":"d"}]}]})"));
}

constexpr char kToolHistory[] = R"pb(
  messages { role: ROLE_USER content: "1+2 and 2*2" }
  messages {
    role: ROLE_ASSISTANT
    content: ""
    tool_calls { id: "t1" name: "add" arguments: "{\"a\": 1,\"b\":2}" }
    tool_calls { id: "t2" name: "mul" arguments: "" signature: "seal" }
  }
  messages { role: ROLE_TOOL tool_call_id: "t2" content: "4" }
  messages { role: ROLE_TOOL tool_call_id: "t1" content: "3" }
  messages { role: ROLE_USER content: "Thanks" }
)pb";

TEST(GeminiContentsTest, ParallelResultsStandInOneTurnInTheOrderOfTheCalls) {
  EXPECT_THAT(
      Write(kOlder, kToolHistory),
      IsOkAndHolds(
          R"({"contents":[)"
          R"({"role":"user","parts":[{"text":"1+2 and 2*2"}]},)"
          R"({"role":"model","parts":[)"
          R"({"functionCall":{"name":"add","args":{"a": 1,"b":2}}},)"
          R"({"functionCall":{"name":"mul","args":{}},)"
          R"("thoughtSignature":"seal"}]},)"
          R"({"role":"user","parts":[)"
          R"({"functionResponse":{"name":"add","response":{"output":"3"}}},)"
          R"({"functionResponse":{"name":"mul","response":{"output":"4"}}},)"
          R"({"text":"Thanks"}]}]})"));
}

TEST(GeminiContentsTest, NewerModelsGetIdsAndASealOnTheFirstCall) {
  EXPECT_THAT(
      Write(kNewest, kToolHistory),
      IsOkAndHolds(AllOf(
          HasSubstr(
              R"({"functionCall":{"id":"t1","name":"add",)"
              R"("args":{"a": 1,"b":2}},)"
              R"("thoughtSignature":"skip_thought_signature_validator"})"),
          HasSubstr(R"({"functionCall":{"id":"t2","name":"mul","args":{}},)"
                    R"("thoughtSignature":"seal"})"),
          HasSubstr(R"({"functionResponse":{"id":"t1","name":"add",)"))));
}

TEST(GeminiContentsTest, OnlyTheFirstOfParallelCallsNeedsASeal) {
  const absl::StatusOr<std::string> written = Write(kNewest, R"pb(
    messages { role: ROLE_USER content: "a" }
    messages {
      role: ROLE_ASSISTANT
      tool_calls { id: "1" name: "f" signature: "seal==" }
      tool_calls { id: "2" name: "f" }
    }
    messages { role: ROLE_TOOL tool_call_id: "1" content: "x" }
    messages { role: ROLE_TOOL tool_call_id: "2" content: "y" })pb");
  EXPECT_THAT(
      written,
      IsOkAndHolds(AllOf(HasSubstr(R"("args":{}},"thoughtSignature":"seal=="},)"
                                   R"({"functionCall":{"id":"2","name":"f",)"
                                   R"("args":{}}}])"),
                         Not(HasSubstr("skip_thought")))));
}

TEST(GeminiContentsTest, LatestCallWithAnIdGivesTheName) {
  EXPECT_THAT(Write(kOlder, R"pb(
                messages {
                  role: ROLE_ASSISTANT
                  tool_calls { id: "1" name: "old" }
                }
                messages { role: ROLE_TOOL tool_call_id: "1" content: "x" }
                messages {
                  role: ROLE_ASSISTANT
                  tool_calls { id: "1" name: "new" }
                }
                messages { role: ROLE_TOOL tool_call_id: "1" content: "y" }
                messages {
                  role: ROLE_TOOL
                  tool_call_id: "gone"
                  name: "own"
                  content: "z"
                })pb"),
              IsOkAndHolds(AllOf(
                  HasSubstr(R"("name":"old","response":{"output":"x"})"),
                  HasSubstr(R"("name":"new","response":{"output":"y"})"),
                  HasSubstr(R"("name":"own","response":{"output":"z"})"))));
}

TEST(GeminiContentsTest, ResultWithoutItsCallIsRefused) {
  EXPECT_THAT(
      Write(kOlder, R"pb(
        messages { role: ROLE_USER content: "a" }
        messages { role: ROLE_TOOL tool_call_id: "t9" content: "x" })pb"),
      AllOf(HasReason(ErrorReason::kInvalidRequest),
            StatusIs(absl::StatusCode::kInvalidArgument,
                     HasSubstr("chat.messages[1].tool_call_id"))));
}

TEST(GeminiContentsTest, ArgumentsThatAreNoObjectAreRefusedByTheirCall) {
  for (const char* arguments : {"{bad", "[1]", "7", "\\\"a\\\"", "{} {}"}) {
    EXPECT_THAT(Write(kOlder, absl::StrCat(
                                  R"pb(messages {
                                         role: ROLE_ASSISTANT
                                         tool_calls { id: "t1" name: "f"
                                                      arguments: ")pb",
                                  arguments, "\" } }")),
                AllOf(HasReason(ErrorReason::kInvalidRequest),
                      StatusIs(
                          absl::StatusCode::kInvalidArgument,
                          AllOf(HasSubstr("t1"),
                                HasSubstr(
                                    "messages[0].tool_calls[0].arguments")))))
        << arguments;
  }
}

TEST(GeminiContentsTest, PicturesInResultsFollowThem) {
  EXPECT_THAT(
      Write(kOlder, R"pb(
        messages {
          role: ROLE_ASSISTANT
          tool_calls { id: "1" name: "f" }
          tool_calls { id: "2" name: "g" }
        }
        messages {
          role: ROLE_TOOL
          tool_call_id: "1"
          parts { text: "one" }
          parts { image { data: "a" media_type: "image/png" } }
          parts { text: "two" }
        }
        messages { role: ROLE_TOOL tool_call_id: "2" content: "three" })pb"),
      IsOkAndHolds(HasSubstr(
          R"({"functionResponse":{"name":"f","response":{"output":"one\ntwo"}}},)"
          R"({"functionResponse":{"name":"g","response":{"output":"three"}}},)"
          R"({"inlineData":{"mimeType":"image/png","data":"YQ=="}}])")));
}

TEST(GeminiContentsTest, SealOfATextGoesBackOnTheText) {
  EXPECT_THAT(Write(kNewest, R"pb(
                messages {
                  role: ROLE_ASSISTANT
                  content: "Hello"
                  reasoning_content: "thinking"
                  reasoning_blocks { signature: "c2VhbA==" }
                }
                messages { role: ROLE_USER content: "a" })pb"),
              IsOkAndHolds(HasSubstr(
                  R"({"role":"model","parts":[)"
                  R"({"text":"Hello","thoughtSignature":"c2VhbA=="}]})")));
}

TEST(GeminiContentsTest, SealsOfEveryKindGoBackWhereTheyWere) {
  EXPECT_THAT(
      Write(kNewest, R"pb(
        messages {
          role: ROLE_ASSISTANT
          parts { text: "A" }
          parts { image { data: "a" media_type: "image/png" } }
          parts { text: "B" }
          reasoning_content: "why"
          reasoning_blocks {
            signature: "th"
            opaque: "{\"gemini_thought\":true}"
          }
          reasoning_blocks {
            opaque: "{\"gemini_part\":{\"executableCode\":{},\"thoughtSignature\":\"p\"}}"
          }
          reasoning_blocks { signature: "t1" }
          reasoning_blocks { signature: "m" opaque: "{\"gemini_media\":0}" }
          reasoning_blocks { signature: "t2" }
        }
        messages { role: ROLE_USER content: "a" })pb"),
      IsOkAndHolds(HasSubstr(
          R"("parts":[{"text":"why","thought":true,"thoughtSignature":"th"},)"
          R"({"executableCode":{},"thoughtSignature":"p"},)"
          R"({"text":"","thoughtSignature":"t1"},{"text":"A"},)"
          R"({"inlineData":{"mimeType":"image/png","data":"YQ=="},)"
          R"("thoughtSignature":"m"},)"
          R"({"text":"B","thoughtSignature":"t2"}])")));
}

TEST(GeminiContentsTest, OtherProvidersThoughtsAreNotSent) {
  const absl::StatusOr<std::string> written = Write(kNewest, R"pb(
    messages {
      role: ROLE_ASSISTANT
      content: "c"
      reasoning_content: "secret thought"
      reasoning_blocks { text: "secret thought" signature: "EqQB" }
    }
    messages { role: ROLE_USER content: "a" })pb");
  EXPECT_THAT(written, IsOkAndHolds(AllOf(HasSubstr(R"([{"text":"c"}])"),
                                          Not(HasSubstr("secret")),
                                          Not(HasSubstr("EqQB")))));
}

TEST(GeminiContentsTest, RefusalIsSentAsTextAndAnEmptyTurnNotAtAll) {
  EXPECT_THAT(
      Write(kOlder, R"pb(
        messages { role: ROLE_USER content: "a" }
        messages { role: ROLE_ASSISTANT refusal: "no" }
        messages { role: ROLE_USER content: "b" }
        messages { role: ROLE_ASSISTANT content: "" }
        messages { role: ROLE_USER content: "c" })pb"),
      IsOkAndHolds(R"({"contents":[{"role":"user","parts":[{"text":"a"}]},)"
                   R"({"role":"model","parts":[{"text":"no"}]},)"
                   R"({"role":"user","parts":[{"text":"b"},{"text":"c"}]}]})"));
}

TEST(GeminiContentsTest, ModelThatDoesNotGoOnFromItsOwnTurnIsNotAsked) {
  constexpr char kEndsWithModel[] = R"pb(
    messages { role: ROLE_USER content: "a" }
    messages { role: ROLE_ASSISTANT content: "b" }
    messages { role: ROLE_SYSTEM content: "s" })pb";
  EXPECT_THAT(Write(kOlder, kEndsWithModel), IsOk());
  EXPECT_THAT(Write(kNewest, kEndsWithModel),
              AllOf(HasReason(ErrorReason::kUnsupportedParameter),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr("chat.messages[1]"))));
}

TEST(GeminiContentsTest, InstructionsAloneAreRefused) {
  EXPECT_THAT(
      Write(kOlder, R"pb(messages { role: ROLE_SYSTEM content: "s" })pb"),
      HasReason(ErrorReason::kInvalidRequest));
}

TEST(GeminiContentsTest, PictureInInstructionsIsRefused) {
  EXPECT_THAT(Write(kOlder, R"pb(
                messages {
                  role: ROLE_SYSTEM
                  parts { image { data: "a" media_type: "image/png" } }
                }
                messages { role: ROLE_USER content: "a" })pb"),
              AllOf(HasReason(ErrorReason::kUnsupportedParameter),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr("chat.messages[0].parts[0]"))));
}

TEST(GeminiContentsTest, RoleThatIsNoneIsRefused) {
  EXPECT_THAT(Write(kOlder, R"pb(messages { content: "a" })pb"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("chat.messages[0].role")));
}

TEST(GeminiContentsTest, NamesOfSpeakersAreLeftOutWithOneWarning) {
  EXPECT_THAT(Write(kOlder, R"pb(
                messages { role: ROLE_USER name: "ann" content: "a" }
                messages { role: ROLE_USER name: "bob" content: "b" })pb"),
              IsOk());
  EXPECT_THAT(*Warnings(), ElementsAre(HasSubstr("chat.messages[0].name")));
}

}  // namespace
}  // namespace aigateway
