#include "gateway/config/announced.h"

#include <algorithm>

#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

// Names of API.md that may not be registered yet.
constexpr absl::string_view kModes[] = {
    "ab-test",  "canary",     "conditional", "content-based", "cost-optimized",
    "fallback", "least-busy", "least-cost",  "least-latency", "loadbalance",
    "mirror",   "single",     "sticky",
};
constexpr absl::string_view kPlugins[] = {
    "budget",         "external",       "max-token",    "model-allow-list",
    "pii-redact",     "prompt-shield",  "rate-limit",   "regex-guard",
    "request-logger", "response-cache", "schema-guard", "secret-scan",
    "word-filter",
};
constexpr absl::string_view kProviderTypes[] = {
    "anthropic",  "azure-foundry", "azure-openai", "bedrock",
    "cerebras",   "cloudflare",    "cohere",       "databricks",
    "deepinfra",  "deepseek",      "fireworks",    "gemini",
    "groq",       "hugging-face",  "llama.cpp",    "lm-studio",
    "minimax",    "mistral",       "moonshot",     "novita",
    "nvidia-nim", "ollama",        "openai",       "openai-compatible",
    "openrouter", "perplexity",    "qwen",         "replicate",
    "sambanova",  "simulator",     "snowflake",    "together",
    "vertex-ai",  "vllm",          "xai",          "zai",
};

}  // namespace

bool IsAnnouncedMode(absl::string_view name) {
  return std::binary_search(std::begin(kModes), std::end(kModes), name);
}

bool IsAnnouncedPlugin(absl::string_view name) {
  return std::binary_search(std::begin(kPlugins), std::end(kPlugins), name);
}

bool IsAnnouncedProviderType(absl::string_view name) {
  return std::binary_search(std::begin(kProviderTypes),
                            std::end(kProviderTypes), name);
}

}  // namespace aigateway
