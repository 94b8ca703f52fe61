#include "tools/aigwctl/chat.h"

#include <iostream>
#include <memory>

#include "google/protobuf/util/json_util.h"

#include "aigateway/v1/gateway.grpc.pb.h"

namespace aigateway {
namespace {

void FillRequest(const ChatCommand& command, v1::ChatRequest& chat,
                 v1::RoutingOptions& options) {
  chat.set_model(command.model);
  if (!command.system.empty()) {
    v1::Message& message = *chat.add_messages();
    message.set_role(v1::ROLE_SYSTEM);
    message.set_content(command.system);
  }
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content(command.prompt);
  options.set_target(command.target);
}

void PrintJson(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (google::protobuf::util::MessageToJsonString(message, &text, options)
          .ok()) {
    std::cout << text << std::endl;
  }
}

double Milliseconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) * 1e3 +
         static_cast<double>(duration.nanos()) / 1e6;
}

void PrintRoute(const v1::RouteInfo& route, const v1::Usage& usage) {
  std::cerr << "[" << route.target() << " (" << route.provider() << "), model "
            << route.upstream_model() << ", strategy " << route.strategy()
            << ", " << route.attempts_size() << " attempt"
            << (route.attempts_size() == 1 ? "" : "s");
  if (usage.has_total_tokens()) {
    std::cerr << ", " << usage.prompt_tokens() << " + "
              << usage.completion_tokens() << " tokens";
  }
  if (route.has_time_to_first_token()) {
    std::cerr << ", first token after "
              << Milliseconds(route.time_to_first_token()) << " ms";
  }
  std::cerr << ", overhead " << Milliseconds(route.gateway_overhead())
            << " ms, request " << route.request_id() << "]\n";
  for (const std::string& warning : route.warnings()) {
    std::cerr << "[warning: " << warning << "]\n";
  }
}

// Text of an answer as a person reads it; tool calls by name.
void PrintMessage(const v1::Message& message) {
  std::cout << message.content();
  for (const v1::ContentPart& part : message.parts()) std::cout << part.text();
  if (!message.refusal().empty()) std::cout << message.refusal();
  for (const v1::ToolCall& call : message.tool_calls()) {
    std::cout << "\n-> " << call.name() << "(" << call.arguments() << ")";
  }
  std::cout << std::endl;
}

int RunUnary(const ClientOptions& options, const ChatCommand& command) {
  auto stub = v1::GatewayService::NewStub(Connect(options.address));
  v1::RouteRequest request;
  FillRequest(command, *request.mutable_chat(), *request.mutable_options());
  v1::RouteResponse response;
  grpc::ClientContext context;
  Prepare(options, context);
  const grpc::Status status = stub->Route(&context, request, &response);
  if (!status.ok()) return Report(status, options.address);
  if (command.json) {
    PrintJson(response);
    return 0;
  }
  for (const v1::Choice& choice : response.chat().choices()) {
    PrintMessage(choice.message());
  }
  if (command.route) PrintRoute(response.route(), response.chat().usage());
  return 0;
}

void PrintDelta(const v1::Delta& delta) {
  std::cout << delta.text() << delta.refusal();
  for (const v1::ToolCallDelta& call : delta.tool_calls()) {
    if (!call.name().empty()) std::cout << "\n-> " << call.name() << " ";
    std::cout << call.arguments();
  }
  std::cout << std::flush;
}

int RunStream(const ClientOptions& options, const ChatCommand& command) {
  auto stub = v1::GatewayService::NewStub(Connect(options.address));
  v1::RouteStreamRequest request;
  FillRequest(command, *request.mutable_chat(), *request.mutable_options());
  grpc::ClientContext context;
  Prepare(options, context);
  auto reader = stub->RouteStream(&context, request);
  v1::RouteStreamResponse event;
  v1::End end;
  bool spoke = false;
  while (reader->Read(&event)) {
    if (command.json) {
      PrintJson(event);
    } else if (event.has_delta()) {
      spoke = true;
      PrintDelta(event.delta());
    }
    if (event.has_end()) end = event.end();
  }
  const grpc::Status status = reader->Finish();
  if (spoke) std::cout << std::endl;
  if (!status.ok()) return Report(status, options.address);
  if (command.route && !command.json) PrintRoute(end.route(), end.usage());
  return 0;
}

}  // namespace

int RunChat(const ClientOptions& options, const ChatCommand& command) {
  return command.stream ? RunStream(options, command)
                        : RunUnary(options, command);
}

}  // namespace aigateway
