#include "tests/integration/case_script.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"

#include "gateway/base/clock.h"
#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

std::string Quoted(absl::string_view text) {
  std::string json;
  JsonWriter(&json).String(text);
  return json;
}

std::string ChunkJson(absl::string_view choices, absl::string_view more = "") {
  return absl::StrCat(
      R"({"id":"r1","object":"chat.completion.chunk","created":1,"model":"m1","choices":)",
      choices, more, "}");
}

void SetDeadline(grpc::ClientContext& context, absl::Duration deadline) {
  context.set_deadline(std::chrono::system_clock::now() +
                       absl::ToChronoMicroseconds(deadline));
}

std::string MetadataLines(const grpc::ClientContext& context) {
  std::string lines;
  for (const auto* metadata : {&context.GetServerInitialMetadata(),
                               &context.GetServerTrailingMetadata()}) {
    for (const auto& [name, value] : *metadata) {
      absl::StrAppend(&lines, absl::string_view(name.data(), name.size()), ": ",
                      absl::string_view(value.data(), value.size()), "\n");
    }
  }
  return lines;
}

void JoinToolCalls(const v1::Delta& delta, Seen& seen) {
  for (const v1::ToolCallDelta& piece : delta.tool_calls()) {
    if (static_cast<size_t>(piece.index()) >= seen.tool_calls.size()) {
      seen.tool_calls.resize(piece.index() + 1);
    }
    v1::ToolCall& call = seen.tool_calls[piece.index()];
    if (!piece.id().empty()) call.set_id(piece.id());
    if (!piece.name().empty()) call.set_name(piece.name());
    call.mutable_arguments()->append(piece.arguments());
  }
}

}  // namespace

std::string CompletionJson(absl::string_view text) {
  return absl::StrCat(
      R"({"id":"r1","object":"chat.completion","created":1,"model":"m1","choices":[{"index":0,"message":{"role":"assistant","content":)",
      Quoted(text),
      R"(},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}})");
}

std::string ErrorJson(absl::string_view text) {
  return absl::StrCat(R"({"error":{"message":)", Quoted(text),
                      R"(,"type":"t","param":null,"code":null}})");
}

std::string DeltaJson(absl::string_view text) {
  return ChunkJson(absl::StrCat(R"([{"index":0,"delta":{"content":)",
                                Quoted(text), R"(},"finish_reason":null}])"));
}

std::string FinishJson(absl::string_view reason) {
  return ChunkJson(absl::StrCat(R"([{"index":0,"delta":{},"finish_reason":")",
                                reason, R"("}])"));
}

std::string UsageJson(int prompt, int completion) {
  return ChunkJson(
      "[]", absl::StrCat(R"(,"usage":{"prompt_tokens":)", prompt,
                         R"(,"completion_tokens":)", completion,
                         R"(,"total_tokens":)", prompt + completion, "}"));
}

UpstreamReply Completion(absl::string_view text) {
  return JsonAnswer(CompletionJson(text));
}

UpstreamReply ErrorReply(int status, absl::string_view text) {
  return JsonAnswer(ErrorJson(text), status);
}

UpstreamReply TextStream(const std::vector<std::string>& texts) {
  std::vector<std::string> events;
  for (const std::string& text : texts) events.push_back(DeltaJson(text));
  events.push_back(FinishJson());
  events.push_back("[DONE]");
  return SseAnswer(events);
}

std::string Instance(absl::string_view name, const FakeUpstream& upstream,
                     absl::string_view type, absl::string_view more) {
  return absl::StrCat("- {name: ", name, ", type: ", type, ", base_url: \"",
                      upstream.url(""), "\", api_key: key-", name,
                      more.empty() ? "" : ", ", more, "}\n");
}

v1::RouteRequest Q1() {
  v1::RouteRequest request;
  request.mutable_chat()->set_model("m1");
  v1::Message& message = *request.mutable_chat()->add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  return request;
}

v1::RouteStreamRequest StreamQ1() {
  v1::RouteStreamRequest request;
  *request.mutable_chat() = Q1().chat();
  return request;
}

v1::ChatRequest EmptyChat() {
  v1::ChatRequest chat;
  chat.set_model("m1");
  return chat;
}

v1::Message& AddMessage(v1::Role role, absl::string_view content,
                        v1::ChatRequest& chat) {
  v1::Message& message = *chat.add_messages();
  message.set_role(role);
  message.set_content(std::string(content));
  return message;
}

void AddToolCall(absl::string_view id, absl::string_view name,
                 absl::string_view arguments, v1::Message& message) {
  v1::ToolCall& call = *message.add_tool_calls();
  call.set_id(std::string(id));
  call.set_name(std::string(name));
  call.set_arguments(std::string(arguments));
}

void AddToolResult(absl::string_view call_id, absl::string_view content,
                   v1::ChatRequest& chat) {
  AddMessage(v1::ROLE_TOOL, content, chat)
      .set_tool_call_id(std::string(call_id));
}

void AddTool(absl::string_view name, absl::string_view parameters,
             v1::ChatRequest& chat) {
  v1::Tool& tool = *chat.add_tools();
  tool.set_name(std::string(name));
  if (!parameters.empty()) tool.set_parameters(std::string(parameters));
}

bool UnpackDetail(const grpc::Status& status,
                  google::protobuf::Message* detail) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  for (const google::protobuf::Any& any : details.details()) {
    if (any.UnpackTo(detail)) return true;
  }
  return false;
}

std::string Seen::reason() const {
  google::rpc::ErrorInfo info;
  return Details(&info) ? info.reason() : "";
}

Seen CallRoute(GatewayProcess& gateway, const v1::RouteRequest& request,
               absl::Duration deadline) {
  Seen seen;
  grpc::ClientContext context;
  SetDeadline(context, deadline);
  const absl::Time start = Clock::Real()->Now();
  seen.status = gateway.gateway().Route(&context, request, &seen.response);
  seen.took = Clock::Real()->Now() - start;
  seen.metadata = MetadataLines(context);
  if (seen.response.chat().choices_size() > 0) {
    const v1::Message& message = seen.response.chat().choices(0).message();
    seen.text = message.content();
    seen.reasoning = message.reasoning_content();
    seen.tool_calls.assign(message.tool_calls().begin(),
                           message.tool_calls().end());
    for (const v1::Choice& choice : seen.response.chat().choices()) {
      v1::Finish& finish = seen.finishes.emplace_back();
      finish.set_index(choice.index());
      finish.set_finish_reason(choice.finish_reason());
      finish.set_provider_finish_reason(choice.provider_finish_reason());
    }
  }
  return seen;
}

Seen CallStream(GatewayProcess& gateway, const v1::RouteStreamRequest& request,
                absl::Duration deadline) {
  Seen seen;
  grpc::ClientContext context;
  SetDeadline(context, deadline);
  const absl::Time start = Clock::Real()->Now();
  auto reader = gateway.gateway().RouteStream(&context, request);
  v1::RouteStreamResponse event;
  while (reader->Read(&event)) {
    if (event.has_started()) seen.started = event.started();
    if (event.has_delta()) {
      ++seen.deltas;
      if (!event.delta().text().empty()) ++seen.text_deltas;
      seen.delta_times.push_back(Clock::Real()->Now() - start);
      seen.text += event.delta().text();
      seen.reasoning += event.delta().reasoning();
      JoinToolCalls(event.delta(), seen);
    }
    if (event.has_failover()) {
      seen.failovers.push_back(event.failover());
      if (event.failover().mode() == v1::FAILOVER_MODE_RESTARTED) {
        seen.text.clear();
      }
    }
    if (event.has_finish()) seen.finishes.push_back(event.finish());
    if (event.has_end()) {
      seen.end = event.end();
      ++seen.ends;
    }
  }
  seen.status = reader->Finish();
  seen.took = Clock::Real()->Now() - start;
  seen.metadata = MetadataLines(context);
  return seen;
}

Seen CallEither(GatewayProcess& gateway, bool stream,
                const v1::ChatRequest& chat, absl::Duration deadline) {
  if (stream) {
    v1::RouteStreamRequest request;
    *request.mutable_chat() = chat;
    return CallStream(gateway, request, deadline);
  }
  v1::RouteRequest request;
  *request.mutable_chat() = chat;
  return CallRoute(gateway, request, deadline);
}

}  // namespace aigateway
