#include "gateway/server/grpc_status.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "google/protobuf/any.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr absl::string_view kDomain = "aigateway";

// One step of making a status smaller. 0: no bound.
struct Limits {
  size_t message = kMaxStatusTextBytes;
  size_t text = 0;  // Each other text.
  int entries = 0;  // Metadata, violations.
  int attempts = 0;
  bool others = true;  // Details of kinds that this file does not know.
};

// From as it is to what always fits: texts first, then entries and attempts.
// Every number of attempts is tried before texts get so short that they say
// little.
constexpr Limits kSteps[] = {
    {},
    {1536, 512, 64, 0, true},
    {1024, 256, 32, 0, false},
    {1024, 96, 16, 0, false},
    {1024, 96, 16, 32, false},
    {1024, 96, 8, 16, false},
    {1024, 96, 8, 8, false},
    {512, 64, 8, 4, false},
    {512, 32, 4, 2, false},
    {256, 24, 2, 1, false},
};

// What the gRPC library does with a status text (gRPC over HTTP/2, Responses).
size_t PercentEncodedBytes(absl::string_view text) {
  size_t size = 0;
  for (const char c : text) size += (c >= ' ' && c <= '~' && c != '%') ? 1 : 3;
  return size;
}

size_t Base64Bytes(size_t bytes) { return (bytes * 4 + 2) / 3; }

std::string Cut(absl::string_view text, size_t max_bytes) {
  return max_bytes == 0 ? ValidUtf8(text) : Truncate(text, max_bytes);
}

// Cut so that the encoded text has at most as many bytes too.
std::string CutEncoded(absl::string_view text, size_t max_bytes) {
  std::string cut = Truncate(text, max_bytes);
  for (size_t bytes = max_bytes; PercentEncodedBytes(cut) > max_bytes;) {
    bytes = std::min(bytes - 1, bytes * max_bytes / PercentEncodedBytes(cut));
    cut = Truncate(text, bytes);
  }
  return cut;
}

template <typename Detail>
bool Unpack(absl::string_view type_url, const absl::Cord& payload,
            Detail* detail) {
  return absl::EndsWith(type_url,
                        absl::StrCat("/", Detail::descriptor()->full_name())) &&
         detail->ParseFromString(std::string(payload));
}

bool CutTo(int entries, int* size) {
  if (entries == 0 || *size <= entries) return false;
  *size = entries;
  return true;
}

// What `status` carries, taken apart once, put together for each step.
class Details {
 public:
  Details(const absl::Status& status, const v1::RouteInfo* route)
      : route_(route) {
    // Statuses give their payloads in no order that lasts.
    status.ForEachPayload(
        [this](absl::string_view type_url, const absl::Cord& payload) {
          if (Unpack(type_url, payload, &info_)) return;
          if (Unpack(type_url, payload, &retry_)) {
            has_retry_ = true;
            return;
          }
          if (Unpack(type_url, payload, &bad_request_)) return;
          if (Unpack(type_url, payload, &quota_)) return;
          others_.emplace_back(type_url, payload);
        });
    std::sort(others_.begin(), others_.end());
    info_.set_domain(std::string(kDomain));
    info_.set_reason(std::string(NameOf(ReasonOf(status))));
  }

  void AppendTo(google::rpc::Status& rich, const Limits& limits) const {
    rich.add_details()->PackFrom(Info(limits));
    if (has_retry_) rich.add_details()->PackFrom(retry_);
    if (bad_request_.field_violations_size() > 0) {
      rich.add_details()->PackFrom(BadRequest(limits));
    }
    if (quota_.violations_size() > 0) {
      rich.add_details()->PackFrom(Quota(limits));
    }
    if (route_ != nullptr && route_->attempts_size() > 0) {
      rich.add_details()->PackFrom(Failure(limits));
    }
    if (!limits.others) return;
    for (const auto& [type_url, payload] : others_) {
      google::protobuf::Any* any = rich.add_details();
      any->set_type_url(ValidUtf8(type_url));
      any->set_value(std::string(payload));
    }
  }

 private:
  google::rpc::ErrorInfo Info(const Limits& limits) const {
    google::rpc::ErrorInfo info;
    info.set_reason(info_.reason());
    info.set_domain(info_.domain());
    // What programs ask for stays; the rest by name, as far as there is room.
    for (const char* key : {"target", "provider", "http_status"}) {
      const auto it = info_.metadata().find(key);
      if (it == info_.metadata().end()) continue;
      (*info.mutable_metadata())[key] = Cut(it->second, limits.text);
    }
    std::vector<std::string> keys;
    for (const auto& [key, value] : info_.metadata()) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    for (const std::string& key : keys) {
      if (limits.entries != 0 && info.metadata_size() >= limits.entries) break;
      (*info.mutable_metadata())[Cut(key, limits.text)] =
          Cut(info_.metadata().at(key), limits.text);
    }
    return info;
  }

  google::rpc::BadRequest BadRequest(const Limits& limits) const {
    google::rpc::BadRequest bad_request;
    int size = bad_request_.field_violations_size();
    const bool cut = CutTo(limits.entries, &size);
    for (int i = 0; i < size; ++i) {
      const auto& from = bad_request_.field_violations(i);
      auto* to = bad_request.add_field_violations();
      to->set_field(Cut(from.field(), limits.text));
      to->set_description(Cut(from.description(), limits.text));
    }
    if (cut) {
      bad_request.add_field_violations()->set_description(absl::StrCat(
          "and ", bad_request_.field_violations_size() - size, " more"));
    }
    return bad_request;
  }

  google::rpc::QuotaFailure Quota(const Limits& limits) const {
    google::rpc::QuotaFailure quota;
    int size = quota_.violations_size();
    CutTo(limits.entries, &size);
    for (int i = 0; i < size; ++i) {
      auto* to = quota.add_violations();
      to->set_subject(Cut(quota_.violations(i).subject(), limits.text));
      to->set_description(Cut(quota_.violations(i).description(), limits.text));
    }
    return quota;
  }

  v1::RouteFailure Failure(const Limits& limits) const {
    v1::RouteFailure failure;
    failure.set_request_id(Cut(route_->request_id(), limits.text));
    failure.set_trace_id(Cut(route_->trace_id(), limits.text));
    failure.set_config_revision(Cut(route_->config_revision(), limits.text));
    int size = route_->attempts_size();
    CutTo(limits.attempts, &size);
    const int omitted = route_->attempts_size() - size;
    failure.set_omitted_attempts(omitted);
    for (int i = omitted; i < route_->attempts_size(); ++i) {
      v1::Attempt* attempt = failure.add_attempts();
      *attempt = route_->attempts(i);
      attempt->set_target(Cut(attempt->target(), limits.text));
      attempt->set_provider(Cut(attempt->provider(), limits.text));
      attempt->set_upstream_model(Cut(attempt->upstream_model(), limits.text));
    }
    return failure;
  }

  const v1::RouteInfo* const route_;
  google::rpc::ErrorInfo info_;
  google::rpc::RetryInfo retry_;
  bool has_retry_ = false;
  google::rpc::BadRequest bad_request_;
  google::rpc::QuotaFailure quota_;
  std::vector<std::pair<std::string, absl::Cord>> others_;
};

// Abseil's codes are gRPC's; one that is none is a defect of ours.
grpc::StatusCode CodeOf(const absl::Status& status) {
  const int code = status.raw_code();  // code() calls such a one UNKNOWN.
  if (code <= 0 || code > grpc::StatusCode::UNAUTHENTICATED) {
    return grpc::StatusCode::INTERNAL;
  }
  return static_cast<grpc::StatusCode>(code);
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status,
                          const v1::RouteInfo* route) {
  if (status.ok()) return grpc::Status::OK;
  const grpc::StatusCode code = CodeOf(status);
  const Details details(status, route);
  std::string message;
  std::string serialized;
  for (const Limits& limits : kSteps) {
    google::rpc::Status rich;
    // Some clients refuse details whose text is not the status text.
    message = CutEncoded(status.message(), limits.message);
    rich.set_code(code);
    rich.set_message(message);
    details.AppendTo(rich, limits);
    serialized = rich.SerializeAsString();
    if (PercentEncodedBytes(message) + Base64Bytes(serialized.size()) <=
        kMaxStatusTrailerBytes) {
      break;
    }
  }
  return grpc::Status(code, message, serialized);
}

size_t TrailerBytes(const grpc::Status& status) {
  return PercentEncodedBytes(status.error_message()) +
         Base64Bytes(status.error_details().size());
}

std::string MetadataValue(absl::string_view text, size_t max_bytes) {
  std::string value;
  for (const char c : text) {
    const bool plain = absl::ascii_isgraph(c) && c != '%';
    if (value.size() + (plain ? 1 : 3) > max_bytes) break;
    if (plain) {
      value += c;
    } else {
      absl::StrAppendFormat(&value, "%%%02X", static_cast<uint8_t>(c));
    }
  }
  return value;
}

std::string RetryPushback(const absl::Status& status) {
  if (status.ok()) return "";
  const std::optional<absl::Duration> wait = RetryAfter(status);
  if (!wait.has_value()) return "";
  // gRPC reads it as a 32-bit integer.
  const int64_t milliseconds = std::clamp<int64_t>(
      absl::ToInt64Milliseconds(absl::Ceil(*wait, absl::Milliseconds(1))), 0,
      std::numeric_limits<int32_t>::max());
  return absl::StrCat(milliseconds);
}

}  // namespace aigateway
