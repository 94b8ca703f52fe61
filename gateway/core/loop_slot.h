#ifndef AIGATEWAY_GATEWAY_CORE_LOOP_SLOT_H_
#define AIGATEWAY_GATEWAY_CORE_LOOP_SLOT_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "gateway/base/background.h"
#include "gateway/base/env.h"
#include "gateway/base/open_count.h"
#include "gateway/base/registry.h"
#include "gateway/base/scope.h"
#include "gateway/core/snapshot.h"
#include "gateway/net/event_loop.h"
#include "gateway/net/routing_http_client.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/provider.h"

namespace aigateway {

// One loop of a gateway, its own or lent, with what belongs to it: the way to
// providers in memory, the snapshot it runs, the requests in flight.
class LoopSlot final : public Background {
 public:
  // Over a loop of its own, which Start() starts. Providers that answer in
  // memory are taken from `types`.
  static absl::StatusOr<std::unique_ptr<LoopSlot>> Create(
      int index, const Registry<ProviderType>& types);
  // Over a loop that was lent, as it is.
  explicit LoopSlot(const Env& env);
  ~LoopSlot() override;

  const Env& env() const { return env_; }
  absl::Status Start();
  bool started() const { return started_; }
  // Stops and joins a loop of its own.
  void Stop();

  // On the loop only.
  const std::shared_ptr<const Snapshot>& snapshot() const { return snapshot_; }
  // The loop's own reference: its count is touched by this loop alone. On the
  // loop, or before it starts.
  void SetSnapshot(std::shared_ptr<const Snapshot> snapshot);

  // Ends with the gateway: every request watches it. On the loop only.
  Scope& scope() override { return scope_; }

  // Whether this request is the one in `every` that is looked at closely; never
  // for 0. On the loop only.
  bool Samples(int every) {
    return every > 0 && requests_seen_++ % static_cast<uint64_t>(every) == 0;
  }

  // What Close() must wait for: requests, and root coroutines that were spawned
  // here by the gateway itself, which are counted before they run, so that none
  // is left behind.
  void OnRootStart() { open_.Add(); }
  void OnRootEnd() { open_.Remove(); }
  const OpenCount& open() const { return open_; }

  void Run(Task<void> work) override;

  void OnRequestStart() {
    open_.Add();
    in_flight_.fetch_add(1, std::memory_order_relaxed);
  }
  void OnRequestEnd() {
    in_flight_.fetch_sub(1, std::memory_order_release);
    open_.Remove();
  }
  int in_flight() const { return in_flight_.load(std::memory_order_acquire); }

 private:
  std::unique_ptr<EventLoop> own_;
  bool started_ = false;
  std::unique_ptr<SimulatedHttpClient> simulated_;
  std::unique_ptr<RoutingHttpClient> routing_;
  Env env_;
  std::shared_ptr<const Snapshot> snapshot_;
  Scope scope_;
  uint64_t requests_seen_ = 0;
  std::atomic<int> in_flight_{0};
  OpenCount open_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_LOOP_SLOT_H_
