#include "gateway/core/describe.h"

#include <algorithm>
#include <string>

#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/registry.h"
#include "providers/capability_probe.h"

namespace aigateway {
namespace {

v1::BreakerState StateOf(Breaker::State state) {
  switch (state) {
    case Breaker::State::kClosed:
      return v1::BREAKER_STATE_CLOSED;
    case Breaker::State::kOpen:
      return v1::BREAKER_STATE_OPEN;
    case Breaker::State::kHalfOpen:
      return v1::BREAKER_STATE_HALF_OPEN;
  }
  return v1::BREAKER_STATE_UNSPECIFIED;
}

// Health of an instance is that of its targets: each target's recent attempts
// and its breaker.
v1::ProviderHealth HealthOf(const v1::Target& target) {
  if (target.breaker() == v1::BREAKER_STATE_OPEN) {
    return v1::PROVIDER_HEALTH_UNHEALTHY;
  }
  if (target.breaker() == v1::BREAKER_STATE_HALF_OPEN) {
    return v1::PROVIDER_HEALTH_DEGRADED;
  }
  if (!target.has_error_rate()) return v1::PROVIDER_HEALTH_UNSPECIFIED;
  if (target.error_rate() >= 0.5) return v1::PROVIDER_HEALTH_UNHEALTHY;
  if (target.error_rate() > 0.05) return v1::PROVIDER_HEALTH_DEGRADED;
  return v1::PROVIDER_HEALTH_HEALTHY;
}

v1::ProviderHealth HealthOf(const DiscoveredModels& discovered) {
  const absl::Status status = discovered.status();
  if (status.ok()) {
    return discovered.models() == nullptr ? v1::PROVIDER_HEALTH_UNSPECIFIED
                                          : v1::PROVIDER_HEALTH_HEALTHY;
  }
  // Not to list models is no fault.
  switch (ClassOf(status)) {
    case ErrorClass::kCredential:
    case ErrorClass::kOverloaded:
      return v1::PROVIDER_HEALTH_UNHEALTHY;
    default:
      return v1::PROVIDER_HEALTH_UNSPECIFIED;
  }
}

// As many as a listing of instances shows of those that it has not itself.
constexpr int kMaxDiscovered = 1000;

void AddModels(const ProviderInstance& instance, v1::Provider& row) {
  const auto& models =
      instance.models.empty() ? instance.patterns : instance.models;
  for (const std::string& model : models) row.add_models(model);
  if (!models.empty()) return;
  const auto discovered = instance.discovered->models();
  if (discovered == nullptr) return;
  for (const auto& [name, model] : *discovered) {
    if (row.models_size() >= kMaxDiscovered) break;
    row.add_models(name);
  }
}

// As many of an instance's models as are asked what they take.
constexpr size_t kMaxProbed = 8;

void AddCapabilities(const ProviderInstance& instance, v1::Provider& row) {
  std::vector<std::string> models;
  for (const std::string& model : instance.models) {
    if (models.size() == kMaxProbed) break;
    const auto mapped = instance.model_map.find(model);
    models.emplace_back(absl::StripSuffix(
        mapped == instance.model_map.end() ? model : mapped->second, "*"));
  }
  if (models.empty()) {
    models =
        ModelsToProbe(Registry<ProviderType>::Global().Find(instance.type));
  }
  const ProbedCapabilities& probed =
      instance.capabilities.Of(*instance.codec, models);
  *row.mutable_capabilities() = probed.features;
  row.mutable_parameters()->Assign(probed.parameters.begin(),
                                   probed.parameters.end());
}

const std::vector<std::string>& ShownModels(const Target& target) {
  return target.listed_models().empty() ? target.patterns()
                                        : target.listed_models();
}

}  // namespace

std::vector<v1::Target> DescribeTargets(const Snapshot& snapshot,
                                        absl::Time now) {
  std::vector<v1::Target> described;
  for (const auto& target : snapshot.targets()) {
    v1::Target& row = described.emplace_back();
    row.set_target(target->name());
    row.set_instance(target->instance().name);
    row.set_provider(target->instance().type);
    for (const std::string& model : ShownModels(*target)) {
      row.add_models(model);
    }
    row.set_weight(target->weight());
    row.set_drained(target->drained());
    if (const auto until = target->instance().keys->RestsUntil(now)) {
      SetProtoTime(*until, row.mutable_parked_until_time());
    }
    target->stats().Describe(row);
    if (const ConcurrencyBound* bound = target->bound()) {
      row.set_queued(bound->queued());
      row.set_in_flight(std::max<int64_t>(row.in_flight() - row.queued(), 0));
    }
    if (const BreakerSet* breakers = target->breakers()) {
      row.set_breaker(StateOf(breakers->state(now)));
      if (const auto time = breakers->retry_time(now)) {
        SetProtoTime(*time, row.mutable_breaker_retry_time());
      }
    }
  }
  return described;
}

std::vector<v1::Provider> DescribeProviders(const Snapshot& snapshot,
                                            absl::Time now) {
  const std::vector<v1::Target> targets = DescribeTargets(snapshot, now);
  std::vector<v1::Provider> described;
  for (const auto& instance : snapshot.instances()) {
    v1::Provider& row = described.emplace_back();
    row.set_instance(instance->name);
    row.set_type(instance->type);
    row.set_base_url(std::string(instance->codec->base_url()));
    AddModels(*instance, row);
    AddCapabilities(*instance, row);
    row.set_source(instance->source);
    row.set_environment_variable(instance->environment_variable);
    row.mutable_credentials()->set_total(instance->keys->count());
    for (const v1::Target& target : targets) {
      if (target.instance() != instance->name) continue;
      if (HealthOf(target) > row.health()) row.set_health(HealthOf(target));
      if (target.has_last_error() && target.last_error().time().seconds() >
                                         row.last_error().time().seconds()) {
        *row.mutable_last_error() = target.last_error();
      }
    }
    // Nobody has called it yet, but we have.
    if (row.health() == v1::PROVIDER_HEALTH_UNSPECIFIED) {
      row.set_health(HealthOf(*instance->discovered));
    }
  }
  return described;
}

}  // namespace aigateway
