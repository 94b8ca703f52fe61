#include "gateway/core/model_prices.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"

namespace aigateway {
namespace {

constexpr absl::string_view kAnthropic =
    "https://platform.claude.com/docs/en/about-claude/pricing";
constexpr absl::string_view kCohere = "https://cohere.com/pricing";
constexpr absl::string_view kGemini =
    "https://ai.google.dev/gemini-api/docs/pricing";
constexpr absl::string_view kGroq = "https://groq.com/pricing";
constexpr absl::string_view kMistral = "https://mistral.ai/pricing";
constexpr absl::string_view kOpenAi = "https://openai.com/api/pricing";
constexpr absl::string_view kXai = "https://docs.x.ai/docs/models";

// USD for a million tokens to micro-USD, exactly.
constexpr int64_t Usd(double usd) {
  return static_cast<int64_t>(usd * 1e6 + 0.5);
}
constexpr std::optional<int64_t> kUnknown = std::nullopt;

// In the order of provider and model: it is searched by halves. Not here,
// although well known, is what has no one price: DeepSeek's, which goes by the
// time of day, and models that cost more from some length of the prompt on
// (gemini-2.5-pro, grok-4).
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
    {"cohere", "command-a-03-2025", Usd(2.5), kUnknown, kUnknown, Usd(10),
     kCohere, "2025-03-13"},
    {"cohere", "command-r-08-2024", Usd(0.15), kUnknown, kUnknown, Usd(0.6),
     kCohere, "2025-03-13"},
    {"cohere", "command-r-plus-08-2024", Usd(2.5), kUnknown, kUnknown, Usd(10),
     kCohere, "2025-03-13"},
    {"cohere", "command-r7b-12-2024", Usd(0.0375), kUnknown, kUnknown,
     Usd(0.15), kCohere, "2025-03-13"},
    {"gemini", "gemini-2.0-flash", Usd(0.1), Usd(0.025), kUnknown, Usd(0.4),
     kGemini, "2025-10-01"},
    {"gemini", "gemini-2.0-flash-lite", Usd(0.075), kUnknown, kUnknown,
     Usd(0.3), kGemini, "2025-10-01"},
    {"gemini", "gemini-2.5-flash", Usd(0.3), Usd(0.03), kUnknown, Usd(2.5),
     kGemini, "2025-10-01"},
    {"gemini", "gemini-2.5-flash-lite", Usd(0.1), Usd(0.01), kUnknown, Usd(0.4),
     kGemini, "2025-10-01"},
    {"groq", "llama-3.1-8b-instant", Usd(0.05), kUnknown, kUnknown, Usd(0.08),
     kGroq, "2025-08-01"},
    {"groq", "llama-3.3-70b-versatile", Usd(0.59), kUnknown, kUnknown,
     Usd(0.79), kGroq, "2025-08-01"},
    {"groq", "meta-llama/llama-4-maverick-17b-128e-instruct", Usd(0.2),
     kUnknown, kUnknown, Usd(0.6), kGroq, "2025-08-01"},
    {"groq", "meta-llama/llama-4-scout-17b-16e-instruct", Usd(0.11), kUnknown,
     kUnknown, Usd(0.34), kGroq, "2025-08-01"},
    {"mistral", "codestral-2501", Usd(0.3), kUnknown, kUnknown, Usd(0.9),
     kMistral, "2025-05-07"},
    {"mistral", "ministral-3b-2410", Usd(0.04), kUnknown, kUnknown, Usd(0.04),
     kMistral, "2025-05-07"},
    {"mistral", "ministral-8b-2410", Usd(0.1), kUnknown, kUnknown, Usd(0.1),
     kMistral, "2025-05-07"},
    {"mistral", "mistral-large-2411", Usd(2), kUnknown, kUnknown, Usd(6),
     kMistral, "2025-05-07"},
    {"mistral", "mistral-medium-2505", Usd(0.4), kUnknown, kUnknown, Usd(2),
     kMistral, "2025-05-07"},
    {"mistral", "mistral-small-2503", Usd(0.1), kUnknown, kUnknown, Usd(0.3),
     kMistral, "2025-05-07"},
    {"openai", "gpt-3.5-turbo", Usd(0.5), kUnknown, kUnknown, Usd(1.5), kOpenAi,
     "2026-03-21"},
    {"openai", "gpt-4-turbo", Usd(10), kUnknown, kUnknown, Usd(30), kOpenAi,
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
    {"xai", "grok-3", Usd(3), Usd(0.75), kUnknown, Usd(15), kXai, "2025-08-28"},
    {"xai", "grok-3-mini", Usd(0.3), Usd(0.075), kUnknown, Usd(0.5), kXai,
     "2025-08-28"},
    {"xai", "grok-code-fast-1", Usd(0.2), Usd(0.02), kUnknown, Usd(1.5), kXai,
     "2025-08-28"},
};

struct VendorUrl {
  absl::string_view provider;
  absl::string_view prefix;
};
constexpr VendorUrl kVendorUrls[] = {
    {"anthropic", "https://api.anthropic.com/"},
    {"cohere", "https://api.cohere.com"},
    {"gemini", "https://generativelanguage.googleapis.com/"},
    {"groq", "https://api.groq.com/"},
    {"mistral", "https://api.mistral.ai/"},
    {"openai", "https://api.openai.com/"},
    {"xai", "https://api.x.ai/"},
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
