#include "plugins/prompt_shield.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/shield_scanner.h"
#include "plugins/text_folding.h"
#include "plugins/text_pass.h"
#include "plugins/text_places.h"

namespace aigateway {

using config::v1::PromptShieldSettings;

absl::StatusOr<std::unique_ptr<Plugin>> PromptShield::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const PromptShieldSettings&>(message);
  std::vector<FieldViolation> faults;
  const TextFolding folding(/*case_sensitive=*/false);
  for (int i = 0; i < settings.phrases_size(); ++i) {
    if (IsBlank(folding.Fold(settings.phrases(i)))) {
      faults.push_back(
          {absl::StrCat("phrases[", i, "]"), "has nothing to be seen"});
    }
  }
  if (!faults.empty()) return InvalidSettings(faults);
  absl::StatusOr<std::unique_ptr<ShieldScanner>> scanner =
      ShieldScanner::Create(
          {settings.phrases().begin(), settings.phrases().end()});
  if (!scanner.ok()) {
    return InvalidSettings(
        {{"phrases", std::string(scanner.status().message())}});
  }
  return std::make_unique<PromptShield>(*std::move(scanner));
}

Task<absl::StatusOr<Verdict>> PromptShield::BeforeRequest(
    PluginRequest& request) {
  const auto look = [this](TextForm form, absl::string_view text) {
    return PassWhole(*scanner_, form, text).status();
  };
  for (const v1::Message& message : request.chat.messages()) {
    if (message.role() != v1::ROLE_USER && message.role() != v1::ROLE_TOOL) {
      continue;
    }
    const absl::Status status = ReadTexts(look, message);
    if (status.ok()) continue;
    if (ReasonOf(status) != ErrorReason::kGuardrailRejected) co_return status;
    co_return Verdict(Deny{.message = std::string(status.message())});
  }
  co_return Verdict(Allow{});
}

AIGW_REGISTER_PLUGIN("prompt-shield",
                     {.create = &PromptShield::Create,
                      .settings = &PromptShieldSettings::descriptor,
                      .type = "guardrail",
                      .stages = {Stage::kBeforeRequest},
                      .default_stages = {Stage::kBeforeRequest}});

}  // namespace aigateway
