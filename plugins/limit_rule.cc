#include "plugins/limit_rule.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace aigateway {
namespace {

using config::v1::RateLimitSettings;
using Limit = RateLimitSettings::Limit;

constexpr double kDefaultPerSecond = 100;
constexpr double kMostPerSecond = 1e9;
constexpr double kMicro = 1e6;
// Tokens are added up without a check.
constexpr int64_t kMostAmount = int64_t{1} << 50;

// Reads one configuration's limits.
class Reader {
 public:
  explicit Reader(std::vector<FieldViolation>& faults) : faults_(faults) {}

  std::vector<LimitRule> Read(const RateLimitSettings& settings) {
    const bool by_default =
        !settings.has_requests_per_second() && settings.limits().empty();
    if (settings.has_requests_per_second() || by_default) {
      ReadOverall(settings);
    } else if (settings.has_burst()) {
      Fault("burst", "belongs to requests_per_second, which is not set");
    }
    if (settings.has_key_rpm()) {
      ReadPerMinute("key_rpm", settings.key_rpm(), LimitRule::By::kKey, "key");
    }
    if (settings.has_user_rpm()) {
      ReadPerMinute("user_rpm", settings.user_rpm(), LimitRule::By::kUser,
                    "user");
    }
    for (int i = 0; i < settings.limits_size(); ++i) {
      ReadLimit(settings.limits(i), absl::StrCat("limits[", i, "]"));
    }
    return std::move(rules_);
  }

 private:
  void Fault(std::string field, std::string what) {
    faults_.push_back({std::move(field), std::move(what)});
  }

  bool IsRate(const char* field, double value) {
    // A millionth is the least that is counted; NaN fails.
    if (value >= 1 / kMicro && value <= kMostPerSecond) return true;
    Fault(field, "must be above 0, with six decimals at most, up to 1e9");
    return false;
  }

  void ReadOverall(const RateLimitSettings& settings) {
    const double rate = settings.has_requests_per_second()
                            ? settings.requests_per_second()
                            : kDefaultPerSecond;
    // With room for less than one request none would ever pass.
    const double burst =
        settings.has_burst() ? settings.burst() : std::max(rate, 1.0);
    const bool rate_is_well = IsRate("requests_per_second", rate);
    if (settings.has_burst() && !(burst >= 1 && burst <= kMostPerSecond)) {
      Fault("burst", "must be at least 1, up to 1e9");
      return;
    }
    if (!rate_is_well) return;
    LimitRule& rule = rules_.emplace_back();
    rule.name = "requests_per_second";
    rule.words = absl::StrCat(rate, " requests a second");
    rule.bucket = RequestBucket::Limit::Make(rate, absl::Seconds(1), burst);
  }

  void ReadPerMinute(const char* field, double rate, LimitRule::By by,
                     absl::string_view each) {
    if (!IsRate(field, rate)) return;
    LimitRule& rule = rules_.emplace_back();
    rule.name = field;
    rule.words = absl::StrCat(rate, " requests a minute for each ", each);
    rule.by = by;
    rule.named_only = true;
    rule.bucket =
        RequestBucket::Limit::Make(rate, absl::Minutes(1), std::max(rate, 1.0));
  }

  void ReadLimit(const Limit& limit, const std::string& path) {
    LimitRule rule;
    rule.name = limit.name().empty() ? path : limit.name();
    for (const LimitRule& other : rules_) {
      if (other.name == rule.name) {
        Fault(path + ".name", "is the name of another limit too");
      }
    }
    ReadBy(limit, path, rule);
    words_.clear();
    ReadWindows(limit.requests(), /*tokens=*/false, path + ".requests", rule);
    ReadBurst(limit.requests(), path + ".requests.burst", rule);
    ReadWindows(limit.tokens(), /*tokens=*/true, path + ".tokens", rule);
    if (limit.has_concurrent()) {
      rule.concurrent = limit.concurrent();
      CheckAmount(path + ".concurrent", rule.concurrent);
      words_.push_back(absl::StrCat(rule.concurrent, " requests at once"));
    }
    if (words_.empty()) {
      Fault(path, "limits nothing: set requests, tokens or concurrent");
    }
    rule.words = absl::StrCat(absl::StrJoin(words_, ", "), EachOf(rule));
    rules_.push_back(std::move(rule));
  }

  void ReadBy(const Limit& limit, const std::string& path, LimitRule& rule) {
    absl::string_view by = limit.by();
    if (by.empty() || by == "all") {
      rule.by = LimitRule::By::kAll;
    } else if (by == "key") {
      rule.by = LimitRule::By::kKey;
    } else if (by == "user") {
      rule.by = LimitRule::By::kUser;
    } else if (by == "model") {
      rule.by = LimitRule::By::kModel;
    } else if (absl::ConsumePrefix(&by, "metadata.") && !by.empty()) {
      rule.by = LimitRule::By::kMetadata;
      rule.metadata = std::string(by);
    } else {
      Fault(path + ".by",
            "must be 'all', 'key', 'user', 'model' or 'metadata.NAME'");
    }
  }

  static std::string EachOf(const LimitRule& rule) {
    switch (rule.by) {
      case LimitRule::By::kAll:
        return "";
      case LimitRule::By::kKey:
        return " for each key";
      case LimitRule::By::kUser:
        return " for each user";
      case LimitRule::By::kModel:
        return " for each model";
      case LimitRule::By::kMetadata:
        return absl::StrCat(" for each metadata.", rule.metadata);
    }
    return "";
  }

  void CheckAmount(const std::string& field, int64_t amount) {
    if (amount >= 1 && amount <= kMostAmount) return;
    Fault(field, absl::StrCat("must be from 1 to ", kMostAmount));
  }

  // `Rates` is Limit::Requests or Limit::Tokens.
  template <typename Rates>
  void ReadWindows(const Rates& rates, bool tokens, const std::string& path,
                   LimitRule& rule) {
    const auto read = [&](bool is_set, const char* field, int64_t amount,
                          absl::Duration length, const char* word) {
      if (!is_set) return;
      CheckAmount(absl::StrCat(path, ".", field), amount);
      rule.windows.push_back({tokens, {.amount = amount, .length = length}});
      words_.push_back(
          absl::StrCat(amount, tokens ? " tokens a " : " requests a ", word));
    };
    read(rates.has_per_second(), "per_second", rates.per_second(),
         absl::Seconds(1), "second");
    read(rates.has_per_minute(), "per_minute", rates.per_minute(),
         absl::Minutes(1), "minute");
    read(rates.has_per_day(), "per_day", rates.per_day(), absl::Hours(24),
         "day");
  }

  // Evens out the shortest of the windows: what is left of it comes back bit by
  // bit.
  void ReadBurst(const Limit::Requests& requests, const std::string& field,
                 LimitRule& rule) {
    if (!requests.has_burst()) return;
    CheckAmount(field, requests.burst());
    if (rule.windows.empty()) {
      Fault(field, "needs per_second, per_minute or per_day beside it");
      return;
    }
    const UseWindow::Limit& window = rule.windows.front().limit;
    const auto rate = static_cast<double>(window.amount);
    const auto burst = static_cast<double>(requests.burst());
    if (rate < 1 || rate > kMostPerSecond || burst < 1) return;
    if (burst > rate) {
      Fault(field, absl::StrCat("is more than the ", window.amount,
                                " that are ever let in"));
      return;
    }
    rule.bucket = RequestBucket::Limit::Make(rate, window.length, burst);
  }

  std::vector<FieldViolation>& faults_;
  std::vector<LimitRule> rules_;
  std::vector<std::string> words_;  // Of the limit that is read.
};

}  // namespace

bool LimitRule::counts_tokens() const {
  return std::any_of(windows.begin(), windows.end(),
                     [](const Window& window) { return window.tokens; });
}

int64_t LimitRule::most_tokens() const {
  int64_t most = 0;
  for (const Window& window : windows) {
    if (!window.tokens) continue;
    most =
        most == 0 ? window.limit.amount : std::min(most, window.limit.amount);
  }
  return most;
}

std::optional<absl::string_view> LimitRule::KeyOf(
    const PluginRequest& request) const {
  absl::string_view key;
  switch (by) {
    case By::kAll:
      return key;
    case By::kKey:
      key = request.caller;
      break;
    case By::kUser:
      key = request.chat.user();
      break;
    case By::kModel:
      key = request.chat.model();
      break;
    case By::kMetadata: {
      const auto found = request.chat.metadata().find(metadata);
      if (found != request.chat.metadata().end()) key = found->second;
      break;
    }
  }
  if (named_only && key.empty()) return std::nullopt;
  return key;
}

std::vector<LimitRule> ReadLimitRules(const RateLimitSettings& settings,
                                      std::vector<FieldViolation>& faults) {
  return Reader(faults).Read(settings);
}

}  // namespace aigateway
