#include "gateway/core/snapshot_builder.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/config_text.h"
#include "gateway/config/default_config.h"
#include "gateway/config/expand.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/revision.h"
#include "gateway/core/auth_table.h"
#include "gateway/core/caller_stack.h"
#include "gateway/core/instance_builder.h"
#include "gateway/core/plugin_builder.h"
#include "gateway/core/provider_caller.h"
#include "gateway/core/target_group.h"

namespace aigateway {
namespace {

using InstanceMap =
    std::map<std::string, std::shared_ptr<const ProviderInstance>>;

}  // namespace

Vocabulary MakeVocabulary(const BuildInputs& inputs) {
  Vocabulary vocabulary;
  for (const std::string& name : inputs.provider_types->Names()) {
    const ProviderType& type = *inputs.provider_types->Find(name);
    vocabulary.provider_types[name] = {
        .key_variables = type.key_variables,
        .order = type.order,
        .base_urls = type.base_urls,
        .needs_base_url = type.needs_base_url,
        .needs_key = type.needs_key,
        .only_when_named = type.only_when_named,
        .undeclared = !type.key_variables.empty() || !type.base_urls.empty() ||
                      type.only_patterns};
  }
  vocabulary.modes = inputs.modes->Names();
  for (const std::string& name : inputs.plugin_kinds->Names()) {
    const PluginKind& kind = *inputs.plugin_kinds->Find(name);
    PluginEntry& entry = vocabulary.plugins[name];
    if (kind.settings != nullptr) entry.settings = kind.settings();
    for (const Stage stage : kind.stages) {
      entry.stages.emplace_back(NameOf(stage));
    }
    entry.type = kind.type;
    if (kind.needed_stage.has_value()) {
      entry.needed_stage = std::string(NameOf(*kind.needed_stage));
    }
    entry.has_default_stage = !kind.default_stages.empty();
  }
  for (const auto& [name, provider] : inputs.providers) {
    vocabulary.provider_instances.push_back(name);
  }
  vocabulary.environment = [secrets = inputs.secrets](absl::string_view name) {
    return secrets->Variable(name);
  };
  return vocabulary;
}

namespace {

// Builds one snapshot; its faults gather as it goes.
class Builder {
 public:
  Builder(const BuildInputs& inputs, const Vocabulary& vocabulary,
          CarriedState& states, const SourceMap& places,
          const config::v1::GatewayConfig& config, bool targets_by_default)
      : inputs_(inputs),
        states_(states),
        instances_(*inputs.provider_types, *inputs.secrets,
                   vocabulary.environment, states),
        config_(config),
        faults_(places.file().empty() ? "config" : places.file()),
        report_(&places, &faults_),
        targets_by_default_(targets_by_default) {}

  absl::StatusOr<Snapshot::Parts> Build() {
    Snapshot::Parts parts;
    DeclareInstances();
    MakeTargets(parts);
    parts.walk = MakeWalkRules(config_.strategy());
    MakePlugins(parts);
    MakeAuth(parts);
    AIGW_RETURN_IF_ERROR(faults_.ToStatus());
    parts.config = config_;
    parts.instances = std::move(in_order_);
    parts.aliases.insert(config_.aliases().begin(), config_.aliases().end());
    parts.logger = inputs_.logger;
    parts.observers = inputs_.observers;
    return parts;
  }

 private:
  void Keep(std::shared_ptr<const ProviderInstance> instance) {
    if (instance == nullptr) return;
    by_name_.emplace(instance->name, instance);
    in_order_.push_back(std::move(instance));
  }

  void DeclareInstances() {
    const FieldPath list = root_.Key("providers");
    for (int i = 0; i < config_.providers_size(); ++i) {
      const config::v1::ProviderConfig& provider = config_.providers(i);
      declared_.insert(provider.name().empty() ? provider.type()
                                               : provider.name());
      const FieldPath path = list.Index(i);
      Keep(instances_.Declared(provider, path, report_));
    }
    for (const auto& [name, provider] : inputs_.providers) {
      Keep(InstanceBuilder::Registered(name, provider));
    }
  }

  // The instance that a target names: declared, registered or found by its
  // environment variable.
  std::shared_ptr<const ProviderInstance> InstanceFor(const std::string& name,
                                                      const FieldPath& path) {
    if (auto it = by_name_.find(name); it != by_name_.end()) return it->second;
    if (declared_.contains(name)) return nullptr;  // Reported where declared.
    std::shared_ptr<const ProviderInstance> instance =
        instances_.Undeclared(name, path, report_);
    Keep(instance);
    return instance;
  }

  void MakeTargets(Snapshot::Parts& parts) {
    FillGroup(config_.targets(), config_.strategy(), root_, parts.root, parts);
    // What a program registered serves without a target that names it, so
    // that a library needs no configuration.
    for (const auto& [name, provider] : inputs_.providers) {
      if (HasTarget(parts, name) || !targets_by_default_) continue;
      config::v1::TargetConfig target;
      target.set_virtual_key(name);
      AddTarget(target, by_name_.at(name), parts.root, parts);
    }
  }

  // Makes the members and the strategy of a group, or of the whole, which
  // stands at `path`.
  void FillGroup(
      const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>&
          targets,
      const config::v1::StrategyConfig& strategy, const FieldPath& path,
      TargetGroup& group, Snapshot::Parts& parts) {
    MakeStrategy(strategy, path, group);
    const FieldPath list = path.Key("targets");
    for (int i = 0; i < targets.size(); ++i) {
      const FieldPath target_path = list.Index(i);
      const config::v1::TargetConfig& target = targets[i];
      if (target.targets_size() > 0) {
        group.members.push_back({.group = std::make_unique<TargetGroup>()});
        TargetGroup& inner = *group.members.back().group;
        inner.name = target.virtual_key();
        inner.path = absl::StrCat(target_path.ToString(), ".");
        inner.weight = target.has_weight() ? target.weight() : 1;
        inner.label = target.label();
        inner.variant = VariantOf(target, group);
        FillGroup(target.targets(), target.strategy(), target_path, inner,
                  parts);
        continue;
      }
      std::shared_ptr<const ProviderInstance> instance =
          InstanceFor(target.virtual_key(), target_path.Key("virtual_key"));
      if (instance == nullptr) continue;
      AddTarget(target, std::move(instance), group, parts);
    }
  }

  // Which of several ways an answer of the target, or group, stands for: what
  // those who compare ask RouteInfo.
  static std::string VariantOf(const config::v1::TargetConfig& target,
                               const TargetGroup& parent) {
    if (!target.label().empty()) return target.label();
    return parent.mode == "ab-test" ? target.virtual_key() : parent.variant;
  }

  void AddTarget(const config::v1::TargetConfig& config,
                 std::shared_ptr<const ProviderInstance> instance,
                 TargetGroup& group, Snapshot::Parts& parts) {
    parts.targets.push_back(
        MakeTarget(config, std::move(instance), VariantOf(config, group)));
    group.members.push_back({.target = parts.targets.back().get()});
  }

  static bool HasTarget(const Snapshot::Parts& parts, const std::string& name) {
    for (const auto& target : parts.targets) {
      if (target->name() == name) return true;
    }
    return false;
  }

  std::unique_ptr<Target> MakeTarget(
      const config::v1::TargetConfig& config,
      std::shared_ptr<const ProviderInstance> instance, std::string variant) {
    Target::Options options;
    options.variant = std::move(variant);
    options.name = config.virtual_key();
    options.weight = config.has_weight() ? config.weight() : 1;
    options.label = config.label();
    options.models.assign(config.models().begin(), config.models().end());
    const config::v1::TimeoutsConfig& timeouts = config.timeouts();
    if (timeouts.has_connect()) {
      options.timeouts.connect = FromProto(timeouts.connect());
    }
    if (timeouts.has_first_token()) {
      options.timeouts.first_token = FromProto(timeouts.first_token());
    }
    if (timeouts.has_idle()) options.timeouts.idle = FromProto(timeouts.idle());
    if (timeouts.has_attempt()) {
      options.timeouts.attempt = FromProto(timeouts.attempt());
    }

    StackOptions stack;
    stack.timeouts = options.timeouts;
    stack.hold_back = HoldBack(config_.strategy().hold_back());
    stack.observers = inputs_.observers;
    const config::v1::RetryConfig& retry = config.retry();
    if (retry.has_attempts()) stack.retry.attempts = retry.attempts();
    if (retry.has_initial_backoff()) {
      stack.retry.initial_backoff = FromProto(retry.initial_backoff());
    }
    if (retry.has_max_backoff()) {
      stack.retry.max_backoff = FromProto(retry.max_backoff());
    }
    stack.retry.on_status_codes.assign(retry.on_status_codes().begin(),
                                       retry.on_status_codes().end());
    options.longest_wait = stack.retry.max_backoff;
    const double share = retry.has_budget() ? retry.budget() : 0.2;
    stack.retry_budget = states_.GetOrMake<RetryBudget>(
        absl::StrCat("budget|", options.name, "|", instance->type, "|", share),
        [share] { return std::make_shared<RetryBudget>(share); });
    if (config.has_circuit_breaker()) {
      options.breakers = Breakers(config, *instance);
      stack.breakers = options.breakers;
    }
    if (config.has_concurrency()) {
      options.bound = Bound(config, *instance);
      stack.bound = options.bound;
    }
    options.admin_switch = states_.GetOrMake<TargetSwitch>(
        absl::StrCat("switch|", options.name),
        [] { return std::make_shared<TargetSwitch>(); });
    std::shared_ptr<TargetStats> stats = states_.GetOrMake<TargetStats>(
        absl::StrCat("stats|", options.name, "|", instance->type),
        [] { return std::make_shared<TargetStats>(); });
    return std::make_unique<Target>(
        std::move(options), std::move(instance), std::move(stats),
        StackCallers(std::make_unique<ProviderCaller>(), stack));
  }

  static HoldBackSettings HoldBack(const config::v1::HoldBackConfig& config) {
    HoldBackSettings settings;
    settings.events = config.events();
    if (config.has_time()) settings.time = FromProto(config.time());
    return settings;
  }

  // By what state is found again after a reload: the place that it is about
  // and its own settings.
  static std::string StateKey(absl::string_view kind,
                              const config::v1::TargetConfig& target,
                              const ProviderInstance& instance,
                              const google::protobuf::Message& settings) {
    return absl::StrCat(kind, "|", target.virtual_key(), "|", instance.type,
                        "|", instance.codec->base_url(), "|",
                        settings.SerializeAsString());
  }

  std::shared_ptr<ConcurrencyBound> Bound(
      const config::v1::TargetConfig& target,
      const ProviderInstance& instance) {
    const config::v1::ConcurrencyConfig& config = target.concurrency();
    ConcurrencySettings settings;
    settings.max = config.max();
    settings.queue = config.queue();
    if (config.has_queue_timeout()) {
      settings.queue_timeout = FromProto(config.queue_timeout());
    }
    settings.adaptive = config.adaptive();
    if (config.has_min()) settings.min = config.min();
    return states_.GetOrMake<ConcurrencyBound>(
        StateKey("bound", target, instance, config),
        [&] { return std::make_shared<ConcurrencyBound>(settings); });
  }

  // The target's breakers as they are, if they had these settings before.
  std::shared_ptr<BreakerSet> Breakers(const config::v1::TargetConfig& target,
                                       const ProviderInstance& instance) {
    const config::v1::CircuitBreakerConfig& config = target.circuit_breaker();
    BreakerSettings settings;
    if (config.has_failure_threshold()) {
      settings.failure_threshold = config.failure_threshold();
    }
    if (config.has_success_threshold()) {
      settings.success_threshold = config.success_threshold();
    }
    if (config.has_timeout()) settings.timeout = FromProto(config.timeout());
    if (config.has_failure_rate())
      settings.failure_rate = config.failure_rate();
    if (config.has_window()) settings.window = FromProto(config.window());
    if (config.has_min_requests()) {
      settings.min_requests = config.min_requests();
    }
    if (config.has_half_open_max()) {
      settings.half_open_max = config.half_open_max();
    }
    return states_.GetOrMake<BreakerSet>(
        StateKey("breaker", target, instance, config),
        [&] { return std::make_shared<BreakerSet>(settings); });
  }

  void MakeStrategy(const config::v1::StrategyConfig& config,
                    const FieldPath& path, TargetGroup& group) {
    const FieldPath strategy_path = path.Key("strategy");
    group.mode = config.mode().empty() ? "fallback" : config.mode();
    const StrategyMode* mode = inputs_.modes->Find(group.mode);
    if (mode == nullptr) {
      report_.Add(
          strategy_path.Key("mode"),
          absl::StrCat("'", group.mode, "' is not a mode of this gateway"));
      return;
    }
    absl::StatusOr<std::unique_ptr<Strategy>> strategy = mode->create(config);
    if (!strategy.ok()) {
      report_.AddStatus(strategy_path, strategy.status());
      return;
    }
    group.strategy = *std::move(strategy);
  }

  WalkRules MakeWalkRules(const config::v1::StrategyConfig& config) {
    WalkRules rules;
    for (const std::string& word : config.failover_on()) {
      int http_status = 0;
      if (absl::SimpleAtoi(word, &http_status)) {
        rules.failover.http_statuses.insert(http_status);
      } else if (std::optional<ErrorReason> reason = ReasonByName(word)) {
        rules.failover.reasons.insert(static_cast<int>(*reason));
      }
    }
    if (config.on_interruption() == "fail") {
      rules.on_interruption = v1::ON_INTERRUPTION_FAIL;
    } else if (config.on_interruption() == "continue") {
      rules.on_interruption = v1::ON_INTERRUPTION_CONTINUE;
    } else if (config.on_interruption() == "restart") {
      rules.on_interruption = v1::ON_INTERRUPTION_RESTART;
    }
    if (config.has_hedge()) rules.hedge = MakeHedgeRules(config.hedge());
    return rules;
  }

  HedgeRules MakeHedgeRules(const config::v1::HedgeConfig& config) {
    HedgeRules rules;
    if (config.has_after()) rules.after = FromProto(config.after());
    if (config.has_percentile()) {
      rules.percentile = config.percentile();
    } else if (!config.has_after()) {
      rules.percentile = 95;
    }
    const double share = config.has_max_share() ? config.max_share() : 0.05;
    rules.budget =
        states_.GetOrMake<RetryBudget>(absl::StrCat("hedge|", share), [share] {
          return std::make_shared<RetryBudget>(share, /*reserve=*/0);
        });
    return rules;
  }

  void MakePlugins(Snapshot::Parts& parts) {
    parts.plugins = BuildPlugins(config_, *inputs_.plugin_kinds,
                                 *inputs_.secrets, states_, report_);
    parts.plugins.insert(parts.plugins.end(), inputs_.plugins.begin(),
                         inputs_.plugins.end());
  }

  void MakeAuth(Snapshot::Parts& parts) {
    if (config_.auth().keys().empty()) return;
    config::v1::AuthConfig expanded = config_.auth();
    const FieldPath path = root_.Key("auth");
    const size_t faults_before = faults_.size();
    ExpandVariables(*inputs_.secrets, path, &expanded, report_);
    if (faults_.size() > faults_before) return;
    absl::StatusOr<std::shared_ptr<const AuthTable>> table =
        AuthTable::Create(expanded);
    if (!table.ok()) {
      report_.AddStatus(path, table.status());
    } else {
      parts.auth = *std::move(table);
    }
  }

  const BuildInputs& inputs_;
  CarriedState& states_;
  const InstanceBuilder instances_;
  const config::v1::GatewayConfig& config_;
  Faults faults_;
  FaultReport report_;
  const FieldPath root_;
  const bool targets_by_default_;
  std::set<std::string> declared_;
  InstanceMap by_name_;
  std::vector<std::shared_ptr<const ProviderInstance>> in_order_;
};

struct Origin {
  v1::ConfigOrigin origin;
  std::string path;
};

absl::StatusOr<LoadedConfig> Load(const ConfigSource& source,
                                  const Vocabulary& vocabulary,
                                  Origin& origin) {
  if (source.text.has_value()) {
    origin = {v1::CONFIG_ORIGIN_RELOAD, ""};
    return LoadConfig(*source.text, "config_text", vocabulary);
  }
  if (!source.path.empty()) {
    origin = {v1::CONFIG_ORIGIN_FILE, source.path};
    AIGW_ASSIGN_OR_RETURN(const std::string text, ReadConfigFile(source.path));
    return LoadConfig(text, source.path, vocabulary);
  }
  LoadedConfig loaded;
  if (source.config.has_value()) {
    origin = {v1::CONFIG_ORIGIN_EMBEDDER, ""};
    loaded.config = *source.config;
    AIGW_RETURN_IF_ERROR(CheckConfig(loaded.config, vocabulary));
  } else {
    origin = {v1::CONFIG_ORIGIN_ENVIRONMENT, ""};
    loaded.config = DefaultConfig(vocabulary);
  }
  return loaded;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Snapshot>> BuildSnapshot(
    const ConfigSource& source, const BuildInputs& inputs, CarriedState& states,
    absl::Time now) {
  const Vocabulary vocabulary = MakeVocabulary(inputs);
  Origin origin;
  AIGW_ASSIGN_OR_RETURN(LoadedConfig loaded, Load(source, vocabulary, origin));
  const bool targets_by_default = loaded.config.targets().empty();
  FillInDefaults(vocabulary, &loaded.config);
  Builder builder(inputs, vocabulary, states, loaded.places, loaded.config,
                  targets_by_default);
  AIGW_ASSIGN_OR_RETURN(Snapshot::Parts parts, builder.Build());
  parts.revision = RevisionOf(loaded.config);
  parts.origin = origin.origin;
  parts.path = origin.path;
  parts.load_time = now;
  return std::make_unique<Snapshot>(std::move(parts));
}

}  // namespace aigateway
