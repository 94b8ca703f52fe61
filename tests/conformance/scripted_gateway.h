#ifndef AIGATEWAY_TESTS_CONFORMANCE_SCRIPTED_GATEWAY_H_
#define AIGATEWAY_TESTS_CONFORMANCE_SCRIPTED_GATEWAY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/random.h"
#include "gateway/config/secrets.h"
#include "gateway/core/gateway.h"
#include "gateway/net/http_message.h"
#include "tests/conformance/answer_pair.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {

// The gateway as a library, with all that is built in, before one instance of a
// provider whose answers are played in memory.
class ScriptedGateway {
 public:
  // An instance of the type and API that `pair` is of.
  explicit ScriptedGateway(const AnswerPair& pair);
  ~ScriptedGateway();

  // What a caller of Route got, or one of RouteStream that joined the events.
  struct Reply {
    absl::Status status;
    v1::ChatResponse response;
    std::vector<std::string> warnings;
  };

  // Calls the gateway while the provider answers as `pair` says, whole or
  // streamed in small pieces.
  Reply Call(v1::ChatRequest chat, bool stream, const AnswerPair& pair);

  // What the provider was sent, in order.
  const std::vector<HttpRequest>& requests() const { return http_.requests(); }

 private:
  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Random random_{1};
  FakeHttpClient http_{&timers_};
  Env env_;
  FixedSecrets secrets_{{}};
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_SCRIPTED_GATEWAY_H_
