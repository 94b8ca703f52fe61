#include "providers/gemini_codec.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

class GeminiCodecTest : public ::testing::Test {
 protected:
  GeminiCodecTest() {
    config_.set_type("gemini");
    v1::Message& message = *chat_.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    options_.model = "gemini-2.5-flash";
    options_.credential = "test-key-AAAA1111";
    options_.warnings = &warnings_;
  }

  std::unique_ptr<Provider> Make() {
    absl::StatusOr<std::unique_ptr<Provider>> made =
        GeminiCodec::Create(config_);
    EXPECT_THAT(made, IsOk());
    return made.ok() ? *std::move(made) : nullptr;
  }
  HttpRequest Build() {
    const absl::StatusOr<HttpRequest> request =
        Make()->BuildRequest(chat_, options_);
    EXPECT_THAT(request, IsOk());
    return request.value_or(HttpRequest());
  }
  std::string Url(absl::string_view model) {
    options_.model = std::string(model);
    return Build().url;
  }

  config::v1::ProviderConfig config_;
  v1::ChatRequest chat_;
  CallOptions options_;
  std::vector<std::string> warnings_;
};

TEST_F(GeminiCodecTest, IsRegisteredWithItsVariablesAndModels) {
  const ProviderType* type = Registry<ProviderType>::Global().Find("gemini");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->create, &GeminiCodec::Create);
  EXPECT_THAT(type->key_variables,
              ElementsAre("GOOGLE_API_KEY", "GEMINI_API_KEY"));
  EXPECT_THAT(type->model_patterns, ::testing::Contains("gemini-*"));
  EXPECT_TRUE(type->needs_key);
}

TEST_F(GeminiCodecTest, AsksForVectors) {
  v1::EmbedRequest embed;
  embed.add_input("hi");
  options_.model = "gemini-embedding-001";
  (*config_.mutable_headers())["x-team"] = "blue";
  const std::unique_ptr<Provider> codec = Make();
  ASSERT_NE(codec->embedder(), nullptr);
  const auto request = codec->embedder()->BuildRequest(embed, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url,
            "https://generativelanguage.googleapis.com/v1beta/models/"
            "gemini-embedding-001:batchEmbedContents");
  EXPECT_EQ(request->headers.Get("x-goog-api-key"), "test-key-AAAA1111");
  EXPECT_EQ(request->headers.Get("content-type"), "application/json");
  EXPECT_EQ(request->headers.Get("x-team"), "blue");
}

TEST_F(GeminiCodecTest, KeyIsAHeaderAndNotInTheUrl) {
  const HttpRequest request = Build();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://generativelanguage.googleapis.com/v1beta/models/"
            "gemini-2.5-flash:generateContent");
  EXPECT_EQ(request.headers.Get("x-goog-api-key"), "test-key-AAAA1111");
  EXPECT_EQ(request.headers.Get("content-type"), "application/json");
  EXPECT_EQ(request.body,
            R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})");
  EXPECT_FALSE(request.stream);
  EXPECT_TRUE(request.http2);
}

TEST_F(GeminiCodecTest, StreamIsAskedForAsEvents) {
  options_.stream = true;
  const HttpRequest request = Build();
  EXPECT_THAT(request.url, EndsWith(":streamGenerateContent?alt=sse"));
  EXPECT_EQ(request.headers.Get("accept"), "text/event-stream");
  EXPECT_TRUE(request.stream);
}

TEST_F(GeminiCodecTest, ModelMayHaveItsCollectionInFront) {
  EXPECT_EQ(Url("models/gemini-2.5-pro"), Url("gemini-2.5-pro"));
  EXPECT_THAT(Url("tunedModels/mine"),
              HasSubstr("/v1beta/tunedModels/mine:generateContent"));
}

TEST_F(GeminiCodecTest, ModelCannotLeaveItsPlaceInThePath) {
  EXPECT_THAT(Url("../../x?key=1#:y"),
              EndsWith("/v1beta/models/..%2F..%2Fx%3Fkey%3D1%23%3Ay:"
                       "generateContent"));
  options_.model = "";
  EXPECT_THAT(Make()->BuildRequest(chat_, options_),
              HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(GeminiCodecTest, BaseUrlMayOrMayNotHaveAVersion) {
  for (const char* url : {"http://127.0.0.1:8000", "http://127.0.0.1:8000/",
                          "http://127.0.0.1:8000/v1beta/"}) {
    config_.set_base_url(url);
    EXPECT_EQ(Make()->base_url(), "http://127.0.0.1:8000/v1beta") << url;
  }
  config_.set_base_url("https://proxy.example/google/v1");
  EXPECT_EQ(Make()->base_url(), "https://proxy.example/google/v1");
}

TEST_F(GeminiCodecTest, VersionOneHasNoJsonSchemaFields) {
  v1::Tool& tool = *chat_.add_tools();
  tool.set_name("f");
  tool.set_parameters(R"({"properties":{"a":{"type":"string"}}})");
  EXPECT_THAT(Build().body, HasSubstr("parametersJsonSchema"));
  config_.set_base_url("https://generativelanguage.googleapis.com/v1");
  EXPECT_THAT(Build().body, HasSubstr(R"("parameters":{"type":"OBJECT")"));
}

TEST_F(GeminiCodecTest, UploadedFilesAreFoundUnderTheBaseUrl) {
  config_.set_base_url("https://proxy.example");
  chat_.mutable_messages(0)->clear_content();
  chat_.mutable_messages(0)->add_parts()->mutable_file()->set_file_id("abc");
  EXPECT_THAT(
      Build().body,
      HasSubstr(R"("fileUri":"https://proxy.example/v1beta/files/abc")"));
}

TEST_F(GeminiCodecTest, HeadersOfTheConfigCountLast) {
  (*config_.mutable_headers())["X-Goog-Api-Key"] = "other";
  (*config_.mutable_headers())["x-extra"] = "1";
  config_.set_http2(false);
  const HttpRequest request = Build();
  EXPECT_EQ(request.headers.Get("x-goog-api-key"), "other");
  EXPECT_EQ(request.headers.Get("x-extra"), "1");
  EXPECT_FALSE(request.http2);
  options_.credential = "";
  config_.clear_headers();
  EXPECT_FALSE(Build().headers.Has("x-goog-api-key"));
}

TEST_F(GeminiCodecTest, AllFaultsOfAConfigAreToldAtOnce) {
  config_.set_base_url("https://user:pw-CCCC3333@host");
  config_.set_on_unsupported("ignore");
  (*config_.mutable_options()->mutable_fields())["b"].set_bool_value(true);
  (*config_.mutable_options()->mutable_fields())["a"].set_bool_value(true);
  const absl::StatusOr<std::unique_ptr<Provider>> made =
      GeminiCodec::Create(config_);
  EXPECT_THAT(made, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_THAT(GetViolations(made.status()),
              ElementsAre(Field(&FieldViolation::field, "base_url"),
                          Field(&FieldViolation::field, "on_unsupported"),
                          Field(&FieldViolation::field, "options.a"),
                          Field(&FieldViolation::field, "options.b")));
  EXPECT_THAT(made.status().ToString(), Not(HasSubstr("CCCC3333")));
}

TEST_F(GeminiCodecTest, OnUnsupportedIsHeeded) {
  chat_.set_user("u");
  config_.set_on_unsupported("refuse");
  EXPECT_THAT(Make()->BuildRequest(chat_, options_),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(GeminiCodecTest, RequestIsNotChangedByBuilding) {
  const v1::ChatRequest before = chat_;
  Build();
  EXPECT_THAT(chat_, EqualsProto(before));
}

TEST_F(GeminiCodecTest, AnswersAndErrorsAreRead) {
  const std::unique_ptr<Provider> codec = Make();
  const auto response = codec->ParseResponse(
      {.status = 200,
       .body = R"({"candidates":[{"content":{"parts":[{"text":"ok"}]}}]})"},
      chat_, options_);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(
      std::get<v1::ChatResponse>(*response).choices(0).message().content(),
      "ok");
  EXPECT_THAT(codec->ParseError({.status = 503}, absl::UnixEpoch()),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_NE(codec->NewStreamDecoder(HttpHeaders(), chat_, options_), nullptr);
}

TEST_F(GeminiCodecTest, KeyIsInNoErrorWhoeverQuotesIt) {
  config_.set_api_key("test-key-AAAA1111");
  const std::unique_ptr<Provider> codec = Make();
  HttpResponse response{
      .status = 404, .body = R"({"error":{"message":"no test-key-AAAA1111"}})"};
  EXPECT_THAT(codec->ParseError(response, absl::UnixEpoch()).ToString(),
              Not(HasSubstr("AAAA1111")));
  response = {.status = 200, .body = "<html>test-key-AAAA1111"};
  EXPECT_THAT(
      codec->ParseResponse(response, chat_, options_).status().ToString(),
      Not(HasSubstr("AAAA1111")));
}

TEST_F(GeminiCodecTest, ModelsAreListedPageByPage) {
  const std::unique_ptr<Provider> codec = Make();
  const absl::StatusOr<HttpRequest> first = codec->BuildModelsRequest("k", "");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->method, "GET");
  EXPECT_EQ(first->url,
            absl::StrCat(codec->base_url(), "/models?pageSize=1000"));
  EXPECT_EQ(first->headers.Get("x-goog-api-key"), "k");
  const absl::StatusOr<HttpRequest> next =
      codec->BuildModelsRequest("k", "a&b=");
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(next->url, EndsWith("&pageToken=a%26b%3D"));
  EXPECT_THAT(codec->ParseModels({.status = 200, .body = "<html>"}),
              HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(codec->ParseModels({.status = 200, .body = "{}"}), IsOk());
}

}  // namespace
}  // namespace aigateway
