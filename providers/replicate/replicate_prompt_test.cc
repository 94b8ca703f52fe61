#include "providers/replicate/replicate_prompt.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReplicatePromptTest : public ::testing::Test {
 protected:
  absl::StatusOr<ReplicatePrompt> Make(absl::string_view text) {
    const v1::ChatRequest chat = ReplicateChat(text);
    const ParameterPolicy policy(OnUnsupported::kDrop, &warnings_);
    return MakeReplicatePrompt({chat, inputs_, policy});
  }
  void ExpectRefused(absl::string_view text, ErrorReason reason,
                     absl::string_view field) {
    const absl::Status status = Make(text).status();
    EXPECT_THAT(status, HasReason(reason)) << text;
    ASSERT_EQ(GetViolations(status).size(), 1U) << text;
    EXPECT_EQ(GetViolations(status)[0].field, field) << text;
  }

  ReplicateInputs inputs_;
  std::vector<std::string> warnings_;
};

TEST_F(ReplicatePromptTest, SendsAQuestionAsItIs) {
  const auto made = Make(R"pb(messages { role: ROLE_SYSTEM content: "s" }
                              messages { role: ROLE_DEVELOPER content: "d" }
                              messages { role: ROLE_USER content: "hi" })pb");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->system, "s\n\nd");
  EXPECT_EQ(made->prompt, "hi");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ReplicatePromptTest, SendsInstructionsFirstWhereThereIsNoFieldForThem) {
  inputs_.system = "";
  const auto made = Make(R"pb(messages { role: ROLE_SYSTEM content: "s" }
                              messages { role: ROLE_USER content: "hi" })pb");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->system, "");
  EXPECT_EQ(made->prompt, "s\n\nhi");
}

TEST_F(ReplicatePromptTest, SendsAConversationAsItsTranscript) {
  const auto made = Make(R"pb(messages { role: ROLE_USER content: "a" }
                              messages { role: ROLE_ASSISTANT content: "b" }
                              messages { role: ROLE_SYSTEM content: "c" }
                              messages {
                                role: ROLE_USER
                                parts { text: "d" }
                                parts { text: "e" }
                              })pb");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->prompt,
            "User: a\n\nAssistant: b\n\nSystem: c\n\nUser: d\ne\n\nAssistant:");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("transcript")));
}

TEST_F(ReplicatePromptTest, LetsTheModelGoOnWithAnAnswerThatWasBegun) {
  const auto made = Make(R"pb(messages { role: ROLE_USER content: "a" }
                              messages { role: ROLE_ASSISTANT content: "b" }
  )pb");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->prompt, "User: a\n\nAssistant: b");
}

TEST_F(ReplicatePromptTest, GivesImagesToModelsThatTakeThem) {
  constexpr absl::string_view kImages =
      R"pb(messages {
             role: ROLE_USER
             parts { text: "hi" }
             parts { image { url: "https://e.com/a.png" } }
             parts { image { data: "\377\000\001" media_type: "image/png" } }
           })pb";
  inputs_.images = "images";
  const auto made = Make(kImages);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->prompt, "hi");
  EXPECT_THAT(made->images,
              ElementsAre("https://e.com/a.png", "data:image/png;base64,/wAB"));
  inputs_.images = "";
  inputs_.image = "image";
  ExpectRefused(kImages, ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[2].image");
  inputs_.image = "";
  ExpectRefused(kImages, ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[1].image");
}

TEST_F(ReplicatePromptTest, RefusesWhatCannotBeSaid) {
  ExpectRefused("messages { role: ROLE_TOOL content: 'x' }",
                ErrorReason::kUnsupportedParameter, "chat.messages[0]");
  ExpectRefused("messages { role: ROLE_ASSISTANT tool_calls { name: 'f' } }",
                ErrorReason::kUnsupportedParameter,
                "chat.messages[0].tool_calls");
  ExpectRefused("messages { parts { audio { data: 'a' } } }",
                ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[0].audio");
  ExpectRefused("messages { parts { file { data: 'a' } } }",
                ErrorReason::kUnsupportedParameter,
                "chat.messages[0].parts[0].file");
  ExpectRefused("messages { parts {} }", ErrorReason::kInvalidRequest,
                "chat.messages[0].parts[0]");
  inputs_.image = "image";
  ExpectRefused("messages { parts { image { data: 'a' } } }",
                ErrorReason::kInvalidRequest,
                "chat.messages[0].parts[0].image.media_type");
  ExpectRefused("messages { parts { image {} } }", ErrorReason::kInvalidRequest,
                "chat.messages[0].parts[0].image");
}

}  // namespace
}  // namespace aigateway
