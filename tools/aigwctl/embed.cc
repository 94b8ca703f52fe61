#include "tools/aigwctl/embed.h"

#include <iostream>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/aigwctl/printing.h"

namespace aigateway {

int RunEmbed(const ClientOptions& options, const EmbedCommand& command) {
  auto stub = v1::GatewayService::NewStub(Connect(options.address));
  v1::EmbedRequest request;
  request.set_model(command.model);
  request.mutable_options()->set_target(command.target);
  for (const std::string& text : command.texts) request.add_input(text);
  v1::EmbedResponse response;
  grpc::ClientContext context;
  Prepare(options, context);
  const grpc::Status status = stub->Embed(&context, request, &response);
  if (!status.ok()) return Report(status, options.address);
  if (command.json) {
    PrintJson(response);
    return 0;
  }
  for (const v1::Embedding& vector : response.embeddings()) {
    // Nine digits are what it takes to read the same float again.
    std::cout << "["
              << absl::StrJoin(vector.values(), ",",
                               [](std::string* out, float value) {
                                 absl::StrAppendFormat(out, "%.9g", value);
                               })
              << "]\n";
  }
  return 0;
}

}  // namespace aigateway
