#include "gateway/base/scope.h"

#include <algorithm>
#include <utility>

#include "gateway/base/check.h"

namespace aigateway {

Scope::Watch& Scope::Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    Reset();
    scope_ = std::exchange(other.scope_, nullptr);
    position_ = other.position_;
  }
  return *this;
}

void Scope::Watch::Reset() {
  if (scope_ == nullptr) return;
  scope_->watches_.erase(position_);
  scope_ = nullptr;
}

Scope::Scope(Scope& parent, absl::Time deadline)
    : deadline_(std::min(deadline, parent.deadline_)) {
  parent_watch_ = parent.OnCancel([this, &parent] { Cancel(parent.status()); });
}

Scope::~Scope() {
  if (destroyed_ != nullptr) *destroyed_ = true;
  parent_watch_.Reset();
  AIGW_CHECK(watches_.empty());
}

void Scope::Cancel(absl::Status reason) {
  AIGW_CHECK(!reason.ok());
  if (cancelled()) return;
  status_ = std::move(reason);
  bool destroyed = false;
  destroyed_ = &destroyed;
  // A callback may remove its own watch, or any other, while it runs; what it
  // holds must live until it returns.
  for (auto it = watches_.begin(); it != watches_.end();
       it = watches_.begin()) {
    // Find the first that has not run.
    while (it != watches_.end() && !*it) ++it;
    if (it == watches_.end()) break;
    absl::AnyInvocable<void()> callback = std::move(*it);
    *it = nullptr;
    callback();
    if (destroyed) return;
  }
  destroyed_ = nullptr;
}

Scope::Watch Scope::OnCancel(absl::AnyInvocable<void()> callback) {
  Watch watch;
  if (cancelled()) {
    callback();
    return watch;
  }
  watch.scope_ = this;
  watch.position_ = watches_.insert(watches_.end(), std::move(callback));
  return watch;
}

}  // namespace aigateway
