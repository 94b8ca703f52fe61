#include "providers/gemini_media.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
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

class GeminiMediaTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Write(const char* part_text,
                                    absl::string_view signature = "") {
    v1::ContentPart part;
    EXPECT_TRUE(
        google::protobuf::TextFormat::ParseFromString(part_text, &part));
    const GeminiCall call(chat_, "gemini-2.5-flash", api_,
                          OnUnsupported::kDropHints, &warnings_);
    std::string written;
    JsonWriter out(&written);
    AIGW_RETURN_IF_ERROR(WriteGeminiMedia(part, "p", call, signature, out));
    return written;
  }

  v1::ChatRequest chat_;
  GeminiApi api_ = {.files_url = "https://gm.example/v1beta/files/"};
  std::vector<std::string> warnings_;
};

TEST_F(GeminiMediaTest, BytesGoInline) {
  EXPECT_THAT(
      Write(R"pb(image { data: "\000\377" media_type: "image/png" })pb", "s"),
      IsOkAndHolds(R"({"inlineData":{"mimeType":"image/png","data":"AP8="},)"
                   R"("thoughtSignature":"s"})"));
  EXPECT_THAT(Write(R"pb(audio { data: "a" media_type: "audio/wav" })pb"),
              IsOkAndHolds(HasSubstr(R"("mimeType":"audio/wav")")));
  EXPECT_THAT(Write(R"pb(file { data: "a" media_type: "application/pdf" })pb"),
              IsOkAndHolds(HasSubstr(R"("mimeType":"application/pdf")")));
}

TEST_F(GeminiMediaTest, BytesNeedAType) {
  const absl::StatusOr<std::string> written =
      Write(R"pb(image { data: "a" })pb");
  EXPECT_THAT(written, AllOf(HasReason(ErrorReason::kInvalidRequest),
                             StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr("p.image.media_type"))));
}

TEST_F(GeminiMediaTest, DataUrlsGoInline) {
  constexpr char kWant[] =
      R"({"inlineData":{"mimeType":"image/png","data":"AP8="}})";
  EXPECT_THAT(Write(R"pb(image { url: "data:image/png;base64,AP8=" })pb"),
              IsOkAndHolds(kWant));
  EXPECT_THAT(
      Write(R"pb(image { url: "DATA:image/png;charset=x;BASE64,AP8%3D" })pb"),
      IsOkAndHolds(kWant));
  // Both alphabets and white space are read.
  EXPECT_THAT(Write(R"pb(image { url: "data:image/png;base64,_-8=" })pb"),
              IsOkAndHolds(HasSubstr(R"("data":"/+8=")")));
  EXPECT_THAT(Write(R"pb(image { url: "data:image/png;base64,AP\n8=" })pb"),
              IsOkAndHolds(kWant));
  // Percent-encoded bytes.
  EXPECT_THAT(Write(R"pb(image { url: "data:image/png,%00%ff" })pb"),
              IsOkAndHolds(kWant));
  // The type may stand beside it.
  EXPECT_THAT(Write(R"pb(image {
                           url: "data:;base64,AP8="
                           media_type: "image/png"
                         })pb"),
              IsOkAndHolds(kWant));
}

TEST_F(GeminiMediaTest, DataUrlThatIsNoneIsTheCallersFault) {
  for (const char* part :
       {R"pb(image { url: "data:image/png;base64" })pb",
        R"pb(image { url: "data:image/png;base64,%%%" })pb",
        R"pb(image { url: "data:;base64,AP8=" })pb", "image {}", "text: 'a'"}) {
    EXPECT_THAT(Write(part), HasReason(ErrorReason::kInvalidRequest)) << part;
  }
}

TEST_F(GeminiMediaTest, UrisThatGoogleKnowsGoAsFileData) {
  EXPECT_THAT(Write(R"pb(image {
                           url: "gs://bucket/a.png"
                           media_type: "image/png"
                         })pb"),
              IsOkAndHolds(R"({"fileData":{"mimeType":"image/png",)"
                           R"("fileUri":"gs://bucket/a.png"}})"));
  for (const char* uri :
       {"https://gm.example/v1beta/files/abc",
        "https://generativelanguage.googleapis.com/v1beta/files/abc"}) {
    EXPECT_THAT(Write(absl::StrCat("file { url: '", uri, "' }").c_str()),
                IsOkAndHolds(absl::StrCat(R"({"fileData":{"fileUri":")", uri,
                                          R"("}})")));
  }
}

TEST_F(GeminiMediaTest, IdsOfFilesBecomeUris) {
  constexpr char kWant[] =
      R"({"fileData":{"fileUri":"https://gm.example/v1beta/files/abc"}})";
  EXPECT_THAT(Write(R"pb(file { file_id: "files/abc" })pb"),
              IsOkAndHolds(kWant));
  EXPECT_THAT(Write(R"pb(file { file_id: "abc" })pb"), IsOkAndHolds(kWant));
  EXPECT_THAT(Write(R"pb(file { file_id: "gs://b/a" })pb"),
              IsOkAndHolds(R"({"fileData":{"fileUri":"gs://b/a"}})"));
  api_.files_url = "";
  EXPECT_THAT(Write(R"pb(file { file_id: "abc" })pb"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(GeminiMediaTest, OtherUrlsAreRefusedAndTheTextSaysWhatToDo) {
  EXPECT_THAT(Write(R"pb(image { url: "https://example.com/cat.png" })pb"),
              AllOf(HasReason(ErrorReason::kUnsupportedParameter),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             AllOf(HasSubstr("p.image.url"),
                                   HasSubstr("send the bytes")))));
}

TEST_F(GeminiMediaTest, HintsAreLeftOutWithAWarning) {
  EXPECT_THAT(
      Write(
          R"pb(image { data: "a" media_type: "image/png" detail: "auto" })pb"),
      IsOk());
  EXPECT_THAT(warnings_, ElementsAre());
  EXPECT_THAT(
      Write(R"pb(image { data: "a" media_type: "image/png" detail: "low" })pb"),
      IsOk());
  EXPECT_THAT(
      Write(R"pb(file { data: "a" media_type: "text/plain" filename: "f" })pb"),
      IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("p.image.detail"),
                                     HasSubstr("p.file.filename")));
}

TEST_F(GeminiMediaTest, UrlsAreNamedWhereTheApiFetchesThem) {
  api_ = {.fetches_urls = true};
  EXPECT_THAT(
      Write(R"pb(image { url: "https://a/b" media_type: "image/png" })pb"),
      IsOkAndHolds(R"({"fileData":{"mimeType":"image/png",)"
                   R"("fileUri":"https://a/b"}})"));
  EXPECT_THAT(Write(R"pb(image { url: "https://a/b" })pb"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("p.image.media_type")));
  EXPECT_THAT(
      Write(R"pb(image { url: "file:///a" media_type: "image/png" })pb"),
      HasReason(ErrorReason::kUnsupportedParameter));
}

}  // namespace
}  // namespace aigateway
