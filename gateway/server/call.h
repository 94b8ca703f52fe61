#ifndef AIGATEWAY_GATEWAY_SERVER_CALL_H_
#define AIGATEWAY_GATEWAY_SERVER_CALL_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/task.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/server/call_host.h"
#include "gateway/server/loop_queue.h"
#include "gateway/server/tag.h"

namespace aigateway {

// One RPC in flight: gRPC's context, the request, what the gateway keeps of it,
// and the root coroutine.
//
// It waits for its RPC on the queue of arrivals, then lives on one loop and is
// freed by its last tag. Nobody else has a pointer to it but the loop's queue,
// while it is open. Of reply, deadline, cancellation and drain the first to
// reach the loop is the outcome. Finish is started once, as the last operation.
class Call : public LoopQueue::Member, protected ReplySink {
 public:
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void Cancel(const absl::Status& reason) override;

 protected:
  // `host` must outlive the call. On the thread of arrivals, or before it
  // starts.
  explicit Call(CallHost* host);
  ~Call() override;

  // What the kinds of calls do:

  // Makes another call wait for an RPC in this one's place.
  virtual void ExpectAnother() = 0;
  // Reads request_bytes(). Returns false if they are no request of this kind.
  virtual bool ParseRequest(v1::ChatRequest** chat,
                            const v1::RoutingOptions** options) = 0;
  virtual Method method() const = 0;
  // Once it is parsed: the vectors that are asked for, if that is what is.
  virtual v1::EmbedRequest* embed() { return nullptr; }
  // The gateway is done with the request: sends what is left, then calls
  // TakeFinalStatus() and starts Finish with finish_tag(), at once or later.
  virtual void OnServed() = 0;
  // Whether an operation beside Finish is under way.
  virtual bool is_writing() const { return false; }

  CallHost* host() { return host_; }
  LoopQueue* queue() { return queue_; }
  grpc::ServerContext* server_context() { return &server_context_; }
  grpc::ByteBuffer* request_bytes() { return &request_bytes_; }
  google::protobuf::Arena* arena() { return &arena_; }
  Tag* arrival_tag() { return &arrival_tag_; }
  Tag* finish_tag() { return &finish_tag_; }

  // From OnServed() on: how the request ended.
  const absl::Status& outcome() const { return outcome_; }
  bool served() const { return served_; }
  // Whether the client is no longer there: nothing more can be sent.
  bool gone() const { return gone_; }
  // Null until the request was admitted.
  RequestContext* request() {
    return request_.has_value() ? &*request_ : nullptr;
  }
  // The status to finish with, and with it the trailing metadata. Without a
  // `complete` answer an outcome of OK is a defect. Once, just before Finish is
  // started.
  grpc::Status TakeFinalStatus(bool complete);
  // Notes that the client went away.
  void OnGone();
  // Frees the call if this was its last tag. The last thing that a tag's method
  // does.
  void ReleaseIfOver();

 private:
  void OnArrival(bool ok);
  void OnDone(bool ok);
  void OnFinished(bool ok);

  // The root coroutine.
  Task<void> Run();
  // Who calls, what for and for how long: makes request_, or says why not.
  absl::Status Admit();
  // Of a call that ends before it has a request.
  void NoteRefusal(const absl::Status& status);
  void ReadDeadline();
  void AddTrailingMetadata();

  CallHost* const host_;
  LoopQueue* const queue_;
  const int loop_;

  grpc::ServerContext server_context_;
  grpc::ByteBuffer request_bytes_;
  MethodTag<Call> arrival_tag_{this, &Call::OnArrival};
  MethodTag<Call> done_tag_{this, &Call::OnDone};
  MethodTag<Call> finish_tag_{this, &Call::OnFinished};

  // Holds a usual request without a further allocation.
  alignas(8) char first_block_[1024];
  google::protobuf::Arena arena_{first_block_, sizeof(first_block_)};

  absl::Time deadline_ = absl::InfiniteFuture();
  // How much earlier than deadline_ the client's own may be.
  absl::Duration deadline_slack_ = absl::ZeroDuration();
  std::optional<RequestContext> request_;
  absl::Status outcome_;
  bool entered_ = false;  // Known to the loop's queue.
  bool served_ = false;   // The root coroutine is over.
  bool gone_ = false;
  bool finished_ = false;  // finish_tag_ has come.
  bool done_ = false;      // done_tag_ has come.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_CALL_H_
