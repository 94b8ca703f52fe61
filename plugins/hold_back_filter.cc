#include "plugins/hold_back_filter.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

// Moves to `out` the tokens whose text has left; all of them if nothing is
// held. `left` is what leaves of the text now.
template <typename Spelled, typename Tokens>
void PassTokens(Spelled& spelled, const Tokens& came, absl::string_view left,
                bool holds, Tokens& out) {
  if (came.empty() && spelled.tokens.empty() && (holds || !left.empty())) {
    spelled.in_step = false;
  }
  spelled.tokens.MergeFrom(came);
  if (!holds) {
    out.Swap(&spelled.tokens);
    spelled.left.clear();
    return;
  }
  if (!spelled.in_step) return;
  absl::StrAppend(&spelled.left, left);
  int gone = 0;
  for (const v1::TokenLogprob& token : spelled.tokens) {
    const absl::string_view text =
        token.has_bytes() ? token.bytes() : token.token();
    if (spelled.left.size() < text.size()) break;
    if (!absl::StartsWith(spelled.left, text)) {
      spelled.in_step = false;
      spelled.left.clear();
      break;
    }
    spelled.left.erase(0, text.size());
    *out.Add() = token;
    ++gone;
  }
  spelled.tokens.DeleteSubrange(0, gone);
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
  v1::Logprobs logprobs;
  logprobs.Swap(delta.mutable_logprobs());
  delta.clear_logprobs();
  const bool reasoning_ends = !delta.text().empty() ||
                              !delta.refusal().empty() ||
                              !delta.tool_calls().empty();
  AIGW_RETURN_IF_ERROR(PassReasoning(choice, delta, reasoning_ends));
  const bool text_ends = delta.parts_size() > 0;
  AIGW_RETURN_IF_ERROR(PassField(choice.text, delta.text(),
                                 &v1::Delta::mutable_text, delta, text_ends));
  AIGW_RETURN_IF_ERROR(PassField(choice.refusal, delta.refusal(),
                                 &v1::Delta::mutable_refusal, delta, false));
  AIGW_RETURN_IF_ERROR(PassWholes(choice, delta));
  AIGW_RETURN_IF_ERROR(PassCalls(choice, delta));
  choice.changed =
      choice.changed || choice.text.changed() || choice.refusal.changed();
  PassLogprobs(choice, std::move(logprobs), delta);
  if (text_ends) choice.text = TextPass(scanner_, TextForm::kPlain);
  return absl::OkStatus();
}

absl::Status HoldBackFilter::PassReasoning(Choice& choice, v1::Delta& delta,
                                           bool complete) {
  AIGW_RETURN_IF_ERROR(PassField(choice.reasoning, delta.reasoning(),
                                 &v1::Delta::mutable_reasoning, delta,
                                 complete));
  choice.changed = choice.changed || choice.reasoning.changed();
  if (complete) choice.reasoning = TextPass(scanner_, TextForm::kPlain);
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
  if (pieces.empty() && choice.waiting.tool_calls().empty()) {
    return absl::OkStatus();
  }
  choice.waiting.mutable_tool_calls()->MergeFrom(pieces);
  pieces.Clear();
  if (!choice.text.holds()) pieces.Swap(choice.waiting.mutable_tool_calls());
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
        if (whole_ == Whole::kChangeable && !IsChangeable(form)) {
          return std::nullopt;
        }
        AIGW_ASSIGN_OR_RETURN(std::optional<std::string> edited,
                              PassWhole(scanner_, form, text));
        choice.changed = choice.changed || edited.has_value();
        return edited;
      },
      delta);
}

void HoldBackFilter::PassLogprobs(Choice& choice, v1::Logprobs came,
                                  v1::Delta& delta) {
  if (choice.changed) {
    choice.text_tokens.tokens.Clear();
    choice.refusal_tokens.tokens.Clear();
    return;
  }
  v1::Logprobs out;
  PassTokens(choice.text_tokens, came.content(), delta.text(),
             choice.text.holds(), *out.mutable_content());
  PassTokens(choice.refusal_tokens, came.refusal(), delta.refusal(),
             choice.refusal.holds(), *out.mutable_refusal());
  if (out.ByteSizeLong() > 0) delta.mutable_logprobs()->Swap(&out);
}

absl::Status HoldBackFilter::OnChoiceEnd(v1::Delta& rest) {
  const auto found = choices_.find(rest.index());
  if (found == choices_.end()) return absl::OkStatus();
  Choice& choice = found->second;
  AIGW_RETURN_IF_ERROR(PassReasoning(choice, rest, true));
  AIGW_RETURN_IF_ERROR(PassField(choice.text, rest.text(),
                                 &v1::Delta::mutable_text, rest, true));
  AIGW_RETURN_IF_ERROR(PassField(choice.refusal, rest.refusal(),
                                 &v1::Delta::mutable_refusal, rest, true));
  rest.mutable_tool_calls()->Swap(choice.waiting.mutable_tool_calls());
  for (auto& [index, pass] : choice.calls) {
    if (!pass.holds()) continue;
    v1::ToolCallDelta& piece = *rest.add_tool_calls();
    piece.set_index(index);
    AIGW_RETURN_IF_ERROR(pass.Pass(*piece.mutable_arguments(), true));
    if (SaysNothing(piece)) rest.mutable_tool_calls()->RemoveLast();
  }
  choice.changed =
      choice.changed || choice.text.changed() || choice.refusal.changed();
  PassLogprobs(choice, {}, rest);
  choices_.erase(found);
  return absl::OkStatus();
}

}  // namespace aigateway
