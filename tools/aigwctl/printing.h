#ifndef AIGATEWAY_TOOLS_AIGWCTL_PRINTING_H_
#define AIGATEWAY_TOOLS_AIGWCTL_PRINTING_H_

#include <string>

#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"

#include "tools/aigwctl/client.h"

namespace aigateway {

// What listings share.

// `message` as JSON, on one line.
std::string JsonOf(const google::protobuf::Message& message);
// Prints `message` as JSON, on a line of its own.
void PrintJson(const google::protobuf::Message& message);

// "healthy" of PROVIDER_HEALTH_HEALTHY; empty for what is unspecified.
std::string Word(std::string name, absl::string_view prefix);

std::string Milliseconds(const google::protobuf::Duration& duration);

template <typename Strings>
std::string Join(const Strings& strings) {
  return absl::StrJoin(strings, ", ");
}

// Reads every page; `take` gets each response. Returns the exit code.
template <typename Request, typename Response, typename Call, typename Take>
int ReadPages(const ClientOptions& options, const std::string& address,
              Call call, Take take) {
  constexpr int kPageSize = 1000;
  Request request;
  request.set_page_size(kPageSize);
  for (;;) {
    grpc::ClientContext context;
    Prepare(options, context);
    Response response;
    const grpc::Status status = call(context, request, response);
    if (!status.ok()) return Report(status, address);
    take(response);
    if (response.next_page_token().empty()) return 0;
    request.set_page_token(response.next_page_token());
  }
}

}  // namespace aigateway

#endif  // AIGATEWAY_TOOLS_AIGWCTL_PRINTING_H_
