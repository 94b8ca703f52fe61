#include "providers/redactor.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "providers/base_url.h"
#include "providers/credential_source.h"

namespace aigateway {
namespace {

constexpr absl::string_view kRedacted = "[redacted]";
// A shorter key would take ordinary words with it, and opens nothing.
constexpr size_t kMinKeyBytes = 6;
constexpr size_t kMinHeaderBytes = 8;
// Of a credential that a text ends in: fewer give nothing away.
constexpr size_t kMinBegunBytes = 12;

// Beginnings of credentials, and how many bytes must follow.
struct Look {
  absl::string_view prefix;
  size_t min_bytes;
};
constexpr Look kLooks[] = {
    {"sk-", 8},    {"sk_", 16},   {"gsk_", 8},   {"xai-", 12},
    {"pplx-", 12}, {"hf_", 12},   {"nvapi-", 8}, {"r8_", 12},
    {"csk-", 12},  {"fw_", 12},   {"AIza", 20},  {"AKIA", 16},
    {"ASIA", 16},  {"ya29.", 12}, {"dapi", 16},  {"eyJ", 24},  // A JWT.
};
// Words that stand before a credential.
constexpr absl::string_view kLabels[] = {
    "bearer ",  "key=",    "token=",     "api-key: ",
    "api_key:", "apikey:", "x-api-key: "};

// '*' and '.' are there because some providers mask the middle.
bool IsTokenByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '_' || c == '*' || c == '.' || c == '+' || c == '/' || c == '=' ||
         c == '~' || c == '%';
}

size_t TokenEnd(absl::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && IsTokenByte(text[end])) ++end;
  // The end of a sentence is not the key's.
  while (end > begin && text[end - 1] == '.') --end;
  return end;
}

bool StartsWord(absl::string_view text, size_t at) {
  return at == 0 ||
         !absl::ascii_isalnum(static_cast<unsigned char>(text[at - 1]));
}

// Where a credential that begins at `at`, by its look, ends; `at` if there is
// none.
size_t EndByLook(absl::string_view text, size_t at) {
  for (const Look& look : kLooks) {
    if (!absl::StartsWith(text.substr(at), look.prefix)) continue;
    const size_t end = TokenEnd(text, at + look.prefix.size());
    if (end - at >= look.prefix.size() + look.min_bytes) return end;
  }
  return at;
}

// The length of the label that stands at `at`, else 0.
size_t LabelAt(absl::string_view text, size_t at) {
  for (absl::string_view label : kLabels) {
    if (absl::StartsWithIgnoreCase(text.substr(at), label)) {
      return label.size();
    }
  }
  return 0;
}

// Replaces what looks like a credential.
std::string CleanByLook(absl::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  size_t at = 0;
  while (at < text.size()) {
    if (StartsWord(text, at)) {
      if (const size_t end = EndByLook(text, at); end > at) {
        absl::StrAppend(&clean, kRedacted);
        at = end;
        continue;
      }
      if (const size_t label = LabelAt(text, at); label > 0) {
        const size_t end = TokenEnd(text, at + label);
        // "Bearer token is missing" has no credential in it.
        if (end - at >= label + kMinHeaderBytes) {
          absl::StrAppend(&clean, text.substr(at, label), kRedacted);
          at = end;
          continue;
        }
      }
    }
    clean.push_back(text[at++]);
  }
  return clean;
}

// Replaces the beginning of `secret` at the end of `text`, which may have been
// cut there.
void CleanBegun(absl::string_view secret, std::string* text) {
  for (size_t size = std::min(secret.size(), text->size());
       size >= kMinBegunBytes; --size) {
    if (!absl::EndsWith(*text, secret.substr(0, size))) continue;
    text->resize(text->size() - size);
    absl::StrAppend(text, kRedacted);
    return;
  }
}

}  // namespace

Redactor::Redactor(const config::v1::ProviderConfig& config) {
  Add(config.api_key(), kMinKeyBytes);
  for (const std::string& key : config.api_keys()) Add(key, kMinKeyBytes);
  for (const auto& [name, value] : config.headers()) {
    Add(value, kMinHeaderBytes);
    // "Bearer KEY": a provider quotes the second word alone.
    for (absl::string_view word : absl::StrSplit(value, ' ')) {
      Add(word, kMinHeaderBytes);
    }
  }
  absl::string_view origin = UrlOrigin(config.base_url());
  if (const size_t scheme = origin.find("://"); scheme != origin.npos) {
    origin = origin.substr(scheme + 3);
  }
  if (const size_t at = origin.rfind('@'); at != origin.npos) {
    for (absl::string_view part : absl::StrSplit(origin.substr(0, at), ':')) {
      Add(part, kMinKeyBytes);
    }
  }
  SortByLength();
}

Redactor::Redactor(const std::vector<Secret>& secrets) {
  for (const Secret& secret : secrets) Add(secret.Reveal(), kMinKeyBytes);
  SortByLength();
}

Redactor Redactor::With(const CredentialSource* source) const {
  Redactor both = *this;
  both.source_ = source;
  return both;
}

// A key that is the beginning of another would leave the other's end.
void Redactor::SortByLength() {
  std::sort(secrets_.begin(), secrets_.end(),
            [](const Secret& a, const Secret& b) {
              return a.Reveal().size() > b.Reveal().size();
            });
}

void Redactor::Add(absl::string_view secret, size_t min_bytes) {
  secret = absl::StripAsciiWhitespace(secret);
  if (secret.size() < min_bytes) return;
  secrets_.emplace_back(secret);
  if (std::string encoded = EscapePathStep(secret); encoded != secret) {
    secrets_.emplace_back(encoded);
  }
  // Without the padding, so that both spellings of it are found.
  std::string base64;
  absl::Base64Escape(secret, &base64);
  secrets_.emplace_back(absl::StripSuffix(absl::StripSuffix(base64, "="), "="));
  std::string web_base64;
  absl::WebSafeBase64Escape(secret, &web_base64);
  if (!absl::StartsWith(base64, web_base64)) secrets_.emplace_back(web_base64);
}

std::string Redactor::Clean(absl::string_view text,
                            absl::string_view credential) const {
  std::vector<Secret> passing;
  if (source_ != nullptr) passing = source_->secrets();
  passing.emplace_back(credential);
  Redactor all = *this;
  for (const Secret& secret : passing) all.Add(secret.Reveal(), kMinKeyBytes);
  all.SortByLength();
  std::string clean(text);
  for (const Secret& secret : all.secrets_) {
    absl::StrReplaceAll({{secret.Reveal(), kRedacted}}, &clean);
  }
  for (const Secret& secret : passing) CleanBegun(secret.Reveal(), &clean);
  return CleanByLook(clean);
}

}  // namespace aigateway
