#ifndef AIGATEWAY_TESTS_INTEGRATION_CASE_SCRIPT_H_
#define AIGATEWAY_TESTS_INTEGRATION_CASE_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
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

// model m1, no message yet; and what it is told.
v1::ChatRequest EmptyChat();
v1::Message& AddMessage(v1::Role role, absl::string_view content,
                        v1::ChatRequest& chat);
void AddToolCall(absl::string_view id, absl::string_view name,
                 absl::string_view arguments, v1::Message& message);
void AddToolResult(absl::string_view call_id, absl::string_view content,
                   v1::ChatRequest& chat);
// `parameters`: a JSON schema; empty: it takes none.
void AddTool(absl::string_view name, absl::string_view parameters,
             v1::ChatRequest& chat);

// Finds the detail of that type in a status; false if there is none.
bool UnpackDetail(const grpc::Status& status,
                  google::protobuf::Message* detail);

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
  std::vector<v1::Failover> failovers;  // A restart drops the text before it.
  v1::Started started;
  v1::End end;
  int ends = 0;
  absl::Duration took;
  std::string metadata;  // What the server sent, "name: value" a line.

  // Of the answer, however it came.
  const v1::Usage& usage() const {
    return ends > 0 ? end.usage() : response.chat().usage();
  }
  std::string reason() const;  // ErrorInfo.reason; empty if there is none.
  bool Details(google::rpc::ErrorInfo* info) const {
    return UnpackDetail(status, info);
  }
  std::string message() const { return status.error_message(); }
};

Seen CallRoute(GatewayProcess& gateway, const v1::RouteRequest& request = Q1(),
               absl::Duration deadline = absl::Seconds(30));
Seen CallStream(GatewayProcess& gateway,
                const v1::RouteStreamRequest& request = StreamQ1(),
                absl::Duration deadline = absl::Seconds(30));
// The same question by RouteStream or by Route.
Seen CallEither(GatewayProcess& gateway, bool stream,
                const v1::ChatRequest& chat = Q1().chat(),
                absl::Duration deadline = absl::Seconds(30));

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_CASE_SCRIPT_H_
