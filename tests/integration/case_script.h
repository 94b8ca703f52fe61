#ifndef AIGATEWAY_TESTS_INTEGRATION_CASE_SCRIPT_H_
#define AIGATEWAY_TESTS_INTEGRATION_CASE_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/gateway.pb.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {

// The signs of the case bank: what an OpenAI-shaped upstream sends.

std::string CompletionJson(absl::string_view text);         // J(t)
std::string ErrorJson(absl::string_view text);              // E(n, t)
std::string DeltaJson(absl::string_view text);              // d(t)
std::string FinishJson(absl::string_view reason = "stop");  // f(r)
std::string UsageJson(int prompt, int completion);          // u(p, c)
UpstreamReply Completion(absl::string_view text);
UpstreamReply ErrorReply(int status, absl::string_view text);
// d(...) for each text, f(stop), DONE.
UpstreamReply TextStream(const std::vector<std::string>& texts);

// An instance `name` of `type` at `upstream`, as a line of `providers`.
std::string Instance(absl::string_view name, const FakeUpstream& upstream,
                     absl::string_view type = "openai-compatible",
                     absl::string_view more = "");

// model m1, one message: user, "hi".
v1::RouteRequest Q1();
v1::RouteStreamRequest StreamQ1();

// What a client saw of one call.
struct Seen {
  grpc::Status status;
  v1::RouteResponse response;  // Of a unary call.
  std::string text;            // Deltas joined, or the first choice's content.
  std::string reasoning;
  int deltas = 0;
  int text_deltas = 0;
  std::vector<v1::Finish> finishes;
  std::vector<v1::ToolCall> tool_calls;  // Joined, of choice 0.
  std::vector<absl::Duration> delta_times;
  v1::Started started;
  v1::End end;
  int ends = 0;
  absl::Duration took;

  std::string reason() const;  // ErrorInfo.reason; empty if there is none.
  bool Details(google::rpc::ErrorInfo* info) const;
  std::string message() const { return status.error_message(); }
};

Seen CallRoute(GatewayProcess& gateway, const v1::RouteRequest& request = Q1(),
               absl::Duration deadline = absl::Seconds(30));
Seen CallStream(GatewayProcess& gateway,
                const v1::RouteStreamRequest& request = StreamQ1(),
                absl::Duration deadline = absl::Seconds(30));

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_CASE_SCRIPT_H_
