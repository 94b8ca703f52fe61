#include "providers/bedrock/sigv4.h"

#include <algorithm>
#include <map>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "gateway/base/sha256.h"

namespace aigateway {
namespace {

constexpr absl::string_view kAlgorithm = "AWS4-HMAC-SHA256";

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string HmacSha256(absl::string_view key, absl::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text),
       text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  return digest;
}

// What is signed with is not left in memory.
void Wipe(std::string& text) { OPENSSL_cleanse(text.data(), text.size()); }

struct UrlParts {
  absl::string_view host;  // With its port, if that is not the usual one.
  absl::string_view path;
  absl::string_view query;
};

// As the client sends them.
UrlParts Split(absl::string_view url) {
  const bool is_https = absl::StartsWithIgnoreCase(url, "https:");
  const size_t scheme = url.find("://");
  if (scheme != absl::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('#'));
  UrlParts parts;
  if (const size_t mark = url.find('?'); mark != absl::string_view::npos) {
    parts.query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  const size_t slash = std::min(url.find('/'), url.size());
  parts.host = url.substr(0, slash);
  parts.path = url.substr(slash);
  if (parts.path.empty()) parts.path = "/";
  absl::ConsumeSuffix(&parts.host, is_https ? ":443" : ":80");
  return parts;
}

// Percent-encodes all but what RFC 3986 leaves alone and the slash; '%' too.
std::string EncodePath(absl::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~/", c)) {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

// Sorted by name, then by value; a name alone has the value "".
std::string CanonicalQuery(absl::string_view query) {
  std::vector<std::pair<absl::string_view, absl::string_view>> pairs;
  for (absl::string_view piece : absl::StrSplit(query, '&')) {
    if (piece.empty()) continue;
    const size_t equals = std::min(piece.find('='), piece.size());
    pairs.emplace_back(piece.substr(0, equals),
                       equals == piece.size() ? "" : piece.substr(equals + 1));
  }
  std::sort(pairs.begin(), pairs.end());
  return absl::StrJoin(pairs, "&", absl::PairFormatter("="));
}

std::string CanonicalValue(absl::string_view value) {
  std::string folded(absl::StripAsciiWhitespace(value));
  folded.erase(std::unique(folded.begin(), folded.end(),
                           [](char a, char b) { return a == ' ' && b == ' '; }),
               folded.end());
  return folded;
}

bool IsSigned(absl::string_view name) {
  return name == "host" || name == "content-type" ||
         absl::StartsWith(name, "x-amz-");
}

}  // namespace

void SignWithSigV4(const Credential& credential, absl::string_view region,
                   absl::string_view service, absl::Time now,
                   HttpRequest& request) {
  const std::string time =
      absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone());
  const absl::string_view date = absl::string_view(time).substr(0, 8);
  request.headers.Remove("authorization");
  request.headers.Set("x-amz-date", time);
  request.headers.Remove("x-amz-security-token");
  if (!credential.token.empty()) {
    request.headers.Add("x-amz-security-token", credential.token.Reveal());
  }

  const UrlParts url = Split(request.url);
  std::map<std::string, std::string> headers;  // By name.
  headers["host"] = std::string(url.host);
  for (const HttpHeader& header : request.headers.all()) {
    const std::string name = absl::AsciiStrToLower(header.name);
    if (IsSigned(name)) headers[name] = CanonicalValue(header.value);
  }
  std::string lines;
  std::vector<absl::string_view> names;
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&lines, name, ":", value, "\n");
    names.push_back(name);
  }
  const std::string signed_names = absl::StrJoin(names, ";");
  const std::string canonical = absl::StrCat(
      request.method, "\n", EncodePath(url.path), "\n",
      CanonicalQuery(url.query), "\n", lines, "\n", signed_names, "\n");
  const std::string scope =
      absl::StrCat(date, "/", region, "/", service, "/aws4_request");
  const std::string to_sign =
      absl::StrCat(kAlgorithm, "\n", time, "\n", scope, "\n",
                   HexSha256(canonical + HexSha256(request.body)));

  std::string key = absl::StrCat("AWS4", credential.secret.Reveal());
  for (absl::string_view step :
       {date, region, service, absl::string_view("aws4_request")}) {
    std::string next = HmacSha256(key, step);
    Wipe(key);
    key = std::move(next);
  }
  const std::string signature =
      absl::BytesToHexString(HmacSha256(key, to_sign));
  Wipe(key);
  request.headers.Add("authorization",
                      absl::StrCat(kAlgorithm, " Credential=", credential.id,
                                   "/", scope, ", SignedHeaders=", signed_names,
                                   ", Signature=", signature));
}

}  // namespace aigateway
