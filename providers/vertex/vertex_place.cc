#include "providers/vertex/vertex_place.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "providers/base_url.h"

namespace aigateway {

std::string VertexBaseUrl(absl::string_view location) {
  if (location.empty() || location == "global") {
    return "https://aiplatform.googleapis.com/v1";
  }
  if (location == "us" || location == "eu") {
    return absl::StrCat("https://aiplatform.", location,
                        ".rep.googleapis.com/v1");
  }
  return absl::StrCat("https://", location, "-aiplatform.googleapis.com/v1");
}

VertexModel ReadVertexModel(absl::string_view model) {
  VertexModel read;
  if (absl::ConsumePrefix(&model, "endpoints/")) {
    read.name = std::string(model);
    read.path = absl::StrCat("endpoints/", EscapePathStep(model));
    return read;
  }
  const bool is_whole = absl::ConsumePrefix(&model, "publishers/");
  if (!is_whole) model = absl::StripPrefix(model, "models/");
  const size_t slash = model.find('/');
  if (slash != absl::string_view::npos) {
    read.publisher = std::string(model.substr(0, slash));
    model.remove_prefix(slash + 1);
    if (is_whole) model = absl::StripPrefix(model, "models/");
  } else {
    read.publisher = absl::StartsWith(model, "claude") ? "anthropic" : "google";
  }
  read.name = std::string(model);
  read.path = absl::StrCat("publishers/", EscapePathStep(read.publisher),
                           "/models/", EscapePathStep(model));
  return read;
}

}  // namespace aigateway
