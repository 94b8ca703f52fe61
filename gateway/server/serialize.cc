#include "gateway/server/serialize.h"

#include <cstddef>
#include <cstdint>

#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/slice.h"

namespace aigateway {

grpc::ByteBuffer Serialize(const google::protobuf::MessageLite& message) {
  grpc::Slice slice(message.ByteSizeLong());
  // The slice is ours alone so far; gRPC's own writer does the same.
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

bool Parse(grpc::ByteBuffer& bytes, google::protobuf::MessageLite* message) {
  const bool parsed =
      grpc::SerializationTraits<google::protobuf::MessageLite>::Deserialize(
          &bytes, message)
          .ok();
  bytes.Clear();
  return parsed;
}

}  // namespace aigateway
