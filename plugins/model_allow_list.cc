#include "plugins/model_allow_list.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"

namespace aigateway {

using config::v1::ModelAllowListSettings;

ModelAllowList::ModelAllowList(std::vector<std::string> models)
    : models_(std::move(models)) {}

absl::StatusOr<std::unique_ptr<Plugin>> ModelAllowList::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const ModelAllowListSettings&>(message);
  std::vector<FieldViolation> faults;
  if (settings.models().empty()) {
    faults.push_back({"models", "is missing: list what may be asked for"});
  }
  for (int i = 0; i < settings.models_size(); ++i) {
    const std::string& model = settings.models(i);
    const std::string field = absl::StrCat("models[", i, "]");
    if (model.empty()) faults.push_back({field, "is empty"});
    if (const size_t star = model.find('*');
        star != std::string::npos && star + 1 != model.size()) {
      faults.push_back({field, "may have its '*' at the end only"});
    }
  }
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<ModelAllowList>(std::vector<std::string>(
      settings.models().begin(), settings.models().end()));
}

bool ModelAllowList::Allows(absl::string_view model) const {
  for (const std::string& allowed : models_) {
    absl::string_view prefix = allowed;
    if (absl::ConsumeSuffix(&prefix, "*") ? absl::StartsWith(model, prefix)
                                          : model == allowed) {
      return true;
    }
  }
  return false;
}

Task<absl::StatusOr<Verdict>> ModelAllowList::BeforeRequest(
    PluginRequest& request) {
  if (Allows(request.chat.model())) co_return Verdict(Allow{});
  co_return Verdict(Deny{.reason = ErrorReason::kModelNotAllowed,
                         .message = "this model may not be asked for here; "
                                    "ask for one that you were given"});
}

AIGW_REGISTER_PLUGIN("model-allow-list",
                     {.create = &ModelAllowList::Create,
                      .settings = &ModelAllowListSettings::descriptor,
                      .type = "guardrail",
                      .stages = {Stage::kBeforeRequest},
                      .default_stages = {Stage::kBeforeRequest}});

}  // namespace aigateway
