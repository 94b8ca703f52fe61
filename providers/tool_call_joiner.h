#ifndef AIGATEWAY_PROVIDERS_TOOL_CALL_JOINER_H_
#define AIGATEWAY_PROVIDERS_TOOL_CALL_JOINER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_chunk.h"

namespace aigateway {

// Tells which call each piece of a choice's tool calls belongs to, and gives it
// the form that v1 promises: calls numbered from 0 in the order in which they
// came, id and name in a call's first piece and never again, arguments that
// join to JSON text.
//
// A piece belongs to the call of its `index`. An id that is not empty and is
// not that call's begins another (Cerebras counts from 0 for each). Without an
// index it belongs to the call of its id; without that to the last call, unless
// it has a name and that call has its arguments. Arguments that say nothing
// ("", "null", white space) are held back, so that Close() can make "{}" of
// them.
class ToolCallJoiner {
 public:
  // What is held back of one choice may have this many bytes.
  static constexpr size_t kMaxHeldBytes = size_t{8} << 20;

  // `id_seed` goes into the ids of calls that came without one: same seed, same
  // ids.
  explicit ToolCallJoiner(std::string id_seed) : id_seed_(std::move(id_seed)) {}

  // Appends what `piece` adds, if anything, to `deltas`. Fails with a plain
  // InvalidArgument for more calls than OpenAiChunk::kMaxToolCalls, or for too
  // much that is held back.
  absl::Status Add(
      const OpenAiToolPiece& piece,
      google::protobuf::RepeatedPtrField<v1::ToolCallDelta>* deltas);

  // The choice ends. Unless its end was cut by a limit, calls that got no
  // arguments get "{}"; of one that was cut, what was held back is given as it
  // came. Fails with a plain InvalidArgument if a call has no name.
  absl::Status Close(
      bool cut, google::protobuf::RepeatedPtrField<v1::ToolCallDelta>* deltas);

  bool empty() const { return calls_.empty(); }

 private:
  struct Call {
    int number = 0;
    std::optional<int64_t> index;  // As sent.
    std::string id;
    std::string name;
    bool made_up_id = false;
    bool begun = false;          // Id and name have been given.
    bool has_arguments = false;  // Some have been given.
    std::string held;            // Arguments that have not.
  };

  // The call of `piece`; null if it begins a new one.
  Call* Find(const OpenAiToolPiece& piece);
  void Give(Call& call, absl::string_view arguments,
            google::protobuf::RepeatedPtrField<v1::ToolCallDelta>* deltas);
  std::string MakeId(int number) const;

  const std::string id_seed_;
  std::vector<Call> calls_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_TOOL_CALL_JOINER_H_
