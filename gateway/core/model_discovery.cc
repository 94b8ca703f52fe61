#include "gateway/core/model_discovery.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/scope.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/exchange_sink.h"
#include "gateway/core/prepare_request.h"
#include "gateway/core/snapshot.h"
#include "gateway/net/http_client.h"
#include "providers/credential_source.h"

namespace aigateway {
namespace {

// A server that has just begun has more urgent things to do.
constexpr absl::Duration kFirstAfter = absl::Seconds(1);
// How often to look for an instance that is due: one that a reload brought is
// asked that soon.
constexpr absl::Duration kInterval = absl::Seconds(30);
constexpr absl::Duration kLimit = absl::Seconds(30);
constexpr absl::Duration kConnectTimeout = absl::Seconds(5);
constexpr int kMaxPages = 100;
constexpr size_t kMaxModels = 10'000;
constexpr size_t kMaxPageBytes = size_t{16} * 1024 * 1024;

Task<absl::StatusOr<Provider::ModelsPage>> FetchPage(
    Scope& scope, LoopSlot& slot, const ProviderInstance& instance,
    const std::string& token) {
  const Env& env = slot.env();
  const Provider& codec = *instance.codec;
  const KeyRing::Lease lease = instance.keys->Pick(env.timers->Now());
  AIGW_CO_ASSIGN_OR_RETURN(HttpRequest request,
                           codec.BuildModelsRequest(lease.key, token));
  PrepareRequest(instance, kConnectTimeout, request);
  request.max_body_bytes = kMaxPageBytes;
  if (CredentialSource* const source = codec.credential_source()) {
    AIGW_CO_RETURN_IF_ERROR(
        co_await source->Authorize(scope, env, &slot, request));
  }
  BufferingSink buffer(request.max_body_bytes);
  AIGW_CO_RETURN_IF_ERROR(
      co_await env.http->Send(scope, request, buffer, nullptr));
  const HttpResponse& response = buffer.response();
  if (response.status < 200 || response.status >= 300) {
    const absl::Status status = codec.ParseError(response, env.timers->Now());
    // Of a codec it means that there is no listing at all.
    if (ReasonOf(status) == ErrorReason::kUnsupportedParameter) {
      co_return Error(ErrorReason::kInvalidRequest, status.message());
    }
    co_return status;
  }
  co_return codec.ParseModels(response);
}

Task<absl::StatusOr<std::vector<v1::Model>>> Fetch(
    LoopSlot& slot, const ProviderInstance& instance) {
  Timers& timers = *slot.env().timers;
  Scope scope(slot.scope(), timers.Now() + kLimit);
  const Timers::Handle timer = timers.At(scope.deadline(), [&scope] {
    scope.Cancel(Error(ErrorReason::kAttemptTimeout,
                       "the list of models took too long"));
  });
  std::vector<v1::Model> models;
  std::string token;
  for (int page = 0; page < kMaxPages; ++page) {
    AIGW_CO_ASSIGN_OR_RETURN(Provider::ModelsPage found,
                             co_await FetchPage(scope, slot, instance, token));
    for (v1::Model& model : found.models) {
      if (models.size() < kMaxModels) models.push_back(std::move(model));
    }
    if (found.next_page_token.empty() || found.next_page_token == token ||
        models.size() >= kMaxModels) {
      break;
    }
    token = std::move(found.next_page_token);
  }
  co_return models;
}

Task<void> DiscoverDue(LoopSlot& slot, const Logger* logger) {
  // The snapshot that it began with: a reload frees none of it meanwhile.
  const std::shared_ptr<const Snapshot> snapshot = slot.snapshot();
  const Env& env = slot.env();
  for (const auto& instance : snapshot->instances()) {
    if (slot.scope().cancelled()) co_return;
    if (instance->discovered == nullptr ||
        !instance->discovered->Begin(env.timers->Now())) {
      continue;
    }
    absl::StatusOr<std::vector<v1::Model>> models =
        co_await Fetch(slot, *instance);
    if (slot.scope().cancelled()) co_return;
    if (models.ok()) {
      instance->discovered->Succeed(*std::move(models), env.timers->Now());
      continue;
    }
    instance->discovered->Fail(models.status(), env.timers->Now());
    if (logger != nullptr &&
        ReasonOf(models.status()) != ErrorReason::kUnsupportedParameter) {
      logger->Info("a provider's list of models cannot be read",
                   {{"instance", instance->name},
                    {"reason", NameOf(ReasonOf(models.status()))},
                    {"error", models.status().message()}});
    }
  }
}

}  // namespace

Task<void> DiscoverModels(LoopSlot& slot, const Logger* logger) {
  absl::Duration wait = kFirstAfter;
  while ((co_await slot.env().timers->Sleep(slot.scope(), wait)).ok()) {
    wait = kInterval;
    co_await DiscoverDue(slot, logger);
  }
  // The last step: whoever waits for it may free the slot.
  slot.OnRootEnd();
}

}  // namespace aigateway
