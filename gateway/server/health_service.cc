#include "gateway/server/health_service.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/async_stream.h"
#include "grpcpp/support/async_unary_call.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "gateway/server/grpc_status.h"
#include "gateway/server/refusals.h"
#include "gateway/server/tag.h"

namespace aigateway {

using ::grpc::health::v1::HealthCheckRequest;
using ::grpc::health::v1::HealthCheckResponse;

// One call of Check. Frees itself.
class HealthService::CheckCall {
 public:
  static void Expect(HealthService* health) {
    auto* const call = new CheckCall(health);
    grpc::ServerCompletionQueue* const queue = health->arrivals_->queue();
    health->service_.RequestCheck(&call->context_, &call->request_,
                                  &call->writer_, queue, queue,
                                  &call->arrival_tag_);
  }

 private:
  explicit CheckCall(HealthService* health) : health_(health) {}

  void OnArrival(bool ok) {
    if (!ok) {
      delete this;
      return;
    }
    if (health_->arrivals_->open()) Expect(health_);
    HealthCheckResponse response;
    response.set_status(health_->StatusOf(request_.service()));
    if (response.status() != HealthCheckResponse::SERVICE_UNKNOWN) {
      writer_.Finish(response, grpc::Status::OK, &finish_tag_);
      return;
    }
    const std::string name = Truncate(request_.service(), 128);
    writer_.FinishWithError(
        ToGrpcStatus(
            Error(ErrorReason::kResourceNotFound,
                  absl::StrCat("there is no service '", name, "' here"),
                  {{"service", name}})),
        &finish_tag_);
  }

  void OnFinished(bool ok) { delete this; }

  HealthService* const health_;
  grpc::ServerContext context_;
  HealthCheckRequest request_;
  grpc::ServerAsyncResponseWriter<HealthCheckResponse> writer_{&context_};
  MethodTag<CheckCall> arrival_tag_{this, &CheckCall::OnArrival};
  MethodTag<CheckCall> finish_tag_{this, &CheckCall::OnFinished};
};

// One call of Watch. Frees itself.
class HealthService::WatchCall {
 public:
  static void Expect(HealthService* health) {
    auto* const call = new WatchCall(health);
    grpc::ServerCompletionQueue* const queue = health->arrivals_->queue();
    health->service_.RequestWatch(&call->context_, &call->request_,
                                  &call->writer_, queue, queue,
                                  &call->arrival_tag_);
  }

  // Sends the status if it is news, or ends the call if it is to end.
  void Advance() {
    if (writing_ || finishing_) return;
    if (done_ || health_->ending_) {
      finishing_ = true;
      writer_.Finish(ToGrpcStatus(ShuttingDown()), &finish_tag_);
      return;
    }
    const auto status = health_->StatusOf(request_.service());
    if (status == sent_) return;
    sent_ = status;
    HealthCheckResponse response;
    response.set_status(status);
    writing_ = true;
    writer_.Write(response, &write_tag_);
  }

 private:
  explicit WatchCall(HealthService* health) : health_(health) {
    context_.AsyncNotifyWhenDone(&done_tag_);
  }
  ~WatchCall() { health_->watches_.erase(this); }

  void OnArrival(bool ok) {
    if (!ok) {
      delete this;
      return;
    }
    if (health_->arrivals_->open()) Expect(health_);
    health_->watches_.insert(this);
    Advance();
  }
  void OnWritten(bool ok) {
    writing_ = false;
    Advance();
    ReleaseIfOver();
  }
  void OnDone(bool ok) {
    done_ = true;
    Advance();
    ReleaseIfOver();
  }
  void OnFinished(bool ok) {
    finished_ = true;
    ReleaseIfOver();
  }
  void ReleaseIfOver() {
    if (done_ && finished_ && !writing_) delete this;
  }

  HealthService* const health_;
  grpc::ServerContext context_;
  HealthCheckRequest request_;
  grpc::ServerAsyncWriter<HealthCheckResponse> writer_{&context_};
  MethodTag<WatchCall> arrival_tag_{this, &WatchCall::OnArrival};
  MethodTag<WatchCall> write_tag_{this, &WatchCall::OnWritten};
  MethodTag<WatchCall> done_tag_{this, &WatchCall::OnDone};
  MethodTag<WatchCall> finish_tag_{this, &WatchCall::OnFinished};
  std::optional<HealthCheckResponse::ServingStatus> sent_;
  bool writing_ = false;
  bool finishing_ = false;
  bool finished_ = false;
  bool done_ = false;
};

HealthService::HealthService(std::vector<std::string> services,
                             Arrivals* arrivals)
    : services_(std::make_move_iterator(services.begin()),
                std::make_move_iterator(services.end())),
      arrivals_(arrivals) {}

HealthService::~HealthService() { AIGW_CHECK(watches_.empty()); }

void HealthService::ExpectCalls() {
  CheckCall::Expect(this);
  WatchCall::Expect(this);
}

HealthCheckResponse::ServingStatus HealthService::StatusOf(
    const std::string& service) const {
  if (!service.empty() && services_.count(service) == 0) {
    return HealthCheckResponse::SERVICE_UNKNOWN;
  }
  return serving_.load(std::memory_order_acquire)
             ? HealthCheckResponse::SERVING
             : HealthCheckResponse::NOT_SERVING;
}

void HealthService::SetServing(bool serving) {
  serving_.store(serving, std::memory_order_release);
  arrivals_->Post([this] {
    for (WatchCall* watch : watches_) watch->Advance();
  });
}

void HealthService::EndWatches() {
  arrivals_->Post([this] {
    ending_ = true;
    for (WatchCall* watch : watches_) watch->Advance();
  });
}

}  // namespace aigateway
