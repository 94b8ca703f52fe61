#include "plugins/text_pass.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "plugins/json_escapes.h"

namespace aigateway {
namespace {

// More than any credential; a text that may be one match for longer is refused.
constexpr size_t kMaxHeldBytes = 16 * 1024;
// What may count in front of a match: a few words.
constexpr size_t kContextBytes = 64;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// How many bytes of `text` are whole characters: all, or all but the beginning
// of the last one.
size_t WholeCharacters(absl::string_view text) {
  size_t lead = text.size();
  while (lead > 0 && text.size() - lead < 3 && IsContinuation(text[lead - 1])) {
    --lead;
  }
  if (lead == 0) return text.size();
  const auto byte = static_cast<unsigned char>(text[lead - 1]);
  const size_t length = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return text.size() - (lead - 1) < length ? lead - 1 : text.size();
}

// What came of a text that follows `context`.
struct Outcome {
  size_t settled = 0;  // Bytes of the text.
  std::string text;    // What is to leave of them.
  std::string seen;    // What was settled, as the scanner saw it.
  bool changed = false;
};

absl::StatusOr<Outcome> LookAt(const TextScanner& scanner,
                               absl::string_view context,
                               absl::string_view text, bool complete) {
  std::string joined;
  absl::string_view whole = text;
  if (!context.empty()) {
    joined = absl::StrCat(context, text);
    whole = joined;
  }
  AIGW_ASSIGN_OR_RETURN(Scan scan,
                        scanner.Look(whole, context.size(), complete));
  Outcome outcome;
  outcome.settled = scan.settled - context.size();
  outcome.seen = std::string(text.substr(0, outcome.settled));
  size_t at = context.size();
  for (const Finding& finding : scan.findings) {
    absl::StrAppend(&outcome.text, whole.substr(at, finding.begin - at),
                    finding.replacement);
    at = finding.end;
    outcome.changed = true;
  }
  absl::StrAppend(&outcome.text, whole.substr(at, scan.settled - at));
  return outcome;
}

absl::StatusOr<Outcome> LookAtJson(const TextScanner& scanner,
                                   absl::string_view context,
                                   absl::string_view json, bool complete) {
  const UnescapedJson unescaped(json, complete);
  const std::string whole = absl::StrCat(context, unescaped.text());
  AIGW_ASSIGN_OR_RETURN(const Scan scan,
                        scanner.Look(whole, context.size(), complete));
  Outcome outcome;
  const size_t settled = scan.settled - context.size();
  outcome.settled = unescaped.SourceOf(settled);
  // All that is there is settled, but for an escape that may go on.
  if (complete) outcome.settled = json.size();
  outcome.seen = unescaped.text().substr(0, settled);
  size_t at = 0;
  for (const Finding& finding : scan.findings) {
    const size_t begin = unescaped.SourceOf(finding.begin - context.size());
    absl::StrAppend(&outcome.text, json.substr(at, begin - at),
                    EscapeJson(finding.replacement));
    at = unescaped.SourceOfEnd(finding.end - context.size());
    outcome.changed = true;
  }
  absl::StrAppend(&outcome.text, json.substr(at, outcome.settled - at));
  return outcome;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> PassWhole(const TextScanner& scanner,
                                                     TextForm form,
                                                     absl::string_view text) {
  AIGW_ASSIGN_OR_RETURN(Outcome outcome,
                        form == TextForm::kJson
                            ? LookAtJson(scanner, "", text, /*complete=*/true)
                            : LookAt(scanner, "", text, /*complete=*/true));
  if (!outcome.changed) return std::nullopt;
  if (form == TextForm::kJson && IsJson(text) && !IsJson(outcome.text)) {
    return Error(ErrorReason::kGuardrailRejected,
                 "what was found cannot be taken out of the JSON around it");
  }
  return std::move(outcome.text);
}

absl::Status TextPass::Pass(std::string& piece, bool complete) {
  held_ += piece;
  piece.clear();
  if (held_.empty()) return absl::OkStatus();
  const size_t whole = complete ? held_.size() : WholeCharacters(held_);
  const absl::string_view text = absl::string_view(held_).substr(0, whole);
  AIGW_ASSIGN_OR_RETURN(Outcome outcome,
                        form_ == TextForm::kJson
                            ? LookAtJson(*scanner_, context_, text, complete)
                            : LookAt(*scanner_, context_, text, complete));
  piece = std::move(outcome.text);
  changed_ = changed_ || outcome.changed;
  held_.erase(0, outcome.settled);
  context_ += outcome.seen;
  if (context_.size() > kContextBytes) {
    size_t first = context_.size() - kContextBytes;
    while (first < context_.size() && IsContinuation(context_[first])) ++first;
    context_.erase(0, first);
  }
  if (held_.size() <= kMaxHeldBytes) return absl::OkStatus();
  return Error(ErrorReason::kGuardrailRejected,
               absl::StrCat("more than ", kMaxHeldBytes,
                            " bytes would have to be held back at once"));
}

}  // namespace aigateway
