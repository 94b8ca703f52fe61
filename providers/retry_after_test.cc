#include "providers/retry_after.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

// Wed, 21 Oct 2026 07:28:00 GMT.
const absl::Time kNow = absl::FromUnixSeconds(1792567680);

std::optional<absl::Duration> Stated(
    int status,
    std::initializer_list<std::pair<const char*, const char*>> fields,
    std::optional<absl::Duration> body_wait = std::nullopt) {
  HttpHeaders headers;
  for (const auto& [name, value] : fields) headers.Add(name, value);
  return StatedWait(status, headers, kNow, body_wait);
}

TEST(RetryAfterTest, ReadsSecondsAndFractionsOfThem) {
  EXPECT_EQ(Stated(429, {{"Retry-After", "7"}}), absl::Seconds(7));
  EXPECT_EQ(Stated(500, {{"retry-after", " 0.5 "}}), absl::Milliseconds(500));
}

TEST(RetryAfterTest, ReadsEveryFormOfAnHttpDate) {
  const absl::Duration minute = absl::Minutes(1);
  EXPECT_EQ(ParseWait("Wed, 21 Oct 2026 07:29:00 GMT", kNow), minute);
  EXPECT_EQ(ParseWait("Wednesday, 21-Oct-26 07:29:00 GMT", kNow), minute);
  EXPECT_EQ(ParseWait("Wed Oct 21 07:29:00 2026", kNow), minute);
}

TEST(RetryAfterTest, ReadsDurationsAsGoWritesThem) {
  EXPECT_EQ(ParseWait("20ms", kNow), absl::Milliseconds(20));
  EXPECT_EQ(ParseWait("2m59.56s", kNow), absl::Milliseconds(179560));
}

TEST(RetryAfterTest, ReadsTimesSince1970AndOfRfc3339) {
  EXPECT_EQ(ParseWait("1792567690", kNow), absl::Seconds(10));
  EXPECT_EQ(ParseWait("1792567690000", kNow), absl::Seconds(10));
  EXPECT_EQ(ParseWait("2026-10-21T07:28:10Z", kNow), absl::Seconds(10));
}

TEST(RetryAfterTest, TakesWhatIsPastOrNoTimeForNothing) {
  for (const char* text : {"", "0", "-5", "soon", "inf", "nan", "1e3", "1.2.3",
                           "-3s", "Wed, 21 Oct 2026 07:27:00 GMT", "1792567000",
                           "2026-10-21T07:00:00Z", "+5", "0x10"}) {
    EXPECT_EQ(ParseWait(text, kNow), std::nullopt) << text;
  }
  EXPECT_EQ(ParseWait(std::string(65, '1'), kNow), std::nullopt);
}

TEST(RetryAfterTest, NeverStatesMoreThanADay) {
  EXPECT_EQ(ParseWait("99999999", kNow), kMaxStatedWait);
  EXPECT_EQ(ParseWait(std::string(60, '9'), kNow), kMaxStatedWait);
  EXPECT_EQ(Stated(429, {{"retry-after-ms", "999999999999"}}), kMaxStatedWait);
  EXPECT_EQ(Stated(429, {}, absl::InfiniteDuration()), kMaxStatedWait);
}

TEST(RetryAfterTest, PrefersMillisecondsToSeconds) {
  EXPECT_EQ(Stated(429, {{"retry-after", "2"}, {"retry-after-ms", "1500"}}),
            absl::Milliseconds(1500));
}

TEST(RetryAfterTest, PassesOverZeroMilliseconds) {
  EXPECT_EQ(Stated(429, {{"retry-after-ms", "0"}, {"retry-after", "2"}}),
            absl::Seconds(2));
}

TEST(RetryAfterTest, PrefersTheHeaderToTheBody) {
  EXPECT_EQ(Stated(429, {{"retry-after", "2"}}, absl::Seconds(9)),
            absl::Seconds(2));
  EXPECT_EQ(Stated(429, {{"retry-after", "soon"}}, absl::Seconds(9)),
            absl::Seconds(9));
}

TEST(RetryAfterTest, WaitsForTheLatestOfTheBucketsThatAreEmpty) {
  EXPECT_EQ(Stated(429, {{"x-ratelimit-remaining-requests", "0"},
                         {"x-ratelimit-reset-requests", "20s"},
                         {"x-ratelimit-remaining-tokens", "0"},
                         {"x-ratelimit-reset-tokens", "1m5s"},
                         {"x-ratelimit-remaining-images", "3"},
                         {"x-ratelimit-reset-images", "2h"}}),
            absl::Seconds(65));
}

TEST(RetryAfterTest, WaitsForTheEarliestBucketIfNoneIsSaidToBeEmpty) {
  EXPECT_EQ(Stated(429, {{"x-ratelimit-reset-requests", "20s"},
                         {"x-ratelimit-reset-tokens", "6ms"}}),
            absl::Milliseconds(6));
}

TEST(RetryAfterTest, ReadsBucketsOnlyWhereTheyAreTheCause) {
  for (int status : {429, 503, 529}) {
    EXPECT_EQ(Stated(status, {{"x-ratelimit-reset-requests", "20s"}}),
              absl::Seconds(20))
        << status;
  }
  for (int status : {400, 401, 500}) {
    EXPECT_EQ(Stated(status, {{"x-ratelimit-reset-requests", "20s"}}),
              std::nullopt)
        << status;
  }
}

TEST(RetryAfterTest, StatesNothingIfNothingWasStated) {
  EXPECT_EQ(Stated(429, {}), std::nullopt);
  EXPECT_EQ(Stated(429, {}, absl::ZeroDuration()), std::nullopt);
}

}  // namespace
}  // namespace aigateway
