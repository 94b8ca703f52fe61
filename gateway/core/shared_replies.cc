#include "gateway/core/shared_replies.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/sha256.h"
#include "gateway/base/timers.h"

namespace aigateway {
namespace {

// Of all that makes the answer; how it is delivered and what it is called are
// no part of it.
std::string FingerprintOf(const RequestContext& request) {
  v1::RoutingOptions options = request.options();
  options.clear_request_id();
  options.clear_idempotency_key();
  options.clear_priority();
  options.clear_join();
  options.clear_explain();
  const std::string chat = CanonicalBytes(request.chat());
  const Sha256Digest digest =
      Sha256({absl::StrCat(chat.size(), ":"), chat, CanonicalBytes(options)});
  return std::string(digest.begin(), digest.end());
}

// Whether asking twice would give one answer, as far as one can ask for that.
bool IsDeterministic(const v1::ChatRequest& chat) {
  return (chat.has_temperature() && chat.temperature() == 0) || chat.has_seed();
}

std::string KeyOf(const RequestContext& request,
                  const std::string& fingerprint) {
  const std::string& key = request.options().idempotency_key();
  const std::string& caller = request.settings().caller.name;
  return key.empty() ? absl::StrCat("same|", caller, "|", fingerprint)
                     : absl::StrCat("key|", caller.size(), "|", caller, key);
}

}  // namespace

bool SharedReplies::Shares(const RequestContext& request) {
  if (request.embed() != nullptr) return false;
  return !request.options().idempotency_key().empty() ||
         (request.options().join() && IsDeterministic(request.chat()));
}

absl::StatusOr<SharedReplies::Share> SharedReplies::Join(
    RequestContext& request) {
  const std::string fingerprint = FingerprintOf(request);
  std::string key = KeyOf(request, fingerprint);
  MutexLock lock(&mutex_);
  ForgetOld(request.env().timers->Now());
  const absl::Time deadline = request.scope().deadline();
  const auto it = entries_.find(key);
  if (it != entries_.end()) {
    if (it->second.fingerprint != fingerprint) {
      return FieldError("options.idempotency_key",
                        "was used for another request; make a new one");
    }
    if (it->second.reply->Expect(deadline)) {
      return Share{.reply = it->second.reply, .key = ""};
    }
    // Its last caller has just left it: begin anew.
  }
  auto reply = std::make_shared<SharedReply>(request.stream(), room_);
  (void)reply->Expect(deadline);
  entries_[key] = Entry{.fingerprint = fingerprint, .reply = reply};
  return Share{.reply = std::move(reply), .key = std::move(key)};
}

void SharedReplies::End(const Share& share, const absl::Status& status,
                        absl::Time now) {
  MutexLock lock(&mutex_);
  const auto it = entries_.find(share.key);
  // Another may have taken its place, if it was left alone.
  if (it == entries_.end() || it->second.reply != share.reply) return;
  Entry& entry = it->second;
  const bool has_key = share.key.rfind("key|", 0) == 0;
  if (!status.ok() || !has_key) {
    entries_.erase(it);
    return;
  }
  entry.kept = true;
  entry.expiry = now + kLife;
  kept_.push_back(share.key);
  entry.place = std::prev(kept_.end());
  kept_bytes_ += entry.reply->bytes();
  ForgetOld(now);
}

void SharedReplies::Forget(std::map<std::string, Entry>::iterator it) {
  kept_bytes_ -= it->second.reply->bytes();
  kept_.erase(it->second.place);
  entries_.erase(it);
}

void SharedReplies::ForgetOld(absl::Time now) {
  while (!kept_.empty()) {
    const auto oldest = entries_.find(kept_.front());
    if (oldest->second.expiry > now && kept_bytes_ <= kMaxKeptBytes &&
        kept_.size() <= kMaxKept) {
      return;
    }
    Forget(oldest);
  }
}

}  // namespace aigateway
