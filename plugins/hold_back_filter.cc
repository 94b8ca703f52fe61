#include "plugins/hold_back_filter.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"
#include "plugins/text_places.h"

namespace aigateway {
namespace {

// A field that may stay empty is not touched.
absl::Status PassField(TextPass& pass, const std::string& text,
                       std::string* (v1::Delta::*field)(), v1::Delta& delta,
                       bool complete) {
  if (text.empty() && !(complete && pass.holds())) return absl::OkStatus();
  return pass.Pass(*(delta.*field)(), complete);
}

bool SaysNothing(const v1::ToolCallDelta& piece) {
  return piece.id().empty() && piece.name().empty() &&
         piece.arguments().empty() && !piece.has_signature();
}

}  // namespace

HoldBackFilter::Choice::Choice(const TextScanner& scanner)
    : text(scanner, TextForm::kPlain),
      reasoning(scanner, TextForm::kPlain),
      refusal(scanner, TextForm::kPlain) {}

HoldBackFilter::Choice& HoldBackFilter::ChoiceOf(int index) {
  return choices_.try_emplace(index, scanner_).first->second;
}

absl::Status HoldBackFilter::OnDelta(v1::Delta& delta) {
  Choice& choice = ChoiceOf(delta.index());
  AIGW_RETURN_IF_ERROR(PassField(choice.reasoning, delta.reasoning(),
                                 &v1::Delta::mutable_reasoning, delta, false));
  const bool text_ends = delta.parts_size() > 0;
  AIGW_RETURN_IF_ERROR(PassField(choice.text, delta.text(),
                                 &v1::Delta::mutable_text, delta, text_ends));
  AIGW_RETURN_IF_ERROR(PassField(choice.refusal, delta.refusal(),
                                 &v1::Delta::mutable_refusal, delta, false));
  AIGW_RETURN_IF_ERROR(PassWholes(choice, delta));
  AIGW_RETURN_IF_ERROR(PassCalls(choice, delta));
  choice.changed = choice.changed || choice.text.changed() ||
                   choice.reasoning.changed() || choice.refusal.changed();
  if (text_ends) choice.text = TextPass(scanner_, TextForm::kPlain);
  PassLogprobs(choice, delta);
  return absl::OkStatus();
}

absl::Status HoldBackFilter::PassCalls(Choice& choice, v1::Delta& delta) {
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    if (piece.arguments().empty()) continue;
    TextPass& pass =
        choice.calls.try_emplace(piece.index(), scanner_, TextForm::kJson)
            .first->second;
    AIGW_RETURN_IF_ERROR(pass.Pass(*piece.mutable_arguments(), false));
  }
  auto& pieces = *delta.mutable_tool_calls();
  pieces.erase(std::remove_if(pieces.begin(), pieces.end(), SaysNothing),
               pieces.end());
  return absl::OkStatus();
}

absl::Status HoldBackFilter::PassWholes(Choice& choice, v1::Delta& delta) {
  if (delta.parts().empty() && delta.reasoning_blocks().empty() &&
      delta.tool_calls().empty()) {
    return absl::OkStatus();
  }
  return EditWholeTexts(
      [&](TextForm form, absl::string_view text)
          -> absl::StatusOr<std::optional<std::string>> {
        AIGW_ASSIGN_OR_RETURN(std::optional<std::string> edited,
                              PassWhole(scanner_, form, text));
        choice.changed = choice.changed || edited.has_value();
        return edited;
      },
      delta);
}

void HoldBackFilter::PassLogprobs(Choice& choice, v1::Delta& delta) {
  if (delta.has_logprobs()) {
    choice.logprobs.MergeFrom(delta.logprobs());
    delta.clear_logprobs();
  }
  if (choice.changed) choice.logprobs.Clear();
  if (choice.holds() || choice.logprobs.ByteSizeLong() == 0) return;
  delta.mutable_logprobs()->Swap(&choice.logprobs);
}

absl::Status HoldBackFilter::OnChoiceEnd(v1::Delta& rest) {
  const auto found = choices_.find(rest.index());
  if (found == choices_.end()) return absl::OkStatus();
  Choice& choice = found->second;
  AIGW_RETURN_IF_ERROR(PassField(choice.reasoning, rest.reasoning(),
                                 &v1::Delta::mutable_reasoning, rest, true));
  AIGW_RETURN_IF_ERROR(PassField(choice.text, rest.text(),
                                 &v1::Delta::mutable_text, rest, true));
  AIGW_RETURN_IF_ERROR(PassField(choice.refusal, rest.refusal(),
                                 &v1::Delta::mutable_refusal, rest, true));
  for (auto& [index, pass] : choice.calls) {
    if (!pass.holds()) continue;
    v1::ToolCallDelta& piece = *rest.add_tool_calls();
    piece.set_index(index);
    AIGW_RETURN_IF_ERROR(pass.Pass(*piece.mutable_arguments(), true));
    if (SaysNothing(piece)) rest.mutable_tool_calls()->RemoveLast();
  }
  choice.changed = choice.changed || choice.text.changed() ||
                   choice.reasoning.changed() || choice.refusal.changed();
  PassLogprobs(choice, rest);
  choices_.erase(found);
  return absl::OkStatus();
}

}  // namespace aigateway
