#include "providers/anthropic_content.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/json_writer.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AnthropicContentTest : public ::testing::Test {
 protected:
  // The part in protobuf's text format as the block that is sent, or the error.
  std::string Written(absl::string_view text) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                              &part_));
    absl::StatusOr<AnthropicBlock> block =
        AnthropicBlockOf(part_, "parts[0]", call_);
    if (!block.ok()) return std::string(block.status().message());
    std::vector<AnthropicBlock> blocks;
    blocks.push_back(*std::move(block));
    AnthropicCacheMarks marks(CountAnthropicCacheMarks(blocks));
    std::string json;
    JsonWriter out(&json);
    WriteAnthropicBlocks(blocks, marks, out);
    return json;
  }

  const v1::ChatRequest chat_;
  std::vector<std::string> warnings_;
  AnthropicCall call_{chat_, "claude-opus-4-5", OnUnsupported::kDropHints,
                      &warnings_};
  v1::ContentPart part_;
};

TEST_F(AnthropicContentTest, WritesASingleTextAsAString) {
  EXPECT_EQ(Written(R"pb(text: "a\"b")pb"), R"("a\"b")");
}

TEST_F(AnthropicContentTest, SendsBytesOfAnImageAsBase64) {
  EXPECT_EQ(Written(R"pb(image { data: "\x89PNG" media_type: "image/png" })pb"),
            R"([{"type":"image","source":{"type":"base64",)"
            R"("media_type":"image/png","data":"iVBORw=="}}])");
}

TEST_F(AnthropicContentTest, SendsTheUrlOfAnImage) {
  EXPECT_EQ(Written(R"pb(image { url: "https://x.example/a.png" })pb"),
            R"([{"type":"image","source":{"type":"url",)"
            R"("url":"https://x.example/a.png"}}])");
}

TEST_F(AnthropicContentTest, TakesDataUrlsApart) {
  EXPECT_EQ(Written(R"pb(image { url: "data:image/JPG;base64,/9j/" })pb"),
            R"([{"type":"image","source":{"type":"base64",)"
            R"("media_type":"image/jpeg","data":"/9j/"}}])");
  EXPECT_EQ(
      Written(R"pb(image { url: "data:image/png;x=y;base64,iVBORw%3D%3D" })pb"),
      R"([{"type":"image","source":{"type":"base64",)"
      R"("media_type":"image/png","data":"iVBORw=="}}])");
  EXPECT_EQ(Written(R"pb(file { url: "data:text/plain,a%20b" })pb"),
            R"([{"type":"document","source":{"type":"text",)"
            R"("media_type":"text/plain","data":"a b"}}])");
}

TEST_F(AnthropicContentTest, SendsAPdfAsADocumentWithItsName) {
  EXPECT_EQ(Written(R"pb(file {
                           data: "%PDF"
                           media_type: "application/pdf"
                           filename: "a.pdf"
                         })pb"),
            R"([{"type":"document","source":{"type":"base64",)"
            R"("media_type":"application/pdf","data":"JVBERg=="},)"
            R"("title":"a.pdf"}])");
}

TEST_F(AnthropicContentTest, SendsTextFilesAsText) {
  EXPECT_EQ(Written(R"pb(file { data: "a,b\xff" media_type: "text/csv" })pb"),
            "[{\"type\":\"document\",\"source\":{\"type\":\"text\","
            "\"media_type\":\"text/plain\",\"data\":\"a,b\xef\xbf\xbd\"}}]");
  EXPECT_EQ(Written(R"pb(file { url: "data:application/json;base64,e30=" })pb"),
            R"([{"type":"document","source":{"type":"text",)"
            R"("media_type":"text/plain","data":"{}"}}])");
}

TEST_F(AnthropicContentTest, SendsAnImageThatCameAsAFileAsAnImage) {
  EXPECT_THAT(Written(R"pb(file { data: "x" media_type: "image/gif" })pb"),
              HasSubstr(R"("type":"image")"));
}

TEST_F(AnthropicContentTest, NamesUploadedFilesAndTheirBeta) {
  EXPECT_EQ(Written(R"pb(file { file_id: "file_1" })pb"),
            R"([{"type":"document","source":{"type":"file",)"
            R"("file_id":"file_1"}}])");
  EXPECT_THAT(call_.betas(), ElementsAre("files-api-2025-04-14"));
}

TEST_F(AnthropicContentTest, SaysWhatIsWrongWithAPart) {
  EXPECT_THAT(Written(R"pb(image { data: "x" })pb"),
              HasSubstr("parts[0].image.media_type"));
  EXPECT_THAT(Written(R"pb(image { url: "file:///etc/passwd" })pb"),
              HasSubstr("parts[0].image"));
  EXPECT_THAT(Written(R"pb(image { url: "data:;base64,xx" })pb"),
              HasSubstr("media type"));
  EXPECT_THAT(Written(R"pb(image { url: "data:image/png" })pb"),
              HasSubstr("parts[0].image"));
  EXPECT_THAT(Written(R"pb(file { url: "data:text/plain;base64,%%" })pb"),
              HasSubstr("base64"));
  EXPECT_THAT(Written(""), HasSubstr("parts[0]"));
}

TEST_F(AnthropicContentTest, RefusesSoundAndUnreadableFiles) {
  part_.mutable_audio()->set_data("x");
  EXPECT_THAT(AnthropicBlockOf(part_, "parts[0]", call_),
              HasReason(ErrorReason::kUnsupportedParameter));
  part_.mutable_file()->set_data("x");
  part_.mutable_file()->set_media_type("application/msword");
  EXPECT_THAT(AnthropicBlockOf(part_, "parts[0]", call_),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(AnthropicContentTest, LeavesOutTheDetailOfAnImageWithAWord) {
  Written(R"pb(image { url: "https://x/a.png" detail: "auto" })pb");
  EXPECT_THAT(warnings_, IsEmpty());
  Written(R"pb(image { url: "https://x/a.png" detail: "low" })pb");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("parts[0].image.detail")));
}

TEST_F(AnthropicContentTest, WritesCacheMarksWithTheirTime) {
  EXPECT_EQ(Written(R"pb(text: "a"
                         cache_control {})pb"),
            R"([{"type":"text","text":"a",)"
            R"("cache_control":{"type":"ephemeral"}}])");
  EXPECT_THAT(Written(R"pb(text: "a"
                           cache_control { ttl { seconds: 300 } })pb"),
              HasSubstr(R"("ttl":"5m")"));
  EXPECT_THAT(Written(R"pb(text: "a"
                           cache_control { ttl { seconds: 3600 } })pb"),
              HasSubstr(R"("ttl":"1h")"));
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(Written(R"pb(text: "a"
                           cache_control { ttl { seconds: 7200 } })pb"),
              HasSubstr(R"("ttl":"1h")"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("one hour")));
  EXPECT_EQ(Written(R"pb(text: "a"
                         cache_control { type: "forever" })pb"),
            R"("a")");
  EXPECT_EQ(warnings_.size(), 2u);
}

TEST_F(AnthropicContentTest, WritesTheLastFourMarks) {
  v1::CacheControl cache;
  const std::string texts[] = {"a", "b", "c", "d", "e", "f"};
  std::vector<AnthropicBlock> blocks;
  for (const std::string& text : texts) {
    blocks.push_back({AnthropicText{text}, &cache});
  }
  AnthropicCacheMarks marks(CountAnthropicCacheMarks(blocks));
  std::string json;
  JsonWriter out(&json);
  WriteAnthropicBlocks(blocks, marks, out);

  EXPECT_THAT(json, HasSubstr(R"({"type":"text","text":"b"},)"
                              R"({"type":"text","text":"c","cache_control")"));
}

TEST(AnthropicToolIdTest, KeepsIdsThatTheApiTakes) {
  EXPECT_EQ(AnthropicToolId("toolu_01-A"), "toolu_01-A");
}

TEST(AnthropicToolIdTest, MakesOthersFitWithoutMixingThemUp) {
  const std::string colon = AnthropicToolId("functions.f:0");
  EXPECT_EQ(colon, AnthropicToolId("functions.f:0"));
  EXPECT_NE(colon, AnthropicToolId("functions_f:0"));
  EXPECT_EQ(colon.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-"),
            std::string::npos);
}

}  // namespace
}  // namespace aigateway
