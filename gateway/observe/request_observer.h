#ifndef AIGATEWAY_GATEWAY_OBSERVE_REQUEST_OBSERVER_H_
#define AIGATEWAY_GATEWAY_OBSERVE_REQUEST_OBSERVER_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"

namespace aigateway {

// What was called.
enum class Method { kRoute, kRouteStream, kEmbed };
inline constexpr int kMethods = 3;

// "Route", "RouteStream", "Embed".
inline absl::string_view NameOf(Method method) {
  switch (method) {
    case Method::kRoute:
      return "Route";
    case Method::kRouteStream:
      return "RouteStream";
    case Method::kEmbed:
      return "Embed";
  }
  return "";
}

// Of OpenTelemetry's GenAI conventions: gen_ai.operation.name.
inline absl::string_view OperationOf(Method method) {
  return method == Method::kEmbed ? "embeddings" : "chat";
}

// One finished request, as metrics, logs, hooks and events see it. Views are
// valid during the call.
struct RequestRecord {
  Method method = Method::kRoute;
  absl::string_view caller;  // The key's name; empty without auth.
  absl::string_view model;   // As asked for.
  absl::Time start;
  absl::Duration duration;
  absl::Status status;
  // Request and trace id, target, provider, attempts, revision, warnings, time
  // to first token, overhead.
  const v1::RouteInfo* route = nullptr;
  // Why it went there; null unless it was asked for or the request was sampled.
  const v1::RouteDecision* decision = nullptr;
  const v1::Usage* usage = nullptr;  // Null: the provider sent none.
  int64_t text_bytes = 0;            // Of answer text handed over.
  int64_t events = 0;                // Stream events handed over.
  // Why each choice ended, by index; empty if there was none.
  absl::Span<const v1::FinishReason> finish_reasons;
  // Of the request's options; null: not known.
  const google::protobuf::RepeatedPtrField<std::string>* tags = nullptr;
};

// One finished attempt: one try at one target.
struct AttemptRecord {
  absl::string_view target;
  absl::string_view provider;  // The provider type.
  absl::string_view model;     // As the provider was asked.
  Method method = Method::kRoute;
  absl::Duration duration;
  absl::Status status;
};

// Is told what happened. Called on loops, several at once: thread-safe, quick,
// never blocking. An observer decides nothing.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void OnRequestStart(Method method) {}
  virtual void OnRequestEnd(const RequestRecord& record) {}
  virtual void OnAttemptEnd(const AttemptRecord& record) {}
  // A plugin has held its loop so long that all other requests of that had to
  // wait.
  virtual void OnLoopHeld(absl::string_view plugin, absl::Duration held) {}
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_OBSERVE_REQUEST_OBSERVER_H_
