#include "providers/bedrock/bedrock_parameters.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/bedrock/bedrock_request_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BedrockParametersTest : public BedrockRequestFixture {
 protected:
  std::string Send(const std::string& fields, const char* model) {
    return WithoutHello(WriteHello(fields, model));
  }
};

TEST_F(BedrockParametersTest, SendsWhatConverseHas) {
  EXPECT_EQ(Send(R"pb(temperature: 0
                      top_p: 0.5
                      max_output_tokens: 100
                      stop: "|"
                      stop: "\n"
                      service_tier: "flex")pb",
                 kBedrockNova),
            R"({,"inferenceConfig":{"maxTokens":100,"temperature":0,)"
            R"("topP":0.5,"stopSequences":["|","\n"]},)"
            R"("serviceTier":{"type":"flex"}})");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(BedrockParametersTest, SendsTheMostWhereMoreIsAsked) {
  EXPECT_EQ(Send("temperature: 1.5", kBedrockNova),
            R"({,"inferenceConfig":{"temperature":1}})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.temperature")));
}

TEST_F(BedrockParametersTest, KnowsWhatClaudesRefuse) {
  EXPECT_EQ(Send("temperature: 0.5 top_p: 0.5", kBedrockClaude),
            R"({,"inferenceConfig":{"temperature":0.5}})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.top_p")));
  EXPECT_EQ(Send("temperature: 0.5", "us.anthropic.claude-opus-4-7-v1:0"),
            "{}");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("chat.temperature")));
  WriteHello("stop: ' '");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(
      Send("temperature: 0.5 reasoning { effort: 'low' }", kBedrockClaude),
      testing::Not(HasSubstr("temperature")));
}

TEST_F(BedrockParametersTest, LetsNovaThinkItsHardestWithoutSampling) {
  EXPECT_EQ(Send("temperature: 0.5 reasoning { effort: 'high' }", kBedrockNova),
            R"({,"additionalModelRequestFields":{"reasoningConfig":)"
            R"({"type":"enabled","maxReasoningEffort":"high"}}})");
}

TEST_F(BedrockParametersTest, LeavesOutHintsAndRefusesWhatMeansMore) {
  EXPECT_EQ(Send(R"pb(seed: 1
                      user: "u"
                      presence_penalty: 1
                      frequency_penalty: 1
                      logit_bias { key: "1" value: 1 }
                      service_tier: "scale")pb",
                 kBedrockNova),
            "{}");
  EXPECT_EQ(warnings_.size(), 6U);
  EXPECT_EQ(Send("n: 1 logprobs: false service_tier: 'auto'", kBedrockNova),
            "{}");
  EXPECT_THAT(warnings_, IsEmpty());
  for (const char* field : {"n: 2", "logprobs: true"}) {
    WriteHello(field, kBedrockNova);
    EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  }
}

TEST_F(BedrockParametersTest, SaysWhatIsWrong) {
  for (const char* field :
       {"temperature: -1", "top_p: 2", "temperature: nan", "top_p: nan"}) {
    WriteHello(field, kBedrockNova);
    EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest)) << field;
  }
}

}  // namespace
}  // namespace aigateway
