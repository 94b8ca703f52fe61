#ifndef AIGATEWAY_GATEWAY_NET_SIMULATED_HTTP_CLIENT_H_
#define AIGATEWAY_GATEWAY_NET_SIMULATED_HTTP_CLIENT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// Some bytes of a body, and how long after those before them they come.
struct SimulatedPiece {
  std::string bytes;
  absl::Duration after;
};

// What a server that is not there does with one request, from left to right.
struct SimulatedAnswer {
  // How the exchange ends when there is no more to play.
  enum class Ending {
    kWhole,    // The body ends by its own framing.
    kCut,      // The connection closes before the body's end.
    kReset,    // The connection is reset.
    kSilence,  // Nothing more comes, for ever.
  };

  bool refused = false;  // There is no connection: nothing is sent.

  // From the request to the head. Without a head `ending` comes in its place.
  absl::Duration head_after;
  bool has_head = true;
  int status = 200;
  HttpHeaders headers;

  // The body: these pieces, then those that `more`, if set, fills in until it
  // returns false. A body may be endless that way, and costs no memory.
  std::vector<SimulatedPiece> body;
  absl::AnyInvocable<bool(SimulatedPiece& piece)> more;
  // If not 0, each piece comes in parts of at most so many bytes, each so long
  // after the one before it.
  size_t trickle_bytes = 0;
  absl::Duration trickle_after;

  absl::Duration ending_after;  // From the last piece to the ending.
  Ending ending = Ending::kWhole;
};

// An HTTP client without a network: each request is answered by a function,
// and the answer is played in memory, by the loop's timers. The same requests
// at the same times give the same calls. Belongs to one loop.
//
// It keeps HttpClient's contract: scope, flow, bounds and errors are as with a
// real server, except that bytes have no size on the way (a body that is not
// read costs nothing).
class SimulatedHttpClient : public HttpClient {
 public:
  // Answers `request`, which was sent at `now`. Runs on the loop.
  using Responder = absl::AnyInvocable<SimulatedAnswer(
      const HttpRequest& request, absl::Time now)>;

  // `timers` must outlive this object, and this object its exchanges.
  SimulatedHttpClient(Timers* timers, Responder responder)
      : timers_(timers), responder_(std::move(responder)) {}

  Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                          HttpSink& sink, Flow* flow) override;

  // How many exchanges are open: connections, as a server would count them.
  int open_exchanges() const { return open_exchanges_; }

 private:
  Task<absl::Status> Play(Scope& scope, const HttpRequest& request,
                          SimulatedAnswer& answer, HttpSink& sink, Flow* flow);
  Task<absl::Status> PlayBody(Scope& scope, const HttpRequest& request,
                              SimulatedAnswer& answer, HttpSink& sink,
                              Flow* flow);
  // Waits until `flow` is not paused.
  Task<absl::Status> WaitForReader(Scope& scope, Flow* flow);

  Timers* const timers_;
  Responder responder_;
  int open_exchanges_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_SIMULATED_HTTP_CLIENT_H_
