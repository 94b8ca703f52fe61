#include "gateway/core/plugin_run.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/go_duration.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/core/response_events.h"
#include "gateway/core/validate_request.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {
namespace {

absl::Status Threw() { return absl::InternalError("it threw an exception"); }

absl::Status Broken(const PluginChain::Entry& entry) {
  return Error(ErrorReason::kInternal,
               absl::StrCat("plugin '", entry.name,
                            "' failed; the gateway's log says how"),
               {{"plugin", entry.name}, {"stage", NameOf(entry.stage)}});
}

// A refusal has a reason of ours; a library's error is a failure.
bool IsRefusal(const absl::Status& status) {
  if (ReasonOf(status) == ErrorReason::kUnspecified) return false;
  const ErrorClass error_class = ClassOf(status);
  return error_class == ErrorClass::kRefusedByPolicy ||
         error_class == ErrorClass::kCallerFault;
}

// Puts what a plugin gave in place of the request there, if it may stand there.
absl::Status Replace(const v1::ChatRequest& chat, PluginRequest& request) {
  if (request.embed != nullptr) {
    return absl::InvalidArgumentError("it gave a chat in place of an Embed");
  }
  const absl::Status status = ValidateChat(chat);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "what it made of the request is not valid: ", status.message()));
  }
  request.chat = chat;
  return absl::OkStatus();
}

// What a plugin throws, before its first wait or after, becomes a status.
Task<absl::StatusOr<Verdict>> GuardedBefore(Plugin& plugin,
                                            PluginRequest& request) {
  try {
    co_return co_await plugin.BeforeRequest(request);
  } catch (...) {
    co_return Threw();
  }
}

Task<absl::StatusOr<Verdict>> GuardedAfter(Plugin& plugin,
                                           PluginRequest& request,
                                           v1::ChatResponse& response) {
  try {
    co_return co_await plugin.AfterRequest(request, response);
  } catch (...) {
    co_return Threw();
  }
}

Task<absl::Status> GuardedError(Plugin& plugin, PluginRequest& request,
                                const absl::Status& error) {
  try {
    co_return co_await plugin.OnError(request, error);
  } catch (...) {
    co_return Threw();
  }
}

}  // namespace

// Ends a plugin's waits when its time for a stage is over.
class PluginRun::TimeLimit {
 public:
  TimeLimit(const Entry& entry, Timers& timers, Scope& scope)
      : entry_(entry),
        timers_(timers),
        end_(timers.Now() + entry.time),
        timer_(timers.At(end_, [&scope, this] { scope.Cancel(Failure()); })) {}
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  // Also where nothing could tell, since the plugin held the loop.
  bool passed() const { return timers_.Now() >= end_; }
  absl::Status Failure() const {
    return absl::DeadlineExceededError(absl::StrCat(
        "it took longer than its ", FormatGoDuration(entry_.time)));
  }
  // A verdict that came too late is none, unless it denies.
  void Apply(absl::StatusOr<Verdict>& verdict) const {
    if (!passed()) return;
    if (verdict.ok() && std::holds_alternative<aigateway::Deny>(*verdict)) {
      return;
    }
    verdict = Failure();
  }

 private:
  const Entry& entry_;
  Timers& timers_;
  const absl::Time end_;
  const Timers::Handle timer_;
};

// Sees whether a plugin, from here to the end of this object, holds its loop
// for so long that all others there must wait. Where it has waited in between
// only the last turn counts, and all of that.
class PluginRun::Hold {
 public:
  Hold(PluginRun& run, const Entry& entry) : run_(run), entry_(entry) {
    TurnMeter* const meter = TurnMeter::Current();
    if (meter == nullptr) return;
    turn_ = meter->turn();
    held_before_ = meter->held_for();
    meter->set_label(entry.label);
  }
  ~Hold() {
    TurnMeter* const meter = TurnMeter::Current();
    if (meter == nullptr) return;
    meter->set_label(nullptr);
    absl::Duration held = meter->held_for();
    if (meter->turn() == turn_) held -= held_before_;
    if (held >= TurnMeter::kLong) run_.TellHeld(entry_, held);
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  PluginRun& run_;
  const Entry& entry_;
  uint64_t turn_ = 0;
  absl::Duration held_before_;
};

PluginRun::PluginRun(const PluginChain& chain, RequestContext& request)
    : chain_(chain), request_(request) {}

PluginRequest PluginRun::RequestFor(const Entry& entry, Scope& scope) {
  return PluginRequest{request_.mutable_chat(),
                       request_.options(),
                       request_.route(),
                       request_.stream(),
                       request_.settings().embed,
                       request_.settings().caller.name,
                       request_.env(),
                       scope,
                       states_[entry.plugin.get()],
                       chain_.logger()};
}

void PluginRun::LogFailure(const Entry& entry, const absl::Status& failure) {
  ++entry.counts->failures;
  if (chain_.logger() == nullptr) return;
  chain_.logger()->Warning("plugin failed", {{"plugin", entry.name},
                                             {"stage", NameOf(entry.stage)},
                                             {"error", failure.message()}});
}

void PluginRun::TellHeld(const Entry& entry, absl::Duration held) {
  for (RequestObserver* observer : chain_.observers()) {
    observer->OnLoopHeld(entry.name, held);
  }
  if (chain_.logger() == nullptr) return;
  chain_.logger()->Warning("plugin held its loop",
                           {{"plugin", entry.name},
                            {"stage", NameOf(entry.stage)},
                            {"held_ms", held}});
}

absl::Status PluginRun::Judge(const Entry& entry, const absl::Status& failure) {
  LogFailure(entry, failure);
  if (entry.observes()) return absl::OkStatus();
  if (!entry.fail_open) return Broken(entry);
  request_.AddWarning(
      absl::StrCat("plugin '", entry.name, "' failed and was passed over"));
  return absl::OkStatus();
}

absl::Status PluginRun::Deny(const Entry& entry, const aigateway::Deny& deny) {
  ++entry.counts->rejections;
  absl::Status status =
      Error(deny.reason, deny.message,
            {{"plugin", entry.name}, {"stage", NameOf(entry.stage)}});
  if (deny.retry_after.has_value()) SetRetryAfter(status, *deny.retry_after);
  if (!deny.quotas.empty()) SetQuotaViolations(status, deny.quotas);
  return status;
}

Task<absl::StatusOr<std::optional<v1::ChatResponse>>> PluginRun::Before() {
  for (const Entry& entry : chain_.entries()) {
    if (entry.stage != Stage::kBeforeRequest) continue;
    ++entry.counts->runs;
    Scope scope(request_.scope(), request_.env().timers->Now() + entry.time);
    TimeLimit limit(entry, *request_.env().timers, scope);
    PluginRequest request = RequestFor(entry, scope);
    absl::StatusOr<Verdict> verdict = Verdict(Allow{});
    {
      const Hold hold(*this, entry);
      verdict = co_await GuardedBefore(*entry.plugin, request);
    }
    if (request_.scope().cancelled()) co_return request_.scope().status();
    limit.Apply(verdict);
    if (!verdict.ok()) {
      AIGW_CO_RETURN_IF_ERROR(Judge(entry, verdict.status()));
      continue;
    }
    if (entry.observes()) continue;
    if (const auto* deny = std::get_if<aigateway::Deny>(&*verdict)) {
      co_return Deny(entry, *deny);
    }
    if (const auto* allow = std::get_if<Allow>(&*verdict)) {
      if (allow->chat != nullptr) {
        const absl::Status status = Replace(*allow->chat, request);
        if (!status.ok()) {
          AIGW_CO_RETURN_IF_ERROR(Judge(entry, status));
          continue;
        }
      }
      if (allow->cache != v1::CACHE_STATUS_UNSPECIFIED) {
        request_.route().set_cache(allow->cache);
      }
      continue;
    }
    auto& answer = std::get<AnswerInstead>(*verdict);
    if (answer.cache != v1::CACHE_STATUS_UNSPECIFIED) {
      request_.route().set_cache(answer.cache);
    }
    co_return std::move(answer.response);
  }
  co_return std::nullopt;
}

Task<absl::Status> PluginRun::After(v1::ChatResponse& response) {
  for (const Entry& entry : chain_.entries()) {
    if (entry.stage != Stage::kAfterRequest) continue;
    ++entry.counts->runs;
    Scope scope(request_.scope(), request_.env().timers->Now() + entry.time);
    TimeLimit limit(entry, *request_.env().timers, scope);
    PluginRequest request = RequestFor(entry, scope);
    absl::StatusOr<Verdict> verdict = Verdict(Allow{});
    {
      const Hold hold(*this, entry);
      verdict = co_await GuardedAfter(*entry.plugin, request, response);
    }
    if (request_.scope().cancelled()) co_return request_.scope().status();
    limit.Apply(verdict);
    if (!verdict.ok()) {
      AIGW_CO_RETURN_IF_ERROR(Judge(entry, verdict.status()));
      continue;
    }
    if (entry.observes()) continue;
    if (std::holds_alternative<AnswerInstead>(*verdict)) {
      AIGW_CO_RETURN_IF_ERROR(Judge(
          entry, absl::InternalError("it answered in place of an answer")));
      continue;
    }
    if (const auto* deny = std::get_if<aigateway::Deny>(&*verdict)) {
      co_return Deny(entry, *deny);
    }
  }
  co_return absl::OkStatus();
}

Task<void> PluginRun::OnError(const absl::Status& error) {
  for (const Entry& entry : chain_.entries()) {
    if (entry.stage != Stage::kOnError) continue;
    ++entry.counts->runs;
    // A root: the request's own time may have passed.
    Scope scope(request_.env().timers->Now() + entry.time);
    TimeLimit limit(entry, *request_.env().timers, scope);
    PluginRequest request = RequestFor(entry, scope);
    absl::Status status;
    {
      const Hold hold(*this, entry);
      status = co_await GuardedError(*entry.plugin, request, error);
    }
    if (limit.passed()) status = limit.Failure();
    if (!status.ok()) LogFailure(entry, status);
  }
}

bool PluginRun::WantsAnswer() const {
  for (const auto& [plugin, state] : states_) {
    if (state != nullptr && state->WantsAnswer()) return true;
  }
  return false;
}

void PluginRun::OnAnswer(const v1::ChatResponse& answer) {
  for (const auto& [plugin, state] : states_) {
    if (state == nullptr || !state->WantsAnswer()) continue;
    try {
      state->OnAnswer(answer, request_.route());
    } catch (...) {
      // Told by the name of any of its entries.
      for (const Entry& entry : chain_.entries()) {
        if (entry.plugin.get() != plugin) continue;
        LogFailure(entry, Threw());
        break;
      }
    }
  }
}

void PluginRun::End(const absl::Status& status) {
  // They may have views of what plugins keep.
  filters_.clear();
  for (const Entry& entry : chain_.entries()) {
    const auto found = states_.find(entry.plugin.get());
    if (found == states_.end() || found->second == nullptr) continue;
    // Out of the map first: a plugin that stands twice is told once.
    const std::unique_ptr<PluginState> state = std::move(found->second);
    try {
      state->OnEnd(status);
    } catch (...) {
      LogFailure(entry, Threw());
    }
  }
}

void PluginRun::OpenFilters() {
  if (std::exchange(filters_open_, true)) return;
  for (const Entry& entry : chain_.entries()) {
    if (entry.stage != Stage::kOnChunk) continue;
    ++entry.counts->runs;
    filters_.push_back({.entry = &entry,
                        .request = std::make_unique<PluginRequest>(
                            RequestFor(entry, request_.scope()))});
  }
}

absl::Status PluginRun::Call(
    Filter& filter, absl::FunctionRef<absl::Status(ChunkFilter&)> call) {
  const Entry& entry = *filter.entry;
  absl::Status status;
  const Hold hold(*this, entry);
  try {
    if (!std::exchange(filter.made, true)) {
      filter.filter = entry.plugin->NewChunkFilter(*filter.request);
    }
    if (filter.filter == nullptr) return absl::OkStatus();
    status = call(*filter.filter);
    if (status.ok()) return status;
    // A refusal is the plugin's decision; anything else broke.
    if (IsRefusal(status) && !entry.observes()) {
      ++entry.counts->rejections;
      SetErrorMetadata(status, "plugin", entry.name);
      SetErrorMetadata(status, "stage", NameOf(entry.stage));
      return status;
    }
  } catch (...) {
    status = Threw();
  }
  filter.filter = nullptr;
  LogFailure(entry, status);
  return entry.observes() ? absl::OkStatus() : Broken(entry);
}

absl::Status PluginRun::PassFrom(size_t first, v1::Delta& delta) {
  for (size_t i = first; i < filters_.size(); ++i) {
    if (SaysNothing(delta)) return absl::OkStatus();
    Filter& filter = filters_[i];
    AIGW_RETURN_IF_ERROR(Call(filter, [&](ChunkFilter& chunks) {
      if (!filter.entry->observes()) return chunks.OnDelta(delta);
      v1::Delta copy = delta;
      return chunks.OnDelta(copy);
    }));
  }
  return absl::OkStatus();
}

absl::Status PluginRun::OnDelta(v1::Delta& delta) {
  OpenFilters();
  return PassFrom(0, delta);
}

absl::Status PluginRun::OnChoiceEnd(
    int index, absl::FunctionRef<absl::Status(v1::Delta& delta)> emit) {
  OpenFilters();
  // What one filter held back goes past those behind it, which then give up
  // what they held.
  for (size_t i = 0; i < filters_.size(); ++i) {
    v1::Delta rest;
    rest.set_index(index);
    AIGW_RETURN_IF_ERROR(Call(filters_[i], [&](ChunkFilter& chunks) {
      return chunks.OnChoiceEnd(rest);
    }));
    if (filters_[i].entry->observes()) continue;
    AIGW_RETURN_IF_ERROR(PassFrom(i + 1, rest));
    if (!SaysNothing(rest)) AIGW_RETURN_IF_ERROR(emit(rest));
  }
  return absl::OkStatus();
}

absl::Status PluginRun::OnRestart() {
  for (Filter& filter : filters_) {
    AIGW_RETURN_IF_ERROR(Call(filter, [](ChunkFilter& chunks) {
      chunks.OnRestart();
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

}  // namespace aigateway
