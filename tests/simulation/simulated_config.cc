#include "tests/simulation/simulated_config.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace aigateway {
namespace {

bool Chance(double share, Random& random) { return random.Uniform() < share; }

// From `low` to `high`.
int Between(int low, int high, Random& random) {
  return low + static_cast<int>(random.Next() %
                                static_cast<uint64_t>(high - low + 1));
}

std::string Yaml(absl::Duration duration) {
  return absl::StrCat(absl::ToInt64Milliseconds(duration), "ms");
}

void DrawLimits(SimulatedTarget& target, Random& random) {
  target.attempts = Between(1, 4, random);
  target.max_backoff = absl::Seconds(Between(1, 10, random));
  target.on_status_codes.clear();
  if (Chance(0.1, random)) target.on_status_codes = {429, 500, 503};
  target.first_token = Chance(0.35, random)
                           ? absl::Milliseconds(Between(200, 3000, random))
                           : absl::InfiniteDuration();
  target.idle = absl::Seconds(Between(2, 60, random));
  target.attempt = absl::Seconds(Between(5, 120, random));
  target.breaker.clear();
  if (Chance(0.5, random)) {
    target.half_open_max = Between(1, 3, random);
    target.breaker = absl::StrCat(
        "{failure_threshold: ", Between(1, 5, random),
        ", success_threshold: ", Between(1, 2, random),
        ", timeout: ", Between(1, 30, random),
        "s, half_open_max: ", target.half_open_max,
        Chance(0.3, random) ? ", failure_rate: 0.5, min_requests: 5" : "", "}");
  }
}

// Drawn once: a bound with other settings is another one, and for a while both
// let calls through.
void DrawBound(SimulatedTarget& target, Random& random) {
  if (!Chance(0.5, random)) return;
  target.max_in_flight = Between(1, 5, random);
  target.concurrency = absl::StrCat(
      "{max: ", target.max_in_flight, ", queue: ", Between(0, 6, random),
      Chance(0.5, random)
          ? absl::StrCat(", queue_timeout: ", Between(1, 20, random), "s")
          : "",
      Chance(0.3, random) ? ", adaptive: true" : "", "}");
}

SimulatedTarget DrawTarget(int index, Random& random) {
  SimulatedTarget target;
  target.name = std::string(1, static_cast<char>('a' + index));
  target.wire = Chance(0.3, random) ? Wire::kAnthropic : Wire::kOpenAi;
  target.keys = Chance(0.2, random) ? 2 : 1;
  constexpr double kBudgets[] = {0, 0.2, 0.2, 1};
  target.retry_budget = kBudgets[random.Next() % std::size(kBudgets)];
  DrawLimits(target, random);
  DrawBound(target, random);
  return target;
}

// Modes that need no settings of their own.
constexpr const char* kPlainModes[] = {
    "single",     "fallback",   "loadbalance", "loadbalance", "least-latency",
    "least-busy", "least-cost", "sticky",      "ab-test",     "cost-optimized",
};
constexpr const char* kGroupModes[] = {"fallback", "loadbalance", "least-busy",
                                       "sticky"};

void DrawMode(SimulatedConfig& config, Random& random) {
  config.mode_settings.clear();
  config.mirror.clear();
  config.grouped = 0;
  // Names that a strategy's settings may point to.
  const std::string& first = config.targets.front().name;
  if (config.targets.size() >= 3 && Chance(0.25, random)) {
    config.grouped = 2;
    config.group_mode = kGroupModes[random.Next() % std::size(kGroupModes)];
  }
  const std::string last =
      config.grouped > 0 ? "group" : config.targets.back().name;
  const int special = config.targets.size() < 2 ? 9 : Between(0, 9, random);
  if (special == 0) {
    config.mode = Chance(0.5, random) ? "conditional" : "content-based";
    config.mode_settings =
        absl::StrCat("conditions: [{key: user, value: u1, target_key: ", last,
                     "}, {key: stream, value: \"true\", target_keys: [", first,
                     ", ", last, "]}], default: ", last);
  } else if (special == 1) {
    config.mode = "canary";
    config.mode_settings =
        absl::StrCat("canary: {target: ", last, ", share: 0.3}");
  } else if (special == 2 && config.grouped == 0) {
    config.mode = "mirror";
    config.mirror = last;
    config.mode_settings =
        absl::StrCat("mirror: {target: ", last,
                     ", share: 0.5, max_in_flight: ", Between(1, 3, random),
                     ", timeout: 15s}");
  } else {
    config.mode = kPlainModes[random.Next() % std::size(kPlainModes)];
  }
}

void DrawWeights(SimulatedConfig& config, Random& random) {
  for (SimulatedTarget& target : config.targets) {
    target.weight = Between(1, 10, random) / 10.0;
  }
  if (config.targets.size() > 1 && Chance(0.1, random)) {
    config.targets.back().weight = 0;
  }
}

void DrawWalkRules(SimulatedConfig& config, Random& random) {
  config.policy_fails_over = Chance(0.1, random);
  config.on_interruption =
      Chance(0.6, random)
          ? v1::ON_INTERRUPTION_UNSPECIFIED
          : static_cast<v1::OnInterruption>(Between(1, 3, random));
  config.hold_back.clear();
  if (Chance(0.25, random)) {
    config.hold_back =
        Chance(0.5, random)
            ? absl::StrCat("{events: ", Between(1, 6, random), "}")
            : absl::StrCat("{time: ", Between(50, 1500, random), "ms}");
  }
  config.hedge.clear();
  config.hedge_max_share = 0;
  if (Chance(0.3, random)) {
    config.hedge_max_share = Chance(0.5, random) ? 0.05 : 0.3;
    config.hedge = absl::StrCat("{after: ", Between(100, 1000, random), "ms",
                                Chance(0.3, random) ? ", percentile: 90" : "",
                                ", max_share: ", config.hedge_max_share, "}");
  }
}

absl::string_view WordOf(v1::OnInterruption on_interruption) {
  switch (on_interruption) {
    case v1::ON_INTERRUPTION_FAIL:
      return "fail";
    case v1::ON_INTERRUPTION_CONTINUE:
      return "continue";
    case v1::ON_INTERRUPTION_RESTART:
      return "restart";
    default:
      return "";
  }
}

std::string ProviderYaml(const SimulatedTarget& target) {
  std::vector<std::string> keys;
  for (int i = 0; i < target.keys; ++i) {
    keys.push_back(absl::StrCat("key-", i));
  }
  return absl::StrCat("- {name: ", target.name, ", type: ", TypeOf(target.wire),
                      ", base_url: \"http://", target.name,
                      ".test/v1\", api_keys: [", absl::StrJoin(keys, ", "),
                      "], models: [m1]}\n");
}

std::string TargetYaml(const SimulatedTarget& target) {
  std::string text = absl::StrCat(
      "{virtual_key: ", target.name, ", weight: ", target.weight,
      ", retry: {attempts: ", target.attempts,
      ", initial_backoff: 100ms, max_backoff: ", Yaml(target.max_backoff),
      ", budget: ", target.retry_budget, ", on_status_codes: [",
      absl::StrJoin(target.on_status_codes, ", "),
      "]}, timeouts: {idle: ", Yaml(target.idle),
      ", attempt: ", Yaml(target.attempt));
  if (target.first_token < absl::InfiniteDuration()) {
    absl::StrAppend(&text, ", first_token: ", Yaml(target.first_token));
  }
  absl::StrAppend(&text, "}");
  if (!target.breaker.empty()) {
    absl::StrAppend(&text, ", circuit_breaker: ", target.breaker);
  }
  if (!target.concurrency.empty()) {
    absl::StrAppend(&text, ", concurrency: ", target.concurrency);
  }
  return absl::StrCat(text, "}");
}

}  // namespace

const SimulatedTarget* SimulatedConfig::Find(absl::string_view name) const {
  for (const SimulatedTarget& target : targets) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

std::string SimulatedConfig::ToYaml() const {
  std::string text = "providers:\n";
  for (const SimulatedTarget& target : targets) {
    absl::StrAppend(&text, ProviderYaml(target));
  }
  absl::StrAppend(&text, "targets:\n");
  const size_t alone = targets.size() - grouped;
  for (size_t i = 0; i < alone; ++i) {
    absl::StrAppend(&text, "- ", TargetYaml(targets[i]), "\n");
  }
  if (grouped > 0) {
    absl::StrAppend(&text,
                    "- virtual_key: group\n  strategy: {mode: ", group_mode,
                    "}\n  targets:\n");
    for (size_t i = alone; i < targets.size(); ++i) {
      absl::StrAppend(&text, "  - ", TargetYaml(targets[i]), "\n");
    }
  }
  absl::StrAppend(&text, "strategy: {mode: ", mode);
  if (!mode_settings.empty()) absl::StrAppend(&text, ", ", mode_settings);
  if (policy_fails_over) {
    absl::StrAppend(&text, ", failover_on: [CONTENT_FILTERED]");
  }
  const absl::string_view word = WordOf(on_interruption);
  if (!word.empty()) absl::StrAppend(&text, ", on_interruption: ", word);
  if (!hold_back.empty()) absl::StrAppend(&text, ", hold_back: ", hold_back);
  if (!hedge.empty()) absl::StrAppend(&text, ", hedge: ", hedge);
  return absl::StrCat(text, "}\n");
}

SimulatedConfig DrawConfig(Random& random) {
  SimulatedConfig config;
  const int count = Between(1, 4, random);
  for (int i = 0; i < count; ++i) {
    config.targets.push_back(DrawTarget(i, random));
  }
  DrawMode(config, random);
  DrawWeights(config, random);
  DrawWalkRules(config, random);
  return config;
}

SimulatedConfig ChangeConfig(const SimulatedConfig& all,
                             const std::vector<std::string>& keep,
                             Random& random) {
  SimulatedConfig config = all;
  if (Chance(0.3, random)) {
    std::reverse(config.targets.begin(), config.targets.end());
  }
  const auto goes = [&](const SimulatedTarget& target) {
    return std::find(keep.begin(), keep.end(), target.name) == keep.end();
  };
  if (config.targets.size() > 1 && Chance(0.3, random)) {
    const auto gone =
        std::find_if(config.targets.begin(), config.targets.end(), goes);
    if (gone != config.targets.end()) config.targets.erase(gone);
  }
  // Often the same: then breakers and bounds go on as they were.
  for (SimulatedTarget& target : config.targets) {
    if (Chance(0.3, random)) DrawLimits(target, random);
  }
  DrawMode(config, random);
  DrawWeights(config, random);
  if (Chance(0.5, random)) DrawWalkRules(config, random);
  return config;
}

}  // namespace aigateway
