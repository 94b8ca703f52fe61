#include "plugins/text_guard.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "plugins/hold_back_filter.h"
#include "plugins/text_pass.h"
#include "plugins/text_places.h"

namespace aigateway {
namespace {

absl::StatusOr<Verdict> VerdictOf(const absl::Status& status) {
  if (status.ok()) return Verdict(Allow{});
  if (ReasonOf(status) != ErrorReason::kGuardrailRejected) return status;
  return Verdict(Deny{.message = std::string(status.message())});
}

}  // namespace

absl::StatusOr<Verdict> PassRequest(const TextScanner& scanner,
                                    PluginRequest& request) {
  const auto pass = [&](TextForm form, absl::string_view text) {
    return PassWhole(scanner, form, text);
  };
  absl::Status status = EditTexts(pass, request.chat);
  if (status.ok() && request.embed != nullptr) {
    if (!request.embed->token_inputs().empty()) {
      return Verdict(
          Deny{.message = "tokens cannot be looked at here: send the texts"});
    }
    status = EditTexts(pass, *request.embed);
  }
  return VerdictOf(status);
}

Task<absl::StatusOr<Verdict>> TextGuard::BeforeRequest(PluginRequest& request) {
  co_return PassRequest(*scanner_, request);
}

Task<absl::StatusOr<Verdict>> TextGuard::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  const auto pass = [this](TextForm form, absl::string_view text) {
    return PassWhole(*scanner_, form, text);
  };
  co_return VerdictOf(EditTexts(pass, response));
}

std::unique_ptr<ChunkFilter> TextGuard::NewChunkFilter(PluginRequest& request) {
  return std::make_unique<HoldBackFilter>(*scanner_);
}

}  // namespace aigateway
