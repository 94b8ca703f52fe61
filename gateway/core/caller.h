#ifndef AIGATEWAY_GATEWAY_CORE_CALLER_H_
#define AIGATEWAY_GATEWAY_CORE_CALLER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/core/event_sink.h"

namespace aigateway {

class RequestContext;
class Target;

// Told how the tries at one target go, by the decorators that see it: what a
// race between targets decides by. Plain calls on the request's loop.
class TryWatch {
 public:
  virtual ~TryWatch() = default;

  // A try begins: the first one, or another after a failure.
  virtual void OnTryStart() = 0;
  // Its first event came, though it may yet be held back.
  virtual void OnSpeech() = 0;
  // The target's first-token limit passed, and there was none.
  virtual void OnLimitPassed() = 0;
};

// One call to one target: what the decorators of the attempt stack pass down.
// A decorator that shortens the time passes a copy with a scope of its own.
struct TargetCall {
  RequestContext& request;
  const Target& target;
  // The target's own name for the model.
  const std::string& upstream_model;
  Scope& scope;
  // What is asked, if it is not the request itself: the request with the
  // beginning of an answer that is to be continued.
  const v1::ChatRequest* continued = nullptr;
  TryWatch* watch = nullptr;  // May be null.
  // How long it waited for a slot of its target; may be null.
  absl::Duration* queued = nullptr;
};

// Calls one target. The innermost talks to the provider; each decorator owns
// the next, adds one concern and knows nothing of its neighbours. Immutable,
// shared by all requests of a snapshot on every loop: what belongs to one
// request is in `call`, time and network in call.request.env().
class Caller {
 public:
  virtual ~Caller() = default;

  // Returns OK once `sink` had the response, or the stream's end. Ends soon
  // after call.scope is cancelled, with its status.
  virtual Task<absl::Status> Call(const TargetCall& call, EventSink& sink) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_CALLER_H_
