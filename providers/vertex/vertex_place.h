#ifndef AIGATEWAY_PROVIDERS_VERTEX_VERTEX_PLACE_H_
#define AIGATEWAY_PROVIDERS_VERTEX_VERTEX_PLACE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Where Vertex AI serves a location: "https://europe-west4-aiplatform...".
// Empty or `global` is served from everywhere; `us` and `eu` are several
// regions.
std::string VertexBaseUrl(absl::string_view location);

// A model as it is asked for.
struct VertexModel {
  std::string publisher;  // "google", "anthropic"; empty for an endpoint.
  std::string name;       // Without what stands before it.
  std::string path;       // Below the project's location, escaped.
};

// Reads how a model is named: "gemini-2.5-flash", "google/gemini-2.5-flash",
// "publishers/google/models/gemini-2.5-flash", "models/gemini-2.5-flash", or
// "endpoints/123" for one that was tuned or deployed. Without a publisher
// Claude is Anthropic's, and all else Google's. What a caller puts into the
// name cannot leave the path.
VertexModel ReadVertexModel(absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_VERTEX_PLACE_H_
