#include "gateway/server/call_metadata.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"

namespace aigateway {
namespace {

constexpr size_t kMaxRequestIdBytes = 128;
// W3C Trace Context 3.3.1.5: at least 512 characters must be handed on.
constexpr size_t kMaxTracestateBytes = 512;

// version "-" trace-id "-" parent-id "-" trace-flags
constexpr size_t kVersionEnd = 2;
constexpr size_t kTraceIdEnd = kVersionEnd + 1 + 32;
constexpr size_t kParentIdEnd = kTraceIdEnd + 1 + 16;
constexpr size_t kTraceparentBytes = kParentIdEnd + 1 + 2;

absl::string_view View(grpc::string_ref text) {
  return absl::string_view(text.data(), text.size());
}

bool IsLowerHex(char c) {
  return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
}

bool IsHexField(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), IsLowerHex);
}

bool IsZero(absl::string_view text) {
  return text.find_first_not_of('0') == absl::string_view::npos;
}

bool IsTraceparent(absl::string_view text) {
  if (text.size() < kTraceparentBytes) return false;
  const absl::string_view version = text.substr(0, kVersionEnd);
  const absl::string_view trace_id = text.substr(kVersionEnd + 1, 32);
  const absl::string_view parent_id = text.substr(kTraceIdEnd + 1, 16);
  const absl::string_view flags = text.substr(kParentIdEnd + 1, 2);
  if (text[kVersionEnd] != '-' || text[kTraceIdEnd] != '-' ||
      text[kParentIdEnd] != '-') {
    return false;
  }
  if (!IsHexField(version) || !IsHexField(trace_id) || !IsHexField(parent_id) ||
      !IsHexField(flags)) {
    return false;
  }
  if (version == "ff" || IsZero(trace_id) || IsZero(parent_id)) return false;
  if (text.size() == kTraceparentBytes) return true;
  // Version 00 has nothing more; a later one may, after a dash.
  return version != "00" && text[kTraceparentBytes] == '-';
}

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

}  // namespace

std::vector<absl::string_view> ValuesOf(const ClientMetadata& metadata,
                                        absl::string_view key) {
  std::vector<absl::string_view> values;
  const auto [begin, end] =
      metadata.equal_range(grpc::string_ref(key.data(), key.size()));
  for (auto it = begin; it != end; ++it) values.push_back(View(it->second));
  return values;
}

std::optional<TraceContext> ReadTraceContext(const ClientMetadata& metadata) {
  const std::vector<absl::string_view> parents =
      ValuesOf(metadata, "traceparent");
  if (parents.size() != 1 || !IsTraceparent(parents[0])) return std::nullopt;
  TraceContext trace;
  trace.traceparent = std::string(parents[0]);
  trace.trace_id = trace.traceparent.substr(kVersionEnd + 1, 32);
  std::string state = absl::StrJoin(ValuesOf(metadata, "tracestate"), ",");
  if (state.size() <= kMaxTracestateBytes && IsPrintable(state)) {
    trace.tracestate = std::move(state);
  }
  return trace;
}

absl::string_view ReadRequestId(const ClientMetadata& metadata) {
  const std::vector<absl::string_view> ids = ValuesOf(metadata, "x-request-id");
  if (ids.size() != 1) return "";
  const absl::string_view id = ids[0];
  if (id.empty() || id.size() > kMaxRequestIdBytes || !IsPrintable(id) ||
      id.front() == ' ' || id.back() == ' ') {
    return "";
  }
  return id;
}

}  // namespace aigateway
