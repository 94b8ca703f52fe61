#include "gateway/base/proto_time.h"

#include <algorithm>
#include <cstdint>

namespace aigateway {
namespace {

// Bounds of google/protobuf/duration.proto and timestamp.proto.
constexpr int64_t kMaxDurationSeconds = 315576000000;
constexpr int64_t kMinTimeSeconds = -62135596800;
constexpr int64_t kMaxTimeSeconds = 253402300799;

}  // namespace

void SetProtoDuration(absl::Duration duration,
                      google::protobuf::Duration* proto) {
  const absl::Duration most = absl::Seconds(kMaxDurationSeconds);
  duration = std::clamp(duration, -most, most);
  absl::Duration rest;
  proto->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  proto->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

absl::Duration FromProto(const google::protobuf::Duration& proto) {
  return absl::Seconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

void SetProtoTime(absl::Time time, google::protobuf::Timestamp* proto) {
  time = std::clamp(time, absl::FromUnixSeconds(kMinTimeSeconds),
                    absl::FromUnixSeconds(kMaxTimeSeconds));
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto->set_seconds(seconds);
  proto->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

absl::Time FromProto(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) +
         absl::Nanoseconds(proto.nanos());
}

}  // namespace aigateway
