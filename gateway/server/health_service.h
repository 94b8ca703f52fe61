#ifndef AIGATEWAY_GATEWAY_SERVER_HEALTH_SERVICE_H_
#define AIGATEWAY_GATEWAY_SERVER_HEALTH_SERVICE_H_

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpc/health/v1/health.grpc.pb.h"

#include "gateway/server/arrivals.h"

namespace aigateway {

// grpc.health.v1.Health: whether the server takes calls, by the empty name and
// by the name of each service, all of which fare alike.
//
// gRPC's own is not used: it waits inside the poller on threads of its own
// (Arrivals says what that costs). Calls are answered on the thread of
// arrivals, so that no other traffic delays a probe.
class HealthService {
 public:
  // Knows `services` beside the empty name. `arrivals` must outlive this
  // object, and be shut down before it goes.
  HealthService(std::vector<std::string> services, Arrivals* arrivals);
  ~HealthService();
  HealthService(const HealthService&) = delete;
  HealthService& operator=(const HealthService&) = delete;

  // To be registered with the gRPC server.
  grpc::Service* service() { return &service_; }
  // Takes calls from now on. After the gRPC server was built, before the
  // arrivals start.
  void ExpectCalls();

  // SERVING at first. Takes effect at once; whoever watches is told soon. From
  // any thread.
  void SetServing(bool serving);

  // Ends the calls of those who watch, who would never end by themselves. From
  // any thread, before the gRPC server shuts down.
  void EndWatches();

 private:
  class CheckCall;
  class WatchCall;

  grpc::health::v1::HealthCheckResponse::ServingStatus StatusOf(
      const std::string& service) const;

  const std::set<std::string> services_;
  Arrivals* const arrivals_;
  grpc::health::v1::Health::AsyncService service_;
  std::atomic<bool> serving_ = true;
  // Both belong to the thread of arrivals.
  std::set<WatchCall*> watches_;
  bool ending_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_HEALTH_SERVICE_H_
