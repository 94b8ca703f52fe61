#include "tests/conformance/wire_server.h"

#include <chrono>
#include <list>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/stream_joiner.h"
#include "gateway/net/http_message.h"
#include "tests/conformance/wire_reading.h"
#include "tests/conformance/wire_request.h"
#include "tests/fakes/upstream_script.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"

namespace aigateway {
namespace {

// Odd, so that it goes through the middle of lines, frames and characters.
constexpr size_t kSmallPiece = 37;
// Where a recorded prediction says that its stream is.
constexpr char kStreamOrigin[] = "https://streaming-api.svc.us.c.replicate.net";

std::string NameFor(const WireCase& wire) {
  return absl::StrReplaceAll(wire.id(), {{"/", "."}});
}

std::string ConfigFor(
    const std::vector<std::pair<const WireCase*, const FakeUpstream*>>& cases) {
  std::string providers = "providers:\n";
  std::string targets = "targets:\n";
  for (const auto& [wire, upstream] : cases) {
    const std::string name = NameFor(*wire);
    absl::StrAppend(&providers, Instance(name, *upstream, TypeOf(*wire),
                                         MoreSettingsFor(*wire)));
    absl::StrAppend(&targets, "- virtual_key: ", name, "\n");
  }
  return absl::StrCat(providers, targets, "strategy: {mode: fallback}\n");
}

// The recorded answer, framed as HTTP/1.1 frames it.
UpstreamReply ReplyOf(const WireCase& wire, const std::string& body,
                      WirePieces pieces) {
  static const auto* const framing = new std::set<std::string>{
      "connection", "content-encoding", "content-length", "transfer-encoding"};
  UpstreamHeaders headers;
  for (const HttpHeader& header : wire.response.headers.all()) {
    if (!framing->contains(header.name)) {
      headers.emplace_back(header.name, header.value);
    }
  }
  if (!wire.stream || wire.format == "error") {
    return Answer(wire.response.status, body, headers);
  }
  headers.emplace_back("transfer-encoding", "chunked");
  UpstreamReply reply;
  reply.Send(HttpHead(wire.response.status, headers));
  const std::string framed = Chunk(body) + LastChunk();
  return pieces == WirePieces::kSmall ? reply.Trickle(framed, kSmallPiece)
                                      : reply.Send(framed);
}

// How the path ends at which a vendor is asked for such an answer. Empty: the
// recording's format says nothing of that.
std::string PathEndOf(const WireCase& wire) {
  const std::map<std::string, std::string> ends = {
      {"anthropic-messages", "/v1/messages"},
      {"bedrock-converse", wire.stream ? "/converse-stream" : "/converse"},
      {"cohere-v2", "/v2/chat"},
      {"gemini", wire.stream ? ":streamGenerateContent" : ":generateContent"},
      {"ollama", "/api/chat"},
      {"openai-chat", "/chat/completions"},
      {"openai-responses", "/responses"},
      {"replicate", "/predictions"}};
  const auto end = ends.find(wire.format);
  return end == ends.end() ? "" : end->second;
}

const WireCase* FindCase(absl::string_view id) {
  for (const WireCase& wire : AllWireCases()) {
    if (wire.id() == id) return &wire;
  }
  return nullptr;
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
}

}  // namespace

WireServer::WireServer(const std::vector<const WireCase*>& cases) {
  std::vector<std::pair<const WireCase*, const FakeUpstream*>> served;
  for (const WireCase* wire : cases) served.emplace_back(wire, &upstream_);
  gateway_ = std::make_unique<GatewayProcess>(
      GatewayProcess::Options{.config = ConfigFor(served)});
}

void WireServer::Serve(const WireCase& wire, WirePieces pieces) {
  std::vector<UpstreamReply> replies;
  for (const WireCase* exchange : ExchangesOf(wire)) {
    // The stream is here too.
    const std::string body =
        exchange->format == "replicate"
            ? absl::StrReplaceAll(exchange->response.body,
                                  {{kStreamOrigin, upstream_.url("")}})
            : exchange->response.body;
    replies.push_back(ReplyOf(*exchange, body, pieces));
  }
  upstream_.SetReplies(std::move(replies));
  asked_before_ = upstream_.request_count();
}

void WireServer::ExpectAsked(const WireCase& wire) const {
  const std::vector<UpstreamRequest> requests = upstream_.requests();
  EXPECT_EQ(requests.size() - asked_before_, ExchangesOf(wire).size());
  if (requests.size() <= asked_before_) return;
  const UpstreamRequest& first = requests[asked_before_];
  EXPECT_TRUE(
      absl::StrContains(first.head, absl::StrCat("key-", NameFor(wire))))
      << first.head;
  EXPECT_TRUE(absl::EndsWith(first.target.substr(0, first.target.find('?')),
                             PathEndOf(wire)))
      << first.target << " for " << wire.endpoint;
}

WireReading WireServer::CallChat(const WireCase& wire, WirePieces pieces) {
  Serve(wire, pieces);
  WireReading read;
  grpc::ClientContext context;
  SetDeadline(context);
  if (!wire.stream && !ExchangesOf(wire).back()->stream) {
    v1::RouteRequest request;
    *request.mutable_chat() = ChatRequestFor(wire);
    request.mutable_options()->set_target(NameFor(wire));
    v1::RouteResponse response;
    read.status = StatusFromClient(
        gateway_->gateway().Route(&context, request, &response));
    ExpectAsked(wire);
    read.response = std::move(*response.mutable_chat());
    return read;
  }
  v1::RouteStreamRequest request;
  *request.mutable_chat() = ChatRequestFor(wire);
  request.mutable_options()->set_target(NameFor(wire));
  const auto reader = gateway_->gateway().RouteStream(&context, request);
  StreamJoiner joiner;
  v1::RouteStreamResponse event;
  while (reader->Read(&event)) {
    if (event.has_delta()) joiner.Add(event.delta());
    if (event.has_finish()) joiner.Add(event.finish());
    if (event.has_end()) joiner.Add(event.end());
  }
  read.status = StatusFromClient(reader->Finish());
  ExpectAsked(wire);
  read.response = joiner.Response();
  return read;
}

absl::StatusOr<v1::EmbedResponse> WireServer::CallEmbed(const WireCase& wire) {
  Serve(wire, WirePieces::kWhole);
  v1::EmbedRequest request = EmbedRequestFor(wire);
  request.mutable_options()->set_target(NameFor(wire));
  v1::EmbedResponse response;
  grpc::ClientContext context;
  SetDeadline(context);
  const absl::Status status =
      StatusFromClient(gateway_->gateway().Embed(&context, request, &response));
  ExpectAsked(wire);
  if (!status.ok()) return status;
  return response;
}

std::vector<const WireCase*> ExchangesOf(const WireCase& wire) {
  const std::string id = wire.id();
  std::vector<const WireCase*> exchanges;
  if (id == "replicate/prediction-create") {
    exchanges = {&wire, FindCase("replicate/prediction-succeeded")};
  } else if (id == "replicate/prediction-create-stream") {
    exchanges = {&wire, FindCase("replicate/stream-text")};
  } else if (id == "replicate/stream-text") {
    exchanges = {FindCase("replicate/prediction-create-stream"), &wire};
  } else {
    exchanges = {&wire};
  }
  std::erase(exchanges, nullptr);
  return exchanges;
}

absl::Status StatusFromClient(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::ErrorInfo info;
  EXPECT_TRUE(UnpackDetail(status, &info)) << status.error_message();
  const ErrorReason reason =
      ReasonByName(info.reason()).value_or(ErrorReason::kUnspecified);
  EXPECT_EQ(static_cast<int>(status.error_code()),
            static_cast<int>(CodeOf(reason)))
      << info.reason();
  const std::string& message = status.error_message();
  absl::Status made =
      Error(reason, message.substr(0, message.rfind(" (target '")));
  google::rpc::RetryInfo retry;
  if (UnpackDetail(status, &retry)) {
    SetRetryAfter(made, absl::Seconds(retry.retry_delay().seconds()) +
                            absl::Nanoseconds(retry.retry_delay().nanos()));
  }
  return made;
}

std::map<std::string, std::vector<v1::Model>> DiscoverModels(
    const std::vector<const WireCase*>& cases) {
  std::list<FakeUpstream> upstreams;
  std::vector<std::pair<const WireCase*, const FakeUpstream*>> served;
  for (const WireCase* wire : cases) {
    FakeUpstream& upstream = upstreams.emplace_back();
    upstream.SetReply(ReplyOf(*wire, wire->response.body, WirePieces::kWhole));
    served.emplace_back(wire, &upstream);
  }
  GatewayProcess gateway(
      {.config = ConfigFor(served), .flags = {"--discover_models=true"}});
  v1::ListProvidersResponse listed;
  const auto all_have_told = [&] {
    listed.Clear();
    grpc::ClientContext context;
    SetDeadline(context);
    v1::ListProvidersRequest request;
    request.set_page_size(1000);
    if (!gateway.admin().ListProviders(&context, request, &listed).ok()) {
      return false;
    }
    for (const v1::Provider& provider : listed.providers()) {
      if (provider.models().empty()) return false;
    }
    return true;
  };
  WaitUntil(all_have_told, absl::Seconds(20));
  std::map<std::string, std::vector<v1::Model>> models;
  for (const WireCase* wire : cases) {
    for (const v1::Provider& provider : listed.providers()) {
      if (provider.instance() != NameFor(*wire)) continue;
      for (const std::string& id : provider.models()) {
        models[wire->id()].emplace_back().set_id(id);
      }
    }
  }
  return models;
}

}  // namespace aigateway
