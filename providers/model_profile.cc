#include "providers/model_profile.h"

#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace aigateway {
namespace {

// Where an effort stands among all; nullopt if we do not know the word.
std::optional<int> Rank(absl::string_view effort) {
  // "default" is Groq's word for what Qwen does by itself.
  constexpr struct {
    absl::string_view word;
    int rank;
  } kRanks[] = {
      {"none", 0}, {"minimal", 1}, {"low", 2}, {"medium", 3},
      {"high", 4}, {"xhigh", 5},   {"max", 6}, {"default", 3},
  };
  for (const auto& [word, rank] : kRanks) {
    if (effort == word) return rank;
  }
  return std::nullopt;
}
constexpr int kHighRank = 4;

// Whether `name` fits `pattern`: '*' stands for any text, the end is open.
bool Fits(absl::string_view pattern, absl::string_view name) {
  const size_t star = pattern.find('*');
  if (star == pattern.npos) return absl::StartsWith(name, pattern);
  if (!absl::StartsWith(name, pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (size_t skipped = 0; skipped <= name.size(); ++skipped) {
    if (Fits(pattern, name.substr(skipped))) return true;
  }
  return false;
}

}  // namespace

const ModelProfile* FindModelProfile(absl::Span<const ModelProfile> profiles,
                                     absl::string_view model) {
  // More is no name, and patterns are matched by trying.
  constexpr size_t kMaxNameBytes = 256;
  const std::string name =
      absl::AsciiStrToLower(model.substr(0, kMaxNameBytes));
  absl::string_view plain = name;
  absl::ConsumePrefix(&plain, "ft:");
  for (const ModelProfile& profile : profiles) {
    if (Fits(profile.pattern, plain)) return &profile;
  }
  return nullptr;
}

absl::string_view NearestEffort(absl::string_view asked,
                                absl::Span<const absl::string_view> known) {
  const std::optional<int> rank = Rank(asked);
  if (!rank.has_value()) return asked;
  absl::string_view nearest = asked;
  int best_distance = 100;
  int best_from_high = 100;
  for (absl::string_view effort : known) {
    if (effort == asked) return asked;
    const int own_rank = Rank(effort).value_or(kHighRank);
    const int distance = std::abs(own_rank - *rank);
    const int from_high = std::abs(own_rank - kHighRank);
    if (distance < best_distance ||
        (distance == best_distance && from_high < best_from_high)) {
      nearest = effort;
      best_distance = distance;
      best_from_high = from_high;
    }
  }
  return nearest;
}

absl::string_view EffortForBudget(int32_t budget_tokens) {
  if (budget_tokens <= 0) return "none";
  if (budget_tokens <= 4096) return "low";
  if (budget_tokens <= 16384) return "medium";
  return "high";
}

int32_t BudgetForEffort(absl::string_view effort) {
  if (effort == "none") return 0;
  if (effort == "minimal") return 1024;  // The least that Claude takes.
  if (effort == "low") return 4096;
  if (effort == "medium") return 16384;
  return 32768;
}

}  // namespace aigateway
