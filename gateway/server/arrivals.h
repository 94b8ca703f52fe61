#ifndef AIGATEWAY_GATEWAY_SERVER_ARRIVALS_H_
#define AIGATEWAY_GATEWAY_SERVER_ARRIVALS_H_

#include <memory>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "grpcpp/completion_queue.h"

namespace aigateway {

// The completion queue on which calls arrive, and the one thread that waits for
// it: the only thread of the process that waits inside gRPC's poller.
//
// That matters. gRPC's poller (epoll1) is one for the process, whatever servers
// there are, and threads in it take turns: each further one costs a wake-up for
// each batch of events. Measured with one more: 75 us of CPU for an echo
// instead of 38, and 90 us until the answer instead of 56. So there is no
// callback API anywhere in the process, whose threads would wait there, and
// what is not on a queue of ours is the synchronous API, whose queues do not
// poll in a server that has one that does. The one exception is asked for by a
// config: plugin `external` has a thread that waits for its answers there.
class Arrivals {
 public:
  explicit Arrivals(std::unique_ptr<grpc::ServerCompletionQueue> queue);
  // Shutdown() has returned.
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  // Tags given to it are `Tag`s; they complete on the thread of arrivals.
  grpc::ServerCompletionQueue* queue() const { return queue_.get(); }

  // Starts the thread. Once.
  void Start();

  // Runs `work` on the thread of arrivals, soon. From any thread, after Start()
  // and before Shutdown(). `work` is dropped if the queue ends first.
  void Post(absl::AnyInvocable<void()> work);

  // Whether operations may still be started on the queue. On the thread of
  // arrivals, or before it starts.
  bool open() const { return open_; }

  // Ends the queue and waits until every tag has come. After the gRPC server
  // has shut down.
  void Shutdown();

 private:
  void Run();
  void Close();

  const std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  bool open_ = true;
  std::thread thread_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_ARRIVALS_H_
