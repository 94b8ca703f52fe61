#include "providers/replicate/replicate_instance.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

TEST(ReplicateInstanceTest, TakesABaseUrlWithAndWithoutItsVersion) {
  EXPECT_EQ(ReplicateInstance::Create({})->base_url,
            "https://api.replicate.com/v1");
  for (const char* url : {"http://h:1", "http://h:1/", "http://h:1/v1/"}) {
    EXPECT_EQ(MakeReplicateInstance(url).base_url, "http://h:1/v1") << url;
  }
  EXPECT_EQ(MakeReplicateInstance("http://h:1/x").base_url, "http://h:1/x");
}

TEST(ReplicateInstanceTest, ReportsAllFaultsAtOnce) {
  config::v1::ProviderConfig config;
  config.set_base_url("ftp://h");
  config.set_on_unsupported("maybe");
  (*config.mutable_options()->mutable_fields())["speed"].set_number_value(1);
  const absl::Status status = ReplicateInstance::Create(config).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  std::vector<std::string> fields;
  for (const FieldViolation& fault : GetViolations(status)) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields,
              ElementsAre("base_url", "on_unsupported", "options.speed"));
}

TEST(ReplicateInstanceTest, AsksAgainAtThePlaceOfTheApi) {
  const ReplicateInstance instance = MakeReplicateInstance();
  const std::optional<NextExchange> next = instance.Poll("p1", " k\n");
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->request.method, "GET");
  EXPECT_EQ(next->request.url, "http://h:1/v1/predictions/p1");
  EXPECT_EQ(next->request.headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(next->request.headers.Get("x-team"), "blue");
  EXPECT_FALSE(next->request.stream);
  EXPECT_GT(next->wait, absl::ZeroDuration());
  ASSERT_TRUE(next->abandon.has_value());
  EXPECT_EQ(next->abandon->method, "POST");
  EXPECT_EQ(next->abandon->url, "http://h:1/v1/predictions/p1/cancel");
  for (const char* id : {"", "../x", "a/b", "a?b", "a b", "\xc3\xa4"}) {
    EXPECT_FALSE(instance.Poll(id, "k").has_value()) << id;
  }
  EXPECT_FALSE(instance.Poll(std::string(65, 'a'), "k").has_value());
}

TEST(ReplicateInstanceTest, FollowsAStreamToReplicatesHostsWithoutTheKey) {
  const ReplicateInstance instance = MakeReplicateInstance();
  for (const char* url :
       {"https://stream.replicate.com/v1/files/x",
        "https://streaming-api.svc.us.c.replicate.net/v1/streams/x"}) {
    const std::optional<NextExchange> next = instance.Stream("p1", url, "k");
    ASSERT_TRUE(next.has_value()) << url;
    EXPECT_EQ(next->request.url, url);
    EXPECT_TRUE(next->request.stream);
    EXPECT_EQ(next->wait, absl::ZeroDuration());
    EXPECT_EQ(next->request.headers.Get("accept"), "text/event-stream");
    EXPECT_FALSE(next->request.headers.Has("authorization"));
    EXPECT_FALSE(next->request.headers.Has("x-team"));
    ASSERT_TRUE(next->abandon.has_value());
    EXPECT_EQ(next->abandon->headers.Get("authorization"), "Bearer k");
  }
}

TEST(ReplicateInstanceTest, FollowsAStreamOnItsOwnHostWithTheKey) {
  const std::optional<NextExchange> next =
      MakeReplicateInstance().Stream("p1", "http://h:1/streams/x", "k");
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->request.headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(next->request.headers.Get("accept"), "text/event-stream");
}

TEST(ReplicateInstanceTest, FollowsAStreamNowhereElse) {
  const ReplicateInstance instance = MakeReplicateInstance();
  for (const char* url :
       {"", "x", "http://stream.replicate.com/x", "https://evil.example/x",
        "https://replicate.com.evil.example/x", "https://evilreplicate.com/x",
        "https://stream.replicate.com:8080/x", "https://h:1/x", "http://h:2/x",
        "https://stream.replicate.com@evil.example/x", "http://h:10/x",
        "https://evil.example/.replicate.com", "http://h:1@evil.example/x",
        "https://evil.example\\.replicate.com/x",
        "https://evil.example#.replicate.com",
        "https://stream.replicate.com/x\r\ny: z", "file:///etc/passwd"}) {
    EXPECT_FALSE(instance.Stream("p1", url, "k").has_value()) << url;
  }
  EXPECT_FALSE(
      instance.Stream("", "https://stream.replicate.com/x", "k").has_value());
}

}  // namespace
}  // namespace aigateway
