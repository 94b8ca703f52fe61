#include "tests/conformance/independent_frames.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/conformance/independent_reader.h"

namespace aigateway {
namespace {

// Two messages, made by another program: a contentBlockDelta with the text Hi,
// and a messageStop.
constexpr char kFrames[] =
    "\x00\x00\x00\x5D\x00\x00\x00\x36\x6A\x1B\x41\x8A\x0B\x3A\x65\x76\x65\x6E"
    "\x74\x2D\x74\x79\x70\x65\x07\x00\x11\x63\x6F\x6E\x74\x65\x6E\x74\x42\x6C"
    "\x6F\x63\x6B\x44\x65\x6C\x74\x61\x0D\x3A\x6D\x65\x73\x73\x61\x67\x65\x2D"
    "\x74\x79\x70\x65\x07\x00\x05\x65\x76\x65\x6E\x74\x7B\x22\x64\x65\x6C\x74"
    "\x61\x22\x3A\x7B\x22\x74\x65\x78\x74\x22\x3A\x22\x48\x69\x22\x7D\x7D\x07"
    "\xBB\x1E\xF5\x00\x00\x00\x59\x00\x00\x00\x30\x76\xF8\x42\x7F\x0B\x3A\x65"
    "\x76\x65\x6E\x74\x2D\x74\x79\x70\x65\x07\x00\x0B\x6D\x65\x73\x73\x61\x67"
    "\x65\x53\x74\x6F\x70\x0D\x3A\x6D\x65\x73\x73\x61\x67\x65\x2D\x74\x79\x70"
    "\x65\x07\x00\x05\x65\x76\x65\x6E\x74\x7B\x22\x73\x74\x6F\x70\x52\x65\x61"
    "\x73\x6F\x6E\x22\x3A\x22\x65\x6E\x64\x5F\x74\x75\x72\x6E\x22\x7D\x46\xF7"
    "\x49\xBC";

std::string Frames() { return std::string(kFrames, sizeof(kFrames) - 1); }

TEST(IndependentFramesTest, FindsMessages) {
  bool whole = false;
  const auto frames = ReadFrames(Frames(), &whole);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_TRUE(whole);
  EXPECT_EQ(frames[0].kind, "event");
  EXPECT_EQ(frames[0].type, "contentBlockDelta");
  EXPECT_EQ(frames[0].payload, R"({"delta":{"text":"Hi"}})");
  EXPECT_EQ(frames[1].type, "messageStop");
}

TEST(IndependentFramesTest, SeesEveryDamage) {
  const std::string frames = Frames();
  bool whole = false;
  for (size_t i = 0; i < frames.size(); ++i) {
    std::string damaged = frames;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    ReadFrames(damaged, &whole);
    EXPECT_FALSE(whole) << i;
  }
}

TEST(IndependentFramesTest, AreReadAsAnAnswer) {
  const IndependentAnswer answer =
      ReadIndependently("bedrock-converse", Frames(), true);
  EXPECT_EQ(answer.texts.at(0), "Hi");
  EXPECT_TRUE(answer.ended);
  EXPECT_FALSE(answer.broken);
  EXPECT_TRUE(
      ReadIndependently("bedrock-converse", Frames() + "x", true).broken);
}

}  // namespace
}  // namespace aigateway
