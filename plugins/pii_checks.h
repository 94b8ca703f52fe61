#ifndef AIGATEWAY_PLUGINS_PII_CHECKS_H_
#define AIGATEWAY_PLUGINS_PII_CHECKS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Whether what looks like a number of some kind can be one, by its check
// digits or by what its issuer gives out. What separates groups of it (spaces,
// dashes and so on) makes no difference, nor does the case of letters.

// The digits and ASCII letters of `text`, letters as capitals.
std::string DigitsAndLetters(absl::string_view text);

// A payment card: its issuer's first digits and length, and Luhn's check digit
// (ISO/IEC 7812).
bool IsCardNumber(absl::string_view text);
// The length of its country and the check digits (ISO 13616, ISO 7064).
bool IsIban(absl::string_view text);
// How many letters and digits an IBAN of the country has that `text` begins
// with; 0 if there are none there.
size_t IbanLength(absl::string_view text);

// E.164 with its `+`: a country code that exists, at most 15 digits.
bool IsInternationalPhone(absl::string_view text);

// Four numbers up to 255, without zeros in front.
bool IsIpv4(absl::string_view text);
// RFC 4291, but for what is more likely two names of a program: one without a
// digit in it.
bool IsIpv6(absl::string_view text);

// United States: no check digit, but numbers that are never given out.
bool IsUsSsn(absl::string_view text);
// United Kingdom: the same, by HMRC's rules for the letters.
bool IsUkNino(absl::string_view text);
// Germany, Steuer-ID: ISO 7064 mod 11,10, and how often a digit may stand in
// it.
bool IsGermanTaxId(absl::string_view text);
// France, NIR: month, department and key.
bool IsFrenchNir(absl::string_view text);
// Spain, DNI and NIE: the letter.
bool IsSpanishId(absl::string_view text);
// Netherlands, BSN: the test of eleven.
bool IsDutchBsn(absl::string_view text);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PII_CHECKS_H_
