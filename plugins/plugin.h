#ifndef AIGATEWAY_PLUGINS_PLUGIN_H_
#define AIGATEWAY_PLUGINS_PLUGIN_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

// The points of a request at which plugins run.
enum class Stage { kBeforeRequest, kAfterRequest, kOnChunk, kOnError };

// "before_request", ...: the word of config and logs.
absl::string_view NameOf(Stage stage);
std::optional<Stage> StageByName(absl::string_view name);

// What a plugin decided.
struct Allow {};
// The request is refused. `message` is shown to the caller: it must not repeat
// the caller's text.
struct Deny {
  ErrorReason reason = ErrorReason::kGuardrailRejected;
  std::string message;
  std::optional<absl::Duration> retry_after;
};
// The plugin answers instead of a provider (a cache). Only before the request.
struct AnswerInstead {
  v1::ChatResponse response;
};
using Verdict = std::variant<Allow, Deny, AnswerInstead>;

// One request as plugins see it. Before the request `chat` may be changed;
// later it is what was sent. Valid during the request; belongs to its loop.
struct PluginRequest {
  v1::ChatRequest& chat;
  const v1::RoutingOptions& options;
  const v1::RouteInfo& route;  // What is known so far.
  bool stream = false;
  // Embed: what is asked; `chat` then has only model, user and metadata, and is
  // where the model is changed. Null for all else.
  v1::EmbedRequest* embed = nullptr;
  absl::string_view caller;  // Name of the caller's key; empty without auth.
  Env env;
  Scope& scope;  // Ends with the request.
};

// A guard, transform or recorder. One object serves every stage it is
// configured for, on every loop at once: what changes in it is its own to
// lock, without holding a lock across a co_await.
//
// A decision is a Verdict; a failure is a Status. A failing plugin of a type
// that observes (logging, metrics) never changes a request; a failing guard
// ends it with INTERNAL. Exceptions are caught and count as failures. On a
// stream a plugin can watch and change what goes out, but cannot unsend what
// was handed over.
class Plugin {
 public:
  virtual ~Plugin() = default;

  virtual Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request);

  // The whole answer: for a stream, joined, after its end. Changing `response`
  // changes what a unary caller gets; for a stream it was sent already. Only
  // Allow and Deny.
  virtual Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response);

  // One delta of a stream, before it goes out. A plain call: it may change
  // `delta` (an empty one is not sent) but not wait. A refusal (a reason such
  // as GUARDRAIL_REJECTED) ends the stream with it; any other status is a
  // failure of the plugin.
  virtual absl::Status OnChunk(PluginRequest& request, v1::Delta& delta);

  // The request failed with `error`, which stays what it is.
  virtual Task<absl::Status> OnError(PluginRequest& request,
                                     const absl::Status& error);
};

// An entry of the registry: a kind of plugin.
struct PluginKind {
  // Makes an instance from its settings, a message of `settings`. All faults
  // at once, as violations with paths relative to `config`. No I/O.
  absl::StatusOr<std::unique_ptr<Plugin>> (*create)(
      const google::protobuf::Message& settings) = nullptr;
  // What its `config` may say; the loader reads it strictly into this message.
  const google::protobuf::Descriptor* (*settings)() = nullptr;
  // "guardrail", "logging", "metrics", "auth", "transform" or "ratelimit".
  std::string type;
};

}  // namespace aigateway

// Registers a plugin: AIGW_REGISTER_PLUGIN("word-filter", {.create = ...}).
#define AIGW_REGISTER_PLUGIN(name, ...)                           \
  static const ::aigateway::Registration<::aigateway::PluginKind> \
  aigw_plugin_registration(name, ::aigateway::PluginKind __VA_ARGS__)

#endif  // AIGATEWAY_PLUGINS_PLUGIN_H_
