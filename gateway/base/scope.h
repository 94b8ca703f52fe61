#ifndef AIGATEWAY_GATEWAY_BASE_SCOPE_H_
#define AIGATEWAY_GATEWAY_BASE_SCOPE_H_

#include <list>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace aigateway {

// How long some work may go on: a deadline, and cancellation with its reason.
//
// A request has a root scope; whoever shortens the time or races several calls
// makes a child. Cancelling a scope cancels its children. Whatever waits takes
// a scope, and returns its status() as soon as that is not OK. The deadline is
// enforced by whoever made the scope (a timer that cancels it); it is kept here
// so that nobody begins what cannot end in time. Belongs to one loop.
class Scope {
 public:
  // Calls back once when the scope is cancelled; forgotten when destroyed.
  class Watch {
   public:
    Watch() = default;
    Watch(Watch&& other) noexcept { *this = std::move(other); }
    Watch& operator=(Watch&& other) noexcept;
    ~Watch() { Reset(); }
    void Reset();

   private:
    friend class Scope;
    using List = std::list<absl::AnyInvocable<void()>>;
    Scope* scope_ = nullptr;
    List::iterator position_;
  };

  // A root. Deadlines are times of the Clock in use.
  explicit Scope(absl::Time deadline = absl::InfiniteFuture())
      : deadline_(deadline) {}
  // A child of `parent`, which must outlive it; its deadline is the earlier
  // of `deadline` and the parent's.
  explicit Scope(Scope& parent, absl::Time deadline = absl::InfiniteFuture());
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  absl::Time deadline() const { return deadline_; }
  bool cancelled() const { return !status_.ok(); }
  // OK while work may go on, else why not.
  const absl::Status& status() const { return status_; }

  // Ends the scope with `reason`, not OK. The first reason stays. The watches
  // run before this returns; one may wake the coroutine that has the scope, and
  // so destroy it.
  void Cancel(absl::Status reason);

  // Runs `callback` once when the scope is cancelled; at once if it is.
  [[nodiscard]] Watch OnCancel(absl::AnyInvocable<void()> callback);

 private:
  const absl::Time deadline_;
  absl::Status status_;
  Watch::List watches_;
  Watch parent_watch_;
  bool* destroyed_ = nullptr;  // Of a Cancel() that runs: set by ~Scope().
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_SCOPE_H_
