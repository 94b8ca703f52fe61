#include "gateway/core/provider_caller.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/credential_source.h"
#include "providers/provider.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Numbers each request; what a test lays down in `failure` it fails with.
class NumberingSource final : public CredentialSource {
 public:
  Task<absl::Status> Authorize(Scope& scope, const Env& env,
                               Background* background,
                               HttpRequest& request) override {
    if (!failure.ok()) co_return failure;
    seen_body = request.body;
    request.headers.Set("authorization", absl::StrCat("Signed ", ++number));
    co_return absl::OkStatus();
  }
  void OnRefused(const Env& env, const HttpRequest& request) override {
    refused.emplace_back(request.headers.Get("authorization"));
  }
  std::string identity() const override { return "numbering"; }
  std::shared_ptr<CredentialCache> cache() const override { return nullptr; }
  void ShareCache(std::shared_ptr<CredentialCache> cache) override {}
  std::vector<Secret> secrets() const override { return {}; }

  absl::Status failure;
  int number = 0;
  std::string seen_body;
  std::vector<std::string> refused;
};

class Decoder final : public StreamDecoder {
 public:
  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    return absl::OkStatus();
  }
  bool done() const override { return true; }
  absl::Status End(bool clean, ProviderEvents& events) override {
    return absl::OkStatus();
  }
  v1::End& end() override { return end_; }

 private:
  v1::End end_;
};

// A body "again" asks for a further exchange.
class SignedProvider final : public Provider {
 public:
  explicit SignedProvider(CredentialSource* source) : source_(source) {}

  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const override {
    HttpRequest request;
    request.url = "http://upstream/";
    request.body = "question";
    return request;
  }
  absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>> ParseResponse(
      const HttpResponse& response, const v1::ChatRequest& chat,
      const CallOptions& options) const override {
    if (response.body == "again") {
      NextExchange next;
      next.request.url = "http://upstream/poll";
      return next;
    }
    v1::ChatResponse answer;
    answer.add_choices()->mutable_message()->set_content(response.body);
    return answer;
  }
  absl::Status ParseError(const HttpResponse& response,
                          absl::Time now) const override {
    return Error(ErrorReason::kProviderAuthFailed, response.body);
  }
  std::unique_ptr<StreamDecoder> NewStreamDecoder(
      const HttpHeaders& headers, const v1::ChatRequest& chat,
      const CallOptions& options) const override {
    return std::make_unique<Decoder>();
  }
  absl::StatusOr<HttpRequest> BuildModelsRequest(
      absl::string_view credential,
      absl::string_view page_token) const override {
    return HttpRequest();
  }
  absl::StatusOr<ModelsPage> ParseModels(
      const HttpResponse& response) const override {
    return ModelsPage();
  }
  CredentialSource* credential_source() const override { return source_; }
  absl::string_view base_url() const override { return "http://upstream"; }

 private:
  CredentialSource* const source_;
};

class ProviderCallerTest : public CoreFixture {
 protected:
  ProviderCallerTest() {
    env_.http = &http_;
    codec_ = std::make_shared<SignedProvider>(&source_);
  }

  absl::Status Call(bool stream = false) {
    RequestContext& request = MakeRequest(stream);
    target_ = MakeTarget("t", std::make_unique<ProviderCaller>());
    const std::string model = "m";
    const TargetCall call{request, *target_, model, request.scope()};
    return RunToEnd(loop_, timers_, target_->caller().Call(call, sink_));
  }

  std::vector<std::string> Sent() const {
    std::vector<std::string> sent;
    for (const HttpRequest& request : http_.requests()) {
      sent.emplace_back(request.headers.Get("authorization"));
    }
    return sent;
  }

  FakeHttpClient http_{&timers_};
  NumberingSource source_;
  std::unique_ptr<Target> target_;
};

TEST_F(ProviderCallerTest, AuthorizesEachExchangeAnew) {
  http_.EnqueueJson(200, "again");
  http_.EnqueueJson(200, "answer");
  EXPECT_THAT(Call(), IsOk());
  EXPECT_EQ(sink_.text, "answer");
  EXPECT_THAT(Sent(), ElementsAre("Signed 1", "Signed 2"));
}

TEST_F(ProviderCallerTest, AuthorizesStreams) {
  http_.EnqueueStream({"x"});
  EXPECT_THAT(Call(/*stream=*/true), IsOk());
  EXPECT_THAT(Sent(), ElementsAre("Signed 1"));
  EXPECT_EQ(source_.seen_body, "question");
}

TEST_F(ProviderCallerTest, SendsNothingWithoutAuthorization) {
  source_.failure = Error(ErrorReason::kProviderAuthFailed, "no credentials");
  const absl::Status status = Call();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no credentials"));
  EXPECT_EQ(GetErrorMetadata(status, "target"), "t");
  EXPECT_THAT(Sent(), ElementsAre());
}

TEST_F(ProviderCallerTest, TellsTheSourceWhatWasRefused) {
  for (const bool stream : {false, true}) {
    for (const int status : {401, 403, 400}) {
      http_.EnqueueJson(status, "no");
      EXPECT_THAT(Call(stream), HasReason(ErrorReason::kProviderAuthFailed));
    }
  }
  EXPECT_THAT(source_.refused,
              ElementsAre("Signed 1", "Signed 2", "Signed 4", "Signed 5"));
}

}  // namespace
}  // namespace aigateway
