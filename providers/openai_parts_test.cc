#include "providers/openai_parts.h"

#include <string>
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
using testing::SizeIs;

class OpenAiPartsTest : public testing::Test {
 protected:
  // Writes the part that this text format is of.
  absl::StatusOr<std::string> Write(absl::string_view part) {
    warnings_.clear();
    const OpenAiInstance instance = InstanceOf(type_);
    const v1::ChatRequest chat =
        OpenAiChatOf(absl::StrCat("messages { parts {", part, "} }"));
    const ParameterPolicy policy(on_unsupported_, &warnings_);
    const absl::StatusOr<OpenAiPlan> plan =
        OpenAiPlan::Make(instance, chat, "m", policy);
    if (!plan.ok()) return plan.status();
    std::string written;
    JsonWriter out(&written);
    const absl::Status status =
        OpenAiPartWriter(*instance.dialect, *plan, policy, out)
            .Write(chat.messages(0).parts(0), "parts[0]", /*cached=*/false);
    if (!status.ok()) return status;
    return written;
  }

  // Expects that the part is refused for `reason` and because of `field`.
  void ExpectRefused(absl::string_view part, ErrorReason reason,
                     absl::string_view field) {
    const absl::Status status = Write(part).status();
    EXPECT_THAT(status, HasReason(reason)) << type_ << " " << part;
    ASSERT_THAT(GetViolations(status), SizeIs(1)) << part;
    EXPECT_EQ(GetViolations(status)[0].field, field) << part;
  }

  std::string type_ = "openai";
  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::vector<std::string> warnings_;
};

TEST_F(OpenAiPartsTest, WritesText) {
  EXPECT_THAT(Write("text: 'a'"),
              IsOkAndHolds(R"({"type":"text","text":"a"})"));
}

TEST_F(OpenAiPartsTest, RefusesAPartThatIsNothing) {
  ExpectRefused("", ErrorReason::kInvalidRequest, "parts[0]");
  ExpectRefused("image {}", ErrorReason::kInvalidRequest, "parts[0].image");
  ExpectRefused("audio {}", ErrorReason::kInvalidRequest, "parts[0].audio");
  ExpectRefused("file {}", ErrorReason::kInvalidRequest, "parts[0].file");
}

TEST_F(OpenAiPartsTest, NeedsTheMediaTypeOfData) {
  ExpectRefused("image { data: 'x' }", ErrorReason::kInvalidRequest,
                "parts[0].image.media_type");
  ExpectRefused("audio { data: 'x' }", ErrorReason::kInvalidRequest,
                "parts[0].audio.media_type");
  ExpectRefused("file { data: 'x' }", ErrorReason::kInvalidRequest,
                "parts[0].file.media_type");
}

TEST_F(OpenAiPartsTest, WritesAnImageOfAUrlOrOfData) {
  EXPECT_THAT(
      Write("image { url: 'https://example.com/a.png' detail: 'low' }"),
      IsOkAndHolds(R"({"type":"image_url","image_url":)"
                   R"({"url":"https://example.com/a.png","detail":"low"}})"));
  EXPECT_THAT(
      Write(R"(image { data: "\377\000\001" media_type: "image/png" })"),
      IsOkAndHolds(R"({"type":"image_url","image_url":)"
                   R"({"url":"data:image/png;base64,/wAB"}})"));
}

TEST_F(OpenAiPartsTest, DropsADetailThatTheVendorDoesNotKnow) {
  type_ = "mistral";
  EXPECT_THAT(Write("image { url: 'https://example.com/a' detail: 'low' }"),
              IsOkAndHolds(R"({"type":"image_url","image_url":)"
                           R"({"url":"https://example.com/a"}})"));
  EXPECT_THAT(warnings_, ElementsAre("parts[0].image.detail was left out: it "
                                     "is not known to mistral"));
}

TEST_F(OpenAiPartsTest, RefusesAnImageThatTheVendorWouldNotFetch) {
  for (const char* type : {"moonshot", "sambanova"}) {
    type_ = type;
    for (OnUnsupported policy :
         {OnUnsupported::kDropHints, OnUnsupported::kDrop}) {
      on_unsupported_ = policy;
      ExpectRefused("image { url: 'https://example.com/a.png' }",
                    ErrorReason::kUnsupportedParameter, "parts[0].image.url");
    }
    EXPECT_THAT(Write("image { url: 'DATA:image/png;base64,/wAB' }"),
                IsOkAndHolds(HasSubstr("DATA:image/png;base64,/wAB")));
  }
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OpenAiPartsTest, WritesSoundInTheFormOfTheVendor) {
  const struct {
    const char* type;
    absl::string_view sent;
  } cases[] = {
      {"openai",
       R"({"type":"input_audio","input_audio":{"data":"/wAB","format":"mp3"}})"},
      {"openrouter",
       R"({"type":"input_audio","input_audio":{"data":"/wAB","format":"mp3"}})"},
      {"mistral", R"({"type":"input_audio","input_audio":"/wAB"})"},
      {"sambanova", R"({"type":"audio_content","audio_content":)"
                    R"({"content":"data:audio/mpeg;base64,/wAB"}})"},
  };
  for (const auto& each : cases) {
    type_ = each.type;
    EXPECT_THAT(
        Write(R"(audio { data: "\377\000\001" media_type: "audio/mpeg" })"),
        IsOkAndHolds(std::string(each.sent)));
    EXPECT_THAT(Write("audio { url: 'data:audio/mpeg;base64,/wAB' }"),
                IsOkAndHolds(std::string(each.sent)));
  }
}

TEST_F(OpenAiPartsTest, NamesTheFormatOfSound) {
  const struct {
    absl::string_view media_type;
    absl::string_view format;
  } cases[] = {
      {"audio/mpeg", "mp3"},         {"audio/mp3", "mp3"},
      {"audio/wav", "wav"},          {"audio/x-wav", "wav"},
      {"audio/wave", "wav"},         {"audio/vnd.wave", "wav"},
      {"audio/flac;rate=8", "flac"}, {"audio/ogg", "ogg"},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(Write(absl::StrCat("audio { data: 'x' media_type: '",
                                   each.media_type, "' }")),
                IsOkAndHolds(HasSubstr(
                    absl::StrCat("\"format\":\"", each.format, "\""))));
  }
}

TEST_F(OpenAiPartsTest, RefusesSoundThatWouldHaveToBeFetched) {
  for (absl::string_view url :
       {"https://example.com/a.mp3", "data:audio/mpeg,plain",
        "data:audio/mpeg;base64"}) {
    ExpectRefused(absl::StrCat("audio { url: '", url, "' }"),
                  ErrorReason::kUnsupportedParameter, "parts[0].audio.url");
  }
}

TEST_F(OpenAiPartsTest, RefusesSoundAndFilesWhereThereAreNone) {
  type_ = "moonshot";
  ExpectRefused("audio { data: 'x' media_type: 'audio/wav' }",
                ErrorReason::kUnsupportedParameter, "parts[0].audio");
  ExpectRefused("file { data: 'x' media_type: 'application/pdf' }",
                ErrorReason::kUnsupportedParameter, "parts[0].file");
}

TEST_F(OpenAiPartsTest, WritesFilesAsOpenAiHasThem) {
  EXPECT_THAT(Write("file { file_id: 'file-1' }"),
              IsOkAndHolds(R"({"type":"file","file":{"file_id":"file-1"}})"));
  EXPECT_THAT(
      Write("file { data: 'x' media_type: 'application/pdf' filename: 'a' }"),
      IsOkAndHolds(R"({"type":"file","file":{"filename":"a",)"
                   R"("file_data":"data:application/pdf;base64,eA=="}})"));
  EXPECT_THAT(Write("file { data: 'x' media_type: 'application/pdf' }"),
              IsOkAndHolds(HasSubstr(R"("filename":"document")")));
  ExpectRefused("file { url: 'https://example.com/a.pdf' }",
                ErrorReason::kUnsupportedParameter, "parts[0].file.url");
}

TEST_F(OpenAiPartsTest, WritesFilesAsMistralHasThem) {
  type_ = "mistral";
  EXPECT_THAT(Write("file { file_id: 'f1' }"),
              IsOkAndHolds(R"({"type":"file","file_id":"f1"})"));
  EXPECT_THAT(
      Write("file { url: 'https://example.com/a.pdf' filename: 'a.pdf' }"),
      IsOkAndHolds(R"({"type":"document_url",)"
                   R"("document_url":"https://example.com/a.pdf",)"
                   R"("document_name":"a.pdf"})"));
}

TEST_F(OpenAiPartsTest, LetsOpenRouterFetchAFile) {
  type_ = "openrouter";
  EXPECT_THAT(Write("file { url: 'https://example.com/a.pdf' }"),
              IsOkAndHolds(R"({"type":"file","file":{"filename":"document",)"
                           R"("file_data":"https://example.com/a.pdf"}})"));
}

}  // namespace
}  // namespace aigateway
