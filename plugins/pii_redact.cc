#include "plugins/pii_redact.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/pattern_scanner.h"
#include "plugins/pattern_settings.h"
#include "plugins/pii_kinds.h"
#include "plugins/pseudonym_guard.h"
#include "plugins/text_guard.h"

namespace aigateway {
namespace {

using config::v1::PiiRedactSettings;

// As much as an address of e-mail may have.
constexpr size_t kMaxPiiBytes = 320;

enum class Action { kBlock, kRedact, kPseudonymise };

std::optional<Action> ActionOf(absl::string_view word) {
  if (word == "block") return Action::kBlock;
  if (word.empty() || word == "redact") return Action::kRedact;
  if (word == "pseudonymise") return Action::kPseudonymise;
  return std::nullopt;
}

std::vector<Stage> MoreStages(const google::protobuf::Message& message) {
  const auto& settings = static_cast<const PiiRedactSettings&>(message);
  if (ActionOf(settings.action()) != Action::kPseudonymise) return {};
  return {Stage::kBeforeRequest, Stage::kAfterRequest, Stage::kOnChunk};
}

// Where the first match could begin that is not complete yet.
PatternScanner::OpenEnd OpenPii(const std::vector<std::string>& kinds,
                                size_t held) {
  std::shared_ptr<re2::RE2> beginnings;
  if (!kinds.empty()) beginnings = PiiBeginnings(kinds);
  PatternScanner::OpenEnd custom;
  if (held > 0) custom = HoldBack(held);
  return [beginnings, custom](absl::string_view text, size_t begin) {
    size_t open = custom == nullptr ? text.size() : custom(text, begin);
    re2::StringPiece found;
    if (beginnings != nullptr &&
        beginnings->Match(re2::StringPiece(text.data(), text.size()), begin,
                          text.size(), re2::RE2::UNANCHORED, &found, 1)) {
      open = std::min(open, static_cast<size_t>(found.data() - text.data()));
    }
    return open;
  };
}

std::vector<std::string> KindsOf(const PiiRedactSettings& settings,
                                 std::vector<FieldViolation>& faults) {
  if (settings.kinds().empty()) return DefaultPiiKinds();
  const std::vector<std::string> known = PiiKinds();
  std::vector<std::string> kinds;
  for (int i = 0; i < settings.kinds_size(); ++i) {
    const std::string& kind = settings.kinds(i);
    if (kind == "none" && settings.kinds_size() == 1) return {};
    if (std::find(known.begin(), known.end(), kind) == known.end()) {
      faults.push_back(
          {absl::StrCat("kinds[", i, "]"),
           absl::StrCat("is not known: write ", absl::StrJoin(known, ", "),
                        ", or none alone")});
    }
    kinds.push_back(kind);
  }
  return kinds;
}

void AddCustom(const PiiRedactSettings& settings,
               std::vector<Pattern>& patterns,
               std::vector<FieldViolation>& faults) {
  static const auto* const name_form = new re2::RE2("[a-z][0-9a-z-]{0,31}");
  for (int i = 0; i < settings.patterns_size(); ++i) {
    const PiiRedactSettings::CustomPattern& each = settings.patterns(i);
    const std::string path = absl::StrCat("patterns[", i, "]");
    if (!re2::RE2::FullMatch(each.name(), *name_form)) {
      faults.push_back({path + ".name",
                        "must be of small letters, digits and dashes, 32 at "
                        "most, and begin with a letter"});
    }
    patterns.push_back(
        {.name = each.name(),
         .regex = ReadPattern(path + ".pattern", each.pattern(), faults)});
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> CreatePiiRedact(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const PiiRedactSettings&>(message);
  std::vector<FieldViolation> faults;
  const std::optional<Action> action = ActionOf(settings.action());
  if (!action.has_value()) {
    faults.push_back(
        {"action", "is not known: write block, redact or pseudonymise"});
  }
  std::vector<Pattern> patterns;
  AddCustom(settings, patterns, faults);
  const size_t custom = patterns.size();
  const std::vector<std::string> kinds = KindsOf(settings, faults);
  if (kinds.empty() && custom == 0 && faults.empty()) {
    faults.push_back({"kinds", "is none: list what to look for in patterns"});
  }
  std::optional<int32_t> match_bytes;
  if (settings.has_max_match_bytes()) match_bytes = settings.max_match_bytes();
  const size_t held = ReadMaxMatchBytes(match_bytes, faults);
  if (!faults.empty()) return InvalidSettings(faults);
  for (PiiForm& form : PiiForms(kinds)) {
    patterns.push_back({.name = form.kind,
                        .regex = std::move(form.regex),
                        .counted = std::move(form.counted),
                        .looks_within = true});
  }
  for (Pattern& pattern : patterns) {
    pattern.redacts = *action != Action::kBlock;
    pattern.replacement = *action == Action::kPseudonymise
                              ? pattern.name
                              : absl::StrCat("[", pattern.name, "]");
  }
  auto scanner = std::make_unique<PatternScanner>(
      std::move(patterns), OpenPii(kinds, custom > 0 ? held : 0),
      std::max(held, kMaxPiiBytes));
  if (*action == Action::kPseudonymise) {
    return std::make_unique<PseudonymGuard>(std::move(scanner));
  }
  return std::make_unique<TextGuard>(std::move(scanner));
}

AIGW_REGISTER_PLUGIN("pii-redact",
                     {.create = &CreatePiiRedact,
                      .settings = &PiiRedactSettings::descriptor,
                      .type = "guardrail",
                      .stages = {Stage::kBeforeRequest, Stage::kAfterRequest,
                                 Stage::kOnChunk},
                      .default_stages = {Stage::kBeforeRequest,
                                         Stage::kAfterRequest, Stage::kOnChunk},
                      .more_stages = &MoreStages});

}  // namespace aigateway
