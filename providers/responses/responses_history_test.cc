#include "providers/responses/responses_history.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "providers/openai_test_kit.h"
#include "providers/responses/responses_block.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSeal[] =
    R"({ "type":"reasoning", "encrypted_content":"gA+/=","summary":[]})";

class ResponsesHistoryTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(const v1::Message& message,
                                    absl::string_view type = "openai") {
    std::string json;
    JsonWriter out(&json);
    out.StartArray();
    const absl::Status status = WriteResponsesTurn(
        *FindDialect(type), "gpt-5.5", message, "chat.messages[1]", out);
    if (!status.ok()) return status;
    out.EndArray();
    return json;
  }
  std::string Turn(const v1::Message& message,
                   absl::string_view type = "openai") {
    const absl::StatusOr<std::string> json = Write(message, type);
    EXPECT_THAT(json, IsOk());
    return json.value_or("");
  }

  static v1::Message MessageOf(absl::string_view text) {
    v1::Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                              &message));
    return message;
  }
  static void AddBlock(absl::string_view opaque, v1::Message* message,
                       absl::string_view model = "gpt-5.5-2026-04-23") {
    v1::ReasoningBlock& block = *message->add_reasoning_blocks();
    block.set_opaque(std::string(opaque));
    block.set_model(std::string(model));
  }
};

TEST_F(ResponsesHistoryTest, WritesTextAndCalls) {
  EXPECT_EQ(Turn(MessageOf(R"pb(
              content: "I look."
              tool_calls { id: "c1" name: "f" arguments: "{\"a\": 1}" }
              tool_calls { id: "c2" name: "g" }
            )pb")),
            R"([{"type":"message","role":"assistant","content":"I look."},)"
            R"({"type":"function_call","call_id":"c1","name":"f",)"
            R"("arguments":"{\"a\": 1}"},)"
            R"({"type":"function_call","call_id":"c2","name":"g",)"
            R"("arguments":"{}"}])");
}

TEST_F(ResponsesHistoryTest, PutsEverythingBackInItsPlace) {
  v1::Message message = MessageOf(R"pb(
    content: "Hm. Done."
    tool_calls { id: "c1" name: "f" arguments: "{}" }
    tool_calls { id: "c2" name: "g" arguments: "{}" }
  )pb");
  AddBlock(kSeal, &message);
  AddBlock(MessageMark("commentary", 4), &message);
  AddBlock(CallMark("c1"), &message);
  AddBlock(R"({"type":"reasoning","encrypted_content":"gB"})", &message);
  AddBlock(MessageMark("final_answer", 5), &message);
  EXPECT_EQ(
      Turn(message),
      absl::StrCat("[", kSeal,
                   R"(,{"type":"message","role":"assistant","content":"Hm. ",)"
                   R"("phase":"commentary"},)"
                   R"({"type":"function_call","call_id":"c1","name":"f",)"
                   R"("arguments":"{}"},)"
                   R"({"type":"reasoning","encrypted_content":"gB"},)"
                   R"({"type":"message","role":"assistant","content":"Done.",)"
                   R"("phase":"final_answer"},)"
                   R"({"type":"function_call","call_id":"c2","name":"g",)"
                   R"("arguments":"{}"}])"));
}

TEST_F(ResponsesHistoryTest, SendsAChangedTextAsOne) {
  v1::Message message = MessageOf("content: 'Changed since.'");
  AddBlock(MessageMark("commentary", 4), &message);
  AddBlock(MessageMark("final_answer", 5), &message);
  EXPECT_EQ(Turn(message),
            R"([{"type":"message","role":"assistant",)"
            R"("content":"Changed since.","phase":"final_answer"}])");
  // As many bytes, but a cut within a character.
  message.set_content("ab\u00E9\u00E9\u00E9!");
  message.mutable_reasoning_blocks(0)->set_opaque(MessageMark("c", 3));
  message.mutable_reasoning_blocks(1)->set_opaque(MessageMark("f", 6));
  EXPECT_THAT(Turn(message), HasSubstr("\"ab\u00E9\u00E9\u00E9!\""));
  for (const int64_t bytes : {int64_t{-1}, int64_t{1} << 62}) {
    message.mutable_reasoning_blocks(0)->set_opaque(MessageMark("c", bytes));
    EXPECT_THAT(Turn(message), HasSubstr("\"ab\u00E9\u00E9\u00E9!\""));
  }
}

TEST_F(ResponsesHistoryTest, LeavesOutWhatIsNotItsOwn) {
  v1::Message message = MessageOf("content: 'x'");
  AddBlock(kSeal, &message, "gpt-6");
  AddBlock(R"({"type":"reasoning","summary":[]})", &message);
  AddBlock(R"({"type":"reasoning.encrypted","data":"d"})", &message);
  AddBlock(R"({"type":"reasoning","encrypted_content":"g","type":"message"})",
           &message);
  AddBlock(R"({"type":"reasoning","encrypted_content":"g"}],"x":[)", &message);
  AddBlock("redacted", &message);
  const char* const kAlone =
      R"([{"type":"message","role":"assistant","content":"x"}])";
  EXPECT_EQ(Turn(message), kAlone);
  // Who keeps nothing sealed is given nothing sealed.
  AddBlock(kSeal, &message);
  EXPECT_EQ(Turn(message, "perplexity"), kAlone);
}

TEST_F(ResponsesHistoryTest, WritesRefusals) {
  const v1::Message message = MessageOf("refusal: 'I will not.'");
  EXPECT_EQ(Turn(message), R"([{"type":"message","role":"assistant","content":)"
                           R"([{"type":"refusal","refusal":"I will not."}]}])");
  EXPECT_EQ(Turn(message, "xai"), R"([{"type":"message","role":"assistant",)"
                                  R"("content":"I will not."}])");
}

TEST_F(ResponsesHistoryTest, SendsTheSealOfACallBack) {
  const v1::Message message = MessageOf(R"pb(tool_calls {
                                               id: "c"
                                               name: "f"
                                               arguments: "{}"
                                               signature: "s="
                                             })pb");
  EXPECT_THAT(Turn(message, "perplexity"),
              HasSubstr(R"("thought_signature":"s=")"));
  EXPECT_THAT(Turn(message), Not(HasSubstr("s=")));
}

TEST_F(ResponsesHistoryTest, RefusesWhatNoTurnCanHave) {
  EXPECT_THAT(Write(MessageOf(
                  R"pb(tool_calls { id: "c" name: "f" arguments: "{" })pb")),
              HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(Write(MessageOf(R"pb(parts { image { url: "http://a" } })pb")),
              HasReason(ErrorReason::kUnsupportedParameter));
}

}  // namespace
}  // namespace aigateway
