#include "gateway/base/join.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "gateway/base/loop.h"
#include "gateway/base/task.h"

namespace aigateway {
namespace {

struct Join {
  size_t left;
  Waiter<bool> all_ended;
};

Task<void> RunChild(Task<void> child, Join& join) {
  co_await std::move(child);
  // The last one's Wake() lets JoinAll() return, and `join` with it.
  if (--join.left == 0) join.all_ended.Wake(true);
}

}  // namespace

Task<void> JoinAll(Loop& loop, std::vector<Task<void>> children) {
  if (children.empty()) co_return;
  Join join{.left = children.size(), .all_ended = {}};
  for (Task<void>& child : children) {
    loop.Spawn(RunChild(std::move(child), join));
  }
  co_await join.all_ended.Wait();
}

}  // namespace aigateway
