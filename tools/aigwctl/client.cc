#include "tools/aigwctl/client.h"

#include <chrono>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

#include "aigateway/v1/route.pb.h"

namespace aigateway {
namespace {

int ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return 0;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::UNIMPLEMENTED:
      return 2;
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      return 4;
    default:
      return 1;
  }
}

// "RATE_LIMITED" of ERROR_REASON_RATE_LIMITED.
std::string ReasonWord(v1::ErrorReason reason) {
  const std::string name = v1::ErrorReason_Name(reason);
  constexpr absl::string_view kPrefix = "ERROR_REASON_";
  return name.size() > kPrefix.size() ? name.substr(kPrefix.size()) : name;
}

// Prints what the details say; returns whether any of them is the gateway's.
bool PrintDetails(const google::rpc::Status& status) {
  bool ours = false;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry;
    v1::RouteFailure failure;
    if (detail.UnpackTo(&info)) {
      ours = true;
      std::cerr << "  reason: " << info.reason() << "\n";
    } else if (detail.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations()) {
        std::cerr << "  " << violation.field() << ": "
                  << violation.description() << "\n";
      }
    } else if (detail.UnpackTo(&retry)) {
      std::cerr << "  try again in: " << retry.retry_delay().seconds()
                << " s\n";
    } else if (detail.UnpackTo(&failure)) {
      for (const v1::Attempt& attempt : failure.attempts()) {
        std::cerr << "  attempt: " << attempt.target();
        if (attempt.has_http_status()) {
          std::cerr << ", HTTP " << attempt.http_status();
        }
        std::cerr << ", " << ReasonWord(attempt.reason()) << "\n";
      }
    }
  }
  return ours;
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

void Prepare(const ClientOptions& options, grpc::ClientContext& context) {
  if (!options.key.empty()) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", options.key));
  }
  if (options.timeout < absl::InfiniteDuration()) {
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoMilliseconds(options.timeout));
  }
}

int Report(const grpc::Status& status, absl::string_view address) {
  if (status.ok()) return 0;
  std::cerr << "aigwctl: " << status.error_message() << "\n";
  google::rpc::Status details;
  const bool ours =
      details.ParseFromString(status.error_details()) && PrintDetails(details);
  if (!ours && status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    std::cerr << "  is a gateway listening on " << address << "?\n";
    return 3;
  }
  return ExitCodeOf(status.error_code());
}

}  // namespace aigateway
