#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_JSON_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_JSON_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_writer.h"
#include "providers/simulator_reply.h"
#include "providers/simulator_request.h"

namespace aigateway {

// Writes what the simulator says in the shapes of OpenAI's chat completions.
// What it is made of must outlive it.
class SimulatorJson {
 public:
  // `created` is in seconds since 1970.
  SimulatorJson(const SimulatorRequest& request, const SimulatorReply& reply,
                int64_t created);

  // The whole answer.
  std::string Response() const;

  // Chunks of a stream, each one JSON text. `id` is the answer's.
  std::string RoleChunk(int choice, absl::string_view id) const;
  std::string ReasoningChunk(int choice, absl::string_view id,
                             absl::string_view token) const;
  std::string TextChunk(int choice, absl::string_view id,
                        absl::string_view token) const;
  // The beginning of a tool call: its id and name.
  std::string CallChunk(int choice, absl::string_view id, size_t call) const;
  std::string ArgumentsChunk(int choice, absl::string_view id, size_t call,
                             absl::string_view token) const;
  std::string FinishChunk(int choice, absl::string_view id) const;
  // Usage with so many tokens written so far.
  std::string UsageChunk(absl::string_view id, int64_t completion_tokens) const;

 private:
  // Members that each answer and each chunk begins with.
  void WriteHead(JsonWriter& out, absl::string_view object,
                 absl::string_view id) const;
  void WriteUsage(JsonWriter& out, int64_t completion_tokens) const;
  void WriteMessage(JsonWriter& out,
                    const SimulatorReply::Choice& choice) const;
  void WriteLogprobs(JsonWriter& out, absl::string_view text) const;
  // A chunk of one choice, whose delta `write_delta` fills; with the logprobs
  // of a text if they were asked for and it is not empty.
  std::string Chunk(int choice, absl::string_view id,
                    absl::FunctionRef<void(JsonWriter& out)> write_delta,
                    absl::string_view logprobs_of = {},
                    absl::string_view finish_reason = {}) const;

  const SimulatorRequest& request_;
  const SimulatorReply& reply_;
  const int64_t created_;
};

// The body of an answer with an error status, or of an error event.
// `type` and `code` follow from `status` if `code` is empty; an empty `param`
// is null.
std::string SimulatorErrorJson(int status, absl::string_view code,
                               absl::string_view message,
                               absl::string_view param);

// The listing of models.
std::string SimulatorModelsJson();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_JSON_H_
