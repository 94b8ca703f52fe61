#ifndef AIGATEWAY_PROVIDERS_VERTEX_VERTEX_SETTINGS_H_
#define AIGATEWAY_PROVIDERS_VERTEX_VERTEX_SETTINGS_H_

#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/secret.h"
#include "providers/provider.h"

namespace aigateway {

// The options of the type, which have the meaning of the variables that
// Google's own libraries read. What is empty is not set.
struct VertexSettings {
  std::string project;
  std::string location;  // Not set: `global`.

  Secret credentials;            // The JSON text of a file of credentials.
  std::string credentials_file;  // Not set: what gcloud left in `home`.
  std::string home;
  std::string metadata_host;  // With its port. Not set: Google's.
};

// Reads `options`. What is wrong, also an option that is none of these, becomes
// a violation with a path relative to the instance.
VertexSettings ReadVertexSettings(const google::protobuf::Struct& options,
                                  std::vector<FieldViolation>* faults);

// The variables that the options come from.
std::vector<ProviderType::OptionVariables> VertexOptionVariables();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_VERTEX_SETTINGS_H_
