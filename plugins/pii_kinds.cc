#include "plugins/pii_kinds.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "plugins/known_pattern.h"
#include "plugins/pii_checks.h"

namespace aigateway {
namespace {

// Letters of Latin, Greek and Cyrillic, and digits.
#define AIGW_LETTERS R"(0-9A-Za-z\x{C0}-\x{52F})"
// What stands between the groups of a telephone number.
#define AIGW_GAPS R"( ()./\x{A0}-)"

bool IsDigitAt(absl::string_view text, size_t at) {
  return at < text.size() &&
         absl::ascii_isdigit(static_cast<unsigned char>(text[at]));
}

bool IsWordAt(absl::string_view text, size_t at) {
  return at < text.size() &&
         absl::ascii_isalnum(static_cast<unsigned char>(text[at]));
}

// Whether it is not the middle of a longer number, date or version.
bool StandsAlone(absl::string_view text, size_t begin, size_t end) {
  constexpr absl::string_view kJoins = "-./";
  const bool joined_before =
      begin >= 2 && absl::StrContains(kJoins, text.substr(begin - 1, 1)) &&
      IsDigitAt(text, begin - 2);
  const bool joined_behind = end + 1 < text.size() &&
                             absl::StrContains(kJoins, text.substr(end, 1)) &&
                             IsDigitAt(text, end + 1);
  return !joined_before && !joined_behind;
}

// What counts is as long as the country says; what follows is other text.
size_t CountedIban(absl::string_view text, size_t begin, size_t end) {
  size_t left = IbanLength(text.substr(begin, end - begin));
  if (left == 0) return begin;
  size_t at = begin;
  for (; at < end && left > 0; ++at) left -= IsWordAt(text, at) ? 1 : 0;
  if (left > 0 || IsWordAt(text, at)) return begin;
  return IsIban(text.substr(begin, at - begin)) ? at : begin;
}

// The marks that end a sentence are no part of it.
size_t CountedIpv6(absl::string_view text, size_t begin, size_t end) {
  if (begin > 0 && (IsWordAt(text, begin - 1) || text[begin - 1] == ':' ||
                    text[begin - 1] == '.' || text[begin - 1] == '_')) {
    return begin;
  }
  if (IsWordAt(text, end)) return begin;
  while (end > begin &&
         (text[end - 1] == '.' ||
          (text[end - 1] == ':' &&
           !absl::EndsWith(text.substr(begin, end - begin), "::")))) {
    --end;
  }
  return IsIpv6(text.substr(begin, end - begin)) ? end : begin;
}

bool IsNationalPhone(absl::string_view text) {
  const size_t digits = DigitsAndLetters(text).size();
  return digits >= 9 && digits <= 12;
}

bool IsAny(absl::string_view text) { return true; }

// A kind as it is written, and what may be the beginning of it.
struct Row {
  const char* kind;
  const char* pattern;
  const char* beginning;
  // Either a check of the whole or `counted`.
  bool (*check)(absl::string_view text) = nullptr;
  size_t (*counted)(absl::string_view text, size_t begin, size_t end) = nullptr;
  bool by_default = true;
};

constexpr char kPhoneBeginning[] =
    R"((?:\+|\(|\b)[0-9(][0-9)" AIGW_GAPS R"(]{0,40}\z|[+(]\z)";
constexpr char kCardBeginning[] = R"(\b[0-9][0-9 -]{0,30}\z)";

// Of two that begin at one place the earlier counts.
const Row kRows[] = {
    // RFC 5321 and 6531, as far as people write it.
    {.kind = "email",
     .pattern =
         "[_" AIGW_LETTERS "][._%+'" AIGW_LETTERS "-]{0,63}@(?:[" AIGW_LETTERS
         "][" AIGW_LETTERS R"(-]{0,62}\.){1,8}[A-Za-z]{2,24}\b)",
     .beginning = "[_" AIGW_LETTERS "][._%+'" AIGW_LETTERS
                  "-]{0,63}(?:@[." AIGW_LETTERS R"(-]{0,253})?\z)",
     .check = &IsAny},
    {.kind = "iban",
     .pattern = R"((?i:\b[A-Z]{2}[0-9]{2}(?:[ -]?[0-9A-Z]){11,29}))",
     .beginning = R"((?i:\b[A-Z]{1,2}\z|\b[A-Z]{2}[0-9][0-9A-Z -]{0,64}\z))",
     .counted = &CountedIban},
    {.kind = "card",
     .pattern = R"(\b[0-9]{4}(?:[ -][0-9]{4}){3}\b)",
     .beginning = kCardBeginning,
     .check = &IsCardNumber},
    {.kind = "card",
     .pattern = R"(\b[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}\b)",
     .beginning = kCardBeginning,
     .check = &IsCardNumber},
    {.kind = "card",
     .pattern = R"(\b[0-9]{13,19}\b)",
     .beginning = kCardBeginning,
     .check = &IsCardNumber},
    // ITU-T E.164.
    {.kind = "phone",
     .pattern = R"(\+[1-9](?:[)" AIGW_GAPS R"(]{0,2}[0-9]){7,14}\b)",
     .beginning = kPhoneBeginning,
     .check = &IsInternationalPhone},
    // North America: (212) 555-0123.
    {.kind = "phone",
     .pattern = R"((?:\b1[ .-])?(?:\([2-9][0-9]{2}\) ?|\b[2-9][0-9]{2}[ .-]))"
                R"([2-9][0-9]{2}[ .-][0-9]{4}\b)",
     .beginning = kPhoneBeginning,
     .check = &IsAny},
    // With the 0 of other countries: 020 7946 0958, 0171/1234567.
    {.kind = "phone",
     .pattern = R"((?:\(0[1-9][0-9]{1,4}\) ?|\b0[1-9][0-9]{1,4}[ /-]{1,3}))"
                R"([0-9]{2,8}(?:[ -][0-9]{2,4}){0,3}\b)",
     .beginning = kPhoneBeginning,
     .check = &IsNationalPhone},
    // France: 01 23 45 67 89.
    {.kind = "phone",
     .pattern = R"(\b0[1-9](?:[ .-][0-9]{2}){4}\b)",
     .beginning = kPhoneBeginning,
     .check = &IsAny},
    {.kind = "ip",
     .pattern = R"(\b[0-9]{1,3}(?:\.[0-9]{1,3}){3,8}\b)",
     .beginning = R"(\b[0-9][0-9.]{0,36}\z)",
     .check = &IsIpv4},
    {.kind = "ip",
     .pattern = "(?:[0-9A-Fa-f]{1,4}:|::)[0-9A-Fa-f:.]{1,41}",
     .beginning = R"([0-9A-Fa-f:][0-9A-Fa-f:.]{0,44}\z)",
     .counted = &CountedIpv6},
    {.kind = "us-ssn",
     .pattern = R"(\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b)",
     .beginning = R"(\b[0-9][0-9-]{0,11}\z)",
     .check = &IsUsSsn},
    {.kind = "uk-nino",
     .pattern = R"((?i:\b[A-Z]{2} ?(?:[0-9]{2} ?){3}[A-D]\b))",
     .beginning =
         R"((?i:\b[A-Z]{1,2}\z|\b[A-Z]{2} ?(?:[0-9][0-9 ]{0,9}[A-D]?)?\z))",
     .check = &IsUkNino},
    {.kind = "fr-nir",
     .pattern = R"(\b[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?)"
                R"([0-9]{3} ?[0-9]{3} ?[0-9]{2}\b)",
     .beginning = R"(\b[12][0-9AB ]{0,22}\z)",
     .check = &IsFrenchNir},
    {.kind = "de-tax-id",
     .pattern = R"(\b[1-9][0-9] ?(?:[0-9]{3} ?){2}[0-9]{3}\b)",
     .beginning = R"(\b[1-9][0-9 ]{0,14}\z)",
     .check = &IsGermanTaxId},
    {.kind = "es-id",
     .pattern = R"((?i:\b(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]\b))",
     .beginning = R"((?i:\b(?:[0-9]{1,8}|[XYZ]-?[0-9]{0,7})-?[A-Z]?\z))",
     .check = &IsSpanishId},
    // One in eleven numbers of nine digits passes.
    {.kind = "nl-bsn",
     .pattern = R"(\b[0-9]{9}\b)",
     .beginning = R"(\b[0-9]{1,9}\z)",
     .check = &IsDutchBsn,
     .by_default = false},
};
#undef AIGW_LETTERS
#undef AIGW_GAPS

std::vector<std::string> KindsOf(bool all) {
  std::vector<std::string> kinds;
  for (const Row& row : kRows) {
    if (!all && !row.by_default) continue;
    if (kinds.empty() || kinds.back() != row.kind) kinds.push_back(row.kind);
  }
  return kinds;
}

bool IsAmong(const Row& row, absl::Span<const std::string> kinds) {
  return std::find(kinds.begin(), kinds.end(), row.kind) != kinds.end();
}

}  // namespace

std::vector<std::string> PiiKinds() { return KindsOf(/*all=*/true); }

std::vector<std::string> DefaultPiiKinds() { return KindsOf(/*all=*/false); }

std::vector<PiiForm> PiiForms(absl::Span<const std::string> kinds) {
  std::vector<PiiForm> forms;
  for (const Row& row : kRows) {
    if (!IsAmong(row, kinds)) continue;
    PiiForm& form = forms.emplace_back();
    form.kind = row.kind;
    form.regex = CompileKnownPattern(row.pattern);
    if (row.counted != nullptr) {
      form.counted = row.counted;
      continue;
    }
    if (row.check == &IsAny && form.kind == "email") continue;
    form.counted = [check = row.check](absl::string_view text, size_t begin,
                                       size_t end) {
      return StandsAlone(text, begin, end) &&
                     check(text.substr(begin, end - begin))
                 ? end
                 : begin;
    };
  }
  return forms;
}

std::unique_ptr<re2::RE2> PiiBeginnings(absl::Span<const std::string> kinds) {
  std::vector<std::string> beginnings;
  for (const Row& row : kRows) {
    if (IsAmong(row, kinds)) beginnings.push_back(row.beginning);
  }
  beginnings.erase(std::unique(beginnings.begin(), beginnings.end()),
                   beginnings.end());
  return CompileKnownPattern(absl::StrJoin(beginnings, "|"));
}

}  // namespace aigateway
