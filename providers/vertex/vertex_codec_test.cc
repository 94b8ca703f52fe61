#include "providers/vertex/vertex_codec.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/token_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kModel[] = "gemini-2.5-flash";
constexpr char kClaude[] = "claude-sonnet-4-5@20250929";
constexpr char kUser[] =
    R"({"type":"authorized_user","client_id":"c","client_secret":"s",)"
    R"("refresh_token":"r"})";

using Options = std::map<std::string, std::string>;

config::v1::ProviderConfig Config(const Options& options,
                                  const std::string& key = "") {
  config::v1::ProviderConfig config;
  config.set_name("v");
  config.set_type("vertex-ai");
  config.set_api_key(key);
  for (const auto& [name, value] : options) {
    (*config.mutable_options()->mutable_fields())[name].set_string_value(value);
  }
  return config;
}

std::unique_ptr<Provider> Make(const config::v1::ProviderConfig& config) {
  auto codec = VertexCodec::Create(config);
  EXPECT_THAT(codec, IsOk());
  return codec.ok() ? *std::move(codec) : nullptr;
}

std::vector<std::string> FaultsOf(const config::v1::ProviderConfig& config) {
  std::vector<std::string> fields;
  const auto codec = VertexCodec::Create(config);
  for (const FieldViolation& each : GetViolations(codec.status())) {
    fields.push_back(each.field);
  }
  return fields;
}

v1::ChatRequest Hello() {
  v1::ChatRequest chat;
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("Hi");
  return chat;
}

HttpResponse Answer(int status, absl::string_view body) {
  HttpResponse response;
  response.status = status;
  response.body = std::string(body);
  return response;
}

class VertexCodecTest : public TokenFixture {
 protected:
  HttpRequest Build(const Provider& codec, const CallOptions& options) {
    CallOptions mine = options;
    mine.warnings = &warnings_;
    auto request = codec.BuildRequest(Hello(), mine);
    EXPECT_THAT(request, IsOk());
    return request.ok() ? *std::move(request) : HttpRequest();
  }
  // The text that the answer's first choice has.
  std::string Read(const Provider& codec, const std::string& model,
                   absl::string_view body) {
    const auto answer = codec.ParseResponse(
        Answer(200, body), Hello(), {.model = model, .warnings = &warnings_});
    EXPECT_THAT(answer, IsOk());
    if (!answer.ok()) return "";
    return std::get<v1::ChatResponse>(*answer).choices(0).message().content();
  }

  std::vector<std::string> warnings_;
};

TEST_F(VertexCodecTest, IsRegisteredForWhenItIsNamed) {
  const ProviderType* type = Registry<ProviderType>::Global().Find("vertex-ai");
  ASSERT_NE(type, nullptr);
  EXPECT_TRUE(type->only_when_named);
  EXPECT_FALSE(type->needs_key);
}

TEST_F(VertexCodecTest, AsksForAModelOfAProject) {
  const auto codec =
      Make(Config({{"project", "p-1"}, {"location", "europe-west4"}}));
  EXPECT_EQ(codec->base_url(),
            "https://europe-west4-aiplatform.googleapis.com/v1");
  HttpRequest request = Build(*codec, {.model = kModel});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://europe-west4-aiplatform.googleapis.com/v1/projects/p-1/"
            "locations/europe-west4/publishers/google/models/"
            "gemini-2.5-flash:generateContent");
  EXPECT_EQ(request.body,
            R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})");
  EXPECT_FALSE(request.stream);

  request = Build(*codec, {.model = kModel, .stream = true});
  EXPECT_THAT(request.url, HasSubstr(":streamGenerateContent?alt=sse"));
  EXPECT_TRUE(request.stream);
  EXPECT_EQ(request.headers.Get("accept"), "text/event-stream");
}

TEST_F(VertexCodecTest, IsEverywhereWithoutALocation) {
  EXPECT_EQ(Build(*Make(Config({{"project", "p"}})), {.model = kModel}).url,
            "https://aiplatform.googleapis.com/v1/projects/p/locations/global/"
            "publishers/google/models/gemini-2.5-flash:generateContent");
}

TEST_F(VertexCodecTest, SendsAKeyByItsHeaderAndWithoutAProject) {
  // As the environment may hold them.
  const auto codec =
      Make(Config({{"project", "p"}, {"location", "us-east1"}}, "express-key"));
  EXPECT_EQ(codec->credential_source(), nullptr);
  const HttpRequest request =
      Build(*codec, {.model = kModel, .credential = "express-key"});
  EXPECT_EQ(request.url,
            "https://aiplatform.googleapis.com/v1/publishers/google/models/"
            "gemini-2.5-flash:generateContent");
  EXPECT_EQ(request.headers.Get("x-goog-api-key"), "express-key");
}

TEST_F(VertexCodecTest, NeedsNoMoreThanAPlaceAndAKey) {
  config::v1::ProviderConfig config = Config({}, "key");
  config.set_base_url("http://127.0.0.1:8080/");
  (*config.mutable_headers())["x-team"] = "a";
  const HttpRequest request = Build(*Make(config), {.model = kModel});
  EXPECT_THAT(request.url,
              StartsWith("http://127.0.0.1:8080/v1/publishers/google/models/"));
  EXPECT_EQ(request.headers.Get("x-team"), "a");
}

TEST_F(VertexCodecTest, SendsATokenThatItFetchesOnce) {
  const auto codec = Make(Config({{"project", "p"}, {"credentials", kUser}}));
  ASSERT_NE(codec->credential_source(), nullptr);
  http_.EnqueueJson(200, kTokenJson);
  for (int i = 0; i < 2; ++i) {
    HttpRequest request = Build(*codec, {.model = kModel});
    EXPECT_THAT(RunToEnd(loop_, timers_,
                         codec->credential_source()->Authorize(
                             scope_, env_, /*background=*/nullptr, request)),
                IsOk());
    EXPECT_EQ(request.headers.Get("authorization"), "Bearer ya29.token");
  }
  EXPECT_EQ(http_.requests().size(), 1U);
  // 3:45 before it expires.
  timers_.Advance(absl::Seconds(3599 - 220));
  http_.EnqueueJson(200, kTokenJson);
  HttpRequest request = Build(*codec, {.model = kModel});
  EXPECT_THAT(RunToEnd(loop_, timers_,
                       codec->credential_source()->Authorize(
                           scope_, env_, /*background=*/nullptr, request)),
              IsOk());
  EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(VertexCodecTest, ReportsAllFaultsAtOnce) {
  config::v1::ProviderConfig config = Config({{"region", "x"}});
  config.set_base_url("ftp://x");
  config.set_on_unsupported("maybe");
  EXPECT_THAT(FaultsOf(config),
              ElementsAre("options.region", "base_url", "options.project",
                          "on_unsupported"));
  EXPECT_THAT(FaultsOf(Config({{"project", "p"}})), IsEmpty());
}

TEST_F(VertexCodecTest, AsksForATunedModelByItsEndpoint) {
  const auto codec = Make(Config({{"project", "p"}, {"location", "eu"}}));
  EXPECT_EQ(Build(*codec, {.model = "endpoints/42"}).url,
            "https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/"
            "eu/endpoints/42:generateContent");
}

TEST_F(VertexCodecTest, RefusesModelsThatItCannotSpeakTo) {
  const auto codec = Make(Config({{"project", "p"}}));
  EXPECT_THAT(codec->BuildRequest(
                  Hello(), {.model = "meta/llama-4", .warnings = &warnings_}),
              HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(
      codec->BuildRequest(Hello(), {.model = "", .warnings = &warnings_}),
      HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(VertexCodecTest, TakesOptionsByItsOwnName) {
  const auto codec = Make(Config({}, "k"));
  v1::ChatRequest chat = Hello();
  (*(*chat.mutable_provider_options())["vertex-ai"].mutable_fields())["labels"]
      .set_string_value("x");
  (*(*chat.mutable_provider_options())["gemini"].mutable_fields())["other"]
      .set_string_value("y");
  const auto request =
      codec->BuildRequest(chat, {.model = kModel, .warnings = &warnings_});
  ASSERT_THAT(request, IsOk());
  EXPECT_THAT(request->body, HasSubstr(R"("labels":"x")"));
  EXPECT_THAT(request->body, Not(HasSubstr("other")));
}

TEST_F(VertexCodecTest, SpeaksToClaudeAsAnthropicDoes) {
  const auto codec =
      Make(Config({{"project", "p"}, {"location", "europe-west1"}}));
  HttpRequest request = Build(*codec, {.model = kClaude});
  EXPECT_EQ(request.url,
            "https://europe-west1-aiplatform.googleapis.com/v1/projects/p/"
            "locations/europe-west1/publishers/anthropic/models/"
            "claude-sonnet-4-5%4020250929:rawPredict");
  EXPECT_THAT(request.body,
              StartsWith(R"({"anthropic_version":"vertex-2023-10-16",)"));
  EXPECT_THAT(request.body, Not(HasSubstr(R"("model")")));
  request = Build(*codec, {.model = kClaude, .stream = true});
  EXPECT_THAT(request.url, HasSubstr(":streamRawPredict"));
  EXPECT_THAT(request.body, HasSubstr(R"("stream":true)"));

  EXPECT_EQ(Read(*codec, kClaude,
                 R"({"id":"msg_1","type":"message","role":"assistant",)"
                 R"("model":"claude-sonnet-4-5-20250929",)"
                 R"("content":[{"type":"text","text":"hello"}],)"
                 R"("stop_reason":"end_turn",)"
                 R"("usage":{"input_tokens":1,"output_tokens":2}})"),
            "hello");
}

TEST_F(VertexCodecTest, ReadsGeminisAnswers) {
  EXPECT_EQ(Read(*Make(Config({}, "k")), kModel,
                 R"({"candidates":[{"content":{"role":"model",)"
                 R"("parts":[{"text":"hello"}]},"finishReason":"STOP"}],)"
                 R"("usageMetadata":{"trafficType":"ON_DEMAND"}})"),
            "hello");
}

TEST_F(VertexCodecTest, StreamsWhatTheModelSpeaks) {
  const auto codec = Make(Config({}, "k"));
  const v1::ChatRequest chat = Hello();
  CallOptions options{.model = kModel, .stream = true, .warnings = &warnings_};
  // Gemini's stream has no end of its own, Claude's has.
  EXPECT_FALSE(codec->NewStreamDecoder({}, chat, options)->done());
  options.model = kClaude;
  class Ignored final : public ProviderEvents {
   public:
    absl::Status OnDelta(v1::Delta& /*delta*/) override {
      return absl::OkStatus();
    }
    absl::Status OnFinish(v1::Finish& /*finish*/) override {
      return absl::OkStatus();
    }
    void OnLife() override {}
  } events;
  const auto decoder = codec->NewStreamDecoder({}, chat, options);
  EXPECT_THAT(decoder->Feed(
                  "event: message_start\n"
                  "data: {\"type\":\"message_start\",\"message\":{"
                  "\"id\":\"m\",\"model\":\"c\",\"usage\":{}}}\n\n"
                  "event: message_delta\n"
                  "data: {\"type\":\"message_delta\",\"delta\":{"
                  "\"stop_reason\":\"end_turn\"},\"usage\":{}}\n\n"
                  "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
                  events),
              IsOk());
  EXPECT_TRUE(decoder->done());
}

TEST_F(VertexCodecTest, ClassifiesFailuresOfBothKinds) {
  const auto codec = Make(Config({}, "k"));
  EXPECT_THAT(
      codec->ParseError(
          Answer(404, R"({"error":{"code":404,"status":"NOT_FOUND",)"
                      R"("message":"Publisher Model `x` not found."}})"),
          timers_.Now()),
      HasReason(ErrorReason::kModelNotFound));
  EXPECT_THAT(
      codec->ParseError(
          Answer(529, R"({"type":"error","error":{)"
                      R"("type":"overloaded_error","message":"later"}})"),
          timers_.Now()),
      HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_THAT(codec->ParseError(Answer(401, "<html>"), timers_.Now()),
              HasReason(ErrorReason::kProviderAuthFailed));
}

TEST_F(VertexCodecTest, ListsWhatGooglePublishes) {
  const auto codec = Make(Config({{"project", "p"}, {"location", "us-east1"}}));
  const auto request = codec->BuildModelsRequest("", "a/b");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->url,
            "https://us-east1-aiplatform.googleapis.com/v1beta1/publishers/"
            "google/models?pageSize=100&pageToken=a%2Fb");
  config::v1::ProviderConfig beta = Config({}, "k");
  beta.set_base_url("https://h/v1beta1");
  EXPECT_EQ(Make(beta)->BuildModelsRequest("k", "")->url,
            "https://h/v1beta1/publishers/google/models?pageSize=100");
  EXPECT_THAT(codec->ParseModels(Answer(200, "[]")).status(),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(VertexCodecTest, MakesVectorsAtTheSamePlace) {
  const auto codec = Make(Config({{"project", "p"}}));
  v1::EmbedRequest embed;
  embed.add_input("a");
  const auto request = codec->embedder()->BuildRequest(
      embed, {.model = "text-embedding-005", .warnings = &warnings_});
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->url,
            "https://aiplatform.googleapis.com/v1/projects/p/locations/global/"
            "publishers/google/models/text-embedding-005:predict");
}

}  // namespace
}  // namespace aigateway
