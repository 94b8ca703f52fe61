#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATED_PROVIDERS_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATED_PROVIDERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "gateway/base/flow.h"
#include "gateway/base/random.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "tests/simulation/provider_fault.h"
#include "tests/simulation/provider_wire.h"

namespace aigateway {

// One HTTP exchange between the gateway and a simulated provider.
struct SimulatedExchange {
  int id = 0;
  int request = 0;     // Its number.
  std::string target;  // The instance's name is the target's.
  Wire wire = Wire::kOpenAi;
  bool stream = false;
  int pieces_sent = 0;  // Of the answer that it is to continue; 0: of none.
  ProviderFault fault = ProviderFault::kNone;
  absl::Duration retry_after;  // Stated by kRateLimitedUntil.

  bool continued() const { return pieces_sent > 0; }
};

// Is told of every exchange.
class ExchangeWatch {
 public:
  virtual ~ExchangeWatch() = default;
  virtual void OnExchangeStart(const SimulatedExchange& exchange) = 0;
  // `status` is what the client returns.
  virtual void OnExchangeEnd(const SimulatedExchange& exchange,
                             const absl::Status& status) = 0;
};

// All providers of a simulation, behind the HTTP door: each answers what it is
// asked, or shows one of its faults, as the random generator will have it.
class SimulatedProviders final : public HttpClient {
 public:
  // All must outlive this object.
  SimulatedProviders(Timers* timers, Random* random, ExchangeWatch* watch);

  // Adds the provider that instance `name` talks to.
  void Add(const std::string& name, const ProviderHealth& health) {
    health_[name] = health;
  }

  Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                          HttpSink& sink, Flow* flow) override;

  int open_exchanges() const { return client_.open_exchanges(); }
  // That were ever made.
  int exchanges() const { return last_id_; }

 private:
  SimulatedExchange Read(const HttpRequest& request);
  void Draw(SimulatedExchange& exchange);
  SimulatedAnswer Answer(const SimulatedExchange& exchange);
  void AnswerWhole(const SimulatedExchange& exchange, SimulatedAnswer& answer);
  void AnswerStream(const SimulatedExchange& exchange, SimulatedAnswer& answer);
  // What the stand-in of a cut stream says, or anyone else.
  std::vector<std::string> PiecesToSay(const SimulatedExchange& exchange);
  // How long something takes that takes up to `most`.
  absl::Duration UpTo(absl::Duration most, const ProviderHealth& health) {
    return absl::Floor(most * random_.Uniform(), health.grain);
  }

  Timers& timers_;
  Random& random_;
  ExchangeWatch& watch_;
  std::map<std::string, ProviderHealth> health_;
  int last_id_ = 0;
  SimulatedAnswer next_;  // What `client_` is to play.
  SimulatedHttpClient client_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATED_PROVIDERS_H_
