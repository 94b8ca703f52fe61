// A configuration's text, as a file or ReloadConfig would bring it. It is read,
// checked and refused in full, or loaded; what is loaded and written out again
// is the same configuration.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/message_differencer.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/diff.h"
#include "gateway/config/faults.h"
#include "gateway/config/redact.h"
#include "gateway/config/revision.h"
#include "gateway/config/source_map.h"
#include "gateway/config/to_text.h"
#include "gateway/config/validate.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

constexpr size_t kMaxDescription = 1024;

void CheckFaults(const absl::Status& status, const SourceMap& places) {
  if (status.ok()) return;
  AIGW_CHECK(ReasonOf(status) == ErrorReason::kInvalidConfig);
  const auto violations = GetViolations(status);
  AIGW_CHECK(!violations.empty());
  AIGW_CHECK(violations.size() <= Faults::kMaxKept + 1);
  for (const FieldViolation& violation : violations) {
    AIGW_CHECK(violation.field.size() + violation.description.size() <=
               kMaxDescription);
    AIGW_CHECK(violation.description.find('\n') == std::string::npos);
    AIGW_CHECK(IsValidUtf8(violation.description));
    // Any path can be asked for.
    places.Find(violation.field);
  }
}

void CheckLoaded(const config::v1::GatewayConfig& config,
                 const Vocabulary& vocabulary) {
  Faults faults("f");
  const auto again = ReadConfig(ToYaml(config), vocabulary, faults);
  AIGW_CHECK(faults.empty());
  AIGW_CHECK(google::protobuf::util::MessageDifferencer::Equals(again->config,
                                                                config));
  AIGW_CHECK(RevisionOf(again->config) == RevisionOf(config));
  AIGW_CHECK(DiffConfigs(config, again->config, vocabulary).empty());
  // What is withheld once stays as it is.
  const config::v1::GatewayConfig shown = Redact(config, vocabulary);
  AIGW_CHECK(google::protobuf::util::MessageDifferencer::Equals(
      Redact(shown, vocabulary), shown));
}

void Run(absl::string_view text) {
  static const Vocabulary* const vocabulary = new Vocabulary(FullVocabulary());
  Faults faults("f");
  const std::optional<LoadedConfig> loaded =
      ReadConfig(text, *vocabulary, faults);
  AIGW_CHECK(loaded.has_value() || !faults.empty());
  if (!loaded.has_value()) return CheckFaults(faults.ToStatus(), SourceMap());
  const bool was_read = faults.empty();
  ValidateConfig(loaded->config, loaded->places, *vocabulary, faults);
  CheckFaults(faults.ToStatus(), loaded->places);
  if (was_read) CheckLoaded(loaded->config, *vocabulary);
}

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  aigateway::Run(absl::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
