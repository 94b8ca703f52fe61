#include "providers/bedrock/bedrock_media.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/bedrock_request_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;

class BedrockMediaTest : public BedrockRequestFixture {
 protected:
  // The block for one part, as JSON.
  std::string Part(const std::string& part,
                   const char* model = kBedrockClaude) {
    std::string body =
        Write("messages { role: ROLE_USER parts { " + part + " } }", model);
    const std::string before = R"({"messages":[{"role":"user","content":[)";
    if (body.empty()) return "";
    EXPECT_EQ(body.substr(0, before.size()), before);
    return body.substr(before.size(), body.size() - before.size() - 4);
  }
};

TEST_F(BedrockMediaTest, SendsImages) {
  const std::string png =
      R"({"image":{"format":"png","source":{"bytes":"YWI="}}})";
  EXPECT_EQ(Part(R"(image { data: "ab" media_type: "image/png" })"), png);
  EXPECT_EQ(Part(R"(image { url: "data:image/png;base64,YWI=" })"), png);
  EXPECT_EQ(Part(R"(image { url: "data:image/png;base64,YWI%3D" })"), png);
  EXPECT_EQ(Part(R"(image { url: "data:image/png,ab" })"), png);
  EXPECT_EQ(Part(R"(image { url: "data:image/png,%61b" })"), png);
  EXPECT_EQ(
      Part(R"(image { url: "s3://bucket/a.jpg" media_type: "image/jpeg" })"),
      R"({"image":{"format":"jpeg","source":)"
      R"({"s3Location":{"uri":"s3://bucket/a.jpg"}}}})");
}

TEST_F(BedrockMediaTest, SaysWhatItCannotFetchOrTake) {
  Part(R"(image { url: "https://example.com/a.png" })");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(std::string(status_.message()),
              HasSubstr("chat.messages[0].parts[0].image.url"));
  Part(R"(image { data: "x" media_type: "image/tiff" })");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  Part(R"(file { file_id: "f1" })");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  Part(R"(image { data: "x" })");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
  for (const char* url : {"", "data:image/png", "ftp://x", "data:,x",
                          "data:image/png;base64,%ZZ%%"}) {
    Part(std::string("image { url: \"") + url + "\" }");
    EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest)) << url;
  }
  Part("");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(BedrockMediaTest, NamesDocumentsAsTheApiWantsThem) {
  EXPECT_EQ(Part(R"(file { data: "x" media_type: "application/pdf"
                           filename: "My_report  v1.2 (final).pdf" })"),
            R"({"document":{"format":"pdf",)"
            R"("name":"My report v1 2 (final) pdf 1",)"
            R"("source":{"bytes":"eA=="}}})");
  EXPECT_EQ(Part(R"(file { data: "x" media_type: "text/plain; charset=utf-8"
                  })"),
            R"({"document":{"format":"txt","name":"document 1",)"
            R"("source":{"bytes":"eA=="}}})");
  const std::string two = Write(
      R"pb(messages {
             role: ROLE_USER
             parts { file { data: "x" media_type: "text/csv" filename: "a" } }
             parts { file { data: "y" media_type: "text/csv" filename: "a" } }
           })pb");
  EXPECT_THAT(two, HasSubstr(R"("name":"a 1")"));
  EXPECT_THAT(two, HasSubstr(R"("name":"a 2")"));
}

TEST_F(BedrockMediaTest, SendsFilmsAndSoundsWhereTheyAreTaken) {
  EXPECT_THAT(
      Part(R"(file { data: "x" media_type: "video/mp4" })", kBedrockNova),
      HasSubstr(R"({"video":{"format":"mp4",)"));
  const char sound[] = R"(audio { data: "x" media_type: "audio/mpeg" })";
  EXPECT_THAT(Part(sound, kBedrockNova),
              HasSubstr(R"({"audio":{"format":"mp3",)"));
  Part(sound);
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(BedrockMediaTest, TakesAFileThatIsAnImageForOne) {
  EXPECT_THAT(Part(R"(file { url: "data:image/webp;base64,YQ==" })"),
              HasSubstr(R"({"image":{"format":"webp",)"));
}

}  // namespace
}  // namespace aigateway
