#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_BODY_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_BODY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/error_body.h"
#include "providers/openai_usage.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// An item of an answer's `output`: what the model thought, said or calls, or
// what a tool of the vendor's own did.
struct ResponsesItem {
  std::string type;
  std::string id;
  // Of a message.
  std::string phase;
  std::string text;  // Of all its parts.
  std::string refusal;
  std::vector<std::string> annotations;  // Of all its parts, as JSON text.
  std::string unknown_part;  // The type of a part that was passed over.
  v1::Logprobs logprobs;
  // Of an item of reasoning, by part.
  std::vector<std::string> thoughts;
  std::vector<std::string> summary;
  bool sealed = false;  // It has `encrypted_content`.
  // Of a call.
  std::string call_id;
  std::string name;
  std::string arguments;
  std::string signature;
  // The item as it came, if it is sealed or of another type.
  std::string json;
};

// The `response` object: a whole answer, or how far it is.
struct ResponsesBody {
  // The most items that one answer may have.
  static constexpr size_t kMaxItems = 1024;

  std::string id;
  std::string model;
  std::string status;
  std::string incomplete_reason;
  std::string service_tier;
  std::string system_fingerprint;
  int64_t created = 0;  // Seconds since 1970; 0 if not known.
  OpenAiUsage usage;
  std::optional<ErrorBody> error;
  bool has_output = false;
  std::vector<ResponsesItem> output;
  ProviderMetadata metadata;
};

// An event of a streamed answer: the members that any of them has.
struct ResponsesEvent {
  std::string type;
  std::string delta;
  std::optional<int64_t> output_index;
  int64_t part_index = 0;  // Of content or of a summary.
  std::optional<ResponsesItem> item;
  std::optional<ResponsesBody> response;
  std::optional<ErrorBody> error;

  // Makes it as new, and keeps the memory of its texts.
  void Clear();
};

// Read JSON text, leniently about what is missing, null or unknown. Fail with a
// plain InvalidArgument, which says what is wrong and quotes nothing, where a
// member that counts is of a kind that gives no sense.
absl::Status ReadResponsesBody(absl::string_view text, JsonReader& reader,
                               ResponsesBody* body);
absl::Status ReadResponsesEvent(absl::string_view text, JsonReader& reader,
                                ResponsesEvent* event);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_BODY_H_
