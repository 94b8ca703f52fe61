#ifndef AIGATEWAY_PLUGINS_RATE_LIMIT_H_
#define AIGATEWAY_PLUGINS_RATE_LIMIT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "plugins/limit_counter.h"
#include "plugins/limit_rule.h"
#include "plugins/plugin.h"
#include "plugins/store_watch.h"

namespace aigateway {

// Limits requests, tokens and calls at once, for each key, user, model or value
// of metadata (settings: RateLimitSettings).
//
// Tokens are reserved before the request, the prompt's by estimate and the
// answer's by `max_output_tokens`, which a request that has none is given; so
// calls that run at once cannot pass a limit together. After the answer the
// reservation is made what was used; a call that fails or is cancelled gives it
// back, and it comes back by itself when its window has passed. Where the
// counter cannot be asked, `on_unavailable` decides. Thread-safe.
class RateLimit final : public Plugin {
 public:
  // What a counter that fails is replaced by.
  struct Fallback {
    config::v1::OnUnavailable then = config::v1::ON_UNAVAILABLE_DENY;
    std::unique_ptr<LimitCounter> local = nullptr;  // With LOCAL.
  };

  // `counter` counts by `rules`. `max_output_tokens`: what a request that
  // states none is held to where tokens are limited.
  RateLimit(std::vector<LimitRule> rules, std::unique_ptr<LimitCounter> counter,
            Fallback fallback, int32_t max_output_tokens);

  static absl::StatusOr<std::unique_ptr<Plugin>> Create(
      const google::protobuf::Message& settings);

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;

 private:
  // What the request may take at most. Gives it a limit if it has none.
  int64_t Reserve(PluginRequest& request) const;
  Deny Refuse(const LimitRefusal& refusal, int64_t tokens) const;
  // What becomes of a request whose counter cannot be asked.
  Task<absl::StatusOr<LimitCounter::Outcome>> TakeWithout(
      PluginRequest& request, const LimitUse& use);

  const std::vector<LimitRule> rules_;
  const std::unique_ptr<LimitCounter> counter_;
  const Fallback fallback_;
  const int32_t max_output_tokens_;
  const bool counts_tokens_;
  StoreWatch watch_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_RATE_LIMIT_H_
