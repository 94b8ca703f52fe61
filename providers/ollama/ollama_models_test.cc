#include "providers/ollama/ollama_models.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::StatusOr<Provider::ModelsPage> Read(std::string body) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  return ReadOllamaModels(response, Redactor());
}

TEST(OllamaModelsTest, ReadsTheModelsOfAServer) {
  const absl::StatusOr<Provider::ModelsPage> page = Read(
      R"({"models":[{"name":"qwen3:4b","model":"qwen3:4b","size":1,)"
      R"("details":{"family":"qwen3","families":["qwen3"]},)"
      R"("capabilities":["completion","tools","thinking"]},)"
      R"({"name":"all-minilm:latest","details":{"family":"bert"}},)"
      R"({"model":"llava:latest","details":{"families":["llama","clip"]}},)"
      R"({"name":7},{}]})");
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->models, SizeIs(3));
  EXPECT_THAT(page->models[0], EqualsProto(R"pb(
                id: "qwen3:4b"
                capabilities {
                  chat: true
                  streaming: true
                  embeddings: false
                  tools: true
                  json_object: true
                  json_schema: true
                  image_input: false
                  audio_input: false
                  file_input: false
                  reasoning: true
                  prompt_caching: false
                }
              )pb"));
  EXPECT_EQ(page->models[1].id(), "all-minilm:latest");
  EXPECT_TRUE(page->models[1].capabilities().embeddings());
  EXPECT_FALSE(page->models[1].capabilities().chat());
  EXPECT_TRUE(page->models[2].capabilities().image_input());
  EXPECT_FALSE(page->models[2].capabilities().has_tools());
  EXPECT_THAT(page->next_page_token, IsEmpty());
}

TEST(OllamaModelsTest, TakesAServerThatHasNone) {
  EXPECT_THAT(Read(R"({"models":null})")->models, IsEmpty());
  EXPECT_THAT(Read(R"({"models":[]})")->models, IsEmpty());
}

TEST(OllamaModelsTest, RefusesWhatIsNoList) {
  for (const char* body : {"", "{}", "[]", R"({"models":7})", "<html>"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
