#include "providers/anthropic_call.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

TEST(AnthropicCallTest, NamesEachBetaOnce) {
  const v1::ChatRequest chat;
  std::vector<std::string> warnings;
  AnthropicCall call(chat, "claude-opus-4-5", OnUnsupported::kDropHints,
                     &warnings);

  call.NeedBeta("b");
  call.NeedBeta("a");
  call.NeedBeta("b");

  EXPECT_THAT(call.betas(), ElementsAre("b", "a"));
}

}  // namespace
}  // namespace aigateway
