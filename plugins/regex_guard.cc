#include "plugins/regex_guard.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/pattern_scanner.h"
#include "plugins/text_guard.h"

namespace aigateway {
namespace {

using config::v1::RegexGuardSettings;

constexpr int kDefaultMatchBytes = 128;
constexpr int kMaxMatchBytes = 4096;
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
    if (each.pattern().empty()) {
      faults.push_back({path + ".pattern", "is missing"});
      continue;
    }
    absl::StatusOr<std::unique_ptr<re2::RE2>> regex =
        CompilePattern(each.pattern());
    if (!regex.ok()) {
      faults.push_back(
          {path + ".pattern", std::string(regex.status().message())});
      continue;
    }
    pattern.regex = *std::move(regex);
  }
  const int match_bytes = settings.has_max_match_bytes()
                              ? settings.max_match_bytes()
                              : kDefaultMatchBytes;
  if (match_bytes < 1 || match_bytes > kMaxMatchBytes) {
    faults.push_back({"max_match_bytes",
                      absl::StrCat("must be from 1 to ", kMaxMatchBytes)});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  const auto reach = static_cast<size_t>(match_bytes);
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
