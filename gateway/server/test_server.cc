#include "gateway/server/test_server.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "gateway/server/listen_address.h"

namespace aigateway {

void KeptLog::Write(absl::string_view lines) {
  MutexLock lock(&mutex_);
  absl::StrAppend(&text_, lines);
}

std::string KeptLog::text() const {
  MutexLock lock(&mutex_);
  return text_;
}

TestServer::TestServer(Options options)
    : logger_({}, Clock::Real(), &log_), gateway_(options.loops) {
  gateway_.SetKeys(options.auth);
  auto server =
      Server::Start({.listen = *ParseListenAddress("127.0.0.1:0"),
                     .admin_listen = *ParseListenAddress("127.0.0.1:0"),
                     .max_message_bytes = options.max_message_bytes,
                     .start_time = absl::FromUnixSeconds(1700000000)},
                    &gateway_, &logger_);
  AIGW_CHECK(server.ok());
  server_ = *std::move(server);
  grpc::ChannelArguments arguments;
  // Channels of one process to one address share a connection otherwise.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  // Else the client's gRPC widens its window, and takes megabytes in advance
  // that nobody reads.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  channel_ = grpc::CreateCustomChannel(
      address(), grpc::InsecureChannelCredentials(), arguments);
  stub_ = v1::GatewayService::NewStub(channel_);
  admin_ = v1::AdminService::NewStub(grpc::CreateCustomChannel(
      admin_address(), grpc::InsecureChannelCredentials(), arguments));
}

TestServer::~TestServer() { AIGW_CHECK(Stop().ok()); }

std::string TestServer::address() const {
  return absl::StrCat("127.0.0.1:", server_->port());
}

std::string TestServer::admin_address() const {
  return absl::StrCat("127.0.0.1:", server_->admin_port());
}

absl::Status TestServer::Stop() {
  if (server_ == nullptr) return absl::OkStatus();
  const absl::Status status = server_->Stop();
  if (status.ok()) server_.reset();
  return status;
}

bool TestServer::WaitUntilIdle() const {
  return server_->open_calls().Wait(absl::Seconds(10));
}

v1::RouteRequest RouteRequestOf(absl::string_view model,
                                absl::string_view content) {
  v1::RouteRequest request;
  request.mutable_chat()->set_model(std::string(model));
  v1::Message* message = request.mutable_chat()->add_messages();
  message->set_role(v1::ROLE_USER);
  message->set_content(std::string(content));
  return request;
}

v1::RouteStreamRequest RouteStreamRequestOf(absl::string_view model,
                                            absl::string_view content) {
  v1::RouteStreamRequest request;
  *request.mutable_chat() = RouteRequestOf(model, content).chat();
  return request;
}

void SetTestDeadline(grpc::ClientContext& context, absl::Duration limit) {
  context.set_deadline(std::chrono::system_clock::now() +
                       absl::ToChronoMicroseconds(limit));
}

std::string ReasonIn(const grpc::Status& status) {
  const auto info = DetailIn<google::rpc::ErrorInfo>(status);
  return info.has_value() ? info->reason() : "";
}

std::string TrailerOf(const grpc::ClientContext& context, const char* key) {
  const auto& trailer = context.GetServerTrailingMetadata();
  const auto it = trailer.find(key);
  return it == trailer.end()
             ? ""
             : std::string(it->second.data(), it->second.size());
}

}  // namespace aigateway
