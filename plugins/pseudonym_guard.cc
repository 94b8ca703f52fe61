#include "plugins/pseudonym_guard.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"
#include "plugins/hold_back_filter.h"
#include "plugins/pseudonyms.h"
#include "plugins/text_guard.h"
#include "plugins/text_pass.h"
#include "plugins/text_places.h"

namespace aigateway {
namespace {

class State final : public PluginState {
 public:
  Pseudonyms& pseudonyms() { return pseudonyms_; }
  const RestoringScanner& restoring() const { return restoring_; }

 private:
  Pseudonyms pseudonyms_;
  const RestoringScanner restoring_{pseudonyms_};
};

// Null if nothing has a pseudonym.
const State* StateWithAny(const PluginRequest& request) {
  auto* const state = static_cast<State*>(request.state.get());
  return state == nullptr || state->pseudonyms().empty() ? nullptr : state;
}

}  // namespace

Task<absl::StatusOr<Verdict>> PseudonymGuard::BeforeRequest(
    PluginRequest& request) {
  if (request.state == nullptr) request.state = std::make_unique<State>();
  Pseudonyms& pseudonyms =
      static_cast<State*>(request.state.get())->pseudonyms();
  const auto avoid = [&](TextForm form, absl::string_view text) {
    pseudonyms.Avoid(text);
    return absl::OkStatus();
  };
  AIGW_CO_RETURN_IF_ERROR(ReadTexts(avoid, request.chat));
  if (request.embed != nullptr) {
    AIGW_CO_RETURN_IF_ERROR(ReadTexts(avoid, *request.embed));
  }
  const PseudonymScanner scanner(*finder_, pseudonyms);
  co_return PassRequest(scanner, request);
}

Task<absl::StatusOr<Verdict>> PseudonymGuard::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  const State* const state = StateWithAny(request);
  // A stream was restored on its way, and what came of it is no pseudonym.
  if (state == nullptr || request.stream) co_return Verdict(Allow{});
  const auto restore = [&](TextForm form, absl::string_view text)
      -> absl::StatusOr<std::optional<std::string>> {
    if (!IsChangeable(form)) return std::nullopt;
    return PassWhole(state->restoring(), form, text);
  };
  AIGW_CO_RETURN_IF_ERROR(EditTexts(restore, response));
  co_return Verdict(Allow{});
}

std::unique_ptr<ChunkFilter> PseudonymGuard::NewChunkFilter(
    PluginRequest& request) {
  const State* const state = StateWithAny(request);
  if (state == nullptr) return nullptr;
  return std::make_unique<HoldBackFilter>(state->restoring(),
                                          HoldBackFilter::Whole::kChangeable);
}

}  // namespace aigateway
