#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_PREDICTION_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_PREDICTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "providers/error_body.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// A prediction as Replicate tells of it, read into plain fields. A text that is
// null or missing is empty.
struct ReplicatePrediction {
  enum class State { kWorking, kSucceeded, kFailed, kCancelled };

  std::string id;
  std::string model;
  State state = State::kWorking;
  std::string status;  // Its own word for the state.
  // The pieces of the output joined. What is no text in it, is JSON.
  std::string output;
  ErrorBody error;
  std::string created_at;
  std::string stream_url;
  // Of `metrics`; models that count no tokens have none.
  std::optional<int64_t> prompt_tokens;
  std::optional<int64_t> completion_tokens;
  ProviderMetadata extras;  // What v1 has no field for.
};

// Reads one. Fails with a plain InvalidArgument that says what is not as the
// API has it, never quoting it.
absl::Status ReadReplicatePrediction(JsonReader& reader, absl::string_view json,
                                     ReplicatePrediction* prediction);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_PREDICTION_H_
