#include "plugins/redis_place.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using config::v1::RedisStore;
using testing::ElementsAre;
using testing::IsEmpty;

class RedisPlaceTest : public testing::Test {
 protected:
  std::optional<RedisPlace> Read(
      const std::string& text,
      config::v1::StoreBackend backend = config::v1::STORE_BACKEND_REDIS) {
    RedisStore redis;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &redis));
    std::vector<FieldViolation> faults;
    const std::optional<RedisPlace> place =
        ReadRedis(backend, !text.empty(), redis, {}, faults);
    fields_.clear();
    for (const FieldViolation& fault : faults) fields_.push_back(fault.field);
    return place;
  }

  std::vector<std::string> fields_;  // Those with faults.
};

TEST_F(RedisPlaceTest, TakesWhatTheAddressSaysUnlessItIsSaidBeside) {
  const std::optional<RedisPlace> place =
      Read("address: 'redis://a:b@redis:7000/3'");
  EXPECT_THAT(fields_, IsEmpty());
  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->client.address.host, "redis");
  EXPECT_EQ(place->client.address.user, "a");
  EXPECT_EQ(place->client.address.password, Secret("b"));
  EXPECT_EQ(place->client.address.database, 3);
  EXPECT_EQ(place->client.timeout, absl::Milliseconds(250));
  EXPECT_EQ(place->prefix, "aigateway:");

  const std::optional<RedisPlace> beside = Read(
      "address: 'redis://a:b@redis/3' user: 'c' password: 'd' "
      "database: 0 timeout { nanos: 5000000 } prefix: ''");
  EXPECT_THAT(fields_, IsEmpty());
  ASSERT_TRUE(beside.has_value());
  EXPECT_EQ(beside->client.address.user, "c");
  EXPECT_EQ(beside->client.address.password, Secret("d"));
  EXPECT_EQ(beside->client.address.database, 0);
  EXPECT_EQ(beside->client.timeout, absl::Milliseconds(5));
  EXPECT_EQ(beside->prefix, "");
}

TEST_F(RedisPlaceTest, ReportsAllFaultsAtOnce) {
  Read("user: 'a' database: -1 timeout { seconds: 2 } prefix: '" +
       std::string(65, 'x') + "'");
  EXPECT_THAT(fields_,
              ElementsAre("redis.address", "redis.password", "redis.database",
                          "redis.timeout", "redis.prefix"));
  Read("address: 'rediss://redis'");
  EXPECT_THAT(fields_, ElementsAre("redis.address"));
}

TEST_F(RedisPlaceTest, IsNoneWhereItIsKeptInMemory) {
  for (const auto backend : {config::v1::STORE_BACKEND_UNSPECIFIED,
                             config::v1::STORE_BACKEND_MEMORY}) {
    EXPECT_FALSE(Read("", backend).has_value());
    EXPECT_THAT(fields_, IsEmpty());
    EXPECT_FALSE(Read("address: 'redis'", backend).has_value());
    EXPECT_THAT(fields_, ElementsAre("redis"));
  }
}

}  // namespace
}  // namespace aigateway
