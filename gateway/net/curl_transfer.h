#ifndef AIGATEWAY_GATEWAY_NET_CURL_TRANSFER_H_
#define AIGATEWAY_GATEWAY_NET_CURL_TRANSFER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "curl/curl.h"

#include "gateway/base/flow.h"
#include "gateway/net/curl_header_list.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_head_reader.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// One easy handle of libcurl, used for one exchange after another: it puts a
// request into the handle and feeds the answer to a sink.
//
// Handles are kept because making one costs more than a request. What never
// changes is set once, what a request says at each Begin(). This class never
// calls the multi handle, for it runs inside libcurl: when something is to be
// done there it tells the attendant, who does it once libcurl has returned.
class CurlTransfer {
 public:
  // A stream has a connection of its own over HTTP/1.1, small buffers, and
  // asks for no compression.
  enum class Kind { kUnary, kStream };

  class Attendant {
   public:
    virtual ~Attendant() = default;
    // The sink is satisfied. Called from within libcurl.
    virtual void OnSatisfied() = 0;
  };

  // What all handles of a client have in common.
  struct Settings {
    std::string ca_bundle;  // A file of PEM certificates; empty: the system's.
    absl::Duration kept_connection_age;
    CURLSH* share = nullptr;  // May be null; must outlive the transfer.
    curl_opensocket_callback open_socket = nullptr;
    curl_closesocket_callback close_socket = nullptr;
    void* sockets = nullptr;  // First argument of both.
  };

  // Returns null if there is no memory. `attendant` must outlive the transfer.
  static std::unique_ptr<CurlTransfer> Create(Kind kind,
                                              const Settings& settings,
                                              Attendant* attendant);
  // The handle is in no multi handle.
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Prepares an exchange. The arguments must live until End(); `flow` may be
  // null. CheckRequestHead() said yes to `request`.
  void Begin(const HttpRequest& request, HttpSink& sink, const Flow* flow);
  // Lets go of Begin()'s arguments. Bytes that still come are dropped, and end
  // the transfer when they are many.
  void End();

  // Ends the exchange with `reason`, not OK; the first one stays. The sink is
  // called no more.
  void Stop(absl::Status reason);

  // How the exchange ended when libcurl gave `code`. `socket_error` is the
  // errno if no socket could be had, else 0.
  absl::Status Outcome(CURLcode code, int socket_error) const;

  Kind kind() const { return kind_; }
  CURL* easy() const { return easy_; }
  bool stopped() const { return !stopped_.ok(); }
  bool satisfied() const { return satisfied_; }
  // Whether bytes of an answer came: the connection is known to work.
  bool answered() const { return head_.bytes() > 0; }
  // Whether all of the request was handed to the system.
  bool uploaded() const;
  // Whether libcurl sent the request more than once, since a kept connection
  // died as it was used. It counts that over the whole life of a handle, and
  // the sixth time fails: such a handle is not to be used again.
  bool resent() const { return attempts_ > 1; }
  // Whether libcurl keeps bytes back since `flow` was paused, and it is not
  // now.
  bool can_resume() const {
    return paused_ && (flow_ == nullptr || !flow_->paused());
  }
  // The caller tells libcurl to go on.
  void Resumed() { paused_ = false; }

 private:
  CurlTransfer(Kind kind, CURL* easy, Attendant* attendant)
      : kind_(kind), easy_(easy), attendant_(attendant) {}

  void SetConstants(const Settings& settings);
  void SetMethod(const HttpRequest& request);
  void SetHeaders(const HttpRequest& request);

  static int OnAttempt(void* self, char*, char*, int, int) noexcept;
  static size_t OnHeaderLine(char* bytes, size_t size, size_t count,
                             void* self) noexcept;
  static size_t OnBody(char* bytes, size_t size, size_t count,
                       void* self) noexcept;
  // False ends the transfer.
  bool TakeHeaderLine(absl::string_view line);
  // Returns how many bytes were taken, or another number to end or pause.
  size_t TakeBody(absl::string_view bytes);

  const Kind kind_;
  CURL* const easy_;
  Attendant* const attendant_;
  CurlHeaderList header_list_;
  char error_text_[CURL_ERROR_SIZE] = {};

  // What the handle is set to; what stays the same is not set again.
  std::string method_;
  bool has_body_ = false;
  long http_version_ = -1;
  long connect_timeout_ms_ = -1;

  // The exchange.
  std::string host_;  // For messages, also when the request is gone.
  absl::Duration connect_timeout_;
  size_t request_bytes_ = 0;
  size_t max_body_bytes_ = 0;
  HttpSink* sink_ = nullptr;
  const Flow* flow_ = nullptr;
  absl::Status stopped_;
  bool satisfied_ = false;
  bool paused_ = false;
  int attempts_ = 0;  // How often a connection was ready for the request.
  HttpHeadReader head_;
  size_t body_bytes_ = 0;
  size_t dropped_bytes_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_TRANSFER_H_
