#ifndef AIGATEWAY_GATEWAY_CORE_GATEWAY_H_
#define AIGATEWAY_GATEWAY_CORE_GATEWAY_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/admin.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/log.h"
#include "gateway/base/task.h"
#include "gateway/config/secrets.h"
#include "gateway/core/config_source.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/observe/request_observer.h"
#include "plugins/plugin.h"
#include "providers/provider.h"

namespace aigateway {

class AuthTable;

struct GatewayOptions {
  ConfigSource config;
  // Event loops, one thread each; 0: one for each core.
  int loops = 0;
  // Where ${VAR} and ${file:...} come from; null: environment and files. Must
  // outlive the gateway.
  const SecretSource* secrets = nullptr;
  // For what no caller is told: failing plugins, reloads. May be null; must
  // outlive the gateway.
  const Logger* logger = nullptr;
  // Told of every request and attempt; none owned, all outlive the gateway.
  std::vector<RequestObserver*> observers;
  // Of so many requests of a loop one is told of with its RouteDecision; 0:
  // none.
  int decision_every = 0;
  // Whether to ask vendors now and then which models they have, beside the
  // requests: for listings, and for a target with more room.
  bool discover_models = false;
  // For simulations: serve on these instead of own loops. All that they lend
  // must outlive the gateway.
  std::vector<Env> envs;
};

// The configuration that runs.
struct RunningConfig {
  config::v1::GatewayConfig config;  // Secrets withheld.
  std::string revision;
  v1::ConfigOrigin origin = v1::CONFIG_ORIGIN_UNSPECIFIED;
  std::string path;  // Of the file it came from; else empty.
  absl::Time load_time;
};

// What a reload did, or would do.
struct ReloadResult {
  std::string revision;           // That runs after it, or would.
  std::string previous_revision;  // That ran before it.
  bool changed = false;           // Whether it differs from the one before.
  std::vector<v1::ConfigChange> changes;
};

// Routes requests to large language models: the gateway as a library.
//
// Thread-safe but for Create(). Close() before destruction ends what is in
// flight. A request keeps the configuration that it began with; a reload
// builds a whole new one aside, or fails and changes nothing.
class Gateway {
 public:
  // Starts the loops. INVALID_CONFIG with one violation for each fault.
  static absl::StatusOr<std::unique_ptr<Gateway>> Create(
      GatewayOptions options);
  virtual ~Gateway() = default;

  // Checks a configuration as Create() would; nothing is started.
  static absl::Status ValidateConfig(const ConfigSource& config,
                                     const SecretSource* secrets = nullptr);

  // Adds a provider instance by hand, under a name that targets may use, next
  // to those of the configuration; it stays across reloads. Fails if the name
  // is taken.
  virtual absl::Status RegisterProvider(absl::string_view name,
                                        std::shared_ptr<Provider> provider) = 0;
  // Adds a plugin at a stage, behind those of the configuration.
  virtual absl::Status RegisterPlugin(absl::string_view name, Stage stage,
                                      std::shared_ptr<Plugin> plugin) = 0;
  // Calls `hook` once for each finished request, on the request's loop: it
  // must be quick. Returns an id for RemoveHook().
  using Hook = std::function<void(const RequestRecord&)>;
  virtual int AddHook(Hook hook) = 0;
  // No request that begins after this calls it; those in flight may yet, so
  // what it uses stays until they have ended (in_flight(), Close()).
  virtual void RemoveHook(int id) = 0;

  // Routes one completion and waits for it. Not from a loop.
  virtual absl::StatusOr<v1::RouteResponse> Route(
      v1::RouteRequest request, RequestSettings settings = {}) = 0;
  // The same without waiting: `done` runs on a loop.
  virtual void RouteAsync(
      v1::RouteRequest request, RequestSettings settings,
      absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)> done) = 0;
  // Makes vectors of texts and waits for them. Not from a loop.
  virtual absl::StatusOr<v1::EmbedResponse> Embed(
      v1::EmbedRequest request, RequestSettings settings = {}) = 0;
  // Routes one stream and waits for its end. `event` is called on a loop, one
  // call at a time; returning false cancels the stream. Not from a loop.
  virtual absl::Status RouteStream(
      v1::RouteStreamRequest request, RequestSettings settings,
      absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event) = 0;

  // The loops, for a server that accepts requests itself.
  virtual int loop_count() const = 0;
  virtual const Env& loop(int index) const = 0;
  // The configuration that loop `index` runs now. Called on that loop only.
  virtual std::shared_ptr<const Snapshot> snapshot(int index) const = 0;
  // Serves one request, on its context's loop, which awaits it. The one way
  // through the gateway: everything above ends here.
  virtual Task<absl::Status> Serve(RequestContext& request,
                                   ReplySink& reply) = 0;

  // Says which targets a request of `caller` would try now, in which order and
  // why; nothing is sent. INVALID_REQUEST for one that is not valid.
  virtual absl::StatusOr<v1::ExplainRouteResponse> ExplainRoute(
      const v1::ExplainRouteRequest& request,
      const CallerIdentity& caller) const = 0;

  // Tells observers and hooks of a request that was not served by itself:
  // refused by its key or since it could not be read, or answered with
  // another's reply.
  virtual void NoteUnserved(const RequestRecord& record) = 0;

  // Provider instances in the order of the configuration.
  virtual std::vector<v1::Provider> ListProviders() const = 0;
  // RESOURCE_NOT_FOUND if there is none of that name.
  virtual absl::StatusOr<std::shared_ptr<const Provider>> GetProvider(
      absl::string_view name) const = 0;
  virtual std::vector<v1::Target> ListTargets() const = 0;
  // Drains a target, lets it serve again or closes its breakers, at once: for
  // calls that wait in its queue too. What it was told stays across reloads.
  // Returns the target as it is then; RESOURCE_NOT_FOUND if there is none.
  virtual absl::StatusOr<v1::Target> SetTargetState(
      absl::string_view name, v1::TargetAction action) = 0;
  // Models that the present configuration can route, by id.
  virtual std::vector<v1::Model> AllModels() const = 0;
  // MODEL_NOT_FOUND if no target serves `model`.
  virtual absl::StatusOr<v1::Model> FindByModel(
      absl::string_view model) const = 0;

  // The configuration that runs, secrets withheld. Not from a loop: it waits
  // for a reload that runs.
  virtual RunningConfig GetConfig() const = 0;

  // The plugins, in the order in which they run, each stage a row. Not from a
  // loop: it may wait for a reload.
  virtual std::vector<v1::Plugin> ListPlugins() const = 0;
  // The keys that the running configuration asks for; null if it asks for
  // none.
  virtual std::shared_ptr<const AuthTable> auth() const = 0;
  // Applies a configuration: `text`, or the source it started with. Returns
  // when every loop runs it, so not from a loop. Reloads run one at a time.
  // With `validate_only` nothing is applied.
  virtual absl::StatusOr<ReloadResult> Reload(std::optional<std::string> text,
                                              bool validate_only) = 0;

  // Requests in flight on all loops.
  virtual int in_flight() const = 0;
  // Cancels what is in flight (SHUTTING_DOWN), waits for its end and stops the
  // loops. Later calls fail with SHUTTING_DOWN. Can be called twice.
  virtual void Close() = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_GATEWAY_H_
