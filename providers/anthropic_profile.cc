#include "providers/anthropic_profile.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace aigateway {
namespace {

using Effort = AnthropicProfile::Effort;
using Off = AnthropicProfile::ThinkingOff;
using Sampling = AnthropicProfile::Sampling;

// A generation: its family and its version as 100 * major + minor. Of one
// family the newest comes first.
struct Row {
  absl::string_view family;
  int version;
  AnthropicProfile profile;
};

// From providers.md section 3, the recorded model list (limits, effort and
// structured outputs up to 4.7) and the migration guides of platform.claude.com
// as of November 2026.
constexpr Row kRows[] = {
    {"opus",
     505,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kNever,
      .effort = Effort::kAll,
      .forced_tools = false,
      .system_midway = true,
      .json_schema = true,
      .bound_thinking = true}},
    {"opus",
     500,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kDisabled,
      .effort = Effort::kAll,
      .system_midway = true,
      .json_schema = true}},
    {"opus",
     408,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .effort = Effort::kAll,
      .system_midway = true,
      .json_schema = true}},
    {"opus",
     407,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .effort = Effort::kAll,
      .json_schema = true}},
    {"opus",
     406,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kEither,
      .budget_thinking = true,
      .adaptive_thinking = true,
      .effort = Effort::kToMax,
      .json_schema = true}},
    {"opus",
     405,
     {.max_output_tokens = 64000,
      .sampling = Sampling::kEither,
      .budget_thinking = true,
      .effort = Effort::kToHigh,
      .prefill = true,
      .json_schema = true}},
    {"opus",
     401,
     {.max_output_tokens = 32000,
      .sampling = Sampling::kEither,
      .budget_thinking = true,
      .prefill = true,
      .json_schema = true}},
    {"opus",
     400,
     {.max_output_tokens = 32000, .budget_thinking = true, .prefill = true}},
    {"sonnet",
     505,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kBetweenTools,
      .effort = Effort::kAll,
      .forced_tools = false,
      .system_midway = true,
      .json_schema = true,
      .bound_thinking = true}},
    {"sonnet",
     500,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kDisabled,
      .effort = Effort::kAll,
      .system_midway = true,
      .json_schema = true}},
    {"sonnet",
     406,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kEither,
      .budget_thinking = true,
      .adaptive_thinking = true,
      .effort = Effort::kToMax,
      .json_schema = true}},
    {"sonnet",
     405,
     {.max_output_tokens = 64000,
      .sampling = Sampling::kEither,
      .budget_thinking = true,
      .prefill = true,
      .json_schema = true}},
    {"sonnet",
     400,
     {.max_output_tokens = 64000, .budget_thinking = true, .prefill = true}},
    {"sonnet",
     307,
     {.max_output_tokens = 64000, .budget_thinking = true, .prefill = true}},
    // Its guide, unlike those of the larger 5.5, lists forced tools as taken
    // and thinking as something that can be disabled.
    {"haiku",
     505,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kDisabled,
      .effort = Effort::kAll,
      .system_midway = true,
      .json_schema = true,
      .bound_thinking = true}},
    {"haiku",
     405,
     {.max_output_tokens = 64000,
      .sampling = Sampling::kEither,
      .budget_thinking = true,
      .prefill = true,
      .json_schema = true}},
    {"fable",
     501,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kNever,
      .effort = Effort::kAll,
      .forced_tools = false,
      .system_midway = true,
      .json_schema = true,
      .bound_thinking = true}},
    {"fable",
     500,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kNever,
      .effort = Effort::kAll,
      .forced_tools = false,
      .system_midway = true,
      .json_schema = true}},
    {"mythos",
     500,
     {.max_output_tokens = 128000,
      .sampling = Sampling::kNone,
      .adaptive_thinking = true,
      .thinking_off = Off::kNever,
      .effort = Effort::kAll,
      .forced_tools = false,
      .system_midway = true,
      .json_schema = true}},
};

// Claude 3.5, and all that came before it.
constexpr AnthropicProfile kClaude35 = {.max_output_tokens = 8192,
                                        .prefill = true};
constexpr AnthropicProfile kClaude3 = {.max_output_tokens = 4096,
                                       .prefill = true};

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
  const Row* oldest = nullptr;
  for (const Row& row : kRows) {
    if (row.family != name.family) continue;
    if (!name.version.has_value() || row.version <= *name.version) {
      return row.profile;
    }
    oldest = &row;
  }
  if (name.version.has_value() && *name.version < 400) {
    if (*name.version >= 307) return kRows[13].profile;
    return *name.version >= 305 ? kClaude35 : kClaude3;
  }
  // Older than all of its family, or of a family that came after this table.
  return oldest != nullptr ? oldest->profile : kRows[0].profile;
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
