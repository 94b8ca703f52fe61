#include "gateway/config/check_mode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/config/check_values.h"
#include "gateway/config/faults.h"
#include "gateway/config/schema_words.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::StrategyConfig;

// A field that belongs to one mode.
struct ModeField {
  absl::string_view field;
  absl::string_view mode;
  absl::string_view other_name;  // Of the mode; empty: it has none.
};
constexpr ModeField kModeFields[] = {
    {"conditions", "conditional", "content-based"},
    {"default", "conditional", "content-based"},
    {"sticky", "sticky", ""},
    {"ab_test", "ab-test", ""},
    {"canary", "canary", ""},
    {"mirror", "mirror", ""},
};

// Refuses what another mode than the one that is set would use.
void CheckModeFields(const StrategyConfig& strategy, const FieldPath& path,
                     FaultReport& report) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  strategy.GetReflection()->ListFields(strategy, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    for (const ModeField& row : kModeFields) {
      if (field->name() != row.field || strategy.mode() == row.mode ||
          (!row.other_name.empty() && strategy.mode() == row.other_name)) {
        continue;
      }
      report.Add(path.Key(field->name()),
                 absl::StrCat("is used by mode '", row.mode,
                              "' only: remove it, or set that mode"));
    }
  }
}

// What tells users apart.
void CheckUserField(const std::string& field, const FieldPath& path,
                    FaultReport& report) {
  const std::vector<std::string> words = {"user", "metadata.NAME", "tag",
                                          "key"};
  absl::string_view metadata = field;
  if (absl::ConsumePrefix(&metadata, "metadata.")
          ? !metadata.empty()
          : field.empty() ||
                std::find(words.begin(), words.end(), field) != words.end()) {
    return;
  }
  report.Add(path, absl::StrCat(QuoteForMessage(field),
                                " does not tell users apart: write ",
                                AnyOf(words), DidYouMean(field, words)));
}

// A target that a mode needs by name.
void CheckNamedTarget(const std::string& name, const TargetNames& names,
                      const FieldPath& path, FaultReport& report) {
  if (name.empty()) {
    return report.Add(path, "is missing: write the name of a target");
  }
  names.Check(name, path, report);
}

void CheckCanary(const StrategyConfig& strategy, const TargetNames& names,
                 const FieldPath& path, FaultReport& report) {
  if (strategy.mode() != "canary") return;
  const config::v1::CanaryConfig& canary = strategy.canary();
  if (!strategy.has_canary()) {
    return report.Add(path,
                      "is missing: mode 'canary' needs a target and a share");
  }
  CheckNamedTarget(canary.target(), names, path.Key("target"), report);
  if (!canary.has_share()) {
    report.Add(path.Key("share"),
               "is missing: write the share of users that meet the canary");
  }
  CheckShare(canary.has_share(), canary.share(), /*zero_too=*/true,
             path.Key("share"), report);
  CheckUserField(canary.field(), path.Key("field"), report);
}

void CheckMirror(const StrategyConfig& strategy, const TargetNames& names,
                 const FieldPath& path, FaultReport& report) {
  if (strategy.mode() != "mirror") return;
  const config::v1::MirrorConfig& mirror = strategy.mirror();
  if (!strategy.has_mirror()) {
    return report.Add(path, "is missing: mode 'mirror' needs a target");
  }
  CheckNamedTarget(mirror.target(), names, path.Key("target"), report);
  if (!mirror.target().empty() && names.IsOnly(mirror.target())) {
    report.Add(path.Key("target"),
               "is the only target: there is none left to answer");
  }
  CheckShare(mirror.has_share(), mirror.share(), /*zero_too=*/true,
             path.Key("share"), report);
  CheckAtLeast(mirror.has_max_in_flight(), mirror.max_in_flight(), 1,
               path.Key("max_in_flight"), report);
  CheckPositive(mirror.has_timeout(), mirror.timeout(), path.Key("timeout"),
                report);
}

}  // namespace

void CheckModeSettings(const StrategyConfig& strategy, const TargetNames& names,
                       const FieldPath& path, FaultReport& report) {
  CheckModeFields(strategy, path, report);
  const FieldPath sticky_path = path.Key("sticky");
  const FieldPath ab_test_path = path.Key("ab_test");
  CheckUserField(strategy.sticky().field(), sticky_path.Key("field"), report);
  CheckUserField(strategy.ab_test().field(), ab_test_path.Key("field"), report);
  CheckCanary(strategy, names, path.Key("canary"), report);
  CheckMirror(strategy, names, path.Key("mirror"), report);
}

}  // namespace aigateway
