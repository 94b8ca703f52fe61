#include "plugins/regex_guard.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/pattern_scanner.h"
#include "plugins/pattern_settings.h"
#include "plugins/text_guard.h"

namespace aigateway {
namespace {

using config::v1::RegexGuardSettings;

constexpr char kReplacement[] = "[redacted]";

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> CreateRegexGuard(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const RegexGuardSettings&>(message);
  std::vector<FieldViolation> faults;
  if (settings.patterns().empty()) {
    faults.push_back({"patterns", "is missing: list what to look for"});
  }
  std::vector<Pattern> patterns;
  for (int i = 0; i < settings.patterns_size(); ++i) {
    const config::v1::RegexPattern& each = settings.patterns(i);
    const std::string path = absl::StrCat("patterns[", i, "]");
    Pattern& pattern = patterns.emplace_back();
    pattern.name = each.name().empty() ? path : each.name();
    pattern.redacts = each.action() == "redact";
    pattern.replacement =
        each.has_replacement() ? each.replacement() : kReplacement;
    if (!each.action().empty() && each.action() != "deny" && !pattern.redacts) {
      faults.push_back(
          {path + ".action", "is not known: write deny or redact"});
    }
    if (each.has_replacement() && !pattern.redacts) {
      faults.push_back(
          {path + ".replacement", "has no use without `action: redact`"});
    }
    pattern.regex = ReadPattern(path + ".pattern", each.pattern(), faults);
  }
  std::optional<int32_t> match_bytes;
  if (settings.has_max_match_bytes()) match_bytes = settings.max_match_bytes();
  const size_t reach = ReadMaxMatchBytes(match_bytes, faults);
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<TextGuard>(std::make_unique<PatternScanner>(
      std::move(patterns), HoldBack(reach), reach));
}

AIGW_REGISTER_PLUGIN(
    "regex-guard",
    {.create = &CreateRegexGuard,
     .settings = &RegexGuardSettings::descriptor,
     .type = "guardrail",
     .stages = {Stage::kBeforeRequest, Stage::kAfterRequest, Stage::kOnChunk},
     .default_stages = {Stage::kBeforeRequest, Stage::kAfterRequest,
                        Stage::kOnChunk}});

}  // namespace aigateway
