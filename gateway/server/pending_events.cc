#include "gateway/server/pending_events.h"

#include <utility>

#include "gateway/base/check.h"
#include "gateway/server/serialize.h"

namespace aigateway {
namespace {

// What an event takes beside its texts.
constexpr size_t kBytesPerEvent = 128;
// A probability in memory, against its bytes on the wire.
constexpr size_t kLogprobsFactor = 4;

enum Kind : unsigned { kText = 1, kReasoning = 2, kRefusal = 4, kTools = 8 };

unsigned KindsOf(const v1::Delta& delta) {
  return (delta.text().empty() ? 0u : kText) |
         (delta.reasoning().empty() ? 0u : kReasoning) |
         (delta.refusal().empty() ? 0u : kRefusal) |
         (delta.tool_calls().empty() ? 0u : kTools);
}

bool IsOneKind(unsigned kinds) { return (kinds & (kinds - 1)) == 0; }

// Blocks and parts come whole, at a place among the rest that means something.
bool HasWholeThings(const v1::Delta& delta) {
  return delta.reasoning_blocks_size() > 0 || delta.parts_size() > 0;
}

void MergeToolCalls(v1::Delta& from, v1::Delta* into) {
  for (v1::ToolCallDelta& call : *from.mutable_tool_calls()) {
    v1::ToolCallDelta* last =
        into->tool_calls().empty()
            ? nullptr
            : into->mutable_tool_calls(into->tool_calls_size() - 1);
    if (last != nullptr && last->index() == call.index() && call.id().empty() &&
        call.name().empty() &&
        !(last->has_signature() && call.has_signature())) {
      last->mutable_arguments()->append(call.arguments());
      if (call.has_signature()) {
        last->set_signature(std::move(*call.mutable_signature()));
      }
    } else {
      *into->add_tool_calls() = std::move(call);
    }
  }
}

// What merging `delta` adds to the memory of another, about.
size_t BytesOf(const v1::Delta& delta) {
  size_t bytes =
      delta.text().size() + delta.reasoning().size() + delta.refusal().size();
  for (const v1::ToolCallDelta& call : delta.tool_calls()) {
    bytes += call.arguments().size() + kBytesPerEvent;
  }
  if (delta.has_logprobs()) {
    bytes += delta.logprobs().ByteSizeLong() * kLogprobsFactor;
  }
  return bytes;
}

}  // namespace

bool Merge(v1::Delta& from, v1::Delta* into) {
  if (from.index() != into->index()) return false;
  // A role comes before what it says.
  if (from.role() != v1::ROLE_UNSPECIFIED) return false;
  if (HasWholeThings(from) || HasWholeThings(*into)) return false;
  const unsigned from_kinds = KindsOf(from);
  if (!IsOneKind(from_kinds | KindsOf(*into))) return false;
  switch (from_kinds) {
    case kText:
      into->mutable_text()->append(from.text());
      break;
    case kReasoning:
      into->mutable_reasoning()->append(from.reasoning());
      break;
    case kRefusal:
      into->mutable_refusal()->append(from.refusal());
      break;
    case kTools:
      MergeToolCalls(from, into);
      break;
    default:
      break;
  }
  if (from.has_logprobs()) {
    into->mutable_logprobs()->MergeFrom(from.logprobs());
  }
  return true;
}

void PendingEvents::Push(v1::RouteStreamResponse& event) {
  if (MergeIntoLast(event)) return;
  Seal();
  last_.Swap(&event);
  has_last_ = true;
  last_bytes_ = kBytesPerEvent + (last_.has_delta() ? BytesOf(last_.delta())
                                                    : last_.ByteSizeLong());
}

bool PendingEvents::MergeIntoLast(v1::RouteStreamResponse& event) {
  if (!has_last_ || !event.has_delta() || !last_.has_delta()) return false;
  const size_t bytes = BytesOf(event.delta());
  if (last_bytes_ + bytes > kMaxMergedBytes) return false;
  if (!Merge(*event.mutable_delta(), last_.mutable_delta())) return false;
  last_bytes_ += bytes;
  return true;
}

void PendingEvents::Seal() {
  if (!has_last_) return;
  // A ByteBuffer has no move; a copy of one costs an allocation.
  grpc::ByteBuffer bytes = TakeLast();
  sealed_bytes_ += bytes.Length() + kBytesPerEvent;
  sealed_.emplace_back().Swap(&bytes);
}

grpc::ByteBuffer PendingEvents::TakeLast() {
  grpc::ByteBuffer bytes = Serialize(last_);
  // Lets go of the memory: a stream may be idle for long after a burst.
  last_.Clear();
  has_last_ = false;
  last_bytes_ = 0;
  return bytes;
}

grpc::ByteBuffer PendingEvents::Pop() {
  AIGW_CHECK(!empty());
  if (sealed_.empty()) return TakeLast();
  grpc::ByteBuffer bytes;
  bytes.Swap(&sealed_.front());
  sealed_.pop_front();
  sealed_bytes_ -= bytes.Length() + kBytesPerEvent;
  return bytes;
}

void PendingEvents::Clear() {
  sealed_.clear();
  sealed_bytes_ = 0;
  last_.Clear();
  has_last_ = false;
  last_bytes_ = 0;
}

}  // namespace aigateway
