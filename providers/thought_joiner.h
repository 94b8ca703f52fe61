#ifndef AIGATEWAY_PROVIDERS_THOUGHT_JOINER_H_
#define AIGATEWAY_PROVIDERS_THOUGHT_JOINER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/repeated_field.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_chunk.h"

namespace aigateway {

// Joins the pieces of sealed reasoning of one choice into blocks that can be
// sent back unchanged.
//
// An entry of `reasoning_details` becomes a block with the whole entry, as JSON
// text, in `opaque`. What one message or one delta has are entries of their
// own; the first of a delta may go on with the last one before it, if it has
// the same type, index and id and comes before a signature ends that. Of such
// pieces the texts are joined and other members are those sent last. A thought
// in the content becomes a block only if it is signed; else its text says it
// all.
class ThoughtJoiner {
 public:
  // What is kept of one choice may have this many bytes.
  static constexpr size_t kMaxBytes = size_t{16} << 20;

  // Takes what one message or one delta has, in its order. Fails with a plain
  // InvalidArgument if that is too much.
  absl::Status Add(absl::Span<const OpenAiThoughtPiece> pieces);

  // Appends the blocks, as those of `model` (empty: not known), and begins
  // anew.
  void Flush(absl::string_view model,
             google::protobuf::RepeatedPtrField<v1::ReasoningBlock>* blocks);

 private:
  struct Thought {
    bool in_content = false;
    std::optional<int64_t> index;
    std::string id;
    std::string type;
    std::string text;
    std::string signature;
    std::vector<std::pair<std::string, std::string>> members;
  };

  static bool GoesOn(const Thought& thought, const OpenAiThoughtPiece& piece);
  void MergeMembers(const OpenAiThoughtPiece& piece, Thought* thought);

  std::vector<Thought> thoughts_;
  size_t bytes_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_THOUGHT_JOINER_H_
