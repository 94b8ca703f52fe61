#include "gateway/net/curl_failure.h"

#include <string.h>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr size_t kMaxQuoted = 160;

absl::string_view Name(absl::string_view host) {
  return host.empty() ? absl::string_view("the provider") : host;
}

absl::Status Unavailable(const CurlFailure& failure, absl::string_view stage,
                         absl::string_view what) {
  return Error(ErrorReason::kProviderUnavailable,
               absl::StrCat(Name(failure.host), ": ", what),
               {{"host", failure.host}, {"stage", stage}});
}

// The text of an errno as the middle of a sentence: "connection refused".
std::string OsErrorText(int error) {
  const char* text = strerrordesc_np(error);  // Unlike strerror, thread-safe.
  if (text == nullptr) return absl::StrCat("error ", error);
  std::string lower(text);
  if (lower.size() > 1 && absl::ascii_islower(lower[1])) {
    lower[0] = absl::ascii_tolower(lower[0]);
  }
  return lower;
}

// What libcurl and OpenSSL say of a handshake, made one short line. Parts of
// it (names in a certificate) come from the peer.
std::string TlsText(absl::string_view text) {
  std::string line(text.substr(0, kMaxQuoted));
  for (char& c : line) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return line.empty() ? "the TLS handshake failed" : line;
}

// The only time limit that libcurl keeps for us is that of connecting, the
// handshake of TLS included.
absl::Status TimedOut(const CurlFailure& failure) {
  const absl::string_view what = failure.resolved
                                     ? "the connection was not ready within "
                                     : "the name was not resolved within ";
  return Unavailable(
      failure, failure.resolved ? "connect" : "resolve",
      absl::StrCat(what, absl::FormatDuration(failure.connect_timeout)));
}

// libcurl 7.88 has one code for a broken connection and for broken framing.
absl::Status ReceiveFailed(const CurlFailure& failure) {
  if (absl::StrContains(failure.text, "chunked-encoding")) {
    return ProtocolError(failure.host,
                         "the chunks of its answer are malformed");
  }
  if (absl::StrContains(failure.text, "response headers")) {
    return ProtocolError(failure.host, "its answer's headers are too large");
  }
  return Unavailable(failure, "receive",
                     failure.answered
                         ? "the connection broke in the middle of the answer"
                         : "the connection broke before the answer");
}

absl::Status TlsFailed(const CurlFailure& failure) {
  return Unavailable(failure, "tls", TlsText(failure.text));
}

}  // namespace

absl::Status ProtocolError(absl::string_view host, absl::string_view what) {
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat(Name(host), ": ", what), {{"host", host}});
}

absl::Status StatusOf(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_URL_MALFORMAT:
      return Error(ErrorReason::kInvalidConfig,
                   absl::StrCat("the provider's URL is malformed (host: '",
                                failure.host, "')"),
                   {{"host", failure.host}});
    case CURLE_COULDNT_RESOLVE_HOST:
      return Unavailable(failure, "resolve", "the name cannot be resolved");
    case CURLE_COULDNT_CONNECT:
      return Unavailable(failure, "connect",
                         failure.os_error == 0 ? "the connection failed"
                                               : OsErrorText(failure.os_error));
    case CURLE_OPERATION_TIMEDOUT:
      return TimedOut(failure);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
      return TlsFailed(failure);
    case CURLE_SEND_ERROR:
      return Unavailable(failure, "send",
                         "the connection broke while the request was sent");
    case CURLE_RECV_ERROR:
      return ReceiveFailed(failure);
    case CURLE_GOT_NOTHING:
      return Unavailable(failure, "receive",
                         "the connection was closed without an answer");
    case CURLE_HTTP2_STREAM:
      return Unavailable(failure, "receive", "the HTTP/2 stream was reset");
    case CURLE_PARTIAL_FILE:
      return ProtocolError(failure.host,
                           "the connection was closed before the answer's end");
    case CURLE_HTTP2:
      return ProtocolError(failure.host, "its HTTP/2 framing is malformed");
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:  // Of the decompressor: our own have their reason.
      return ProtocolError(failure.host,
                           "its answer's compression is malformed");
    case CURLE_FILESIZE_EXCEEDED:
      return ProtocolError(failure.host, "its answer is longer than the limit");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // A header that is none.
      return ProtocolError(failure.host, "its answer is not valid HTTP");
    default:
      break;
  }
  // libcurl calls it out of memory when a header line passes its own bound.
  if (failure.code == CURLE_OUT_OF_MEMORY && failure.connected) {
    return ProtocolError(failure.host,
                         "its answer has a header line that is too long");
  }
  const absl::string_view what = curl_easy_strerror(failure.code);
  if (failure.answered) return ProtocolError(failure.host, what);
  return Unavailable(failure, failure.connected ? "receive" : "connect", what);
}

}  // namespace aigateway
