#include "providers/replicate/replicate_answer.h"

#include <string>
#include <variant>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

class ReplicateAnswerTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>> Read(
      std::string body) {
    HttpResponse response;
    response.status = 201;
    response.body = std::move(body);
    return ReadReplicateAnswer(response, instance_, options_);
  }

  const ReplicateInstance instance_ = MakeReplicateInstance();
  CallOptions options_{.model = "asked/for", .credential = "k"};
};

TEST_F(ReplicateAnswerTest, ReadsOneThatSucceeded) {
  const auto answer = Read(ReplicatePredictionText(
      "succeeded", R"("output":["Su","re"],"metrics":{"predict_time":1.5,)"
                   R"("input_token_count":7,"output_token_count":2})"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(std::get<v1::ChatResponse>(*answer), EqualsProto(R"pb(
                id: "p1"
                model: "meta/llama"
                create_time { seconds: 1707756287 nanos: 500000000 }
                choices {
                  message { role: ROLE_ASSISTANT content: "Sure" }
                  finish_reason: FINISH_REASON_STOP
                  provider_finish_reason: "succeeded"
                }
                usage { prompt_tokens: 7 completion_tokens: 2 total_tokens: 9 }
                provider_metadata {
                  fields {
                    key: "metrics"
                    value {
                      struct_value {
                        fields {
                          key: "input_token_count"
                          value { number_value: 7 }
                        }
                        fields {
                          key: "output_token_count"
                          value { number_value: 2 }
                        }
                        fields {
                          key: "predict_time"
                          value { number_value: 1.5 }
                        }
                      }
                    }
                  }
                  fields {
                    key: "version"
                    value { string_value: "v1" }
                  }
                }
              )pb"));
}

TEST_F(ReplicateAnswerTest, InventsNoCountsAndNamesTheModelThatWasAsked) {
  const auto answer = Read(R"({"status":"succeeded","output":"hi"})");
  ASSERT_TRUE(answer.ok()) << answer.status();
  const auto& response = std::get<v1::ChatResponse>(*answer);
  EXPECT_EQ(response.model(), "asked/for");
  EXPECT_FALSE(response.has_usage());
}

TEST_F(ReplicateAnswerTest, TakesAThoughtOutOfTheText) {
  const auto answer = Read(ReplicatePredictionText(
      "succeeded", R"("output":["<thi","nk>hm</think>hi"])"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  const v1::Message& message =
      std::get<v1::ChatResponse>(*answer).choices(0).message();
  EXPECT_EQ(message.content(), "hi");
  EXPECT_EQ(message.reasoning_content(), "hm");
}

TEST_F(ReplicateAnswerTest, AsksAgainForOneThatIsWorkedOn) {
  for (const char* status : {"starting", "processing"}) {
    const auto answer = Read(ReplicatePredictionText(
        status, R"("urls":{"get":"https://evil.example/x"})"));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(std::get<NextExchange>(*answer).request.url,
              "http://h:1/v1/predictions/p1");
  }
}

TEST_F(ReplicateAnswerTest, FailsAsThePredictionDid) {
  const absl::Status failed =
      Read(R"({"status":"failed","error":"it broke: k2my-key"})").status();
  EXPECT_THAT(failed, HasReason(ErrorReason::kGenerationFailed));
  EXPECT_THAT(Read(ReplicatePredictionText("canceled")).status(),
              HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(ReplicateAnswerTest, RefusesWhatIsNoPrediction) {
  for (const char* body : {"", "<html>", "{}", R"({"status":"starting"})",
                           R"({"status":"starting","id":"../../x"})"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
