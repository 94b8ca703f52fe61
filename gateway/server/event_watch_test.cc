#include "gateway/server/event_watch.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// A call that ended: what records borrow.
class Ended {
 public:
  Ended() {
    route_.set_target("t1");
    route_.mutable_decision();
    usage_.set_total_tokens(7);
    tags_.Add("blue");
    record.method = Method::kRouteStream;
    record.caller = "alice";
    record.model = "m1";
    record.duration = absl::Milliseconds(250);
    record.route = &route_;
    record.usage = &usage_;
    record.finish_reasons = finish_reasons_;
    record.tags = &tags_;
  }
  Ended(const Ended&) = delete;

  RequestRecord record;

 private:
  v1::RouteInfo route_;
  v1::Usage usage_;
  std::vector<v1::FinishReason> finish_reasons_ = {v1::FINISH_REASON_STOP};
  google::protobuf::RepeatedPtrField<std::string> tags_;
};

std::optional<v1::WatchEventsResponse> Watch(v1::WatchEventsRequest wanted,
                                             const RequestRecord& record) {
  EventWatch watch(std::move(wanted), Clock::Real());
  watch.Offer(record);
  return watch.Next(absl::ZeroDuration());
}

TEST(EventWatchTest, TellsAllOfACallButWhatWasSaid) {
  const Ended ended;
  const auto told = Watch({}, ended.record);
  ASSERT_TRUE(told.has_value());
  const v1::RequestEvent& event = told->event();
  EXPECT_TRUE(event.has_time());
  EXPECT_EQ(event.method(), "RouteStream");
  EXPECT_EQ(event.key(), "alice");
  EXPECT_EQ(event.model(), "m1");
  EXPECT_EQ(event.status_code(), 0);
  EXPECT_EQ(event.reason(), v1::ERROR_REASON_UNSPECIFIED);
  ASSERT_EQ(event.finish_reasons_size(), 1);
  EXPECT_EQ(event.finish_reasons(0), v1::FINISH_REASON_STOP);
  EXPECT_EQ(event.usage().total_tokens(), 7);
  EXPECT_EQ(event.route().target(), "t1");
  EXPECT_FALSE(event.route().has_decision());
  EXPECT_EQ(event.duration().nanos(), 250000000);
  ASSERT_EQ(event.tags_size(), 1);
  EXPECT_EQ(event.tags(0), "blue");
}

TEST(EventWatchTest, TellsWhyACallFailed) {
  Ended ended;
  ended.record.status = Error(ErrorReason::kProviderRateLimited, "slowly");
  const auto told = Watch({}, ended.record);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->event().status_code(), 8);  // RESOURCE_EXHAUSTED
  EXPECT_EQ(told->event().reason(), v1::ERROR_REASON_PROVIDER_RATE_LIMITED);
  EXPECT_EQ(told->event().message(), "slowly");
  EXPECT_EQ(told->event().finish_reasons_size(), 0);
}

TEST(EventWatchTest, TellsOnlyWhatIsWanted) {
  Ended ended;
  v1::WatchEventsRequest wanted;
  wanted.add_targets("t1");
  wanted.add_models("m1");
  wanted.add_keys("alice");
  EXPECT_TRUE(Watch(wanted, ended.record).has_value());
  wanted.set_failures_only(true);
  EXPECT_FALSE(Watch(wanted, ended.record).has_value());
  for (const auto set : {+[](v1::WatchEventsRequest& w) { w.add_targets("x"); },
                         +[](v1::WatchEventsRequest& w) { w.add_models("x"); },
                         +[](v1::WatchEventsRequest& w) { w.add_keys("x"); }}) {
    v1::WatchEventsRequest other;
    set(other);
    EXPECT_FALSE(Watch(other, ended.record).has_value());
  }
}

TEST(EventWatchTest, DropsAndCountsWhatIsNotTaken) {
  EventWatch watch({}, Clock::Real());
  const Ended ended;
  for (size_t i = 0; i < EventWatch::kMaxKept + 3; ++i) {
    watch.Offer(ended.record);
  }
  auto first = watch.Next(absl::ZeroDuration());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->dropped_events(), 3);
  size_t taken = 1;
  while (const auto next = watch.Next(absl::ZeroDuration())) {
    EXPECT_EQ(next->dropped_events(), 0);
    ++taken;
  }
  EXPECT_EQ(taken, EventWatch::kMaxKept);
}

}  // namespace
}  // namespace aigateway
