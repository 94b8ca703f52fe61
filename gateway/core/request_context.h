#ifndef AIGATEWAY_GATEWAY_CORE_REQUEST_CONTEXT_H_
#define AIGATEWAY_GATEWAY_CORE_REQUEST_CONTEXT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/background.h"
#include "gateway/base/env.h"
#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/core/embed_progress.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

class Snapshot;

// Who sent a request, as far as a key told.
struct CallerIdentity {
  std::string name;                 // The key's name; empty without auth.
  std::vector<std::string> models;  // What it may ask for; empty: everything.
};

// What is known of a request before it is served.
struct RequestSettings {
  absl::Time deadline = absl::InfiniteFuture();
  bool stream = false;
  // The vectors that are asked for, if that is what is: `chat` then has only
  // what rules and logs look at, model, user and metadata. Plugins before the
  // request may change it. Must outlive the request.
  v1::EmbedRequest* embed = nullptr;
  CallerIdentity caller;
  std::string request_id;  // Empty: one is made.
  std::string trace_id;    // 32 hex digits; empty: one is made.
  // Until when somebody waits, in nanoseconds of Unix time, if that may change
  // while the request runs; null: until `deadline`.
  std::shared_ptr<const std::atomic<int64_t>> awaited_until;
  std::string traceparent;  // As received, to be handed on; may be empty.
  std::string tracestate;
};

// What rules, rights and logs look at of a request for vectors.
v1::ChatRequest ChatOfEmbed(const v1::EmbedRequest& request);

// One request from its arrival to its account: deadline, caller, snapshot and
// the attempts so far. Lives on one loop, from before Gateway::Serve() until
// after it, and belongs to whoever called that.
//
// `chat` may be changed by plugins before the request; from planning on it is
// const: no codec sees another's changes.
class RequestContext {
 public:
  // `chat` and `options` must outlive this object, as must what `env` lends.
  RequestContext(const Env& env, std::shared_ptr<const Snapshot> snapshot,
                 v1::ChatRequest& chat, const v1::RoutingOptions& options,
                 RequestSettings settings);
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  const Env& env() const { return env_; }
  const Snapshot& snapshot() const { return *snapshot_; }
  // For work that outlives the request.
  const std::shared_ptr<const Snapshot>& shared_snapshot() const {
    return snapshot_;
  }
  const v1::ChatRequest& chat() const { return chat_; }
  v1::ChatRequest& mutable_chat() { return chat_; }
  const v1::RoutingOptions& options() const { return options_; }
  bool stream() const { return settings_.stream; }
  // Null unless vectors are asked for.
  const v1::EmbedRequest* embed() const { return settings_.embed; }
  Method method() const {
    return embed() != nullptr ? Method::kEmbed
           : stream()         ? Method::kRouteStream
                              : Method::kRoute;
  }
  const RequestSettings& settings() const { return settings_; }
  const std::string& request_id() const { return settings_.request_id; }
  const std::string& trace_id() const { return settings_.trace_id; }

  // For what goes on after the request; null: nothing may.
  Background* background() const { return background_; }
  void set_background(Background* background) { background_ = background; }

  // Ends with the caller's deadline, cancellation or the server's drain.
  Scope& scope() { return scope_; }
  // Paused while the caller reads too slowly.
  Flow& flow() { return flow_; }
  // Whether `wait` from now on leaves time before the deadline.
  bool HasTimeFor(absl::Duration wait) const;

  // The model to route: `chat.model` with aliases resolved. Set by planning.
  const std::string& model() const { return model_; }
  void set_model(std::string model) { model_ = std::move(model); }

  // Why it goes where it does: written down by planning if somebody wants it,
  // the caller or, for a sample of all requests, the log.
  bool wants_decision() const { return sampled_ || options_.explain(); }
  void set_sampled() { sampled_ = true; }
  const std::optional<v1::RouteDecision>& decision() const { return decision_; }
  void set_decision(v1::RouteDecision decision) {
    decision_ = std::move(decision);
  }

  // What the caller is told; attempts and warnings grow as the request goes.
  v1::RouteInfo& route() { return route_; }
  const v1::RouteInfo& route() const { return route_; }
  void AddWarning(std::string warning);

  absl::Time start() const { return start_; }
  absl::Duration Elapsed() const;

  // What there is of the vectors that are asked for.
  EmbedProgresses& embed_progresses() { return embed_progresses_; }

  // When the first token or the whole response was handed over.
  std::optional<absl::Time> first_event() const { return first_event_; }
  void NoteFirstEvent();

  // Time during which an attempt ran, or several, and did not wait for a slot:
  // what is not overhead of the gateway. Starts and ends come in pairs.
  absl::Duration upstream_time() const { return upstream_time_; }
  void OnAttemptStart();
  void OnAttemptEnd();

 private:
  const Env env_;
  const std::shared_ptr<const Snapshot> snapshot_;
  v1::ChatRequest& chat_;
  const v1::RoutingOptions& options_;
  RequestSettings settings_;
  const absl::Time start_;
  Scope scope_;
  Flow flow_;
  Timers::Handle deadline_timer_;
  Background* background_ = nullptr;
  std::string model_;
  bool sampled_ = false;
  std::optional<v1::RouteDecision> decision_;
  v1::RouteInfo route_;
  EmbedProgresses embed_progresses_;
  std::optional<absl::Time> first_event_;
  absl::Duration upstream_time_ = absl::ZeroDuration();
  int open_attempts_ = 0;
  absl::Time attempts_since_;  // When the first of the open ones began.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_REQUEST_CONTEXT_H_
