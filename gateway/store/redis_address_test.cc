#include "gateway/store/redis_address.h"

#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

TEST(RedisAddressTest, ReadsAHostWithOrWithoutItsPort) {
  const absl::StatusOr<RedisAddress> plain = ParseRedisAddress("redis");
  ASSERT_THAT(plain, IsOk());
  EXPECT_EQ(plain->host, "redis");
  EXPECT_EQ(plain->port, 6379);
  const absl::StatusOr<RedisAddress> ported = ParseRedisAddress("[::1]:7000");
  ASSERT_THAT(ported, IsOk());
  EXPECT_EQ(ported->host, "::1");
  EXPECT_EQ(ported->port, 7000);
  EXPECT_TRUE(ported->password.empty());
}

TEST(RedisAddressTest, ReadsAUnixSocket) {
  const absl::StatusOr<RedisAddress> address =
      ParseRedisAddress("unix:/run/redis.sock");
  ASSERT_THAT(address, IsOk());
  EXPECT_EQ(address->socket_path, "/run/redis.sock");
  EXPECT_EQ(address->host, "");
}

TEST(RedisAddressTest, ReadsAUrl) {
  const absl::StatusOr<RedisAddress> whole =
      ParseRedisAddress("redis://gateway:p%40ss:w@redis:7000/3");
  ASSERT_THAT(whole, IsOk());
  EXPECT_EQ(whole->user, "gateway");
  EXPECT_EQ(whole->password, Secret("p@ss:w"));
  EXPECT_EQ(whole->host, "redis");
  EXPECT_EQ(whole->port, 7000);
  EXPECT_EQ(whole->database, 3);
  const absl::StatusOr<RedisAddress> unnamed =
      ParseRedisAddress("redis://:secret@redis/");
  ASSERT_THAT(unnamed, IsOk());
  EXPECT_EQ(unnamed->user, "");
  EXPECT_EQ(unnamed->password, Secret("secret"));
  EXPECT_EQ(unnamed->port, 6379);
  EXPECT_EQ(unnamed->database, 0);
}

TEST(RedisAddressTest, RefusesWhatIsNone) {
  for (const char* text : {"",
                           ":6379",
                           "redis:0",
                           "redis:70000",
                           "redis:x",
                           "redis:6379x",
                           "http://redis",
                           "unix:",
                           "rediss://redis",
                           "redis://",
                           "redis:///0",
                           "redis://redis/x",
                           "redis://redis/-1",
                           "redis://a%4@redis",
                           "[::1",
                           "redis://:pa/ss@redis",
                           "redis://:pa?ss@redis",
                           "redis://:pa#ss@redis",
                           "::1",
                           "re dis"}) {
    EXPECT_EQ(ParseRedisAddress(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(RedisAddressTest, NeverRepeatsAPassword) {
  for (const char* text :
       {"redis://:hunter2@redis:x", "redis://:hunter2/@redis"}) {
    const absl::Status status = ParseRedisAddress(text).status();
    EXPECT_EQ(std::string(status.message()).find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace aigateway
