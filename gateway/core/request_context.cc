#include "gateway/core/request_context.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "gateway/base/errors.h"
#include "gateway/base/random.h"

namespace aigateway {
namespace {

// More warnings say nothing more.
constexpr int kMaxWarnings = 32;

std::string RandomHex128(Random& random) {
  uint64_t high = random.Next();
  // A trace id of zeros is invalid (W3C Trace Context 3.2.2.3).
  while (high == 0) high = random.Next();
  return absl::StrFormat("%016x%016x", high, random.Next());
}

}  // namespace

v1::ChatRequest ChatOfEmbed(const v1::EmbedRequest& request) {
  v1::ChatRequest chat;
  chat.set_model(request.model());
  if (request.has_user()) chat.set_user(request.user());
  *chat.mutable_metadata() = request.metadata();
  return chat;
}

RequestContext::RequestContext(const Env& env,
                               std::shared_ptr<const Snapshot> snapshot,
                               v1::ChatRequest& chat,
                               const v1::RoutingOptions& options,
                               RequestSettings settings)
    : env_(env),
      snapshot_(std::move(snapshot)),
      chat_(chat),
      options_(options),
      settings_(std::move(settings)),
      start_(env.timers->Now()),
      scope_(settings_.deadline) {
  if (settings_.request_id.empty()) {
    settings_.request_id = options.request_id().empty()
                               ? RandomHex128(*env.random)
                               : options.request_id();
  }
  if (settings_.trace_id.empty()) {
    settings_.trace_id = RandomHex128(*env.random);
  }
  route_.set_request_id(settings_.request_id);
  route_.set_trace_id(settings_.trace_id);
  if (settings_.deadline != absl::InfiniteFuture()) {
    deadline_timer_ = env.timers->At(settings_.deadline, [this] {
      scope_.Cancel(Error(ErrorReason::kDeadlineExceeded,
                          "the caller's deadline passed"));
    });
  }
}

bool RequestContext::HasTimeFor(absl::Duration wait) const {
  const absl::Time end = env_.timers->Now() + wait;
  return end < scope_.deadline() &&
         (settings_.awaited_until == nullptr ||
          absl::ToUnixNanos(end) < settings_.awaited_until->load());
}

void RequestContext::AddWarning(std::string warning) {
  // The pieces of a batch all warn of the same.
  const auto& warnings = route_.warnings();
  if (route_.warnings_size() < kMaxWarnings &&
      std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
    route_.add_warnings(std::move(warning));
  }
}

absl::Duration RequestContext::Elapsed() const {
  return env_.timers->Now() - start_;
}

void RequestContext::OnAttemptStart() {
  if (open_attempts_++ == 0) attempts_since_ = env_.timers->Now();
}

void RequestContext::OnAttemptEnd() {
  if (--open_attempts_ == 0) {
    upstream_time_ += env_.timers->Now() - attempts_since_;
  }
}

void RequestContext::NoteFirstEvent() {
  if (!first_event_.has_value()) first_event_ = env_.timers->Now();
}

}  // namespace aigateway
