#include "gateway/net/curl_sweeper.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(10);
// libcurl looks once a second at most, and forgets that it was asked.
constexpr absl::Duration kSoon = absl::Milliseconds(1100);

curl_socket_t NoSocket(void*, curlsocktype, struct curl_sockaddr*) {
  return CURL_SOCKET_BAD;
}

template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
  AIGW_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CurlSweeper>> CurlSweeper::Create(
    CurlMulti& multi, Timers& timers, absl::Duration kept_connection_age,
    absl::AnyInvocable<bool()> needed) {
  std::unique_ptr<CurlSweeper> sweeper(
      new CurlSweeper(multi, timers, std::move(needed)));
  CURL* const easy = sweeper->easy_ = curl_easy_init();
  if (easy == nullptr) {
    return Error(ErrorReason::kInternal, "no memory for an HTTP client");
  }
  Set(easy, CURLOPT_URL, "http://0.0.0.0/");
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_PROXY, "");
  Set(easy, CURLOPT_NOPROXY, "*");
  Set(easy, CURLOPT_CONNECT_ONLY, 1L);   // Never sends anything,
  Set(easy, CURLOPT_FRESH_CONNECT, 1L);  // takes no kept connection,
  Set(easy, CURLOPT_OPENSOCKETFUNCTION, &NoSocket);  // and makes none.
  Set(easy, CURLOPT_MAXAGE_CONN,
      static_cast<long>(absl::ToInt64Seconds(kept_connection_age)));
  return sweeper;
}

CurlSweeper::~CurlSweeper() {
  if (in_multi_) multi_.Remove(easy_);
  if (easy_ != nullptr) curl_easy_cleanup(easy_);
}

void CurlSweeper::SweepInTime() { SweepAfter(kPeriod); }
void CurlSweeper::SweepSoon() { SweepAfter(kSoon); }

bool CurlSweeper::TakeEnded(CURL* easy) {
  if (easy != easy_) return false;
  multi_.Remove(easy_);
  in_multi_ = false;
  return true;
}

void CurlSweeper::SweepAfter(absl::Duration delay) {
  const absl::Time at = timers_.Now() + delay;
  if (at_ <= at) return;
  at_ = at;
  timer_ = timers_.At(at, [this] {
    at_ = absl::InfiniteFuture();
    Sweep();
  });
}

void CurlSweeper::Sweep() {
  if (!needed_()) return;
  if (!in_multi_) {
    multi_.Add(easy_);
    in_multi_ = true;
  }
  SweepAfter(kPeriod);
}

}  // namespace aigateway
