#include "plugins/secret_scan.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/pattern_scanner.h"
#include "plugins/secret_shapes.h"
#include "plugins/text_guard.h"

namespace aigateway {
namespace {

using config::v1::SecretScanSettings;

// As much as is held back of a stream.
constexpr size_t kMaxSecretBytes = 16 * 1024;

// All of a group, or nothing.
std::function<size_t(absl::string_view text, size_t begin, size_t end)>
CountedBy(bool (*counts)(absl::string_view group)) {
  if (counts == nullptr) return nullptr;
  return [counts](absl::string_view text, size_t begin, size_t end) {
    return counts(text.substr(begin, end - begin)) ? end : begin;
  };
}

// Where the first credential could begin that is not complete yet.
PatternScanner::OpenEnd OpenSecret(bool assigned) {
  return [regex = std::shared_ptr<re2::RE2>(SecretBeginnings(assigned))](
             absl::string_view text, size_t begin) {
    re2::StringPiece found;
    if (!regex->Match(re2::StringPiece(text.data(), text.size()), begin,
                      text.size(), re2::RE2::UNANCHORED, &found, 1)) {
      return text.size();
    }
    return static_cast<size_t>(found.data() - text.data());
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> CreateSecretScan(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const SecretScanSettings&>(message);
  std::vector<FieldViolation> faults;
  const bool redacts = settings.action() == "redact";
  if (!redacts && !settings.action().empty() && settings.action() != "deny") {
    faults.push_back({"action", "is not known: write deny or redact"});
  }
  if (settings.has_replacement() && !redacts) {
    faults.push_back({"replacement", "has no use without `action: redact`"});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  std::vector<SecretShape> shapes = KnownSecretShapes();
  if (settings.assigned_secrets()) shapes.push_back(AssignedSecretShape());
  std::vector<Pattern> patterns;
  for (SecretShape& shape : shapes) {
    patterns.push_back({.name = shape.name,
                        .regex = std::move(shape.regex),
                        .redacts = redacts,
                        .replacement = settings.has_replacement()
                                           ? settings.replacement()
                                           : absl::StrCat("[", shape.name, "]"),
                        .group = shape.group,
                        .counted = CountedBy(shape.counts)});
  }
  return std::make_unique<TextGuard>(std::make_unique<PatternScanner>(
      std::move(patterns), OpenSecret(settings.assigned_secrets()),
      kMaxSecretBytes));
}

AIGW_REGISTER_PLUGIN(
    "secret-scan",
    {.create = &CreateSecretScan,
     .settings = &SecretScanSettings::descriptor,
     .type = "guardrail",
     .stages = {Stage::kBeforeRequest, Stage::kAfterRequest, Stage::kOnChunk},
     .default_stages = {Stage::kBeforeRequest, Stage::kAfterRequest,
                        Stage::kOnChunk}});

}  // namespace aigateway
