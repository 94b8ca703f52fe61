#ifndef AIGATEWAY_GATEWAY_BASE_PROTO_TIME_H_
#define AIGATEWAY_GATEWAY_BASE_PROTO_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace aigateway {

// Between Abseil's times and protobuf's. Infinite ones become protobuf's
// largest.

void SetProtoDuration(absl::Duration duration,
                      google::protobuf::Duration* proto);
absl::Duration FromProto(const google::protobuf::Duration& proto);

void SetProtoTime(absl::Time time, google::protobuf::Timestamp* proto);
absl::Time FromProto(const google::protobuf::Timestamp& proto);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_PROTO_TIME_H_
