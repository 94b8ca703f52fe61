#include "gateway/core/model_prices.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"

namespace aigateway {
namespace {

constexpr absl::string_view kAnthropic =
    "https://platform.claude.com/docs/en/about-claude/pricing";
constexpr absl::string_view kGemini =
    "https://ai.google.dev/gemini-api/docs/pricing";
constexpr absl::string_view kOpenAi = "https://openai.com/api/pricing";

// USD for a million tokens to micro-USD, exactly.
constexpr int64_t Usd(double usd) {
  return static_cast<int64_t>(usd * 1e6 + 0.5);
}
constexpr std::optional<int64_t> kUnknown = std::nullopt;

// In the order of provider and model: it is searched by halves. Only what was
// seen written: an unknown price is better than a wrong one. Not here, although
// well known, is what has no one price: DeepSeek's, which goes by the time of
// day, and models that cost more from some length of the prompt on
// (gemini-2.5-pro).
constexpr ModelPrice kPrices[] = {
    {"anthropic", "claude-3-5-haiku-20241022", Usd(0.8), Usd(0.08), Usd(1),
     Usd(4), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-3-5-haiku-latest", Usd(0.8), Usd(0.08), Usd(1),
     Usd(4), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-3-haiku-20240307", Usd(0.25), Usd(0.03), Usd(0.3),
     Usd(1.25), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-haiku-4-5", Usd(1), Usd(0.1), Usd(1.25), Usd(5),
     kAnthropic, "2026-02-20"},
    {"anthropic", "claude-haiku-4-5-20251001", Usd(1), Usd(0.1), Usd(1.25),
     Usd(5), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-opus-4-1", Usd(15), Usd(1.5), Usd(18.75), Usd(75),
     kAnthropic, "2026-02-20"},
    {"anthropic", "claude-opus-4-1-20250805", Usd(15), Usd(1.5), Usd(18.75),
     Usd(75), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-opus-4-5", Usd(5), Usd(0.5), Usd(6.25), Usd(25),
     kAnthropic, "2026-02-20"},
    {"anthropic", "claude-opus-4-5-20251101", Usd(5), Usd(0.5), Usd(6.25),
     Usd(25), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-opus-4-6", Usd(5), Usd(0.5), Usd(6.25), Usd(25),
     kAnthropic, "2026-02-20"},
    {"anthropic", "claude-sonnet-4-20250514", Usd(3), Usd(0.3), Usd(3.75),
     Usd(15), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-sonnet-4-5", Usd(3), Usd(0.3), Usd(3.75), Usd(15),
     kAnthropic, "2026-02-20"},
    {"anthropic", "claude-sonnet-4-5-20250929", Usd(3), Usd(0.3), Usd(3.75),
     Usd(15), kAnthropic, "2026-02-20"},
    {"anthropic", "claude-sonnet-4-6", Usd(3), Usd(0.3), Usd(3.75), Usd(15),
     kAnthropic, "2026-02-20"},
    {"gemini", "gemini-2.5-flash", Usd(0.3), kUnknown, kUnknown, Usd(2.5),
     kGemini, "2026-03-01"},
    {"gemini", "gemini-2.5-flash-lite", Usd(0.1), kUnknown, kUnknown, Usd(0.4),
     kGemini, "2026-03-01"},
    {"openai", "gpt-3.5-turbo", Usd(0.5), kUnknown, kUnknown, Usd(1.5), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-4.1", Usd(2), Usd(0.5), kUnknown, Usd(8), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-4.1-mini", Usd(0.4), Usd(0.1), kUnknown, Usd(1.6), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-4.1-nano", Usd(0.1), Usd(0.025), kUnknown, Usd(0.4),
     kOpenAi, "2026-03-21"},
    {"openai", "gpt-4o", Usd(2.5), Usd(1.25), kUnknown, Usd(10), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-4o-2024-08-06", Usd(2.5), Usd(1.25), kUnknown, Usd(10),
     kOpenAi, "2026-03-21"},
    {"openai", "gpt-4o-2024-11-20", Usd(2.5), Usd(1.25), kUnknown, Usd(10),
     kOpenAi, "2026-03-21"},
    {"openai", "gpt-4o-mini", Usd(0.15), Usd(0.075), kUnknown, Usd(0.6),
     kOpenAi, "2026-03-21"},
    {"openai", "gpt-4o-mini-2024-07-18", Usd(0.15), Usd(0.075), kUnknown,
     Usd(0.6), kOpenAi, "2026-03-21"},
    {"openai", "gpt-5", Usd(1.25), Usd(0.125), kUnknown, Usd(10), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-5-mini", Usd(0.25), Usd(0.025), kUnknown, Usd(2), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-5-nano", Usd(0.05), Usd(0.005), kUnknown, Usd(0.4), kOpenAi,
     "2026-03-21"},
    {"openai", "o1", Usd(15), Usd(7.5), kUnknown, Usd(60), kOpenAi,
     "2026-03-21"},
    {"openai", "o3", Usd(2), Usd(0.5), kUnknown, Usd(8), kOpenAi, "2026-03-21"},
    {"openai", "o3-mini", Usd(1.1), Usd(0.55), kUnknown, Usd(4.4), kOpenAi,
     "2026-03-21"},
    {"openai", "o4-mini", Usd(1.1), Usd(0.275), kUnknown, Usd(4.4), kOpenAi,
     "2026-03-21"},
};

struct VendorUrl {
  absl::string_view provider;
  absl::string_view prefix;
};
constexpr VendorUrl kVendorUrls[] = {
    {"anthropic", "https://api.anthropic.com/"},
    {"gemini", "https://generativelanguage.googleapis.com/"},
    {"openai", "https://api.openai.com/"},
};

}  // namespace

bool IsVendorsOwn(absl::string_view provider, absl::string_view base_url) {
  for (const VendorUrl& vendor : kVendorUrls) {
    if (vendor.provider == provider) {
      return absl::StartsWith(base_url, vendor.prefix);
    }
  }
  return false;
}

const ModelPrice* FindModelPrice(absl::string_view provider,
                                 absl::string_view model) {
  const std::pair wanted(provider, model);
  const ModelPrice* row =
      std::lower_bound(std::begin(kPrices), std::end(kPrices), wanted,
                       [](const ModelPrice& price, const auto& key) {
                         return std::pair(price.provider, price.model) < key;
                       });
  const bool found = row != std::end(kPrices) && row->provider == provider &&
                     row->model == model;
  return found ? row : nullptr;
}

v1::ModelPrices DescribePrice(const ModelPrice& price) {
  v1::ModelPrices described;
  described.set_prompt_micro_usd_per_million_tokens(price.input);
  described.set_completion_micro_usd_per_million_tokens(price.output);
  if (price.cached_input.has_value()) {
    described.set_cached_prompt_micro_usd_per_million_tokens(
        *price.cached_input);
  }
  if (price.cache_write.has_value()) {
    described.set_cache_write_micro_usd_per_million_tokens(*price.cache_write);
  }
  return described;
}

std::vector<ModelPrice> KnownModelPrices() {
  return {std::begin(kPrices), std::end(kPrices)};
}

}  // namespace aigateway
