#include "gateway/net/curl_transfer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/net/curl_failure.h"
#include "gateway/net/url_host.h"

namespace aigateway {
namespace {

// What one read of a stream takes at most: several events, and little memory
// when thousands of streams are open.
constexpr long kStreamBufferBytes = 8 * 1024;
constexpr long kUnaryBufferBytes = 16 * 1024;
// libcurl's least; its default of 64 KiB would be held by every TLS stream.
constexpr long kStreamUploadBytes = 16 * 1024;
// Below what load balancers and NATs wait before they forget a silent peer.
constexpr long kKeepAliveSeconds = 45;
// How much a satisfied exchange may still be sent before its connection is
// closed rather than kept.
constexpr size_t kMaxDroppedBytes = 64 * 1024;

// An option that libcurl does not know, or a value it does not like, is a bug.
template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
  AIGW_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

long ToCurlMs(absl::Duration duration) {
  // 0 means libcurl's default, 300 s.
  return static_cast<long>(std::clamp<int64_t>(
      absl::ToInt64Milliseconds(duration), 1, std::numeric_limits<int>::max()));
}

}  // namespace

std::unique_ptr<CurlTransfer> CurlTransfer::Create(Kind kind,
                                                   const Settings& settings,
                                                   Attendant* attendant) {
  CURL* const easy = curl_easy_init();
  if (easy == nullptr) return nullptr;
  std::unique_ptr<CurlTransfer> transfer(
      new CurlTransfer(kind, easy, attendant));
  transfer->SetConstants(settings);
  return transfer;
}

CurlTransfer::~CurlTransfer() { curl_easy_cleanup(easy_); }

void CurlTransfer::SetConstants(const Settings& settings) {
  const bool stream = kind_ == Kind::kStream;
  Set(easy_, CURLOPT_NOSIGNAL, 1L);
  // Removing a transfer whose name is being resolved would block otherwise.
  Set(easy_, CURLOPT_QUICK_EXIT, 1L);
  Set(easy_, CURLOPT_ERRORBUFFER, error_text_);
  Set(easy_, CURLOPT_PREREQFUNCTION, &CurlTransfer::OnAttempt);
  Set(easy_, CURLOPT_PREREQDATA, this);
  Set(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeaderLine);
  Set(easy_, CURLOPT_HEADERDATA, this);
  Set(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  Set(easy_, CURLOPT_WRITEDATA, this);

  // Nothing but what the request says: no other protocol, no redirect with our
  // credential, no file or environment variable that changes where it goes.
  Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy_, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  Set(easy_, CURLOPT_PROXY, "");
  Set(easy_, CURLOPT_NOPROXY, "*");
  Set(easy_, CURLOPT_HTTP09_ALLOWED, 0L);
  Set(easy_, CURLOPT_USERAGENT, "aigateway");

  Set(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  Set(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  Set(easy_, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  if (!settings.ca_bundle.empty()) {
    Set(easy_, CURLOPT_CAINFO, settings.ca_bundle.c_str());
    Set(easy_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (settings.share != nullptr) Set(easy_, CURLOPT_SHARE, settings.share);

  Set(easy_, CURLOPT_TCP_NODELAY, 1L);
  Set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  Set(easy_, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  Set(easy_, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds / 3);
  Set(easy_, CURLOPT_MAXAGE_CONN,
      static_cast<long>(absl::ToInt64Seconds(settings.kept_connection_age)));
  if (settings.open_socket != nullptr) {
    Set(easy_, CURLOPT_OPENSOCKETFUNCTION, settings.open_socket);
    Set(easy_, CURLOPT_OPENSOCKETDATA, settings.sockets);
    Set(easy_, CURLOPT_CLOSESOCKETFUNCTION, settings.close_socket);
    Set(easy_, CURLOPT_CLOSESOCKETDATA, settings.sockets);
  }

  Set(easy_, CURLOPT_BUFFERSIZE,
      stream ? kStreamBufferBytes : kUnaryBufferBytes);
  if (stream) Set(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kStreamUploadBytes);
  // Setting it also decodes what a server compresses unasked.
  Set(easy_, CURLOPT_ACCEPT_ENCODING, stream ? "identity" : "gzip, deflate");
}

void CurlTransfer::Begin(const HttpRequest& request, HttpSink& sink,
                         const Flow* flow) {
  host_ = UrlHost(request.url);
  connect_timeout_ = request.connect_timeout;
  request_bytes_ = request.body.size();
  max_body_bytes_ = request.max_body_bytes;
  sink_ = &sink;
  flow_ = flow;
  stopped_ = absl::OkStatus();
  satisfied_ = false;
  paused_ = false;
  attempts_ = 0;
  head_.Reset(request.max_header_bytes);
  body_bytes_ = 0;
  dropped_bytes_ = 0;
  error_text_[0] = '\0';

  Set(easy_, CURLOPT_URL, request.url.c_str());
  SetMethod(request);
  SetHeaders(request);
  // A paused HTTP/2 stream is not back-pressure: its window is 32 MiB, and
  // pause and resume can stall it for good (curl 10988).
  const long version = kind_ == Kind::kUnary && request.http2 && flow == nullptr
                           ? CURL_HTTP_VERSION_2TLS
                           : CURL_HTTP_VERSION_1_1;
  if (version != http_version_) {
    Set(easy_, CURLOPT_HTTP_VERSION, version);
    http_version_ = version;
  }
  const long connect_timeout_ms = ToCurlMs(request.connect_timeout);
  if (connect_timeout_ms != connect_timeout_ms_) {
    Set(easy_, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    connect_timeout_ms_ = connect_timeout_ms;
  }
}

void CurlTransfer::SetMethod(const HttpRequest& request) {
  const bool has_body = !request.body.empty() || request.method == "POST";
  if (has_body) {
    // Not null even if empty, or libcurl would read standard input.
    Set(easy_, CURLOPT_POSTFIELDS, request.body.c_str());
    Set(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == method_ && has_body == has_body_) return;
  method_ = request.method;
  has_body_ = has_body;
  if (has_body) {
    Set(easy_, CURLOPT_POST, 1L);
  } else if (method_ == "HEAD") {
    Set(easy_, CURLOPT_NOBODY, 1L);
  } else {
    Set(easy_, CURLOPT_HTTPGET, 1L);
  }
  const bool plain =
      has_body ? method_ == "POST" : method_ == "GET" || method_ == "HEAD";
  Set(easy_, CURLOPT_CUSTOMREQUEST, plain ? nullptr : method_.c_str());
}

void CurlTransfer::SetHeaders(const HttpRequest& request) {
  header_list_.Clear();
  bool has_content_type = false;
  for (const HttpHeader& header : request.headers.all()) {
    header_list_.Add(header.name, header.value);
    has_content_type |= absl::EqualsIgnoreCase(header.name, "content-type");
  }
  // libcurl would wait for a 100, and take the body for a form.
  header_list_.Suppress("Expect");
  if (!has_content_type) header_list_.Suppress("Content-Type");
  Set(easy_, CURLOPT_HTTPHEADER, header_list_.list());
}

void CurlTransfer::End() {
  sink_ = nullptr;
  flow_ = nullptr;
}

void CurlTransfer::Stop(absl::Status reason) {
  AIGW_CHECK(!reason.ok());
  if (stopped_.ok()) stopped_ = std::move(reason);
}

bool CurlTransfer::uploaded() const {
  curl_off_t sent = 0;
  return curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &sent) == CURLE_OK &&
         static_cast<size_t>(sent) >= request_bytes_;
}

absl::Status CurlTransfer::Outcome(CURLcode code, int socket_error) const {
  if (!stopped_.ok()) return stopped_;
  if (satisfied_) return absl::OkStatus();
  if (code == CURLE_OK) {
    if (head_.done()) return absl::OkStatus();
    // libcurl takes a connection that closes inside the headers for a whole
    // answer.
    return ProtocolError(
        host_, "the connection was closed inside the answer's headers");
  }
  CurlFailure failure = {.code = code,
                         .text = error_text_,
                         .host = host_,
                         .connect_timeout = connect_timeout_,
                         .answered = answered()};
  curl_off_t resolved = 0;
  long os_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
  // Of this exchange only if it failed to connect: nobody resets it.
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &os_error);
  failure.resolved = resolved > 0;
  failure.connected = attempts_ > 0;
  failure.os_error =
      socket_error != 0 ? socket_error : static_cast<int>(os_error);
  return StatusOf(failure);
}

int CurlTransfer::OnAttempt(void* self, char*, char*, int, int) noexcept {
  ++static_cast<CurlTransfer*>(self)->attempts_;
  return CURL_PREREQFUNC_OK;
}

size_t CurlTransfer::OnHeaderLine(char* bytes, size_t size, size_t count,
                                  void* self) noexcept {
  const absl::string_view line(bytes, size * count);
  return static_cast<CurlTransfer*>(self)->TakeHeaderLine(line)
             ? line.size()
             : CURL_WRITEFUNC_ERROR;
}

size_t CurlTransfer::OnBody(char* bytes, size_t size, size_t count,
                            void* self) noexcept {
  return static_cast<CurlTransfer*>(self)->TakeBody({bytes, size * count});
}

bool CurlTransfer::TakeHeaderLine(absl::string_view line) {
  if (stopped()) return false;
  switch (head_.Take(line)) {
    case HttpHeadReader::Result::kMore:
      return true;
    case HttpHeadReader::Result::kMalformed:
      Stop(ProtocolError(host_, "its answer is not valid HTTP"));
      return false;
    case HttpHeadReader::Result::kTooLarge:
      Stop(ProtocolError(host_, "its answer's headers are too large"));
      return false;
    case HttpHeadReader::Result::kDone:
      break;
  }
  absl::Status status = sink_->OnHead(head_.status(), head_.headers());
  if (!status.ok()) Stop(std::move(status));
  return !stopped();
}

size_t CurlTransfer::TakeBody(absl::string_view bytes) {
  if (stopped()) return CURL_WRITEFUNC_ERROR;
  if (satisfied_) {
    dropped_bytes_ += bytes.size();
    return dropped_bytes_ > kMaxDroppedBytes ? CURL_WRITEFUNC_ERROR
                                             : bytes.size();
  }
  if (flow_ != nullptr && flow_->paused()) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  body_bytes_ += bytes.size();
  if (kind_ == Kind::kUnary && body_bytes_ > max_body_bytes_) {
    Stop(ProtocolError(host_, absl::StrCat("its answer is longer than ",
                                           max_body_bytes_, " bytes")));
    return CURL_WRITEFUNC_ERROR;
  }
  absl::Status status = sink_->OnBody(bytes);
  if (!status.ok()) Stop(std::move(status));
  if (stopped()) return CURL_WRITEFUNC_ERROR;
  if (sink_->Satisfied()) {
    satisfied_ = true;
    attendant_->OnSatisfied();
  }
  return bytes.size();
}

}  // namespace aigateway
