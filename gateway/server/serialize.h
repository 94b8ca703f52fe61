#ifndef AIGATEWAY_GATEWAY_SERVER_SERIALIZE_H_
#define AIGATEWAY_GATEWAY_SERVER_SERIALIZE_H_

#include "google/protobuf/message_lite.h"
#include "grpcpp/support/byte_buffer.h"

namespace aigateway {

// `message` as gRPC sends it, in one piece. Its strings are valid UTF-8.
grpc::ByteBuffer Serialize(const google::protobuf::MessageLite& message);

// Reads `bytes` into `message` and lets go of them. Returns false if they are
// no message of that type.
bool Parse(grpc::ByteBuffer& bytes, google::protobuf::MessageLite* message);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_SERIALIZE_H_
