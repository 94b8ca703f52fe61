#include "plugins/pii_checks.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace aigateway {
namespace {

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

int ValueOf(char digit) { return digit - '0'; }

bool HasOnlyDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), IsDigit);
}

// The number that the first `size` digits of `text` make; they are digits.
int Leading(absl::string_view text, size_t size) {
  int number = 0;
  for (const char c : text.substr(0, size)) number = number * 10 + ValueOf(c);
  return number;
}

bool PassesLuhn(absl::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    int value = ValueOf(digits[digits.size() - 1 - i]);
    if (i % 2 == 1) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 == 0;
}

// ISO 7064: letters count as 10 to 35.
int Mod97(absl::string_view text) {
  int rest = 0;
  for (const char c : text) {
    rest = IsDigit(c) ? (rest * 10 + ValueOf(c)) % 97
                      : (rest * 100 + (c - 'A' + 10)) % 97;
  }
  return rest;
}

struct Country {
  char code[3];
  size_t length;
};

// The registry of SWIFT, release 99, 2025-01.
constexpr Country kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20},
    {"BE", 16}, {"BG", 22}, {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28},
    {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23},
    {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30},
    {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28},
    {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24}, {"PL", 28}, {"PS", 29},
    {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27},
    {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26},
    {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
};

// Whether a country code of ITU-T E.164 begins there: by its first two digits,
// or three where those are the beginning of several.
bool HasCountryCode(absl::string_view digits) {
  if (digits.empty() || digits[0] == '0') return false;
  if (digits[0] == '1' || digits[0] == '7') return true;
  // Zones whose codes have three digits, and of them those that are not given
  // out. All others have two, but for 28, 83 and 89, which are not.
  static constexpr int kThreeDigits[] = {21, 22, 23, 24, 25, 26, 29, 35,
                                         37, 38, 42, 50, 59, 67, 68, 69,
                                         80, 85, 87, 88, 96, 97, 99};
  static constexpr int kUnused[] = {
      210, 214, 215, 217, 219, 259, 292, 293, 294, 295, 296, 384,
      388, 422, 424, 425, 426, 427, 428, 429, 671, 684, 693, 694,
      695, 696, 697, 698, 699, 801, 802, 803, 804, 805, 806, 807,
      809, 851, 854, 857, 858, 859, 871, 872, 873, 874, 875, 876,
      877, 879, 884, 885, 887, 889, 969, 978, 990, 991, 997, 999};
  const int two = Leading(digits, 2);
  if (two == 28 || two == 83 || two == 89) return false;
  if (!std::binary_search(std::begin(kThreeDigits), std::end(kThreeDigits),
                          two)) {
    return true;
  }
  return !std::binary_search(std::begin(kUnused), std::end(kUnused),
                             Leading(digits, 3));
}

}  // namespace

std::string DigitsAndLetters(absl::string_view text) {
  std::string kept;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) {
      kept += static_cast<char>(absl::ascii_toupper(byte));
    }
  }
  return kept;
}

bool IsCardNumber(absl::string_view text) {
  const std::string digits = DigitsAndLetters(text);
  const size_t size = digits.size();
  if (size < 13 || size > 19 || !HasOnlyDigits(digits)) return false;
  const int two = Leading(digits, 2);
  const int four = Leading(digits, 4);
  bool known = false;
  if (digits[0] == '4') {
    known = size == 13 || size == 16 || size == 19;  // Visa.
  } else if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
    known = size == 16;  // Mastercard.
  } else if (two == 34 || two == 37) {
    known = size == 15;  // American Express.
  } else if (two == 36 || two == 38 || two == 39 ||
             (four >= 3000 && four <= 3059)) {
    known = size == 14 || size == 16 || size == 19;  // Diners Club.
  } else if (four >= 3528 && four <= 3589) {
    known = size >= 16;  // JCB.
  } else if (two == 60 || two == 62 || two == 64 || two == 65 || two == 81) {
    known = size >= 16;  // Discover, UnionPay, RuPay.
  } else if (two == 50 || (two >= 56 && two <= 69)) {
    known = true;  // Maestro.
  }
  return known && PassesLuhn(digits);
}

size_t IbanLength(absl::string_view text) {
  if (text.size() < 2) return 0;
  const std::string code = absl::AsciiStrToUpper(text.substr(0, 2));
  for (const Country& country : kIbanCountries) {
    if (code == country.code) return country.length;
  }
  return 0;
}

bool IsIban(absl::string_view text) {
  const std::string iban = DigitsAndLetters(text);
  const size_t length = IbanLength(iban);
  if (length == 0 || iban.size() != length) return false;
  return Mod97(iban.substr(4) + iban.substr(0, 4)) == 1;
}

bool IsInternationalPhone(absl::string_view text) {
  const std::string digits = DigitsAndLetters(text);
  return absl::StartsWith(text, "+") && HasOnlyDigits(digits) &&
         digits.size() >= 8 && digits.size() <= 15 && HasCountryCode(digits);
}

bool IsIpv4(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() != 4) return false;
  for (const absl::string_view part : parts) {
    int value = 0;
    if (part.empty() || part.size() > 3 || !HasOnlyDigits(part) ||
        (part.size() > 1 && part[0] == '0') ||
        !absl::SimpleAtoi(part, &value) || value > 255) {
      return false;
    }
  }
  return true;
}

bool IsIpv6(absl::string_view text) {
  if (std::none_of(text.begin(), text.end(), IsDigit)) return false;
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool IsUsSsn(absl::string_view text) {
  const std::string digits = DigitsAndLetters(text);
  if (digits.size() != 9 || !HasOnlyDigits(digits)) return false;
  const int area = Leading(digits, 3);
  return area != 0 && area != 666 && area < 900 &&
         digits.substr(3, 2) != "00" && digits.substr(5) != "0000";
}

bool IsUkNino(absl::string_view text) {
  const std::string nino = DigitsAndLetters(text);
  if (nino.size() != 9 || !HasOnlyDigits(absl::string_view(nino).substr(2, 6)))
    return false;
  const auto is_one_of = [](char c, absl::string_view letters) {
    return absl::StrContains(letters, absl::string_view(&c, 1));
  };
  if (!absl::ascii_isupper(static_cast<unsigned char>(nino[0])) ||
      !absl::ascii_isupper(static_cast<unsigned char>(nino[1])) ||
      is_one_of(nino[0], "DFIQUV") || is_one_of(nino[1], "DFIOQUV")) {
    return false;
  }
  for (const char* unused : {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}) {
    if (absl::StartsWith(nino, unused)) return false;
  }
  return is_one_of(nino[8], "ABCD");
}

bool IsGermanTaxId(absl::string_view text) {
  const std::string digits = DigitsAndLetters(text);
  if (digits.size() != 11 || !HasOnlyDigits(digits) || digits[0] == '0') {
    return false;
  }
  // Of the first ten one digit stands there two or three times, the others at
  // most once.
  std::array<int, 10> counts{};
  for (size_t i = 0; i < 10; ++i) ++counts[ValueOf(digits[i])];
  const auto repeated = std::count_if(counts.begin(), counts.end(),
                                      [](int count) { return count > 1; });
  if (repeated != 1 || *std::max_element(counts.begin(), counts.end()) > 3) {
    return false;
  }
  int product = 10;
  for (size_t i = 0; i < 10; ++i) {
    int sum = (ValueOf(digits[i]) + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10 == ValueOf(digits[10]);
}

bool IsFrenchNir(absl::string_view text) {
  std::string nir = DigitsAndLetters(text);
  if (nir.size() != 15 || (nir[0] != '1' && nir[0] != '2')) return false;
  // Corsica: 2A counts as 19, 2B as 18.
  if (nir[5] == '2' && (nir[6] == 'A' || nir[6] == 'B')) {
    nir.replace(5, 2, nir[6] == 'A' ? "19" : "18");
  }
  if (!HasOnlyDigits(nir)) return false;
  const int month = Leading(absl::string_view(nir).substr(3), 2);
  if (month == 0 || (month > 12 && month < 20)) return false;
  int64_t number = 0;
  if (!absl::SimpleAtoi(nir.substr(0, 13), &number)) return false;
  return 97 - number % 97 == Leading(absl::string_view(nir).substr(13), 2);
}

bool IsSpanishId(absl::string_view text) {
  std::string id = DigitsAndLetters(text);
  if (id.size() != 9) return false;
  if (id[0] >= 'X' && id[0] <= 'Z') {
    id[0] = static_cast<char>('0' + (id[0] - 'X'));
  }
  const absl::string_view digits = absl::string_view(id).substr(0, 8);
  if (!HasOnlyDigits(digits)) return false;
  return absl::string_view(
             "TRWAGMYFPDXBNJZSQVHLCKE")[Leading(digits, 8) % 23] == id[8];
}

bool IsDutchBsn(absl::string_view text) {
  const std::string digits = DigitsAndLetters(text);
  if (digits.size() != 9 || !HasOnlyDigits(digits)) return false;
  int sum = 0;
  for (int i = 0; i < 8; ++i) sum += (9 - i) * ValueOf(digits[i]);
  sum -= ValueOf(digits[8]);
  return sum > 0 && sum % 11 == 0;
}

}  // namespace aigateway
