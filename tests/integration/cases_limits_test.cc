// Reported cases 029 and 034: limits that can be walked around, and a limiter
// that grows with its callers.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/support/status.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/redis_server.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

std::string ConfigWith(const FakeUpstream& upstream, absl::string_view type,
                       absl::string_view plugin) {
  return absl::StrCat("providers:\n", Instance("t", upstream, type),
                      "targets: [{virtual_key: t}]\n", "plugins:\n- ", plugin,
                      "\n");
}

v1::ChatRequest ChatOf(absl::string_view content) {
  v1::ChatRequest chat = EmptyChat();
  AddMessage(v1::ROLE_USER, content, chat);
  return chat;
}

// By which servers of that type take a limit on tokens.
std::vector<std::string> NamesOfTheLimit(absl::string_view type) {
  if (type == "anthropic") {
    return {"max_tokens", "maxTokens", "max_tokens_to_sample"};
  }
  if (type == "gemini") return {"maxOutputTokens", "max_output_tokens"};
  return {"max_tokens",        "maxTokens",      "max_completion_tokens",
          "max_output_tokens", "max_new_tokens", "max_tokens_to_sample",
          "num_predict"};
}

// The parameter: the type of the provider.
class MaxTokenCases : public testing::TestWithParam<const char*> {
 protected:
  MaxTokenCases()
      : gateway_({.config =
                      ConfigWith(upstream_, GetParam(),
                                 "{name: max-token, config: {max_tokens: 100, "
                                 "max_messages: 3, max_input_length: 20}}")}) {}

  Seen Call(bool stream, const v1::ChatRequest& chat) {
    upstream_.SetReply(TextReply(GetParam(), stream, "ok"));
    return CallEither(gateway_, stream, chat);
  }

  // The limit that the last request had by the name that its API knows.
  std::string SentLimit() const {
    const std::string body = upstream_.requests().back().body;
    return At(body, absl::string_view(GetParam()) == "gemini"
                        ? "/generationConfig/maxOutputTokens"
                        : "/max_tokens");
  }

  FakeUpstream upstream_;
  GatewayProcess gateway_;
};

TEST_P(MaxTokenCases, Case034RefusesMoreThanTheLimits) {
  std::vector<v1::ChatRequest> requests;
  for (const int32_t tokens : {101, 2147483647}) {
    requests.push_back(ChatOf("hi"));
    requests.back().set_max_output_tokens(tokens);
  }
  requests.push_back(ChatOf("1"));
  for (const char* text : {"2", "3", "4"}) {
    AddMessage(v1::ROLE_USER, text, requests.back());
  }
  std::string letters;
  for (int i = 0; i < 21; ++i) letters += "é";
  requests.push_back(ChatOf(letters));
  const std::string ten(10, 'x');
  requests.push_back(ChatOf(ten));
  AddMessage(v1::ROLE_USER, ten, requests.back());
  AddMessage(v1::ROLE_USER, ten, requests.back());
  requests.push_back(ChatOf(""));
  v1::Message& message = *requests.back().mutable_messages(0);
  message.clear_content();
  message.add_parts()->set_text("a");
  message.add_parts()->set_text(ten + ten + ten);
  for (const v1::ChatRequest& chat : requests) {
    for (const bool stream : {false, true}) {
      const Seen seen = Call(stream, chat);
      EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION)
          << seen.message();
      EXPECT_EQ(seen.reason(), "GUARDRAIL_REJECTED");
    }
  }
  EXPECT_EQ(upstream_.request_count(), 0u);
  EXPECT_EQ(Call(false, ChatOf("hi")).text, "ok");
}

TEST_P(MaxTokenCases, Case034TakesWhatIsWithinThem) {
  for (const bool stream : {false, true}) {
    v1::ChatRequest chat = ChatOf(std::string(20, 'x'));
    Seen seen = Call(stream, chat);
    EXPECT_EQ(seen.text, "ok") << seen.message();
    // No limit is made up. Anthropic's API requires one, the model's own.
    if (absl::string_view(GetParam()) != "anthropic") {
      EXPECT_EQ(SentLimit(), "");
    }
    chat.set_max_output_tokens(100);
    seen = Call(stream, chat);
    EXPECT_EQ(seen.text, "ok") << seen.message();
    EXPECT_EQ(SentLimit(), "100");
  }
}

TEST_P(MaxTokenCases, Case034TakesNoNumberBelowOneForNoLimit) {
  for (const int32_t tokens : {0, -1}) {
    for (const bool stream : {false, true}) {
      v1::ChatRequest chat = ChatOf("hi");
      chat.set_max_output_tokens(tokens);
      const Seen seen = Call(stream, chat);
      EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
      EXPECT_EQ(seen.reason(), "INVALID_REQUEST");
    }
  }
  EXPECT_EQ(upstream_.request_count(), 0u);
}

TEST_P(MaxTokenCases, Case034KnowsTheLimitUnderEveryName) {
  for (const std::string& name : NamesOfTheLimit(GetParam())) {
    for (const bool nested : {false, true}) {
      for (const bool stream : {false, true}) {
        v1::ChatRequest chat = ChatOf("hi");
        if (stream) chat.set_max_output_tokens(50);
        google::protobuf::Struct options;
        (*options.mutable_fields())[name].set_number_value(5000);
        google::protobuf::Struct& sent =
            (*chat.mutable_provider_options())[GetParam()];
        if (nested) {
          *(*sent.mutable_fields())["generationConfig"].mutable_struct_value() =
              options;
        } else {
          sent = options;
        }
        const Seen seen = Call(stream, chat);
        // By the guard, whose letters it has too many of, or by the codec.
        EXPECT_THAT(seen.status.error_code(),
                    testing::AnyOf(grpc::StatusCode::INVALID_ARGUMENT,
                                   grpc::StatusCode::FAILED_PRECONDITION))
            << name << " " << seen.message();
      }
    }
  }
  EXPECT_EQ(upstream_.request_count(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Families, MaxTokenCases,
                         testing::Values("openai-compatible", "anthropic",
                                         "gemini"));

class RateLimitCases : public testing::Test {
 protected:
  void Start(absl::string_view settings) {
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = ConfigWith(
            upstream_, "openai-compatible",
            absl::StrCat("{name: rate-limit, config: ", settings, "}"))});
  }
  Seen CallAs(const std::string& user) {
    v1::RouteRequest request = Q1();
    request.mutable_chat()->set_user(user);
    return CallRoute(*gateway_, request);
  }

  FakeUpstream upstream_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(RateLimitCases, Case029IsBoundedAndGivesNobodyAFreshStart) {
  constexpr int kThreads = 8;
  upstream_.SetReply(Completion("ok"));
  // The table is full early, so that a short flood shows what a long one does.
  Start(
      "{limits: [{name: per user, by: user, requests: {per_day: 2}}], "
      "max_keys: 2000}");
  EXPECT_EQ(CallAs("k").text, "ok");
  EXPECT_EQ(CallAs("k").text, "ok");
  const Seen denied = CallAs("k");
  EXPECT_EQ(denied.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(denied.reason(), "RATE_LIMITED");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(UnpackDetail(denied.status, &retry));
  EXPECT_GT(retry.retry_delay().seconds(), 23 * 3600);
  google::rpc::QuotaFailure quota;
  ASSERT_TRUE(UnpackDetail(denied.status, &quota));
  ASSERT_EQ(quota.violations_size(), 1);
  EXPECT_EQ(quota.violations(0).subject(), "per user");

  std::atomic<int> failed = 0;
  const auto flood = [&](int from, int to) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = from + t; i < to; i += kThreads) {
          if (!CallAs(absl::StrCat("made up ", i)).status.ok()) ++failed;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  };
  flood(0, 5000);
  const int64_t before = gateway_->resident_kib();
  flood(5000, 10000);
  EXPECT_LE(gateway_->resident_kib() - before, int64_t{16} * 1024);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(CallAs("k").reason(), "RATE_LIMITED");
  EXPECT_EQ(CallAs("somebody new").text, "ok");
}

TEST_F(RateLimitCases, ReservesTokensAndSettlesThem) {
  for (const bool stream : {false, true}) {
    Start(
        "{limits: [{tokens: {per_day: 100}}], default_max_output_tokens: 50}");
    upstream_.SetReply(stream ? SseAnswer({DeltaJson("ok"), FinishJson(),
                                           UsageJson(5, 2), "[DONE]"})
                              : Completion("ok"));
    // Each reserves 58, its prompt being taken for 8, and uses 7.
    for (int i = 0; i < 7; ++i) {
      const Seen seen = CallEither(*gateway_, stream);
      EXPECT_EQ(seen.text, "ok") << i << seen.message();
      EXPECT_EQ(At(upstream_.requests().back().body, "/max_tokens"), "50");
    }
    EXPECT_EQ(CallEither(*gateway_, stream).reason(), "RATE_LIMITED");
  }
}

TEST_F(RateLimitCases, GivesBackWhatAFailedCallHeld) {
  Start("{limits: [{tokens: {per_day: 100}}], default_max_output_tokens: 50}");
  upstream_.SetReply(ErrorReply(400, "no"));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(CallEither(*gateway_, /*stream=*/i % 2 == 0).reason(),
              "INVALID_REQUEST");
  }
  upstream_.SetReply(Completion("ok"));
  EXPECT_EQ(CallRoute(*gateway_).text, "ok");
}

// An answer that uses 35 tokens, all that it may.
UpstreamReply AnswerOf35Tokens() {
  return JsonAnswer(
      R"({"id":"r1","object":"chat.completion","created":1,"model":"m1",)"
      R"("choices":[{"index":0,"message":{"role":"assistant","content":"t"},)"
      R"("finish_reason":"length"}],"usage":{"prompt_tokens":5,)"
      R"("completion_tokens":30,"total_tokens":35}})");
}

TEST_F(RateLimitCases, HoldsSixtyFourCallersToALimitOfTokens) {
  Start("{limits: [{tokens: {per_day: 1000}}], default_max_output_tokens: 30}");
  upstream_.SetReply(AnswerOf35Tokens());
  std::atomic<int> answered = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 64; ++i) {
    callers.emplace_back([&, i] {
      v1::RouteRequest request = Q1();
      if (i % 2 == 0) request.mutable_chat()->set_max_output_tokens(30);
      for (int call = 0; call < 10; ++call) {
        if (CallRoute(*gateway_, request).status.ok()) ++answered;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(35 * answered, 1000);
  // What was reserved and not used is there for the next.
  while (CallRoute(*gateway_).status.ok()) ++answered;
  EXPECT_LE(35 * answered, 1000);
  EXPECT_GE(35 * answered, 900);
}

TEST_F(RateLimitCases, HoldsTwoGatewaysThatShareARedisToOneLimit) {
  RedisServer redis("secret");
  upstream_.SetReply(AnswerOf35Tokens());
  const auto start = [&] {
    return std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = ConfigWith(
            upstream_, "openai-compatible",
            absl::StrCat("{name: rate-limit, config: {backend: redis, redis: "
                         "{address: '",
                         redis.address(),
                         "', password: '${REDIS_PASSWORD}', timeout: 1s}, "
                         "on_unavailable: deny, "
                         "limits: [{tokens: {per_day: 1000}}], "
                         "default_max_output_tokens: 30}}")),
        .environment = {{"REDIS_PASSWORD", "secret"}}});
  };
  const auto first = start();
  auto second = start();
  std::atomic<int> answered = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 64; ++i) {
    callers.emplace_back([&, i] {
      v1::RouteRequest request = Q1();
      if (i % 4 < 2) request.mutable_chat()->set_max_output_tokens(30);
      for (int call = 0; call < 5; ++call) {
        GatewayProcess& gateway = i % 2 == 0 ? *first : *second;
        if (CallRoute(gateway, request).status.ok()) ++answered;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_LE(35 * answered, 1000);
  while (CallRoute(*second).status.ok()) ++answered;
  EXPECT_LE(35 * answered, 1000);
  EXPECT_GE(35 * answered, 900);
  EXPECT_EQ(CallRoute(*first).reason(), "RATE_LIMITED");
  // Killed, one takes nothing of the other's with it.
  second->Signal(SIGKILL);
  second.reset();
  EXPECT_EQ(CallRoute(*first).reason(), "RATE_LIMITED");
  redis.Kill();
  const Seen away = CallRoute(*first);
  EXPECT_EQ(away.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(away.message(), testing::HasSubstr("cannot be looked up"));
}

}  // namespace
}  // namespace aigateway
