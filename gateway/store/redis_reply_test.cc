#include "gateway/store/redis_reply.h"

#include <string>

#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using Kind = RedisReply::Kind;

constexpr RedisReplyReader::Limits kLimits = {.max_bytes = 100,
                                              .max_items = 10};

// Every kind of reply, one behind the other.
const std::string& Replies() {
  static const auto* const replies = new std::string(
      "+OK\r\n-NOSCRIPT no\r\n:-7\r\n$-1\r\n$4\r\na\r\nb\r\n"
      "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n*0\r\n");
  return *replies;
}

TEST(RedisReplyReaderTest, ReadsEveryKindCutAtEveryByte) {
  for (size_t cut = 0; cut <= Replies().size(); ++cut) {
    RedisReplyReader reader(kLimits);
    std::vector<RedisReply> got;
    for (const std::string& part :
         {Replies().substr(0, cut), Replies().substr(cut)}) {
      reader.Feed(part);
      for (;;) {
        absl::StatusOr<std::optional<RedisReply>> next = reader.Next();
        ASSERT_THAT(next, IsOk());
        if (!next->has_value()) break;
        got.push_back(**std::move(next));
      }
    }
    ASSERT_EQ(got.size(), 6u) << cut;
    EXPECT_EQ(got[0].kind, Kind::kText);
    EXPECT_EQ(got[0].text, "OK");
    EXPECT_EQ(got[1].kind, Kind::kError);
    EXPECT_EQ(got[1].text, "NOSCRIPT no");
    EXPECT_EQ(got[2].kind, Kind::kInteger);
    EXPECT_EQ(got[2].integer, -7);
    EXPECT_EQ(got[3].kind, Kind::kNil);
    EXPECT_EQ(got[4].text, "a\r\nb");
    ASSERT_EQ(got[5].items.size(), 3u);
    EXPECT_EQ(got[5].items[0].integer, 1);
    ASSERT_EQ(got[5].items[1].items.size(), 2u);
    EXPECT_EQ(got[5].items[1].items[0].text, "x");
    EXPECT_EQ(got[5].items[1].items[1].kind, Kind::kNil);
    EXPECT_TRUE(got[5].items[2].items.empty());
  }
}

// Whether it is read as a failure, whole or byte by byte.
bool IsRefused(const std::string& bytes) {
  RedisReplyReader whole(kLimits);
  whole.Feed(bytes);
  RedisReplyReader cut(kLimits);
  bool cut_fails = false;
  for (const char byte : bytes) {
    cut.Feed(std::string(1, byte));
    cut_fails = cut_fails || !cut.Next().ok();
  }
  absl::StatusOr<std::optional<RedisReply>> next = whole.Next();
  while (next.ok() && next->has_value()) next = whole.Next();
  EXPECT_EQ(!next.ok(), cut_fails) << bytes;
  return cut_fails;
}

TEST(RedisReplyReaderTest, BoundsWhatItBelieves) {
  EXPECT_FALSE(IsRefused("$80\r\n" + std::string(80, 'x') + "\r\n"));
  EXPECT_TRUE(IsRefused("$1000000000\r\n" + std::string(100, 'x')));
  EXPECT_TRUE(IsRefused("+" + std::string(200, 'x')));
  EXPECT_TRUE(IsRefused("*11\r\n"));
  EXPECT_TRUE(IsRefused("*4294967295\r\n"));
  // All lists of one reply together.
  EXPECT_TRUE(IsRefused("*6\r\n*5\r\n"));
  EXPECT_FALSE(IsRefused("*5\r\n*5\r\n"));
  EXPECT_TRUE(
      IsRefused("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"
                "*1\r\n*1\r\n"));
  EXPECT_TRUE(IsRefused("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(RedisReplyReaderTest, CountsEachReplyAnew) {
  RedisReplyReader reader(kLimits);
  for (int i = 0; i < 100; ++i) {
    reader.Feed("*3\r\n:1\r\n:2\r\n:3\r\n");
    const absl::StatusOr<std::optional<RedisReply>> next = reader.Next();
    ASSERT_THAT(next, IsOk());
    ASSERT_TRUE(next->has_value());
  }
}

}  // namespace
}  // namespace aigateway
