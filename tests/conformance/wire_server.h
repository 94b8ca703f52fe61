#ifndef AIGATEWAY_TESTS_CONFORMANCE_WIRE_SERVER_H_
#define AIGATEWAY_TESTS_CONFORMANCE_WIRE_SERVER_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/gateway.pb.h"
#include "tests/conformance/codec_reading.h"
#include "tests/conformance/wire_case.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {

// In what pieces the upstream writes a body to its socket.
enum class WirePieces { kWhole, kSmall };

// The real server before an upstream that plays recordings. Each recording has
// an instance and a target of its own, so that what the gateway learns from one
// answer (a wait, a refused key) has no say in the next.
class WireServer {
 public:
  explicit WireServer(const std::vector<const WireCase*>& cases);

  // Calls Route, or RouteStream where the recording is of a stream, while the
  // upstream answers with the recorded exchange and those that follow from it.
  WireReading CallChat(const WireCase& wire, WirePieces pieces);
  absl::StatusOr<v1::EmbedResponse> CallEmbed(const WireCase& wire);

 private:
  void Serve(const WireCase& wire, WirePieces pieces);
  // Expects what was played to have been asked for: as often, of the API that
  // the recording is of, and with the instance's key.
  void ExpectAsked(const WireCase& wire) const;

  FakeUpstream upstream_;
  size_t asked_before_ = 0;
  std::unique_ptr<GatewayProcess> gateway_;
};

// The recorded exchanges that one call leads through, in order: most have one.
std::vector<const WireCase*> ExchangesOf(const WireCase& wire);

// The error that a client was sent, without the gateway's note about the
// target. Expects its code to be that of its reason.
absl::Status StatusFromClient(const grpc::Status& status);

// Starts the real server before upstreams that list models as the recordings
// do, and waits until it has asked. By recording; one that the server could not
// read has none.
std::map<std::string, std::vector<v1::Model>> DiscoverModels(
    const std::vector<const WireCase*>& cases);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_WIRE_SERVER_H_
