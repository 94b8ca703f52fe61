#ifndef AIGATEWAY_GATEWAY_RESILIENCE_BREAKER_SET_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_BREAKER_SET_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"
#include "gateway/resilience/breaker.h"

namespace aigateway {

// A target's breakers, one for each of its models, since a provider may have
// trouble with one alone. Thread-safe; outlives reloads with its settings.
class BreakerSet {
 public:
  // Callers name models: beyond this many the rest share one breaker.
  static constexpr size_t kMaxModels = 256;

  explicit BreakerSet(const BreakerSettings& settings)
      : settings_(settings), rest_(settings) {}

  // The breaker for the provider's name of a model; valid as long as the set.
  Breaker& For(absl::string_view model) ABSL_LOCKS_EXCLUDED(mutex_);

  // The same without making one: null if the model has none yet, and so all
  // calls pass.
  const Breaker* Find(absl::string_view model) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // As one: open if one is open, else half open if one is, else closed.
  Breaker::State state(absl::Time now) const ABSL_LOCKS_EXCLUDED(mutex_);
  // The earliest time at which an open one lets a call through.
  std::optional<absl::Time> retry_time(absl::Time now) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Reset() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  template <typename Visit>
  void ForEach(Visit visit) const ABSL_LOCKS_EXCLUDED(mutex_);

  const BreakerSettings settings_;
  mutable Mutex mutex_;
  // Never shrinks, so that a Breaker& stays valid.
  absl::flat_hash_map<std::string, std::unique_ptr<Breaker>> by_model_
      ABSL_GUARDED_BY(mutex_);
  mutable Breaker rest_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_BREAKER_SET_H_
