#ifndef AIGATEWAY_PLUGINS_PLUGIN_H_
#define AIGATEWAY_PLUGINS_PLUGIN_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
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
struct Allow {
  // What a cache says of the request in RouteInfo; unspecified: nothing.
  v1::CacheStatus cache = v1::CACHE_STATUS_UNSPECIFIED;
  // Before the request: takes the place of `chat`, once it was checked as what
  // callers send is; one that does not pass is a failure of the plugin, and
  // changes nothing. For what comes from outside the process. Null: `chat`
  // stays as it is. Not for Embed.
  std::unique_ptr<v1::ChatRequest> chat = nullptr;
};
// The request is refused. `message` is shown to the caller: it must not repeat
// the caller's text.
struct Deny {
  ErrorReason reason = ErrorReason::kGuardrailRejected;
  std::string message;
  std::optional<absl::Duration> retry_after;
  std::vector<QuotaViolation> quotas;  // The limits that were met.
};
// The plugin answers instead of a provider (a cache). Only before the request.
struct AnswerInstead {
  v1::ChatResponse response;
  v1::CacheStatus cache = v1::CACHE_STATUS_UNSPECIFIED;
  // How fast a stream's text is given out, a token being reckoned at 4 bytes;
  // 0: at once. Faster where the caller's time would not do.
  int32_t tokens_per_second = 0;
};
using Verdict = std::variant<Allow, Deny, AnswerInstead>;

// What a plugin keeps of one request from stage to stage. Destroyed when the
// request is over, however it ended: there a reservation is given back.
class PluginState {
 public:
  virtual ~PluginState() = default;

  // Whether OnAnswer() is to be called: for that a stream is kept whole.
  virtual bool WantsAnswer() const { return false; }

  // The answer as the provider gave it, before any plugin has seen it; of a
  // stream joined, at its end. Not called for an answer that came from a
  // plugin, nor for one that is too long to be kept.
  virtual void OnAnswer(const v1::ChatResponse& answer,
                        const v1::RouteInfo& route) {}

  // The request is over, all stages are done: OK, or why it failed, a refusal
  // by a later plugin included. Plain call, once, on the loop; not when the
  // request is dropped with its loop.
  virtual void OnEnd(const absl::Status& status) {}
};

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
  // Ends with the plugin's time for this stage, or with the request. Whatever
  // is awaited takes it: nothing else can end a wait.
  Scope& scope;
  // The plugin's own, null at first.
  std::unique_ptr<PluginState>& state;
  const Logger* logger = nullptr;  // The gateway's own; null: none.
  // When the whole request ends at the latest, as far as is known.
  absl::Time deadline = absl::InfiniteFuture();
};

// What a plugin does with one stream on its way out: one object for a stream,
// on its loop. Plain calls: it may change and hold back, but not wait. A
// refusal (a reason such as GUARDRAIL_REJECTED) ends the stream with it; any
// other status is a failure of the plugin. What was handed over cannot be
// unsent.
class ChunkFilter {
 public:
  virtual ~ChunkFilter() = default;

  // The next delta: text, reasoning, refusal, calls of tools, parts, and the
  // tokens of `logprobs`, which tell the text too. What is to go out stays in
  // it, what is held back is taken out; an empty one is not sent.
  virtual absl::Status OnDelta(v1::Delta& delta) = 0;

  // A choice is at its end: what was held back of it goes into `rest`, which
  // has its index and nothing else.
  virtual absl::Status OnChoiceEnd(v1::Delta& rest) { return absl::OkStatus(); }

  // The answer begins anew at another target: what came before counts for
  // nothing.
  virtual void OnRestart() {}
};

// A guard, transform or recorder. One object serves every stage it is
// configured for, on every loop at once: what changes in it is its own to
// lock, without holding a lock across a co_await.
//
// A decision is a Verdict; a failure is a Status. What a plugin changed before
// it failed is not undone. A failing plugin of a type
// that observes (logging, metrics) never changes a request; a failing guard
// ends it with INTERNAL, unless its config says `on_failure: open`. Exceptions
// are caught and count as failures, and so does a stage that takes longer than
// its time. One that blocks its loop holds up all that run there; the log names
// it.
class Plugin {
 public:
  virtual ~Plugin() = default;

  virtual Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request);

  // The whole answer as the plugins before made it: for a stream, joined, after
  // its end. Changing `response`
  // changes what a unary caller gets; for a stream it was sent already. Only
  // Allow and Deny.
  virtual Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response);

  // A stream begins; null: it goes out as it is. `request` outlives the filter.
  virtual std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest& request);

  // The request failed with `error`, which stays what it is.
  virtual Task<absl::Status> OnError(PluginRequest& request,
                                     const absl::Status& error);
};

// What Create() returns for settings that it does not take: `faults`, with
// fields relative to `config`, all at once.
absl::Status InvalidSettings(const std::vector<FieldViolation>& faults);

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
  // The stages that it has; a config that names another would believe in what
  // is not there. Empty: any.
  std::vector<Stage> stages;
  // The one without which the others mean nothing: a config that has the plugin
  // at another must have it there too. Unset: none.
  std::optional<Stage> needed_stage;
  // Those at which it runs where a config names none. Empty: one must.
  std::vector<Stage> default_stages;
  // How long a stage of it may take where the config does not say.
  absl::Duration time = absl::Seconds(2);
  // Those that its settings ask for beside these or the one that is named.
  // Null: none.
  std::vector<Stage> (*more_stages)(const google::protobuf::Message& settings) =
      nullptr;
};

}  // namespace aigateway

// Registers a plugin: AIGW_REGISTER_PLUGIN("word-filter", {.create = ...}).
#define AIGW_REGISTER_PLUGIN(name, ...)                           \
  static const ::aigateway::Registration<::aigateway::PluginKind> \
  aigw_plugin_registration(name, ::aigateway::PluginKind __VA_ARGS__)

#endif  // AIGATEWAY_PLUGINS_PLUGIN_H_
