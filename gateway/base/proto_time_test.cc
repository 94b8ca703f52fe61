#include "gateway/base/proto_time.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(ProtoTimeTest, KeepsDurationsToTheNanosecond) {
  for (absl::Duration duration :
       {absl::ZeroDuration(), absl::Nanoseconds(1), absl::Milliseconds(-1500),
        absl::Hours(1000) + absl::Nanoseconds(999999999)}) {
    google::protobuf::Duration proto;
    SetProtoDuration(duration, &proto);
    EXPECT_EQ(FromProto(proto), duration);
  }
}

TEST(ProtoTimeTest, ClampsWhatProtobufCannotHold) {
  google::protobuf::Duration duration;
  SetProtoDuration(absl::InfiniteDuration(), &duration);
  EXPECT_EQ(duration.seconds(), 315576000000);
  google::protobuf::Timestamp time;
  SetProtoTime(absl::InfiniteFuture(), &time);
  EXPECT_EQ(time.seconds(), 253402300799);
  SetProtoTime(absl::InfinitePast(), &time);
  EXPECT_EQ(time.seconds(), -62135596800);
}

TEST(ProtoTimeTest, KeepsTimesBeforeTheEpoch) {
  const absl::Time time = absl::UnixEpoch() - absl::Milliseconds(1);
  google::protobuf::Timestamp proto;
  SetProtoTime(time, &proto);
  EXPECT_GE(proto.nanos(), 0);
  EXPECT_EQ(FromProto(proto), time);
}

}  // namespace
}  // namespace aigateway
