#ifndef AIGATEWAY_GATEWAY_NET_CURL_HTTP_CLIENT_H_
#define AIGATEWAY_GATEWAY_NET_CURL_HTTP_CLIENT_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "asio/io_context.hpp"
#include "curl/curl.h"

#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/curl_multi.h"
#include "gateway/net/curl_sweeper.h"
#include "gateway/net/curl_transfer.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {

// The HTTP client of one event loop, over libcurl's multi interface. It lives
// as long as the loop and keeps connections between requests.
//
// TLS certificates are always verified. Proxies, redirects, cookies, netrc and
// protocols other than http and https are off. A unary exchange may share an
// HTTP/2 connection (over TLS, by ALPN) and is asked for compressed; a stream
// has a connection of its own over HTTP/1.1.
//
// How it runs: CurlMulti enters libcurl, which calls sinks, and those may
// cancel scopes, pause flows and wake who sends. What that asks of libcurl is
// done by Settle() once libcurl has returned, and only then do coroutines
// resume.
class CurlHttpClient final : public HttpClient, private CurlMulti::Listener {
 public:
  struct Options {
    // A file of PEM certificates to trust in place of the system's.
    std::string ca_bundle;
    // How long an unused connection is kept: less than load balancers do, so
    // that few are closed by the server just when they are used again.
    absl::Duration kept_connection_age = absl::Seconds(45);
    // After a satisfied sink's Send() has returned, how long its connection may
    // take to come to the body's end, and be kept. Zero: no longer than now.
    absl::Duration satisfied_linger = absl::Milliseconds(50);
  };

  // `io`, `timers` and `meter` must outlive the client. Fails with INTERNAL if
  // the system or libcurl lacks something.
  static absl::StatusOr<std::unique_ptr<CurlHttpClient>> Create(
      asio::io_context& io, Timers& timers, TurnMeter& meter, Options options);
  // Every Send() has returned.
  ~CurlHttpClient() override;
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                          HttpSink& sink, Flow* flow) override;

  // How many calls of Send() have not returned.
  size_t in_flight() const { return in_flight_; }
  // How many connections are kept that no exchange uses.
  size_t kept_connections() const { return multi_->kept_connections(); }

 private:
  // A transfer, and where it stands.
  struct Job final : CurlTransfer::Attendant {
    explicit Job(CurlHttpClient* owner) : client(owner) {}
    void OnSatisfied() override { client->AttendSoon(this); }

    CurlHttpClient* const client;
    std::list<Job>::iterator place;  // In jobs_.
    std::unique_ptr<CurlTransfer> transfer;
    Scope* scope = nullptr;
    Waiter<absl::Status> outcome;
    absl::Status result;    // What `outcome` will be woken with.
    bool in_multi = false;  // libcurl runs it.
    bool in_line = false;   // It is in to_attend_.
    bool decided = false;   // `result` is set.
    bool returned = false;  // Send() has returned; libcurl may linger.
    Timers::Handle linger;  // Ends that.
  };

  CurlHttpClient(asio::io_context& io, Timers& timers, TurnMeter& meter,
                 Options options);

  // CurlMulti::Listener.
  void OnCurlReturned() override { Settle(); }
  bool HasAnswer(CURL* easy) const override;
  void OnRestDisturbed() override { sweeper_->SweepSoon(); }

  static Job* JobOf(CURL* easy);

  // A job for Send(); null if there is no memory.
  Job* Take(CurlTransfer::Kind kind);
  // Send() is done with the job.
  void GiveBack(Job* job);
  // Keeps an unused job for the next Send().
  void Recycle(Job* job);
  void Destroy(Job* job);

  void Add(Job* job);
  // Takes the job out of libcurl, which closes its connection unless the
  // exchange is over.
  void Remove(Job* job);
  void Cancel(Job* job);
  void Resume(Job* job);
  void Linger(Job* job);
  void EndLinger(Job* job);
  // Sets what Send() returns; it will be woken.
  void Decide(Job* job, absl::Status result);

  // Has Attend() called once libcurl is not on the stack, or soon.
  void AttendSoon(Job* job);
  void Attend(Job* job);
  void SettleSoon();
  // Does what was put off while libcurl was on the stack, and wakes those whose
  // exchange has ended.
  void Settle();
  void CollectEnded();
  void AttendAll();
  void WakeDecided();

  // Frees unused handles when there is nothing to do. Returns whether any
  // connection is kept.
  bool Trim();

  asio::io_context& io_;
  Timers& timers_;
  TurnMeter& meter_;
  const Options options_;
  CURLSH* share_ = nullptr;  // TLS sessions, for quick handshakes.
  std::unique_ptr<CurlMulti> multi_;
  std::unique_ptr<CurlSweeper> sweeper_;
  CurlTransfer::Settings settings_;

  std::list<Job> jobs_;
  std::vector<Job*> idle_[2];  // By kind.
  size_t in_flight_ = 0;

  bool settling_ = false;
  bool settle_posted_ = false;
  std::vector<Job*> to_attend_;
  std::vector<Job*> attending_;
  std::vector<Job*> decided_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_HTTP_CLIENT_H_
