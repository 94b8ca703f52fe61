#include "providers/anthropic_profile.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace aigateway {
namespace {

using Effort = AnthropicProfile::Effort;
using Off = AnthropicProfile::ThinkingOff;
using Sampling = AnthropicProfile::Sampling;

// The limits, effort and structured outputs up to 4.7 are from a recorded model
// list; the rest from providers.md section 3 and from the migration guides of
// platform.claude.com as of November 2026.

constexpr AnthropicProfile Claude3(int64_t max_output_tokens,
                                   bool budget_thinking) {
  return {.max_output_tokens = max_output_tokens,
          .budget_thinking = budget_thinking,
          .prefill = true};
}

// 4.1 to 4.5, which already take only one of temperature and top_p.
constexpr AnthropicProfile Claude45(int64_t max_output_tokens, Effort effort) {
  return {.max_output_tokens = max_output_tokens,
          .sampling = Sampling::kEither,
          .budget_thinking = true,
          .effort = effort,
          .prefill = true,
          .json_schema = true};
}

constexpr AnthropicProfile Claude46() {
  return {.max_output_tokens = 128000,
          .sampling = Sampling::kEither,
          .budget_thinking = true,
          .adaptive_thinking = true,
          .effort = Effort::kToMax,
          .json_schema = true};
}

constexpr AnthropicProfile Claude47(bool system_midway) {
  return {.max_output_tokens = 128000,
          .sampling = Sampling::kNone,
          .adaptive_thinking = true,
          .effort = Effort::kAll,
          .system_midway = system_midway,
          .json_schema = true};
}

constexpr AnthropicProfile Claude5(Off thinking_off, bool forced_tools,
                                   bool bound_thinking) {
  AnthropicProfile profile = Claude47(/*system_midway=*/true);
  profile.thinking_off = thinking_off;
  profile.forced_tools = forced_tools;
  profile.bound_thinking = bound_thinking;
  return profile;
}

// A generation: its family and its version as 100 * major + minor.
struct Row {
  absl::string_view family;
  int version;
  AnthropicProfile profile;
};

// Of one family the newest comes first; the first row of all is what a family
// that is not known is taken for.
constexpr Row kRows[] = {
    {"opus", 505, Claude5(Off::kNever, false, true)},
    {"opus", 500, Claude5(Off::kDisabled, true, false)},
    {"opus", 408, Claude47(true)},
    {"opus", 407, Claude47(false)},
    {"opus", 406, Claude46()},
    {"opus", 405, Claude45(64000, Effort::kToHigh)},
    {"opus", 401, Claude45(32000, Effort::kNone)},
    {"opus", 400, Claude3(32000, true)},
    {"sonnet", 505, Claude5(Off::kBetweenTools, false, true)},
    {"sonnet", 500, Claude5(Off::kDisabled, true, false)},
    {"sonnet", 406, Claude46()},
    {"sonnet", 405, Claude45(64000, Effort::kNone)},
    {"sonnet", 400, Claude3(64000, true)},
    // Its guide lets tools be forced and thinking be disabled, unlike those of
    // the larger 5.5.
    {"haiku", 505, Claude5(Off::kDisabled, true, true)},
    {"haiku", 405, Claude45(64000, Effort::kNone)},
    {"fable", 501, Claude5(Off::kNever, false, true)},
    {"fable", 500, Claude5(Off::kNever, false, false)},
    {"mythos", 500, Claude5(Off::kNever, false, false)},
};

constexpr AnthropicProfile kClaude37 = Claude3(64000, true);
constexpr AnthropicProfile kClaude35 = Claude3(8192, false);
constexpr AnthropicProfile kClaude3 = Claude3(4096, false);

// Another vendor's model behind the dialect. Budgets are the form of thinking
// that all such servers know.
constexpr AnthropicProfile kStranger = {.max_output_tokens = 8192,
                                        .budget_thinking = true,
                                        .prefill = true,
                                        .json_schema = true};

struct Name {
  std::string family;          // "opus". Empty if the name has none.
  std::optional<int> version;  // 100 * major + minor.
};

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// Takes a number of one or two digits off the front: a date is none.
std::optional<int> TakeShortNumber(absl::string_view& text) {
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0 || digits > 2) return std::nullopt;
  int number = 0;
  for (char c : text.substr(0, digits)) number = 10 * number + (c - '0');
  text.remove_prefix(digits);
  return number;
}

std::optional<int> TakeVersion(absl::string_view& text) {
  std::optional<int> major = TakeShortNumber(text);
  if (!major.has_value()) return std::nullopt;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "-") || absl::ConsumePrefix(&rest, ".")) {
    if (std::optional<int> minor = TakeShortNumber(rest)) {
      text = rest;
      return *major * 100 + *minor;
    }
  }
  return *major * 100;
}

std::string TakeWord(absl::string_view& text) {
  size_t end = 0;
  while (end < text.size() &&
         absl::ascii_isalpha(static_cast<unsigned char>(text[end]))) {
    ++end;
  }
  std::string word(text.substr(0, end));
  text.remove_prefix(end);
  return word;
}

// Reads what comes after "claude-": "opus-4-5-20251101", "3-5-sonnet-latest",
// "opus-4.5", "sonnet-4@20250514", "2.1".
Name ParseName(absl::string_view text) {
  Name name;
  name.version = TakeVersion(text);
  if (name.version.has_value()) absl::ConsumePrefix(&text, "-");
  name.family = TakeWord(text);
  if (!name.version.has_value() && absl::ConsumePrefix(&text, "-")) {
    name.version = TakeVersion(text);
  }
  return name;
}

}  // namespace

const AnthropicProfile& AnthropicProfileFor(absl::string_view model) {
  const std::string lower = absl::AsciiStrToLower(model);
  const size_t claude = absl::string_view(lower).rfind("claude");
  if (claude == absl::string_view::npos) return kStranger;
  absl::string_view rest = absl::string_view(lower).substr(claude + 6);
  absl::ConsumePrefix(&rest, "-");
  const Name name = ParseName(rest);

  if (name.family == "instant") return kClaude3;
  // A family that came after this table counts its versions anew.
  bool known = name.family.empty();
  for (const Row& row : kRows) known = known || row.family == name.family;
  if (known && name.version.has_value() && *name.version < 400) {
    if (*name.version >= 307) return kClaude37;
    return *name.version >= 305 ? kClaude35 : kClaude3;
  }
  const Row* oldest = nullptr;
  for (const Row& row : kRows) {
    if (row.family != name.family) continue;
    if (!name.version.has_value() || row.version <= *name.version) {
      return row.profile;
    }
    oldest = &row;
  }
  // Older than all of its family, or of a family that came after this table.
  return oldest != nullptr ? oldest->profile : kRows[0].profile;
}

bool IsClaude(absl::string_view model) {
  return absl::StrContains(absl::AsciiStrToLower(model), "claude");
}

bool SameAnthropicModel(absl::string_view a, absl::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (!absl::StartsWithIgnoreCase(a, b)) return false;
  absl::string_view rest = a.substr(b.size());
  if (rest.empty()) return true;
  if (rest[0] != '-' && rest[0] != '@') return false;
  rest.remove_prefix(1);
  if (rest.size() != 8) return false;
  for (char c : rest) {
    if (!IsDigit(c)) return false;
  }
  return true;
}

}  // namespace aigateway
