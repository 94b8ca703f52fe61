#include "gateway/server/arrivals.h"

#include <utility>

#include "grpcpp/alarm.h"

#include "gateway/base/check.h"
#include "gateway/server/tag.h"

namespace aigateway {
namespace {

// Work that goes to the queue by way of an alarm that is due at once.
class PostedWork final : public Tag {
 public:
  explicit PostedWork(absl::AnyInvocable<void()> work)
      : work_(std::move(work)) {}

  void Start(grpc::CompletionQueue* queue) {
    alarm_.Set(queue, gpr_now(GPR_CLOCK_MONOTONIC), this);
  }
  void Complete(bool ok) override {
    const std::unique_ptr<PostedWork> self(this);
    if (ok) work_();
  }

 private:
  absl::AnyInvocable<void()> work_;
  grpc::Alarm alarm_;
};

}  // namespace

Arrivals::Arrivals(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : queue_(std::move(queue)) {}

Arrivals::~Arrivals() { AIGW_CHECK(!thread_.joinable()); }

void Arrivals::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Arrivals::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Tag*>(tag)->Complete(ok);
}

void Arrivals::Post(absl::AnyInvocable<void()> work) {
  // Owned by the queue until it comes back as a tag.
  (new PostedWork(std::move(work)))->Start(queue_.get());
}

void Arrivals::Close() {
  open_ = false;
  queue_->Shutdown();
}

void Arrivals::Shutdown() {
  if (thread_.joinable()) {
    // On its own thread: an arrival that is there already may start another
    // operation, which must not be after the end.
    Post([this] { Close(); });
    thread_.join();
  } else {
    Close();
    Run();
  }
}

}  // namespace aigateway
