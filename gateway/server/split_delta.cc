#include "gateway/server/split_delta.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

// The start of `text`, at most `max_bytes` of whole characters but at least
// one byte.
absl::string_view Head(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t size = max_bytes;
  // Continuation bytes are 10xxxxxx; a character has at most three of them.
  while (size > 0 && max_bytes - size < 4 &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return text.substr(0, std::max<size_t>(size, 1));
}

void ForEachPiece(absl::string_view text, size_t max_bytes,
                  absl::FunctionRef<void(absl::string_view piece)> take) {
  while (!text.empty()) {
    const absl::string_view piece = Head(text, max_bytes);
    take(piece);
    text.remove_prefix(piece.size());
  }
}

}  // namespace

bool IsLong(const v1::Delta& delta, size_t max_bytes) {
  size_t bytes =
      delta.text().size() + delta.reasoning().size() + delta.refusal().size();
  for (const v1::ToolCallDelta& call : delta.tool_calls()) {
    bytes += call.arguments().size();
  }
  return bytes > max_bytes;
}

std::vector<v1::Delta> Split(v1::Delta& delta, size_t max_bytes) {
  std::vector<v1::Delta> pieces;
  const auto add = [&]() -> v1::Delta& {
    v1::Delta& piece = pieces.emplace_back();
    piece.set_index(delta.index());
    if (pieces.size() == 1) piece.set_role(delta.role());
    return piece;
  };
  ForEachPiece(delta.reasoning(), max_bytes, [&](absl::string_view text) {
    add().set_reasoning(std::string(text));
  });
  ForEachPiece(delta.text(), max_bytes, [&](absl::string_view text) {
    add().set_text(std::string(text));
  });
  ForEachPiece(delta.refusal(), max_bytes, [&](absl::string_view text) {
    add().set_refusal(std::string(text));
  });
  for (v1::ToolCallDelta& call : *delta.mutable_tool_calls()) {
    const std::string arguments = std::move(*call.mutable_arguments());
    call.clear_arguments();
    const int index = call.index();
    // The first piece has the name, whether there are arguments or not.
    v1::ToolCallDelta* piece = add().add_tool_calls();
    *piece = std::move(call);
    ForEachPiece(arguments, max_bytes, [&](absl::string_view text) {
      if (!piece->arguments().empty()) {
        piece = add().add_tool_calls();
        piece->set_index(index);
      }
      piece->set_arguments(std::string(text));
    });
  }
  if (delta.has_logprobs() || delta.parts_size() > 0 ||
      delta.reasoning_blocks_size() > 0 || pieces.empty()) {
    v1::Delta& last = add();
    if (delta.has_logprobs())
      last.mutable_logprobs()->Swap(delta.mutable_logprobs());
    last.mutable_parts()->Swap(delta.mutable_parts());
    last.mutable_reasoning_blocks()->Swap(delta.mutable_reasoning_blocks());
  }
  return pieces;
}

}  // namespace aigateway
