#include "gateway/config/scalar.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/config/faults.h"
#include "gateway/config/yaml_node.h"

namespace aigateway {
namespace {

// Takes the digits that `text` begins with; returns how many.
size_t ConsumeDigits(absl::string_view* text) {
  size_t n = 0;
  while (n < text->size() && absl::ascii_isdigit((*text)[n])) ++n;
  text->remove_prefix(n);
  return n;
}

// Digits that begin with a 0 that is not alone: octal to some.
bool HasLeadingZero(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
  return text.size() > 1 && text[0] == '0' && absl::ascii_isdigit(text[1]);
}

absl::Status Expected(absl::string_view what, const YamlNode& scalar) {
  const std::string quote = QuoteForMessage(scalar.text);
  if (scalar.quoted) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " is expected, and ", quote,
                     " in quotes is a text: take the quotes away"));
  }
  if (absl::StrContains(scalar.text, "${")) {
    return absl::InvalidArgumentError(
        absl::StrCat(what,
                     " is expected: variables are expanded in texts "
                     "only"));
  }
  if (HasLeadingZero(scalar.text)) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " is expected, and ", quote,
                     " has a leading zero, which some read as octal: leave it "
                     "out"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(what, " is expected, not ", quote));
}

}  // namespace

absl::StatusOr<bool> ReadBool(const YamlNode& scalar) {
  if (!scalar.quoted) {
    const absl::string_view text = scalar.text;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
  }
  return Expected("true or false", scalar);
}

absl::StatusOr<int64_t> ReadInt(const YamlNode& scalar, int64_t min,
                                int64_t max) {
  if (scalar.quoted || NumberFormOf(scalar.text) != NumberForm::kWhole) {
    return Expected("a whole number", scalar);
  }
  int64_t value = 0;
  // SimpleAtoi fails only for what does not fit: the form is known.
  if (!absl::SimpleAtoi(scalar.text, &value) || value < min || value > max) {
    return absl::InvalidArgumentError(absl::StrCat(
        QuoteForMessage(scalar.text), " is out of range: write a number from ",
        min, " to ", max));
  }
  return value;
}

absl::StatusOr<uint64_t> ReadUint(const YamlNode& scalar, uint64_t max) {
  if (scalar.quoted || NumberFormOf(scalar.text) != NumberForm::kWhole) {
    return Expected("a whole number", scalar);
  }
  uint64_t value = 0;
  if (!absl::SimpleAtoi(scalar.text, &value) || value > max) {
    return absl::InvalidArgumentError(
        absl::StrCat(QuoteForMessage(scalar.text),
                     " is out of range: write a number from 0 to ", max));
  }
  return value;
}

absl::StatusOr<double> ReadDouble(const YamlNode& scalar) {
  const absl::string_view text = scalar.text;
  if (scalar.quoted || NumberFormOf(text) == NumberForm::kNone) {
    return Expected("a number", scalar);
  }
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) {
    return absl::InvalidArgumentError(
        absl::StrCat(QuoteForMessage(text), " is too large a number"));
  }
  const absl::string_view digits = text.substr(0, text.find_first_of("eE"));
  if (value == 0 && digits.find_first_of("123456789") != digits.npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(QuoteForMessage(text),
                     " is so small that it would count as 0: write 0"));
  }
  return value == 0 ? 0.0 : value;  // -0 and 0 are one configuration.
}

NumberForm NumberFormOf(absl::string_view text) {
  NumberForm form = NumberForm::kWhole;
  absl::ConsumePrefix(&text, "-");
  const bool zero = absl::StartsWith(text, "0");
  const size_t digits = ConsumeDigits(&text);
  if (digits == 0 || (zero && digits > 1)) return NumberForm::kNone;
  if (absl::ConsumePrefix(&text, ".")) {
    if (ConsumeDigits(&text) == 0) return NumberForm::kNone;
    form = NumberForm::kReal;
  }
  if (absl::ConsumePrefix(&text, "e") || absl::ConsumePrefix(&text, "E")) {
    if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
    if (ConsumeDigits(&text) == 0) return NumberForm::kNone;
    form = NumberForm::kReal;
  }
  return text.empty() ? form : NumberForm::kNone;
}

absl::string_view KindName(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
  }
  return "nothing";
}

}  // namespace aigateway
