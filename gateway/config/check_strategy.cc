#include "gateway/config/check_strategy.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/errors.h"
#include "gateway/config/announced.h"
#include "gateway/config/check_mode.h"
#include "gateway/config/check_values.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/target_names.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::ConditionConfig;
using ::aigateway::config::v1::StrategyConfig;

void CheckMode(const StrategyConfig& strategy, const Vocabulary& vocabulary,
               const FieldPath& path, FaultReport& report) {
  const std::string& mode = strategy.mode();
  if (mode.empty() ||
      std::find(vocabulary.modes.begin(), vocabulary.modes.end(), mode) !=
          vocabulary.modes.end()) {
    return;
  }
  if (IsAnnouncedMode(mode)) {
    return report.Add(path.Key("mode"),
                      absl::StrCat("the mode ", QuoteForMessage(mode),
                                   " is not served by this version: use ",
                                   AnyOf(vocabulary.modes)));
  }
  report.Add(path.Key("mode"),
             absl::StrCat("there is no mode ", QuoteForMessage(mode),
                          DidYouMean(mode, vocabulary.modes)));
}

void CheckConditionKey(const std::string& key, const FieldPath& path,
                       FaultReport& report) {
  const std::vector<std::string> keys = {
      "model",       "model_prefix", "user",      "metadata.NAME",
      "tag",         "stream",       "has_tools", "prompt_tokens_over",
      "prompt_regex"};
  absl::string_view name = key;
  const bool is_metadata = absl::ConsumePrefix(&name, "metadata.");
  if (is_metadata
          ? !name.empty()
          : key != "metadata.NAME" &&
                std::find(keys.begin(), keys.end(), key) != keys.end()) {
    return;
  }
  if (key.empty()) {
    return report.Add(path, absl::StrCat("is missing: write ", AnyOf(keys)));
  }
  report.Add(path, absl::StrCat("no rule can look at ", QuoteForMessage(key),
                                DidYouMean(key, keys)));
}

void CheckConditionValue(const ConditionConfig& condition,
                         const FieldPath& path, FaultReport& report) {
  const FieldPath value_path = path.Key("value");
  const std::string& value = condition.value();
  // An empty text is a value; nothing at all is none. A program's
  // configuration cannot tell the two apart.
  if (value.empty() && report.places().Has(path.ToString()) &&
      !report.places().Has(value_path.ToString())) {
    return report.Add(value_path, "is missing: write what the field must be");
  }
  if ((condition.key() == "stream" || condition.key() == "has_tools") &&
      value != "true" && value != "false") {
    report.Add(value_path, "'true' or 'false' is expected");
  }
  int64_t tokens = 0;
  if (condition.key() == "prompt_tokens_over" &&
      (!absl::SimpleAtoi(value, &tokens) || tokens < 0)) {
    report.Add(value_path, "a number of tokens is expected");
  }
}

void CheckCondition(const ConditionConfig& condition, const TargetNames& names,
                    const FieldPath& path, FaultReport& report) {
  CheckConditionKey(condition.key(), path.Key("key"), report);
  CheckConditionValue(condition, path, report);
  const bool has_one = !condition.target_key().empty();
  const bool has_list = condition.target_keys_size() > 0;
  if (has_one == has_list) {
    report.Add(path.Key("target_key"),
               has_one ? "stands beside target_keys: keep one of the two"
                       : "is missing: write the target to use");
  }
  if (has_one) {
    names.Check(condition.target_key(), path.Key("target_key"), report);
  }
  const FieldPath list_path = path.Key("target_keys");
  CheckNameList(condition.target_keys(), list_path, report);
  for (int i = 0; i < condition.target_keys_size(); ++i) {
    names.Check(condition.target_keys(i), list_path.Index(i), report);
  }
}

void CheckConditions(const StrategyConfig& strategy, const TargetNames& names,
                     const FieldPath& path, FaultReport& report) {
  const FieldPath conditions_path = path.Key("conditions");
  if (strategy.mode() != "conditional" && strategy.mode() != "content-based") {
    return;
  }
  if (strategy.conditions_size() == 0) {
    report.Add(conditions_path,
               absl::StrCat("is missing: mode ",
                            QuoteForMessage(strategy.mode()), " needs rules"));
  }
  // Key and value to the index of the rule that has them.
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>, int>
      seen;
  for (int i = 0; i < strategy.conditions_size(); ++i) {
    const ConditionConfig& condition = strategy.conditions(i);
    const FieldPath condition_path = conditions_path.Index(i);
    CheckCondition(condition, names, condition_path, report);
    const auto [first, is_new] =
        seen.try_emplace({condition.key(), condition.value()}, i);
    if (!is_new) {
      report.Add(condition_path,
                 absl::StrCat("asks the same as conditions[", first->second,
                              "], which always decides: remove one"));
    }
  }
  if (!strategy.default_().empty()) {
    names.Check(strategy.default_(), path.Key("default"), report);
  }
}

// Returns what is wrong with an entry of `failover_on`.
std::string BadFailoverWord(absl::string_view word) {
  int status = 0;
  if (!word.empty() &&
      std::all_of(word.begin(), word.end(), absl::ascii_isdigit)) {
    if (absl::SimpleAtoi(word, &status) && status >= 400 && status <= 599) {
      return "";
    }
    return absl::StrCat(QuoteForMessage(word),
                        " is not the status of a failure: 400 to 599");
  }
  const std::optional<ErrorReason> reason = ReasonByName(word);
  if (!reason.has_value() || *reason == ErrorReason::kUnspecified) {
    std::vector<std::string> reasons;
    const auto* type = v1::ErrorReason_descriptor();
    for (int i = 0; i < type->value_count(); ++i) {
      if (type->value(i)->number() == 0) continue;
      reasons.emplace_back(
          NameOf(static_cast<ErrorReason>(type->value(i)->number())));
    }
    return absl::StrCat(QuoteForMessage(word),
                        " is neither an error reason nor an HTTP status",
                        DidYouMean(word, reasons));
  }
  if (ClassOf(*reason) == ErrorClass::kCallerGone) {
    return absl::StrCat(QuoteForMessage(word),
                        " ends the call itself: no target is left to try");
  }
  return "";
}

void CheckFailover(const StrategyConfig& strategy, const FieldPath& path,
                   FaultReport& report) {
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < strategy.failover_on_size(); ++i) {
    const std::string& word = strategy.failover_on(i);
    std::string bad = BadFailoverWord(word);
    if (bad.empty() && !seen.insert(word).second) {
      bad = absl::StrCat(QuoteForMessage(word), " stands in the list twice");
    }
    if (!bad.empty()) report.Add(path.Index(i), bad);
  }
}

void CheckStreams(const StrategyConfig& strategy, const FieldPath& path,
                  FaultReport& report) {
  const std::vector<std::string> words = {"fail", "continue", "restart"};
  const std::string& word = strategy.on_interruption();
  if (!word.empty() &&
      std::find(words.begin(), words.end(), word) == words.end()) {
    report.Add(path.Key("on_interruption"),
               absl::StrCat(QuoteForMessage(word), " is not known: write ",
                            AnyOf(words), DidYouMean(word, words)));
  }
  const config::v1::HoldBackConfig& hold_back = strategy.hold_back();
  const FieldPath hold_path = path.Key("hold_back");
  CheckAtLeast(hold_back.has_events(), hold_back.events(), 0,
               hold_path.Key("events"), report);
  CheckPositive(hold_back.has_time(), hold_back.time(), hold_path.Key("time"),
                report);
  const config::v1::HedgeConfig& hedge = strategy.hedge();
  const FieldPath hedge_path = path.Key("hedge");
  CheckPositive(hedge.has_after(), hedge.after(), hedge_path.Key("after"),
                report);
  if (hedge.has_percentile() &&
      !(hedge.percentile() > 0 && hedge.percentile() < 100)) {
    report.Add(hedge_path.Key("percentile"),
               "a percentile is expected, above 0 and below 100");
  }
  CheckShare(hedge.has_max_share(), hedge.max_share(), /*zero_too=*/false,
             hedge_path.Key("max_share"), report);
}

// What only the outermost strategy says, since one walk serves the request.
void RefuseInGroup(const StrategyConfig& strategy, const FieldPath& path,
                   FaultReport& report) {
  const auto refuse = [&](bool is_set, absl::string_view key) {
    if (!is_set) return;
    report.Add(path.Key(key),
               "stands in the strategy of a group: only the outermost one, "
               "`strategy`, decides this for a request");
  };
  refuse(strategy.failover_on_size() > 0, "failover_on");
  refuse(!strategy.on_interruption().empty(), "on_interruption");
  refuse(strategy.has_hold_back(), "hold_back");
  refuse(strategy.has_hedge(), "hedge");
}

}  // namespace

void CheckStrategy(
    const StrategyConfig& strategy,
    const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>& targets,
    const Vocabulary& vocabulary, const FieldPath& path, FaultReport& report) {
  const TargetNames names(targets);
  CheckMode(strategy, vocabulary, path, report);
  CheckConditions(strategy, names, path, report);
  CheckModeSettings(strategy, names, path, report);
  CheckFailover(strategy, path.Key("failover_on"), report);
  CheckStreams(strategy, path, report);
}

void CheckGroupStrategy(
    const StrategyConfig& strategy,
    const google::protobuf::RepeatedPtrField<config::v1::TargetConfig>& targets,
    const Vocabulary& vocabulary, const FieldPath& path, FaultReport& report) {
  CheckStrategy(strategy, targets, vocabulary, path, report);
  RefuseInGroup(strategy, path, report);
}

}  // namespace aigateway
