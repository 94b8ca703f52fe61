#ifndef AIGATEWAY_GATEWAY_CORE_FORWARDING_SINK_H_
#define AIGATEWAY_GATEWAY_CORE_FORWARDING_SINK_H_

#include "absl/status/status.h"

#include "gateway/core/event_sink.h"

namespace aigateway {

// Hands everything on: the base of sinks that only watch. Each event passes
// OnEvent() first.
class ForwardingSink : public EventSink {
 public:
  // `next` must outlive this object.
  explicit ForwardingSink(EventSink* next) : next_(next) {}

  absl::Status OnResponse(v1::ChatResponse& response) override {
    OnEvent();
    return next_->OnResponse(response);
  }
  absl::Status OnEmbeddings(v1::EmbedResponse& response) override {
    OnEvent();
    return next_->OnEmbeddings(response);
  }
  absl::Status OnDelta(v1::Delta& delta) override {
    OnEvent();
    return next_->OnDelta(delta);
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    OnEvent();
    return next_->OnFinish(finish);
  }
  absl::Status OnEnd(v1::End& end) override { return next_->OnEnd(end); }
  absl::Status OnFailover(v1::Failover& failover) override {
    return next_->OnFailover(failover);
  }
  void OnLife() override { next_->OnLife(); }

 protected:
  // A response, delta or finish is about to be handed over.
  virtual void OnEvent() {}

 private:
  EventSink* const next_;
};

// Knows whether anything was handed over: after that neither retry nor
// failover may begin anew.
class FirstEventGate final : public ForwardingSink {
 public:
  using ForwardingSink::ForwardingSink;
  bool passed() const { return passed_; }

 private:
  void OnEvent() override { passed_ = true; }

  bool passed_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_FORWARDING_SINK_H_
