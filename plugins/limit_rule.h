#ifndef AIGATEWAY_PLUGINS_LIMIT_RULE_H_
#define AIGATEWAY_PLUGINS_LIMIT_RULE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/plugin.h"
#include "plugins/request_bucket.h"
#include "plugins/use_window.h"

namespace aigateway {

// One limit of a configuration: what it counts, for whom, and how much may be.
struct LimitRule {
  // What tells apart those that each have the limit for themselves.
  enum class By { kAll, kKey, kUser, kModel, kMetadata };
  struct Window {
    bool tokens = false;  // Else requests.
    UseWindow::Limit limit;
  };

  std::string name;
  std::string words;  // "60 requests a minute for each key".
  By by = By::kAll;
  std::string metadata;     // The name of the entry, with kMetadata.
  bool named_only = false;  // Whether it binds no request without the field.
  std::vector<Window> windows;
  std::optional<RequestBucket::Limit> bucket;
  int64_t concurrent = 0;  // 0: not bounded.

  bool counts_tokens() const;
  // The most tokens that any request may take; 0: not bounded.
  int64_t most_tokens() const;

  // Whom `request` counts for; nullopt: it is not bound. Valid as long as the
  // request stays as it is.
  std::optional<absl::string_view> KeyOf(const PluginRequest& request) const;
};

// The limits of `settings`: the original's keys first, then `limits` in order.
// What is wrong is added to `faults`.
std::vector<LimitRule> ReadLimitRules(
    const config::v1::RateLimitSettings& settings,
    std::vector<FieldViolation>& faults);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_LIMIT_RULE_H_
