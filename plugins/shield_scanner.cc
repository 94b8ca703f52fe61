#include "plugins/shield_scanner.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "re2/re2.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr char kOverride[] = "override of instructions";
constexpr char kExtraction[] = "extraction of the prompt";
constexpr char kPersona[] = "persona without rules";
constexpr char kFormat[] = "marks of a prompt format";
constexpr char kHidden[] = "hidden text";

struct Row {
  const char* kind;
  const char* pattern;  // Of folded text; a blank stands for white space.
};

// From public collections of such prompts. Each wants several words together,
// so that who writes about a subject is not taken for who attacks.
constexpr Row kRows[] = {
    {kOverride,
     R"(\b(?:ignore|disregard|forget|override|bypass) (?:(?:all|any|every|the|)"
     R"(your|my|of|these|those) ){0,4}(?:previous|prior|above|earlier|)"
     R"(preceding|foregoing|original|initial) (?:system )?(?:instructions?|)"
     R"(prompts?|rules|directions|directives|guidelines|commands)\b)"},
    {kOverride,
     R"(\b(?:ignore|disregard|forget) (?:everything|all|anything) (?:that )?)"
     R"((?:above|(?:i|you|we|they) (?:said|wrote|were told|have been told)|)"
     R"((?:was|were) (?:said|written) (?:above|before)))"},
    {kOverride,
     R"(\byour (?:new|real|true) (?:instructions|task|rules) (?:is|are) )"
     R"((?:now|as follows|to))"},
    {kOverride,
     R"(\bignorier\w* (?:alle |die |deine )*(?:vorherigen|bisherigen|obigen) )"
     R"((?:anweisungen|regeln|instruktionen))"},
    {kOverride,
     R"(\bignore[zr]? (?:toutes )?(?:les|tes|vos) (?:instructions|consignes) )"
     R"((?:précédentes|antérieures))"},
    {kOverride, R"(\bignora (?:todas )?(?:las|tus) (?:instrucciones|reglas) )"
                R"((?:anteriores|previas))"},
    {kOverride, R"(игнорируй(?:те)? (?:все )?(?:предыдущие|прежние) )"
                R"((?:инструкции|указания|правила))"},
    {kExtraction,
     R"(\b(?:reveal|show|print|repeat|output|display|leak|dump|tell|give)"
     R"() (?:me )?(?:all )?(?:of )?(?:your|the) (?:full |entire |exact |)"
     R"(original |hidden |secret |initial )*(?:system (?:prompt|message|)"
     R"(instructions)|(?:hidden|secret|initial) (?:prompt|instructions)))"},
    {kExtraction,
     R"(\b(?:repeat|print|output) (?:everything|all(?: the)?|the) )"
     R"((?:text|words )?(?:above|before this)(?: verbatim| word for word|)"
     R"(,? starting with))"},
    {kPersona, R"(\bdo anything now\b)"},
    {kPersona, R"(\b(?:developer|dan|jailbreak|god) mode (?:is )?(?:now )?)"
               R"((?:enabled|activated))"},
    {kPersona,
     R"(\b(?:pretend|imagine|act as if|act as though|assume) (?:that )?you )"
     R"((?:have no|are not bound by|don't have(?: any)?|are free (?:of|from)|)"
     R"(no longer have)(?: any| all| your)? (?:restrictions|rules|)"
     R"(guidelines|filters|limitations|safety))"},
    {kPersona,
     R"(\b(?:act|behave|respond|answer) as an? (?:unrestricted|unfiltered|)"
     R"(uncensored|amoral|jailbroken) (?:ai|assistant|model|chatbot|llm))"},
    {kFormat, R"(<\|im_start\|>\s*(?:system|developer|assistant))"},
    {kFormat, R"(<\|start_header_id\|>\s*(?:system|assistant))"},
    {kFormat, R"(<<sys>>)"},
    {kFormat, R"(<\|(?:system|developer|assistant)\|>)"},
    {kFormat, R"(\[system\]\(#assistant\))"},
};

re2::RE2::Options Options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(16 << 20);
  return options;
}

// One blank of a pattern matches white space of any length.
std::string Spaced(absl::string_view pattern) {
  return absl::StrJoin(absl::StrSplit(pattern, ' '), "\\s+");
}

// Letters in the block of tags (U+E0000), which no font shows and many
// tokenizers read as ASCII, but for the flags that are written with them; and
// long runs of characters without width.
bool HasHiddenText(absl::string_view text) {
  static const re2::RE2* const hidden = new re2::RE2(
      R"((?:[\x{E0000}-\x{E007F}]{8,})|)"
      R"((?:[\x{200B}-\x{200F}\x{2060}-\x{2064}\x{FE00}-\x{FE0F}\x{FEFF})"
      R"(\x{E0100}-\x{E01EF}]{12,}))",
      Options());
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                                *hidden);
}

absl::Status Refused(absl::string_view kind) {
  return Error(
      ErrorReason::kGuardrailRejected,
      absl::StrCat("the text looks like an attack on the model (", kind, ")"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ShieldScanner>> ShieldScanner::Create(
    const std::vector<std::string>& phrases) {
  auto patterns =
      std::make_unique<re2::RE2::Set>(Options(), re2::RE2::UNANCHORED);
  std::vector<std::string> kinds;
  for (const Row& row : kRows) {
    AIGW_CHECK(patterns->Add(Spaced(row.pattern), /*error=*/nullptr) >= 0);
    kinds.push_back(row.kind);
  }
  const TextFolding folding(/*case_sensitive=*/false);
  for (const std::string& phrase : phrases) {
    std::vector<std::string> words;
    const std::string folded = folding.Fold(phrase);
    for (const absl::string_view word : absl::StrSplit(
             folded, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty())) {
      words.push_back(
          re2::RE2::QuoteMeta(re2::StringPiece(word.data(), word.size())));
    }
    AIGW_CHECK(patterns->Add(absl::StrJoin(words, "\\s+"),
                             /*error=*/nullptr) >= 0);
    kinds.push_back("a phrase of the config");
  }
  if (!patterns->Compile()) {
    return absl::InvalidArgumentError("there are more than can be compiled");
  }
  return std::make_unique<ShieldScanner>(std::move(patterns), std::move(kinds));
}

ShieldScanner::ShieldScanner(std::unique_ptr<const re2::RE2::Set> patterns,
                             std::vector<std::string> kinds)
    : patterns_(std::move(patterns)), kinds_(std::move(kinds)) {}

absl::StatusOr<Scan> ShieldScanner::Look(absl::string_view text, size_t begin,
                                         bool complete) const {
  Scan scan;
  scan.settled = complete ? text.size() : begin;
  if (!complete) return scan;
  if (HasHiddenText(text)) return Refused(kHidden);
  const std::string folded = folding_.Fold(text);
  std::vector<int> found;
  re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
  if (patterns_->Match(folded, &found, &error)) {
    return Refused(kinds_[*std::min_element(found.begin(), found.end())]);
  }
  if (error.kind != re2::RE2::Set::kNoError) {
    return absl::ResourceExhaustedError("RE2 has not enough memory");
  }
  return scan;
}

}  // namespace aigateway
