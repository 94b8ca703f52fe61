#include "gateway/core/gateway_impl.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/config/diff.h"
#include "gateway/config/redact.h"
#include "gateway/core/describe.h"
#include "gateway/core/describe_models.h"
#include "gateway/core/describe_plugins.h"
#include "gateway/core/explain.h"
#include "gateway/core/model_discovery.h"
#include "gateway/core/serve_root.h"
#include "gateway/core/serve_shared.h"
#include "gateway/core/switch_target.h"

namespace aigateway {
namespace {

constexpr size_t kMaxQuoted = 128;

absl::Status Closed() {
  return Error(ErrorReason::kShuttingDown, "the gateway is shutting down");
}

// Counts down; a thread waits for zero.
class Latch {
 public:
  explicit Latch(int count) : count_(count) {}
  void CountDown() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    if (--count_ == 0) zero_.SignalAll();
  }
  void Wait() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    while (count_ > 0) zero_.Wait(&mutex_);
  }

 private:
  Mutex mutex_;
  CondVar zero_;
  int count_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Create(
    GatewayOptions options) {
  auto gateway = std::make_unique<GatewayImpl>(std::move(options));
  AIGW_RETURN_IF_ERROR(gateway->Start());
  return gateway;
}

absl::Status Gateway::ValidateConfig(const ConfigSource& config,
                                     const SecretSource* secrets) {
  const SystemSecrets real;
  BuildInputs inputs;
  inputs.provider_types = &Registry<ProviderType>::Global();
  inputs.modes = &Registry<StrategyMode>::Global();
  inputs.plugin_kinds = &Registry<PluginKind>::Global();
  inputs.secrets = secrets != nullptr ? secrets : &real;
  CarriedState states;
  return BuildSnapshot(config, inputs, states, absl::UnixEpoch()).status();
}

GatewayImpl::GatewayImpl(GatewayOptions options)
    : options_(std::move(options)),
      disposer_(/*own_thread=*/options_.envs.empty()),
      mirror_(options_.logger),
      source_(options_.config),
      hooks_(std::make_shared<const Hooks>()) {}

GatewayImpl::~GatewayImpl() { Close(); }

BuildInputs GatewayImpl::Inputs() const {
  BuildInputs inputs;
  inputs.provider_types = &Registry<ProviderType>::Global();
  inputs.modes = &Registry<StrategyMode>::Global();
  inputs.plugin_kinds = &Registry<PluginKind>::Global();
  inputs.secrets =
      options_.secrets != nullptr ? options_.secrets : &system_secrets_;
  inputs.logger = options_.logger;
  inputs.observers = options_.observers;
  inputs.providers = registered_;
  inputs.plugins = plugins_;
  return inputs;
}

absl::Status GatewayImpl::Start() {
  MutexLock lock(&reload_mutex_);
  for (const Env& env : options_.envs) {
    slots_.push_back(std::make_shared<LoopSlot>(env));
  }
  const int own = options_.loops > 0
                      ? options_.loops
                      : std::max(1u, std::thread::hardware_concurrency());
  for (int i = 0; options_.envs.empty() && i < own; ++i) {
    AIGW_ASSIGN_OR_RETURN(
        std::unique_ptr<LoopSlot> slot,
        LoopSlot::Create(i, Registry<ProviderType>::Global()));
    slots_.push_back(std::move(slot));
  }
  AIGW_ASSIGN_OR_RETURN(
      std::unique_ptr<Snapshot> snapshot,
      BuildSnapshot(source_, Inputs(), states_, loop(0).clock->Now()));
  const std::shared_ptr<const Snapshot> shared =
      disposer_.Share(std::move(snapshot));
  for (auto& slot : slots_) {
    slot->SetSnapshot(shared);
    AIGW_RETURN_IF_ERROR(slot->Start());
  }
  {
    MutexLock current_lock(&mutex_);
    current_ = shared;
  }
  if (options_.discover_models) {
    LoopSlot& slot = *slots_[0];
    slot.OnRootStart();
    slot.env().loop->Spawn(DiscoverModels(slot, options_.logger));
  }
  return absl::OkStatus();
}

void GatewayImpl::Install(std::unique_ptr<Snapshot> snapshot) {
  const std::shared_ptr<const Snapshot> shared =
      disposer_.Share(std::move(snapshot));
  {
    MutexLock lock(&mutex_);
    current_ = shared;
  }
  // Loops that were lent run when their owner says so: nobody waits for them.
  const auto latch =
      options_.envs.empty() ? std::make_shared<Latch>(loop_count()) : nullptr;
  for (const std::shared_ptr<LoopSlot>& slot : slots_) {
    slot->env().loop->Post([weak = std::weak_ptr(slot), shared, latch] {
      if (const auto slot = weak.lock()) slot->SetSnapshot(shared);
      if (latch != nullptr) latch->CountDown();
    });
  }
  if (latch != nullptr) latch->Wait();
  states_.Sweep();
}

absl::StatusOr<ReloadResult> GatewayImpl::Reload(
    std::optional<std::string> text, bool validate_only) {
  MutexLock lock(&reload_mutex_);
  if (closed_.load()) return Closed();
  ConfigSource source = source_;
  const bool from_text = text.has_value();
  if (from_text) source = {.path = "", .text = std::move(text)};
  const BuildInputs inputs = Inputs();
  AIGW_ASSIGN_OR_RETURN(
      std::unique_ptr<Snapshot> snapshot,
      BuildSnapshot(source, inputs, states_, loop(0).clock->Now()));
  const std::shared_ptr<const Snapshot> before = current();
  ReloadResult result;
  result.revision = snapshot->revision();
  result.previous_revision = before->revision();
  result.changed = result.revision != result.previous_revision;
  result.changes =
      DiffConfigs(before->config(), snapshot->config(), MakeVocabulary(inputs));
  if (!validate_only) {
    Install(std::move(snapshot));
    // What is registered later is built on what runs, not on what began.
    applied_.reset();
    if (from_text) applied_ = std::move(source);
  }
  if (options_.logger != nullptr && !validate_only) {
    options_.logger->Info(
        "config reloaded",
        {{"revision", result.revision}, {"changes", result.changes.size()}});
  }
  return result;
}

absl::Status GatewayImpl::Rebuild() {
  AIGW_ASSIGN_OR_RETURN(std::unique_ptr<Snapshot> snapshot,
                        BuildSnapshot(applied_.value_or(source_), Inputs(),
                                      states_, loop(0).clock->Now()));
  Install(std::move(snapshot));
  return absl::OkStatus();
}

absl::Status GatewayImpl::RegisterProvider(absl::string_view name,
                                           std::shared_ptr<Provider> provider) {
  MutexLock lock(&reload_mutex_);
  if (closed_.load()) return Closed();
  const std::shared_ptr<const Snapshot> snapshot = current();
  for (const auto& instance : snapshot->instances()) {
    if (instance->name == name) {
      return FieldError("name", absl::StrCat("'", name, "' is taken"));
    }
  }
  registered_.emplace(std::string(name), std::move(provider));
  const absl::Status built = Rebuild();
  if (!built.ok()) registered_.erase(std::string(name));
  return built;
}

absl::Status GatewayImpl::RegisterPlugin(absl::string_view name, Stage stage,
                                         std::shared_ptr<Plugin> plugin) {
  MutexLock lock(&reload_mutex_);
  if (closed_.load()) return Closed();
  plugins_.push_back({.name = std::string(name),
                      .type = "transform",
                      .stage = stage,
                      .plugin = std::move(plugin)});
  const absl::Status built = Rebuild();
  if (!built.ok()) plugins_.pop_back();
  return built;
}

int GatewayImpl::AddHook(Hook hook) {
  MutexLock lock(&mutex_);
  auto hooks = std::make_shared<Hooks>(*hooks_);
  const int id = next_hook_id_++;
  hooks->emplace(id, std::move(hook));
  hooks_ = std::move(hooks);
  has_hooks_.store(true);
  return id;
}

void GatewayImpl::RemoveHook(int id) {
  MutexLock lock(&mutex_);
  auto hooks = std::make_shared<Hooks>(*hooks_);
  hooks->erase(id);
  has_hooks_.store(!hooks->empty());
  hooks_ = std::move(hooks);
}

Vocabulary GatewayImpl::vocabulary() const {
  MutexLock lock(&reload_mutex_);
  return MakeVocabulary(Inputs());
}

std::shared_ptr<const Snapshot> GatewayImpl::current() const {
  MutexLock lock(&mutex_);
  return current_;
}

std::shared_ptr<const GatewayImpl::Hooks> GatewayImpl::hooks() const {
  MutexLock lock(&mutex_);
  return hooks_;
}

LoopSlot& GatewayImpl::NextSlot() {
  return *slots_[next_slot_.fetch_add(1, std::memory_order_relaxed) %
                 slots_.size()];
}

LoopSlot& GatewayImpl::SlotOf(const RequestContext& request) {
  for (auto& slot : slots_) {
    if (slot->env().loop == request.env().loop) return *slot;
  }
  AIGW_CHECK(false && "a request lives on one of the gateway's loops");
  return *slots_[0];
}

Task<absl::Status> GatewayImpl::Serve(RequestContext& request,
                                      ReplySink& reply) {
  if (closed_.load(std::memory_order_relaxed)) co_return Closed();
  if (!SharedReplies::Shares(request)) {
    co_return co_await ServeAlone(request, reply);
  }
  LoopSlot& slot = SlotOf(request);
  const Scope::Watch watch = slot.scope().OnCancel(
      [&] { request.scope().Cancel(slot.scope().status()); });
  bool runs = false;
  absl::Status status = co_await ServeShared(
      replies_, slot, request, reply,
      [this](RequestContext& run, ReplySink& shared) {
        return ServeAlone(run, shared);
      },
      &runs);
  // The first one's account is the run's.
  if (!runs) NoteUnserved(RecordOf(request, {.status = status}));
  co_return status;
}

Task<absl::Status> GatewayImpl::ServeAlone(RequestContext& request,
                                           ReplySink& reply) {
  LoopSlot& slot = SlotOf(request);
  slot.OnRequestStart();
  if (slot.Samples(options_.decision_every)) request.set_sampled();
  request.set_background(&slot);
  const Scope::Watch watch = slot.scope().OnCancel(
      [&] { request.scope().Cancel(slot.scope().status()); });
  for (RequestObserver* observer : options_.observers) {
    observer->OnRequestStart(request.method());
  }
  const auto send_copy = [&](const PlannedCopy& copy) {
    mirror_.Send(request, copy, slot);
  };
  const PipelineResult result = co_await RunPipeline(request, reply, send_copy);
  TellEnd(RecordOf(request, result));
  slot.OnRequestEnd();
  co_return result.status;
}

void GatewayImpl::NoteUnserved(const RequestRecord& record) {
  for (RequestObserver* observer : options_.observers) {
    observer->OnRequestStart(record.method);
  }
  TellEnd(record);
}

void GatewayImpl::TellEnd(const RequestRecord& record) {
  for (RequestObserver* observer : options_.observers) {
    observer->OnRequestEnd(record);
  }
  if (!has_hooks_.load(std::memory_order_relaxed)) return;
  // Kept by name: a range's temporaries die before its first turn.
  const std::shared_ptr<const Hooks> kept = hooks();
  for (const auto& [id, hook] : *kept) RunHook(hook, record);
}

void GatewayImpl::RunHook(const Hook& hook, const RequestRecord& record) {
  try {
    hook(record);
  } catch (...) {
    if (options_.logger != nullptr) {
      options_.logger->Warning("a hook threw an exception", {});
    }
  }
}

absl::StatusOr<v1::RouteResponse> GatewayImpl::Route(v1::RouteRequest request,
                                                     RequestSettings settings) {
  Latch latch(1);
  absl::StatusOr<v1::RouteResponse> result = absl::UnknownError("");
  RouteAsync(std::move(request), std::move(settings),
             [&](absl::StatusOr<v1::RouteResponse> response) {
               result = std::move(response);
               latch.CountDown();
             });
  latch.Wait();
  return result;
}

void GatewayImpl::RouteAsync(
    v1::RouteRequest request, RequestSettings settings,
    absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)> done) {
  LoopSlot& slot = NextSlot();
  slot.OnRootStart();
  if (closed_.load()) {
    slot.OnRootEnd();
    done(Closed());
    return;
  }
  settings.stream = false;
  slot.env().loop->Spawn(ServeUnary(*this, slot, std::move(request),
                                    std::move(settings), std::move(done)));
}

absl::StatusOr<v1::EmbedResponse> GatewayImpl::Embed(v1::EmbedRequest request,
                                                     RequestSettings settings) {
  LoopSlot& slot = NextSlot();
  slot.OnRootStart();
  if (closed_.load()) {
    slot.OnRootEnd();
    return Closed();
  }
  settings.stream = false;
  Latch latch(1);
  absl::StatusOr<v1::EmbedResponse> result = absl::UnknownError("");
  slot.env().loop->Spawn(
      ServeEmbed(*this, slot, std::move(request), std::move(settings),
                 [&](absl::StatusOr<v1::EmbedResponse> response) {
                   result = std::move(response);
                   latch.CountDown();
                 }));
  latch.Wait();
  return result;
}

absl::Status GatewayImpl::RouteStream(
    v1::RouteStreamRequest request, RequestSettings settings,
    absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event) {
  LoopSlot& slot = NextSlot();
  slot.OnRootStart();
  if (closed_.load()) {
    slot.OnRootEnd();
    return Closed();
  }
  settings.stream = true;
  Latch latch(1);
  absl::Status result;
  slot.env().loop->Spawn(ServeStream(*this, slot, std::move(request),
                                     std::move(settings), event,
                                     [&](absl::Status status) {
                                       result = std::move(status);
                                       latch.CountDown();
                                     }));
  latch.Wait();
  return result;
}

std::vector<v1::Provider> GatewayImpl::ListProviders() const {
  return DescribeProviders(*current(), loop(0).clock->Now());
}

absl::StatusOr<v1::ExplainRouteResponse> GatewayImpl::ExplainRoute(
    const v1::ExplainRouteRequest& request,
    const CallerIdentity& caller) const {
  const absl::Time now = loop(0).clock->Now();
  // Not a loop's: that belongs to its thread, and explaining changes nothing.
  Random random(static_cast<uint64_t>(absl::ToUnixNanos(now)));
  return ExplainRequest(*current(), request, caller, now, random);
}

std::vector<v1::Target> GatewayImpl::ListTargets() const {
  return DescribeTargets(*current(), loop(0).clock->Now());
}

absl::StatusOr<v1::Target> GatewayImpl::SetTargetState(
    absl::string_view name, v1::TargetAction action) {
  const std::shared_ptr<const Snapshot> snapshot = current();
  AIGW_RETURN_IF_ERROR(SwitchTarget(*snapshot, name, action));
  std::vector<v1::Target> targets =
      DescribeTargets(*snapshot, loop(0).clock->Now());
  const auto it = std::find_if(
      targets.begin(), targets.end(),
      [&](const v1::Target& target) { return target.target() == name; });
  AIGW_CHECK(it != targets.end());
  return std::move(*it);
}

absl::StatusOr<std::shared_ptr<const Provider>> GatewayImpl::GetProvider(
    absl::string_view name) const {
  const std::shared_ptr<const Snapshot> snapshot = current();
  for (const auto& instance : snapshot->instances()) {
    if (instance->name == name) return instance->codec;
  }
  return Error(ErrorReason::kResourceNotFound,
               absl::StrCat("there is no provider instance '",
                            Truncate(name, kMaxQuoted), "'"),
               {{"provider", Truncate(name, kMaxQuoted)}});
}

std::vector<v1::Model> GatewayImpl::AllModels() const {
  return DescribeModels(*current());
}

absl::StatusOr<v1::Model> GatewayImpl::FindByModel(
    absl::string_view model) const {
  return DescribeModel(*current(), model);
}

RunningConfig GatewayImpl::GetConfig() const {
  const std::shared_ptr<const Snapshot> snapshot = current();
  return {.config = Redact(snapshot->config(), vocabulary()),
          .revision = snapshot->revision(),
          .origin = snapshot->origin(),
          .path = snapshot->path(),
          .load_time = snapshot->load_time()};
}

std::vector<v1::Plugin> GatewayImpl::ListPlugins() const {
  const std::shared_ptr<const Snapshot> snapshot = current();
  return DescribePlugins(Redact(snapshot->config(), vocabulary()),
                         snapshot->plugins());
}

std::shared_ptr<const AuthTable> GatewayImpl::auth() const {
  return current()->auth();
}

int GatewayImpl::in_flight() const {
  int sum = 0;
  for (const auto& slot : slots_) sum += slot->in_flight();
  return sum;
}

void GatewayImpl::Close() {
  MutexLock lock(&reload_mutex_);
  if (closed_.exchange(true)) return;
  // Loops that were lent are their owner's to run out.
  const bool own = options_.envs.empty();
  for (const std::shared_ptr<LoopSlot>& slot : slots_) {
    if (!slot->started()) continue;
    slot->env().loop->Post([weak = std::weak_ptr(slot)] {
      if (const auto slot = weak.lock()) slot->scope().Cancel(Closed());
    });
  }
  if (!own) return;
  for (auto& slot : slots_) {
    if (!slot->started()) continue;
    slot->open().Wait(absl::InfiniteDuration());
    slot->Stop();
  }
}

}  // namespace aigateway
