#include "plugins/answer_cache.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

AnswerCache::Answer Answer(const std::string& text) {
  auto answer = std::make_shared<v1::ChatResponse>();
  answer->add_choices()->mutable_message()->set_content(text);
  return answer;
}

std::string TextOf(const AnswerCache::Answer& answer) {
  return answer == nullptr ? "" : answer->choices(0).message().content();
}

TEST(AnswerCacheTest, GivesBackWhatItKeepsUntilItIsTooOld) {
  AnswerCache cache(
      {.max_age = absl::Seconds(300), .max_entries = 10, .max_bytes = 1 << 20});
  EXPECT_EQ(cache.Find("a", kNow), nullptr);
  cache.Put("a", Answer("one"), kNow);
  EXPECT_EQ(TextOf(cache.Find("a", kNow + absl::Seconds(299))), "one");
  // To have been asked for makes it no younger.
  EXPECT_EQ(cache.Find("a", kNow + absl::Seconds(300)), nullptr);
  EXPECT_EQ(cache.size(), 0);
  EXPECT_EQ(cache.bytes(), 0);
}

TEST(AnswerCacheTest, ReplacesAnAnswer) {
  AnswerCache cache(
      {.max_age = absl::Seconds(300), .max_entries = 10, .max_bytes = 1 << 20});
  cache.Put("a", Answer("one"), kNow);
  cache.Put("a", Answer("two"), kNow + absl::Seconds(200));
  EXPECT_EQ(TextOf(cache.Find("a", kNow + absl::Seconds(400))), "two");
  EXPECT_EQ(cache.size(), 1);
}

TEST(AnswerCacheTest, DropsTheLeastRecentlyUsedOfTooMany) {
  AnswerCache cache(
      {.max_age = absl::Seconds(300), .max_entries = 2, .max_bytes = 1 << 20});
  cache.Put("a", Answer("one"), kNow);
  cache.Put("b", Answer("two"), kNow);
  EXPECT_EQ(TextOf(cache.Find("a", kNow)), "one");
  cache.Put("c", Answer("three"), kNow);
  EXPECT_EQ(TextOf(cache.Find("a", kNow)), "one");
  EXPECT_EQ(cache.Find("b", kNow), nullptr);
  EXPECT_EQ(TextOf(cache.Find("c", kNow)), "three");
}

TEST(AnswerCacheTest, StaysWithinItsBytes) {
  constexpr size_t kBytes = 100000;
  AnswerCache cache({.max_age = absl::Seconds(300),
                     .max_entries = 1000000,
                     .max_bytes = kBytes});
  for (int i = 0; i < 500; ++i) {
    cache.Put(absl::StrCat("key ", i), Answer(std::string(1000, 'x')), kNow);
    ASSERT_LE(cache.bytes(), kBytes);
  }
  EXPECT_GT(cache.size(), 50);
  EXPECT_LT(cache.size(), 100);
  EXPECT_NE(cache.Find("key 499", kNow), nullptr);
  EXPECT_EQ(cache.Find("key 0", kNow), nullptr);
  // The old one does not stay in place of what is too large to be kept.
  cache.Put("key 499", Answer(std::string(kBytes, 'x')), kNow);
  EXPECT_EQ(cache.Find("key 499", kNow), nullptr);
  EXPECT_GT(cache.size(), 50);
}

}  // namespace
}  // namespace aigateway
