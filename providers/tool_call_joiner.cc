#include "providers/tool_call_joiner.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

// Whether `arguments` could still be nothing: white space, or a beginning of
// "null".
bool MaySayNothing(absl::string_view arguments) {
  const absl::string_view rest = absl::StripAsciiWhitespace(arguments);
  return absl::StartsWith("null", rest);
}

}  // namespace

ToolCallJoiner::Call* ToolCallJoiner::Find(const OpenAiToolPiece& piece) {
  if (calls_.empty()) return nullptr;
  // The newest first: an index may come again for another call.
  for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
    if (!piece.id.empty() && call->id == piece.id &&
        (!piece.index.has_value() || call->index == piece.index)) {
      return &*call;
    }
  }
  if (piece.index.has_value()) {
    for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
      if (call->index != piece.index) continue;
      // An id that comes late belongs to the call that had to do without.
      const bool late_id = call->made_up_id && piece.name.empty();
      return piece.id.empty() || call->id.empty() || late_id ? &*call : nullptr;
    }
    return nullptr;
  }
  Call& last = calls_.back();
  if (!piece.id.empty()) {
    const bool late_id = last.made_up_id && piece.name.empty();
    return late_id || (last.id.empty() && last.name.empty()) ? &last : nullptr;
  }
  const bool last_has_all = last.has_arguments || !last.held.empty();
  return !piece.name.empty() && !last.name.empty() && last_has_all ? nullptr
                                                                   : &last;
}

absl::Status ToolCallJoiner::Add(
    const OpenAiToolPiece& piece,
    google::protobuf::RepeatedPtrField<v1::ToolCallDelta>* deltas) {
  if (piece.empty()) return absl::OkStatus();
  Call* call = Find(piece);
  if (call == nullptr) {
    if (calls_.size() >= OpenAiChunk::kMaxToolCalls) {
      return absl::InvalidArgumentError("it has too many tool calls");
    }
    call = &calls_.emplace_back();
    call->number = static_cast<int>(calls_.size()) - 1;
    call->index = piece.index;
  }
  if (call->id.empty()) call->id = piece.id;
  if (call->name.empty()) call->name = piece.name;
  if (call->has_arguments) {
    if (!piece.arguments.empty()) Give(*call, piece.arguments, deltas);
    return absl::OkStatus();
  }
  absl::StrAppend(&call->held, piece.arguments);
  if (call->name.empty()) {
    // Nobody can do anything with a call that has no name yet.
    return call->held.size() > kMaxHeldBytes
               ? absl::InvalidArgumentError("a tool call has no name")
               : absl::OkStatus();
  }
  if (!MaySayNothing(call->held)) {
    Give(*call, std::exchange(call->held, ""), deltas);
  } else if (!call->begun) {
    Give(*call, "", deltas);
  } else if (call->held.size() > kMaxHeldBytes) {
    return absl::InvalidArgumentError("the arguments of a tool call are blank");
  }
  return absl::OkStatus();
}

absl::Status ToolCallJoiner::Close(
    bool cut, google::protobuf::RepeatedPtrField<v1::ToolCallDelta>* deltas) {
  for (Call& call : calls_) {
    if (call.name.empty()) {
      return absl::InvalidArgumentError("a tool call has no name");
    }
    if (call.has_arguments) continue;
    if (!cut) {
      Give(call, "{}", deltas);
    } else if (!call.held.empty()) {
      Give(call, std::exchange(call.held, ""), deltas);
    }
  }
  return absl::OkStatus();
}

void ToolCallJoiner::Give(
    Call& call, absl::string_view arguments,
    google::protobuf::RepeatedPtrField<v1::ToolCallDelta>* deltas) {
  v1::ToolCallDelta* const delta = deltas->Add();
  delta->set_index(call.number);
  if (!call.begun) {
    call.begun = true;
    if (call.id.empty()) {
      call.id = MakeId(call.number);
      call.made_up_id = true;
    }
    delta->set_id(call.id);
    delta->set_name(call.name);
  }
  if (!arguments.empty()) {
    call.has_arguments = true;
    delta->set_arguments(std::string(arguments));
  }
}

std::string ToolCallJoiner::MakeId(int number) const {
  // FNV-1a: absl's hash differs from process to process.
  uint64_t hash = 14695981039346656037u;
  for (char c : absl::StrCat(id_seed_, "/", number)) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211u;
  }
  return absl::StrCat("call_", absl::Hex(hash, absl::kZeroPad16));
}

}  // namespace aigateway
