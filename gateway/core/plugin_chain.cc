#include "gateway/core/plugin_chain.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// Observers never decide; everything else is a guard.
bool Observes(const PluginChain::Entry& entry) {
  return entry.type == "logging" || entry.type == "metrics";
}

absl::Status Broken(const PluginChain::Entry& entry) {
  return Error(ErrorReason::kInternal,
               absl::StrCat("plugin '", entry.name,
                            "' failed; the gateway's log says how"),
               {{"plugin", entry.name}, {"stage", NameOf(entry.stage)}});
}

bool IsRefusal(const absl::Status& status) {
  const ErrorClass error_class = ClassOf(status);
  return error_class == ErrorClass::kRefusedByPolicy ||
         error_class == ErrorClass::kCallerFault;
}

absl::Status Denied(const PluginChain::Entry& entry, const Deny& deny) {
  absl::Status status =
      Error(deny.reason, deny.message,
            {{"plugin", entry.name}, {"stage", NameOf(entry.stage)}});
  if (deny.retry_after.has_value()) SetRetryAfter(status, *deny.retry_after);
  return status;
}

// What a plugin throws, before its first wait or after, becomes a status.
Task<absl::StatusOr<Verdict>> GuardedBefore(Plugin& plugin,
                                            PluginRequest& request) {
  try {
    co_return co_await plugin.BeforeRequest(request);
  } catch (...) {
    co_return absl::InternalError("it threw an exception");
  }
}

Task<absl::StatusOr<Verdict>> GuardedAfter(Plugin& plugin,
                                           PluginRequest& request,
                                           v1::ChatResponse& response) {
  try {
    co_return co_await plugin.AfterRequest(request, response);
  } catch (...) {
    co_return absl::InternalError("it threw an exception");
  }
}

}  // namespace

PluginChain::PluginChain(std::vector<Entry> entries, const Logger* logger)
    : entries_(std::move(entries)), logger_(logger) {}

void PluginChain::LogFailure(const Entry& entry,
                             const absl::Status& status) const {
  if (logger_ == nullptr) return;
  logger_->Warning("plugin failed", {{"plugin", entry.name},
                                     {"stage", NameOf(entry.stage)},
                                     {"error", status.message()}});
}

bool PluginChain::Has(Stage stage) const {
  for (const Entry& entry : entries_) {
    if (entry.stage == stage) return true;
  }
  return false;
}

Task<absl::StatusOr<std::optional<v1::ChatResponse>>> PluginChain::Before(
    PluginRequest& request) const {
  for (const Entry& entry : entries_) {
    if (entry.stage != Stage::kBeforeRequest) continue;
    absl::StatusOr<Verdict> verdict =
        co_await GuardedBefore(*entry.plugin, request);
    if (request.scope.cancelled()) co_return request.scope.status();
    if (!verdict.ok()) {
      LogFailure(entry, verdict.status());
      if (Observes(entry)) continue;
      co_return Broken(entry);
    }
    if (Observes(entry)) continue;
    if (const auto* deny = std::get_if<Deny>(&*verdict)) {
      co_return Denied(entry, *deny);
    }
    if (auto* answer = std::get_if<AnswerInstead>(&*verdict)) {
      co_return std::move(answer->response);
    }
  }
  co_return std::nullopt;
}

Task<absl::Status> PluginChain::After(PluginRequest& request,
                                      v1::ChatResponse& response) const {
  for (const Entry& entry : entries_) {
    if (entry.stage != Stage::kAfterRequest) continue;
    absl::StatusOr<Verdict> verdict =
        co_await GuardedAfter(*entry.plugin, request, response);
    if (request.scope.cancelled()) co_return request.scope.status();
    if (!verdict.ok()) {
      LogFailure(entry, verdict.status());
      if (Observes(entry)) continue;
      co_return Broken(entry);
    }
    if (Observes(entry)) continue;
    if (const auto* deny = std::get_if<Deny>(&*verdict)) {
      co_return Denied(entry, *deny);
    }
  }
  co_return absl::OkStatus();
}

absl::Status PluginChain::OnChunk(PluginRequest& request,
                                  v1::Delta& delta) const {
  for (const Entry& entry : entries_) {
    if (entry.stage != Stage::kOnChunk) continue;
    absl::Status status;
    bool threw = false;
    try {
      status = entry.plugin->OnChunk(request, delta);
    } catch (...) {
      threw = true;
      status = absl::InternalError("it threw an exception");
    }
    if (status.ok()) continue;
    LogFailure(entry, status);
    if (Observes(entry)) continue;
    // A refusal is the plugin's decision; anything else broke.
    if (threw || !IsRefusal(status)) return Broken(entry);
    SetErrorMetadata(status, "plugin", entry.name);
    SetErrorMetadata(status, "stage", NameOf(entry.stage));
    return status;
  }
  return absl::OkStatus();
}

Task<absl::Status> PluginChain::OnError(PluginRequest& request,
                                        const absl::Status& error) const {
  for (const Entry& entry : entries_) {
    if (entry.stage != Stage::kOnError) continue;
    absl::Status status;
    try {
      status = co_await entry.plugin->OnError(request, error);
    } catch (...) {
      status = absl::InternalError("it threw an exception");
    }
    if (!status.ok()) LogFailure(entry, status);
  }
  co_return absl::OkStatus();
}

}  // namespace aigateway
