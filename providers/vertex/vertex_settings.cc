#include "providers/vertex/vertex_settings.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

struct TextOption {
  absl::string_view name;
  std::string VertexSettings::* member;
};
constexpr TextOption kTexts[] = {
    {"project", &VertexSettings::project},
    {"location", &VertexSettings::location},
    {"credentials_file", &VertexSettings::credentials_file},
    {"home", &VertexSettings::home},
    {"metadata_host", &VertexSettings::metadata_host},
};

// Of names that go into hosts and paths.
constexpr size_t kMaxLocationBytes = 63;
constexpr size_t kMaxHostBytes = 255;

template <typename Extra>
bool ConsistsOf(absl::string_view text, Extra is_extra) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || is_extra(c);
  });
}

bool IsLocation(absl::string_view text) {
  return text.size() <= kMaxLocationBytes &&
         ConsistsOf(text, [](char c) { return c == '-'; });
}

// A host and a port, or an address in brackets.
bool IsHost(absl::string_view text) {
  return text.size() <= kMaxHostBytes &&
         ConsistsOf(text, [](char c) { return absl::StrContains("-.:[]", c); });
}

}  // namespace

VertexSettings ReadVertexSettings(const google::protobuf::Struct& options,
                                  std::vector<FieldViolation>* faults) {
  VertexSettings settings;
  const auto fault = [&](absl::string_view option, absl::string_view what) {
    faults->push_back({absl::StrCat("options.", option), std::string(what)});
  };
  // By name, for the order of a hash map is nobody's.
  const std::map<std::string, google::protobuf::Value> sorted(
      options.fields().begin(), options.fields().end());
  for (const auto& [name, value] : sorted) {
    const auto* text = std::find_if(
        std::begin(kTexts), std::end(kTexts),
        [&](const TextOption& option) { return option.name == name; });
    if (text == std::end(kTexts) && name != "credentials") {
      fault(name,
            "is no option of type vertex-ai; it has project, location, "
            "credentials, credentials_file, home and metadata_host");
    } else if (!value.has_string_value()) {
      fault(name, "must be a text");
    } else if (text == std::end(kTexts)) {
      settings.credentials = Secret(value.string_value());
    } else {
      settings.*text->member =
          std::string(absl::StripAsciiWhitespace(value.string_value()));
    }
  }
  if (!IsLocation(settings.location)) {
    fault("location", "must be the name of a location, such as europe-west4");
  }
  if (!IsHost(settings.metadata_host)) {
    fault("metadata_host", "must be a host, and a port if it has one");
  }
  return settings;
}

std::vector<ProviderType::OptionVariables> VertexOptionVariables() {
  return {
      {.rows = {{"project", "GOOGLE_CLOUD_PROJECT"}}, .instead_of_key = true},
      {.rows = {{"location", "GOOGLE_CLOUD_LOCATION"}}},
      {.rows = {{"credentials", "GOOGLE_APPLICATION_CREDENTIALS_JSON"},
                {"credentials_file", "GOOGLE_APPLICATION_CREDENTIALS"}},
       .instead_of_key = true},
      {.rows = {{"home", "HOME"}}},
      {.rows = {{"metadata_host", "GCE_METADATA_HOST"}}},
  };
}

}  // namespace aigateway
