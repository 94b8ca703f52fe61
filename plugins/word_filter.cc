#include "plugins/word_filter.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "plugins/text_folding.h"
#include "plugins/text_guard.h"
#include "plugins/word_scanner.h"

namespace aigateway {
namespace {

using config::v1::WordFilterSettings;

// A word is not a text: whoever pastes one should see it.
constexpr int kMaxWordBytes = 1024;

std::vector<Stage> MoreStages(const google::protobuf::Message& message) {
  const auto& settings = static_cast<const WordFilterSettings&>(message);
  if (!settings.check_answers()) return {};
  return {Stage::kAfterRequest, Stage::kOnChunk};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> CreateWordFilter(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const WordFilterSettings&>(message);
  std::vector<FieldViolation> faults;
  if (settings.blocked_words().empty()) {
    faults.push_back({"blocked_words", "is missing: list the words"});
  }
  const TextFolding folding(settings.case_sensitive());
  for (int i = 0; i < settings.blocked_words_size(); ++i) {
    const std::string& word = settings.blocked_words(i);
    const std::string field = absl::StrCat("blocked_words[", i, "]");
    if (IsBlank(folding.Fold(word))) {
      faults.push_back(
          {field, "has nothing to be seen: every text would have it in it"});
    } else if (word.size() > kMaxWordBytes) {
      faults.push_back(
          {field, absl::StrCat("is longer than ", kMaxWordBytes, " bytes")});
    }
  }
  if (!faults.empty()) return InvalidSettings(faults);
  absl::StatusOr<std::unique_ptr<WordScanner>> scanner = WordScanner::Create(
      {settings.blocked_words().begin(), settings.blocked_words().end()},
      {.case_sensitive = settings.case_sensitive(),
       .whole_words = settings.whole_words()});
  if (!scanner.ok()) {
    return InvalidSettings(
        {{"blocked_words", std::string(scanner.status().message())}});
  }
  return std::make_unique<TextGuard>(*std::move(scanner));
}

AIGW_REGISTER_PLUGIN("word-filter",
                     {.create = &CreateWordFilter,
                      .settings = &WordFilterSettings::descriptor,
                      .type = "guardrail",
                      .stages = {Stage::kBeforeRequest, Stage::kAfterRequest,
                                 Stage::kOnChunk},
                      .default_stages = {Stage::kBeforeRequest},
                      .more_stages = &MoreStages});

}  // namespace aigateway
