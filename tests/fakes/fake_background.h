#ifndef AIGATEWAY_TESTS_FAKES_FAKE_BACKGROUND_H_
#define AIGATEWAY_TESTS_FAKES_FAKE_BACKGROUND_H_

#include <utility>

#include "gateway/base/background.h"
#include "gateway/base/loop.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

// Runs what requests leave behind on a test's loop, and counts what has not
// ended. Belongs to the loop's thread.
class FakeBackground final : public Background {
 public:
  // `loop` must outlive this object, and this object what it runs.
  explicit FakeBackground(Loop* loop) : loop_(*loop) {}

  void Run(Task<void> work) override {
    ++open_;
    loop_.Spawn(AwaitAndCount(std::move(work)));
  }
  Scope& scope() override { return scope_; }

  int open() const { return open_; }

 private:
  Task<void> AwaitAndCount(Task<void> work) {
    co_await std::move(work);
    --open_;
  }

  Loop& loop_;
  Scope scope_;
  int open_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FAKE_BACKGROUND_H_
