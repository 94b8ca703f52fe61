#include "gateway/core/plugin_run.h"

#include <algorithm>
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
absl::Status Replace(const v1::ChatRequest& chat, RequestContext& request) {
  if (request.embed() != nullptr) {
    return absl::InvalidArgumentError("it gave a chat in place of an Embed");
  }
  const absl::Status status = ValidateChat(chat);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "what it made of the request is not valid: ", status.message()));
  }
  request.mutable_chat() = chat;
  return absl::OkStatus();
}

// An error is told, and decides nothing.
Task<absl::StatusOr<Verdict>> Tell(Plugin& plugin, PluginRequest& request,
                                   const absl::Status& error) {
  AIGW_CO_RETURN_IF_ERROR(co_await plugin.OnError(request, error));
  co_return Verdict(Allow{});
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

  // A verdict that came too late is none, unless it denies; also where nothing
  // could tell, since the plugin held the loop.
  void Apply(absl::StatusOr<Verdict>& verdict) const {
    if (timers_.Now() < end_) return;
    if (verdict.ok() && std::holds_alternative<aigateway::Deny>(*verdict)) {
      return;
    }
    verdict = Failure();
  }

 private:
  absl::Status Failure() const {
    return absl::DeadlineExceededError(absl::StrCat(
        "it took longer than its ", FormatGoDuration(entry_.time)));
  }

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
    : chain_(chain), request_(request), states_(chain.by_slot().size()) {}

PluginRequest PluginRun::RequestFor(const Entry& entry, Scope& scope) {
  return PluginRequest{request_.mutable_chat(),
                       request_.options(),
                       request_.route(),
                       request_.stream(),
                       request_.settings().embed,
                       request_.settings().caller.name,
                       request_.env(),
                       scope,
                       states_[entry.slot],
                       chain_.logger(),
                       request_.scope().deadline()};
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

absl::Time PluginRun::EndOf(const Entry& entry) const {
  return request_.env().timers->Now() + entry.time;
}

Task<absl::StatusOr<Verdict>> PluginRun::Run(
    const Entry& entry, Scope& scope,
    absl::FunctionRef<Task<absl::StatusOr<Verdict>>(PluginRequest& request)>
        stage) {
  ++entry.counts->runs;
  const TimeLimit limit(entry, *request_.env().timers, scope);
  PluginRequest request = RequestFor(entry, scope);
  absl::StatusOr<Verdict> verdict = Verdict(Allow{});
  {
    const Hold hold(*this, entry);
    // What it throws, before its first wait or after, becomes a status.
    try {
      verdict = co_await stage(request);
    } catch (...) {
      verdict = Threw();
    }
  }
  limit.Apply(verdict);
  co_return verdict;
}

Task<absl::StatusOr<std::optional<AnswerInstead>>> PluginRun::Before() {
  for (const Entry& entry : chain_.entries()) {
    if (entry.stage != Stage::kBeforeRequest) continue;
    Scope scope(request_.scope(), EndOf(entry));
    absl::StatusOr<Verdict> verdict =
        co_await Run(entry, scope, [&](PluginRequest& request) {
          return entry.plugin->BeforeRequest(request);
        });
    if (request_.scope().cancelled()) co_return request_.scope().status();
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
        const absl::Status status = Replace(*allow->chat, request_);
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
    co_return std::move(answer);
  }
  co_return std::nullopt;
}

Task<absl::Status> PluginRun::After(v1::ChatResponse& response) {
  for (const Entry& entry : chain_.entries()) {
    if (entry.stage != Stage::kAfterRequest) continue;
    Scope scope(request_.scope(), EndOf(entry));
    const absl::StatusOr<Verdict> verdict =
        co_await Run(entry, scope, [&](PluginRequest& request) {
          return entry.plugin->AfterRequest(request, response);
        });
    if (request_.scope().cancelled()) co_return request_.scope().status();
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
    // A root: the request's own time may have passed.
    Scope scope(EndOf(entry));
    const absl::StatusOr<Verdict> told =
        co_await Run(entry, scope, [&](PluginRequest& request) {
          return Tell(*entry.plugin, request, error);
        });
    if (!told.ok()) LogFailure(entry, told.status());
  }
}

bool PluginRun::WantsAnswer() const {
  return std::any_of(states_.begin(), states_.end(), [](const auto& state) {
    return state != nullptr && state->WantsAnswer();
  });
}

void PluginRun::OnAnswer(const v1::ChatResponse& answer) {
  for (size_t slot = 0; slot < states_.size(); ++slot) {
    PluginState* const state = states_[slot].get();
    if (state == nullptr || !state->WantsAnswer()) continue;
    try {
      state->OnAnswer(answer, request_.route());
    } catch (...) {
      LogFailure(*chain_.by_slot()[slot], Threw());
    }
  }
}

void PluginRun::End(const absl::Status& status) {
  // They may have views of what plugins keep.
  filters_.clear();
  for (size_t slot = 0; slot < states_.size(); ++slot) {
    const std::unique_ptr<PluginState> state = std::move(states_[slot]);
    if (state == nullptr) continue;
    try {
      state->OnEnd(status);
    } catch (...) {
      LogFailure(*chain_.by_slot()[slot], Threw());
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
