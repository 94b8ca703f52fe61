// What follows the first exchange of a call: a provider that answers "wait"
// until it has an answer, and one whose stream is to be had elsewhere.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/caller.h"
#include "gateway/core/provider_caller.h"
#include "gateway/core/target.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/provider.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

constexpr absl::string_view kHost = "http://own.example";
constexpr absl::Duration kWait = absl::Seconds(2);

HttpRequest RequestTo(absl::string_view url, bool stream = false) {
  HttpRequest request;
  request.url = std::string(url);
  request.stream = stream;
  return request;
}

// What an answer "next URL" or "stream URL" asks for; nullopt for any other.
std::optional<NextExchange> NextOf(absl::string_view body) {
  const bool stream = absl::ConsumePrefix(&body, "stream ");
  if (!stream && !absl::ConsumePrefix(&body, "next ")) return std::nullopt;
  return NextExchange{.request = RequestTo(body, stream),
                      .wait = stream ? absl::ZeroDuration() : kWait,
                      .abandon = RequestTo(absl::StrCat(kHost, "/cancel"))};
}

class HoppingDecoder final : public StreamDecoder {
 public:
  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    absl::StrAppend(&body_, bytes);
    return absl::OkStatus();
  }
  bool done() const override { return false; }
  absl::Status End(bool clean, ProviderEvents& events) override {
    const std::string body = std::exchange(body_, "");
    if (!clean) {
      return Error(ErrorReason::kProviderUnavailable, "it was cut");
    }
    next_ = NextOf(body);
    if (next_.has_value()) return absl::OkStatus();
    v1::Delta delta;
    delta.set_text(body);
    if (absl::Status status = events.OnDelta(delta); !status.ok()) {
      return status;
    }
    v1::Finish finish;
    return events.OnFinish(finish);
  }
  std::optional<NextExchange> TakeNext() override {
    return std::exchange(next_, std::nullopt);
  }
  v1::End& end() override { return end_; }

 private:
  std::string body_;
  std::optional<NextExchange> next_;
  v1::End end_;
};

class HoppingProvider final : public Provider {
 public:
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const override {
    return RequestTo(absl::StrCat(kHost, "/first"));
  }
  absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>> ParseResponse(
      const HttpResponse& response, const v1::ChatRequest& chat,
      const CallOptions& options) const override {
    if (std::optional<NextExchange> next = NextOf(response.body)) {
      return *std::move(next);
    }
    v1::ChatResponse answer;
    answer.add_choices()->mutable_message()->set_content(response.body);
    return answer;
  }
  absl::Status ParseError(const HttpResponse& response,
                          absl::Time now) const override {
    return Error(ErrorReason::kProviderUnavailable, response.body);
  }
  std::unique_ptr<StreamDecoder> NewStreamDecoder(
      const HttpHeaders& headers, const v1::ChatRequest& chat,
      const CallOptions& options) const override {
    return std::make_unique<HoppingDecoder>();
  }
  absl::StatusOr<HttpRequest> BuildModelsRequest(
      absl::string_view credential,
      absl::string_view page_token) const override {
    return Error(ErrorReason::kUnsupportedParameter, "lists no models");
  }
  absl::StatusOr<ModelsPage> ParseModels(
      const HttpResponse& response) const override {
    return ModelsPage();
  }
  absl::string_view base_url() const override { return kHost; }
};

// Each test runs for a call of either kind.
class ProviderExchangesTest : public CoreFixture,
                              public testing::WithParamInterface<bool> {
 protected:
  ProviderExchangesTest() { env_.http = &http_; }

  absl::Status Call(absl::Duration time = absl::Hours(1)) {
    auto instance = std::make_shared<ProviderInstance>();
    instance->name = "a";
    instance->codec = std::make_shared<HoppingProvider>();
    instance->keys = std::make_shared<KeyRing>(std::vector<std::string>{"k"});
    instance->headers.Add("x-team", "blue");
    target_ = std::make_unique<Target>(
        Target::Options{.name = "a"}, std::move(instance),
        std::make_shared<TargetStats>(), std::make_unique<ProviderCaller>());
    RequestContext& request = MakeRequest(GetParam(), time);
    start_ = timers_.Now();
    return RunToEnd(loop_, timers_,
                    target_->caller().Call(
                        {request, *target_, model_, request.scope()}, sink_));
  }
  absl::Duration Took() { return timers_.Now() - start_; }
  std::vector<std::string> Urls() const {
    std::vector<std::string> urls;
    for (const HttpRequest& request : http_.requests()) {
      urls.push_back(request.url);
    }
    return urls;
  }
  void EnqueueSilence() {
    http_.Enqueue(
        {.has_head = false, .ending = SimulatedAnswer::Ending::kSilence});
  }

  FakeHttpClient http_{&timers_};
  std::unique_ptr<Target> target_;
  absl::Time start_;
  const std::string model_ = "m1";
};

INSTANTIATE_TEST_SUITE_P(Kinds, ProviderExchangesTest, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& info) {
                           return info.param ? "Stream" : "Unary";
                         });

TEST_P(ProviderExchangesTest, WaitsAndAsksUntilThereIsAnAnswer) {
  http_.EnqueueJson(200, "next http://own.example/poll");
  http_.EnqueueJson(200, "next http://own.example/poll");
  http_.EnqueueJson(200, "hi");
  EXPECT_THAT(Call(), IsOk());
  EXPECT_EQ(sink_.text, "hi");
  EXPECT_EQ(sink_.ends, GetParam() ? 1 : 0);
  EXPECT_EQ(Took(), 2 * kWait);
  EXPECT_THAT(Urls(),
              ElementsAre("http://own.example/first", "http://own.example/poll",
                          "http://own.example/poll"));
  EXPECT_FALSE(http_.requests()[1].stream);
}

TEST_P(ProviderExchangesTest, KeepsTheHeadersOfTheConfigForItsOwnHost) {
  http_.EnqueueJson(200, "next http://own.example/poll");
  http_.EnqueueJson(200, "next http://other.example/poll");
  http_.EnqueueJson(200, "hi");
  EXPECT_THAT(Call(), IsOk());
  ASSERT_EQ(http_.requests().size(), 3U);
  EXPECT_TRUE(http_.requests()[0].headers.Has("x-team"));
  EXPECT_TRUE(http_.requests()[1].headers.Has("x-team"));
  EXPECT_FALSE(http_.requests()[2].headers.Has("x-team"));
}

TEST_P(ProviderExchangesTest, ReadsARefusalOfALaterExchangeAsOne) {
  http_.EnqueueJson(200, "next http://own.example/poll");
  http_.EnqueueJson(503, "no more");
  http_.EnqueueJson(200, "cancelled");
  const absl::Status status = Call();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(GetErrorMetadata(status, "http_status"), "503");
  EXPECT_EQ(sink_.ends, 0);
  EXPECT_THAT(Urls(),
              ElementsAre("http://own.example/first", "http://own.example/poll",
                          "http://own.example/cancel"));
}

TEST_P(ProviderExchangesTest, TellsTheProviderToStopOnceNobodyWaits) {
  http_.EnqueueJson(200, "next http://own.example/poll");
  http_.EnqueueJson(200, "cancelled");
  EXPECT_THAT(Call(absl::Seconds(1)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(Took(), absl::Seconds(1));
  EXPECT_THAT(Urls(), ElementsAre("http://own.example/first",
                                  "http://own.example/cancel"));
  EXPECT_TRUE(http_.requests()[1].headers.Has("x-team"));
}

TEST_P(ProviderExchangesTest, WaitsNoMoreThanASecondToTellIt) {
  http_.EnqueueJson(200, "next http://own.example/poll");
  EnqueueSilence();
  EnqueueSilence();
  EXPECT_THAT(Call(absl::Seconds(3)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(Took(), absl::Seconds(4));
  EXPECT_EQ(http_.open_exchanges(), 0);
}

TEST_P(ProviderExchangesTest, HasNothingToTellBeforeTheFirstAnswer) {
  EnqueueSilence();
  EXPECT_THAT(Call(absl::Seconds(3)),
              HasReason(ErrorReason::kDeadlineExceeded));
  EXPECT_EQ(Took(), absl::Seconds(3));
  EXPECT_THAT(Urls(), ElementsAre("http://own.example/first"));
}

TEST_P(ProviderExchangesTest, EndsWithAProviderThatAsksForEverMore) {
  http_.EnqueueJson(200, "next http://own.example/poll");
  for (int i = 0; i < 10001; ++i) {
    http_.EnqueueJson(200, "next http://own.example/poll");
  }
  EXPECT_THAT(Call(absl::Hours(24)),
              HasReason(ErrorReason::kProviderProtocolError));
}

using ProviderStreamExchangesTest = ProviderExchangesTest;
INSTANTIATE_TEST_SUITE_P(Kinds, ProviderStreamExchangesTest,
                         testing::Values(true));

TEST_P(ProviderStreamExchangesTest, FollowsAStreamToWhereItIs) {
  http_.EnqueueJson(201, "stream http://other.example/s");
  http_.EnqueueStream({"h", "i"});
  EXPECT_THAT(Call(), IsOk());
  EXPECT_EQ(sink_.text, "hi");
  EXPECT_EQ(sink_.finishes, 1);
  EXPECT_EQ(sink_.ends, 1);
  EXPECT_EQ(Took(), absl::ZeroDuration());
  ASSERT_EQ(http_.requests().size(), 2U);
  EXPECT_TRUE(http_.requests()[1].stream);
}

TEST_P(ProviderStreamExchangesTest, TellsTheProviderToStopWhenTheStreamBreaks) {
  http_.EnqueueJson(201, "stream http://other.example/s");
  http_.Enqueue({.ending = SimulatedAnswer::Ending::kReset});
  http_.EnqueueJson(200, "cancelled");
  EXPECT_THAT(Call(), HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(sink_.ends, 0);
  EXPECT_THAT(Urls(),
              ElementsAre("http://own.example/first", "http://other.example/s",
                          "http://own.example/cancel"));
}

}  // namespace
}  // namespace aigateway
