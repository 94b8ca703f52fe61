#ifndef AIGATEWAY_GATEWAY_SERVER_PENDING_EVENTS_H_
#define AIGATEWAY_GATEWAY_SERVER_PENDING_EVENTS_H_

#include <cstddef>
#include <deque>

#include "grpcpp/support/byte_buffer.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Appends `from` to `into` if the reader of a stream cannot tell the result
// from the two in a row; else changes nothing and returns false. Both are of
// one choice and of one kind (text, reasoning, refusal or tool calls), so that
// the order of the kinds stays. `from` is used up.
bool Merge(v1::Delta& from, v1::Delta* into);

// The events of one stream that wait while a write is in flight, in order.
//
// A delta that follows one of its own kind is merged into it, so that a slow
// reader gets fewer, larger messages. All but the last are kept as the bytes
// that will be sent. Belongs to one loop.
class PendingEvents {
 public:
  // A delta grows by merging to about this many bytes, not beyond.
  static constexpr size_t kMaxMergedBytes = 32 * 1024;

  // `event` is used up.
  void Push(v1::RouteStreamResponse& event);

  bool empty() const { return !has_last_ && sealed_.empty(); }
  // The memory that they take, about.
  size_t bytes() const { return sealed_bytes_ + last_bytes_; }

  // Takes the oldest, to be sent. There must be one.
  grpc::ByteBuffer Pop();
  void Clear();

 private:
  bool MergeIntoLast(v1::RouteStreamResponse& event);
  void Seal();
  grpc::ByteBuffer TakeLast();

  std::deque<grpc::ByteBuffer> sealed_;
  size_t sealed_bytes_ = 0;
  // What came last and may still grow.
  v1::RouteStreamResponse last_;
  bool has_last_ = false;
  size_t last_bytes_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_PENDING_EVENTS_H_
