#ifndef AIGATEWAY_GATEWAY_SERVER_LOOP_QUEUE_H_
#define AIGATEWAY_GATEWAY_SERVER_LOOP_QUEUE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/completion_queue.h"

#include "gateway/base/env.h"
#include "gateway/base/timers.h"

namespace aigateway {

// The completion queue of one loop's calls, drained by the loop itself: a
// thread that waits for it would be woken for each write, which is the largest
// cost of a stream.
//
// It is looked into after the loop's own operations, and every kTick while a
// call is open, since cancellation arrives there too. Belongs to its loop,
// save where said.
class LoopQueue {
 public:
  static constexpr absl::Duration kTick = absl::Milliseconds(10);

  // A call that is open on this loop. It is known here from its arrival on the
  // loop to its last tag, and to nobody else: whoever ends calls asks the queue
  // to.
  class Member {
   public:
    // Ends the call with `reason`. It does not go before this returns.
    virtual void Cancel(const absl::Status& reason) = 0;

   protected:
    ~Member() = default;

   private:
    friend class LoopQueue;
    size_t place_ = 0;  // In calls_.
  };

  // What `env` lends must outlive this object. From any thread.
  LoopQueue(const Env& env, std::unique_ptr<grpc::ServerCompletionQueue> queue);
  // Shutdown() has returned.
  ~LoopQueue();
  LoopQueue(const LoopQueue&) = delete;
  LoopQueue& operator=(const LoopQueue&) = delete;

  const Env& env() const { return env_; }
  // Tags given to it are `Tag`s.
  grpc::ServerCompletionQueue* queue() const { return queue_.get(); }

  void Enter(Member& call);
  void Leave(Member& call);
  size_t open_calls() const { return calls_.size(); }

  // Looks into the queue soon: to be called after an operation was started.
  void DrainSoon();

  // Ends every open call with `reason`.
  void CancelAll(const absl::Status& reason);

  // Ends the queue and waits until it is empty. Once, after the gRPC server has
  // shut down, from any thread but the loop's, which still runs.
  void Shutdown();

 private:
  // Returns whether there may be more.
  bool Drain();
  void ArmTick();

  const Env env_;
  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::vector<Member*> calls_;
  bool drain_posted_ = false;
  bool tick_armed_ = false;
  bool shut_down_ = false;
  Timers::Handle tick_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_LOOP_QUEUE_H_
