#include "providers/model_name.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace aigateway {
namespace {

constexpr size_t kDateDigits = 8;

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

size_t CountDigits(absl::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  return digits;
}

// Takes "-latest", "@default", "-v2" or "-20250929" off the front of `rest`,
// and keeps the date.
bool TakeMark(absl::string_view* rest, std::string* date) {
  absl::string_view mark = *rest;
  if (!absl::ConsumePrefix(&mark, "-") && !absl::ConsumePrefix(&mark, "@")) {
    return false;
  }
  if (absl::ConsumePrefix(&mark, "latest") ||
      absl::ConsumePrefix(&mark, "default")) {
    *rest = mark;
    return true;
  }
  const bool is_revision = absl::ConsumePrefix(&mark, "v");
  const size_t digits = CountDigits(mark);
  if (is_revision ? digits == 0 : digits != kDateDigits) return false;
  if (!is_revision) *date = std::string(mark.substr(0, digits));
  *rest = mark.substr(digits);
  return true;
}

// Whether what one name has more than another is a date: "-2025-08-07",
// "-2509", "@20250514".
bool IsDate(absl::string_view mark) {
  if (!absl::ConsumePrefix(&mark, "-") && !absl::ConsumePrefix(&mark, "@")) {
    return false;
  }
  // The first number of a date has at least four digits, a version's not.
  if (CountDigits(mark) < 4) return false;
  for (char c : mark) {
    if (!IsDigit(c) && c != '-') return false;
  }
  return true;
}

// Without the vendor before it and "-latest" behind it.
absl::string_view PlainName(absl::string_view name) {
  const size_t slash = name.rfind('/');
  if (slash != absl::string_view::npos) name.remove_prefix(slash + 1);
  return absl::StripSuffix(name, "-latest");
}

bool MayBeSameClaude(const ClaudeName& a, const ClaudeName& b) {
  return a.family == b.family && a.version == b.version && a.rest == b.rest &&
         (a.date == b.date || a.date.empty() || b.date.empty());
}

}  // namespace

std::optional<ClaudeName> ParseClaudeName(absl::string_view model) {
  const std::string lower = absl::AsciiStrToLower(model);
  absl::string_view rest = lower;
  const size_t claude = rest.rfind("claude");
  if (claude == absl::string_view::npos) return std::nullopt;
  rest.remove_prefix(claude + 6);
  absl::ConsumePrefix(&rest, "-");

  // "opus-4-5-20251101", "3-5-sonnet-latest", "opus-4.5", "2.1".
  ClaudeName name;
  name.version = TakeVersion(rest);
  if (name.version.has_value()) absl::ConsumePrefix(&rest, "-");
  name.family = TakeWord(rest);
  if (!name.version.has_value()) {
    absl::string_view behind = rest;
    if (absl::ConsumePrefix(&behind, "-")) {
      name.version = TakeVersion(behind);
      if (name.version.has_value()) rest = behind;
    }
  }
  while (TakeMark(&rest, &name.date)) {
  }
  // A variant is one way to be served: ":thinking", ":0".
  name.rest = std::string(rest.substr(0, rest.find(':')));
  return name;
}

bool IsClaude(absl::string_view model) {
  return absl::StrContains(absl::AsciiStrToLower(model), "claude");
}

bool MayBeSameModel(absl::string_view a, absl::string_view b) {
  const std::optional<ClaudeName> claude_a = ParseClaudeName(a);
  const std::optional<ClaudeName> claude_b = ParseClaudeName(b);
  if (claude_a.has_value() && claude_b.has_value()) {
    return MayBeSameClaude(*claude_a, *claude_b);
  }
  a = PlainName(a);
  b = PlainName(b);
  if (a.size() < b.size()) std::swap(a, b);
  if (b.empty() || !absl::StartsWithIgnoreCase(a, b)) return false;
  const absl::string_view more = a.substr(b.size());
  return more.empty() || IsDate(more);
}

}  // namespace aigateway
