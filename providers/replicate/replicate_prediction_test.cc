#include "providers/replicate/replicate_prediction.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using State = ReplicatePrediction::State;

ReplicatePrediction Read(absl::string_view json) {
  JsonReader reader;
  ReplicatePrediction prediction;
  EXPECT_THAT(ReadReplicatePrediction(reader, json, &prediction), IsOk())
      << json;
  return prediction;
}

TEST(ReplicatePredictionTest, ReadsOneThatSucceeded) {
  const ReplicatePrediction prediction = Read(ReplicatePredictionText(
      "succeeded",
      R"("output":["Su","re"],"urls":{"stream":"https://s","get":"https://g"},)"
      R"("metrics":{"predict_time":1.5,"input_token_count":7,)"
      R"("output_token_count":2})"));
  EXPECT_EQ(prediction.id, "p1");
  EXPECT_EQ(prediction.model, "meta/llama");
  EXPECT_EQ(prediction.state, State::kSucceeded);
  EXPECT_EQ(prediction.output, "Sure");
  EXPECT_EQ(prediction.stream_url, "https://s");
  EXPECT_EQ(prediction.prompt_tokens, 7);
  EXPECT_EQ(prediction.completion_tokens, 2);
  EXPECT_FALSE(prediction.extras.empty());
}

TEST(ReplicatePredictionTest, ReadsEveryFormOfOutput) {
  const struct {
    absl::string_view json;
    absl::string_view text;
  } cases[] = {
      {R"("a")", "a"},
      {"null", ""},
      {R"(["a",null,"b"])", "ab"},
      {R"({"k": [1.0]})", R"({"k": [1.0]})"},
      {R"([{"k":1},2])", R"({"k":1}2)"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Read(ReplicatePredictionText(
                       "succeeded", absl::StrCat(R"("output":)", each.json)))
                  .output,
              each.text);
  }
}

TEST(ReplicatePredictionTest, KnowsEveryState) {
  const struct {
    const char* word;
    State state;
  } cases[] = {
      {"starting", State::kWorking},    {"processing", State::kWorking},
      {"succeeded", State::kSucceeded}, {"failed", State::kFailed},
      {"canceled", State::kCancelled},  {"aborted", State::kCancelled}};
  for (const auto& each : cases) {
    EXPECT_EQ(Read(ReplicatePredictionText(each.word)).state, each.state);
  }
}

TEST(ReplicatePredictionTest, ReadsAnError) {
  EXPECT_EQ(Read(R"({"status":"failed","error":"it broke"})").error.message,
            "it broke");
}

TEST(ReplicatePredictionTest, RefusesWhatIsNone) {
  for (const char* json :
       {"", "[]", "null", "{}", R"({"status":"dreaming"})", R"({"status":7})",
        R"({"status":"starting","id":7})",
        R"({"status":"starting","urls":{"stream":7}})", "{\"status\":"}) {
    JsonReader reader;
    ReplicatePrediction prediction;
    EXPECT_FALSE(ReadReplicatePrediction(reader, json, &prediction).ok())
        << json;
  }
}

}  // namespace
}  // namespace aigateway
