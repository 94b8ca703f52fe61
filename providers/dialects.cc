#include "providers/dialects.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/openai_codec.h"

// Names, places and limits as of November 2026. A row says what a vendor does
// otherwise than Dialect's defaults; what is not known of it is not said. The
// order of undeclared instances is API.md's list of types.

namespace aigateway {
namespace {

using enum ErrorReason;
using enum ErrorRule::Part;

// What most vendors other than OpenAI have no field for.
constexpr Parameters kOpenAiOnly = kUser | kServiceTier;

std::vector<Dialect> MakeDialects() {
  return {
      {
          .type = "openai",
          .base_url = "https://api.openai.com/v1",
          .key_variables = {"OPENAI_API_KEY"},
          .base_urls = {"${OPENAI_BASE_URL}"},
          .model_patterns = {"gpt-*", "chatgpt-*", "codex-*", "o1*", "o3*",
                             "o4*", "ft:gpt-*", "text-embedding-*"},
          .order = 1,
          .max_tokens = "max_completion_tokens",
          .system_role = SystemRole::kAsGiven,
          .reasoning = ReasoningStyle::kEffort,
          .cache = CacheForm::kBreakpoint,
          .refusal_history = true,
          .prefill = Prefill::kNo,
          .profiles = &OpenAiModels(),
      },
      {
          .type = "azure-openai",
          .base_url = "https://{resource}.openai.azure.com/openai/v1",
          .versioned_path = "/openai/deployments/{model}",
          .auth = Auth::kApiKeyHeader,
          .key_variables = {"AZURE_OPENAI_API_KEY"},
          .base_urls = {"${AZURE_OPENAI_ENDPOINT}"},
          .model_patterns = {"gpt-*", "chatgpt-*", "o1*", "o3*", "o4*",
                             "text-embedding-*"},
          .order = 4,
          .max_tokens = "max_completion_tokens",
          .unsupported = kFiles,
          .system_role = SystemRole::kAsGiven,
          .reasoning = ReasoningStyle::kEffort,
          .cache = CacheForm::kBreakpoint,
          .refusal_history = true,
          .prefill = Prefill::kNo,
          .profiles = &OpenAiModels(),
      },
      {
          .type = "azure-foundry",
          .base_url = "https://{resource}.services.ai.azure.com/openai/v1",
          .versioned_path = "/models",
          .auth = Auth::kApiKeyHeader,
          .key_variables = {"AZURE_FOUNDRY_API_KEY"},
          .base_urls = {"${AZURE_FOUNDRY_ENDPOINT}"},
          .order = 5,
          .max_tokens = "max_completion_tokens",
          .unsupported = kFiles,
          .reasoning = ReasoningStyle::kEffort,
          .cache = CacheForm::kBreakpoint,
          .profiles = &OpenAiModels(),
      },
      {
          .type = "mistral",
          .base_url = "https://api.mistral.ai/v1",
          .key_variables = {"MISTRAL_API_KEY"},
          .model_patterns = {"mistral-*", "ministral-*", "magistral-*",
                             "codestral-*", "devstral-*", "pixtral-*",
                             "voxtral-*", "open-mistral-*", "open-mixtral-*"},
          .order = 8,
          .seed = "random_seed",
          .unsupported = kOpenAiOnly | kLogprobs | kLogitBias | kMessageName |
                         kImageDetail,
          .stream_options = false,
          .short_tool_ids = true,
          .reasoning = ReasoningStyle::kEffort,
          .efforts = {"none", "high"},
          .history = ReasoningHistory::kThinkingParts,
          .audio = AudioForm::kInputAudioText,
          .file_urls = FileUrls::kDocumentUrl,
          .prefill = Prefill::kYes,
          .prefill_mark = "prefix",
      },
      {
          .type = "deepseek",
          .base_url = "https://api.deepseek.com",
          .key_variables = {"DEEPSEEK_API_KEY"},
          .model_patterns = {"deepseek-*"},
          .order = 10,
          .unsupported = kOpenAiOnly | kN | kSeed | kLogitBias | kStrictTools |
                         kParallelToolCalls | kJsonSchema,
          .reasoning = ReasoningStyle::kThinkingEffort,
          .history = ReasoningHistory::kReasoningContentAlways,
          .prefill = Prefill::kNo,  // On its /beta only.
          .profiles = &DeepSeekModels(),
      },
      {
          .type = "xai",
          .base_url = "https://api.x.ai/v1",
          .key_variables = {"XAI_API_KEY"},
          .model_patterns = {"grok-*"},
          .order = 11,
          .max_tokens = "max_completion_tokens",
          .unsupported = kServiceTier | kLogitBias,
          .reasoning = ReasoningStyle::kEffort,
          .profiles = &XaiModels(),
          .reasoning_beside_completion = true,
      },
      {
          // Its chat ended on 27 September 2026; the rest of the shape is for
          // proxies that still speak it.
          .type = "perplexity",
          .base_url = "https://api.perplexity.ai",
          .models_path = "/v1/models",
          .key_variables = {"PERPLEXITY_API_KEY"},
          .model_patterns = {"sonar*", "perplexity/*", "pplx-*"},
          .order = 12,
          .unsupported = kOpenAiOnly | kN | kSeed | kStop | kTools |
                         kJsonObject | kLogprobs | kLogitBias | kAudio,
          .prefill = Prefill::kNo,
          .errors = {{.text = "chat_completions_not_available",
                      .reason = kModelNotFound},
                     {.text = "agent_api_migration_required",
                      .reason = kModelNotFound}},
      },
      {
          .type = "moonshot",
          .base_url = "https://api.moonshot.ai/v1",
          .key_variables = {"MOONSHOT_API_KEY"},
          .model_patterns = {"kimi-*", "k2.*", "moonshot-*"},
          .order = 13,
          .max_tokens = "max_completion_tokens",
          .unsupported = kOpenAiOnly | kSeed | kLogprobs | kLogitBias |
                         kImageUrls | kAudio | kFiles,
          .history = ReasoningHistory::kReasoningContent,
          .prefill = Prefill::kYes,
          .prefill_mark = "partial",
          .profiles = &MoonshotModels(),
          .errors = {{.status = 400,
                      .part = kMessage,
                      .text = "exceeded model token limit",
                      .reason = kContextLengthExceeded},
                     {.status = 400,
                      .part = kMessage,
                      .text = "input token length too long",
                      .reason = kContextLengthExceeded}},
      },
      {
          .type = "qwen",
          .base_url = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
          .key_variables = {"DASHSCOPE_API_KEY", "QWEN_API_KEY"},
          .model_patterns = {"qwen*", "qwq-*", "qvq-*"},
          .order = 14,
          .unsupported = kOpenAiOnly | kFrequencyPenalty | kLogitBias,
          .reasoning = ReasoningStyle::kEnableThinkingBudget,
          .cache = CacheForm::kCacheControl,
          // A rate, or the free tier's end: the text does not tell for sure.
          .errors = {{.status = 429,
                      .part = kMessage,
                      .text = "free",
                      .reason = kProviderQuotaExhausted},
                     {.status = 429,
                      .text = "insufficient_quota",
                      .reason = kProviderRateLimited},
                     {.text = "Arrearage", .reason = kProviderQuotaExhausted},
                     {.part = kMessage,
                      .text = "range of input length",
                      .reason = kContextLengthExceeded}},
      },
      {
          .type = "minimax",
          .base_url = "https://api.minimax.io/v1",
          .key_variables = {"MINIMAX_API_KEY"},
          .model_patterns = {"MiniMax-*", "minimax-*"},
          .order = 15,
          .max_tokens = "max_completion_tokens",
          .unsupported = kOpenAiOnly | kN | kSeed | kPenalties | kLogprobs |
                         kLogitBias | kToolChoice | kStrictTools |
                         kParallelToolCalls | kJsonObject | kJsonSchema,
          .reasoning = ReasoningStyle::kThinking,
          .thinking_on = "adaptive",
          .history = ReasoningHistory::kThinkTags,
          .profiles = &MinimaxModels(),
          .think_tags = true,
          .errors = {{.text = "1000", .reason = kProviderUnavailable},
                     {.text = "1001", .reason = kProviderUnavailable},
                     {.text = "1024", .reason = kProviderUnavailable},
                     {.text = "1033", .reason = kProviderUnavailable},
                     {.text = "1002", .reason = kProviderRateLimited},
                     {.text = "1004", .reason = kProviderAuthFailed},
                     {.text = "1008", .reason = kProviderQuotaExhausted},
                     {.text = "1026", .reason = kContentFiltered},
                     {.text = "1027", .reason = kContentFiltered},
                     {.text = "2013", .reason = kInvalidRequest}},
      },
      {
          .type = "zai",
          .base_url = "https://api.z.ai/api/paas/v4",
          .key_variables = {"ZAI_API_KEY"},
          .model_patterns = {"glm-*"},
          .order = 16,
          .unsupported = kOpenAiOnly | kN | kSeed | kPenalties | kLogprobs |
                         kLogitBias | kToolChoice | kStrictTools |
                         kParallelToolCalls | kJsonSchema,
          .reasoning = ReasoningStyle::kThinking,
          .history = ReasoningHistory::kReasoningContent,
          .profiles = &ZaiModels(),
          .errors = {{.text = "1000", .reason = kProviderAuthFailed},
                     {.text = "1001", .reason = kProviderAuthFailed},
                     {.text = "1002", .reason = kProviderAuthFailed},
                     {.text = "1003", .reason = kProviderAuthFailed},
                     {.text = "1004", .reason = kProviderAuthFailed},
                     {.text = "1113", .reason = kProviderQuotaExhausted},
                     {.text = "1211", .reason = kModelNotFound},
                     {.text = "1261", .reason = kContextLengthExceeded},
                     {.text = "1301", .reason = kContentFiltered},
                     {.text = "1302", .reason = kProviderRateLimited},
                     {.text = "1303", .reason = kProviderRateLimited},
                     {.text = "1304", .reason = kProviderRateLimited},
                     {.text = "1305", .reason = kProviderRateLimited},
                     {.text = "1308", .reason = kProviderQuotaExhausted},
                     {.text = "1309", .reason = kProviderQuotaExhausted},
                     {.text = "1310", .reason = kProviderQuotaExhausted},
                     {.text = "1312", .reason = kProviderUnavailable}},
      },

      // ---- Aggregators: any model.
      {
          .type = "groq",
          .base_url = "https://api.groq.com/openai/v1",
          .key_variables = {"GROQ_API_KEY"},
          .order = 17,
          .max_tokens = "max_completion_tokens",
          .unsupported = kN | kLogprobs | kLogitBias | kMessageName,
          .reasoning = ReasoningStyle::kEffort,
          .prefill = Prefill::kYes,
          .profiles = &GroqModels(),
      },
      {
          .type = "together",
          .base_url = "https://api.together.ai/v1",
          .key_variables = {"TOGETHER_API_KEY"},
          .order = 18,
          .unsupported = kOpenAiOnly,
          .reasoning = ReasoningStyle::kEffort,
          // The prompt and max_tokens together are over the window.
          .errors = {{.status = 403,
                      .part = kMessage,
                      .text = "token",
                      .reason = kContextLengthExceeded},
                     {.status = 422,
                      .part = kMessage,
                      .text = "max_new_tokens",
                      .reason = kContextLengthExceeded}},
      },
      {
          .type = "fireworks",
          .base_url = "https://api.fireworks.ai/inference/v1",
          .key_variables = {"FIREWORKS_API_KEY"},
          .order = 19,
          .unsupported = kServiceTier,
          .reasoning = ReasoningStyle::kEffort,
          .efforts = {"low", "medium", "high"},
          .history = ReasoningHistory::kReasoningContent,
          // The account is suspended.
          .errors = {{.status = 412,
                      .part = kMessage,
                      .text = "account",
                      .reason = kProviderQuotaExhausted}},
      },
      {
          .type = "cerebras",
          .base_url = "https://api.cerebras.ai/v1",
          .key_variables = {"CEREBRAS_API_KEY"},
          .order = 20,
          .max_tokens = "max_completion_tokens",
          .unsupported =
              kPenalties | kLogitBias | kServiceTier | kParallelToolCalls,
          .reasoning = ReasoningStyle::kEffort,
          .efforts = {"none", "low", "medium", "high"},
          .history = ReasoningHistory::kReasoning,
          .profiles = &CerebrasModels(),
      },
      {
          .type = "sambanova",
          .base_url = "https://api.sambanova.ai/v1",
          .key_variables = {"SAMBANOVA_API_KEY"},
          .order = 21,
          .unsupported =
              kOpenAiOnly | kN | kSeed | kLogprobs | kLogitBias | kImageUrls,
          .reasoning = ReasoningStyle::kEffort,
          .efforts = {"low", "medium", "high"},
          .audio = AudioForm::kAudioContent,
          // There it is a rate.
          .errors = {{.text = "insufficient_quota",
                      .reason = kProviderRateLimited}},
      },
      {
          .type = "deepinfra",
          .base_url = "https://api.deepinfra.com/v1/openai",
          .key_variables = {"DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"},
          .order = 22,
          .unsupported = kServiceTier | kLogitBias,
          .reasoning = ReasoningStyle::kEffort,
      },
      {
          .type = "novita",
          .base_url = "https://api.novita.ai/openai/v1",
          .key_variables = {"NOVITA_API_KEY"},
          .order = 23,
          .unsupported = kOpenAiOnly,
          .reasoning = ReasoningStyle::kEnableThinking,
          // The key is a good one, for other models.
          .errors = {{.text = "model_access_denied", .reason = kModelNotFound}},
      },
      {
          .type = "nvidia-nim",
          .base_url = "https://integrate.api.nvidia.com/v1",
          .key_variables = {"NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"},
          .order = 24,
          .unsupported = kOpenAiOnly | kLogitBias | kParallelToolCalls,
      },
      {
          .type = "hugging-face",
          .base_url = "https://router.huggingface.co/v1",
          .key_variables = {"HF_TOKEN", "HUGGING_FACE_API_KEY"},
          .order = 25,
          .unsupported = kServiceTier,
          .reasoning = ReasoningStyle::kEffort,
      },
      {
          .type = "cloudflare",
          .base_url =
              "https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1",
          .models_path = "/models/search",
          .models_form = ModelsForm::kCloudflareSearch,
          .key_variables = {"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"},
          .base_urls = {"https://api.cloudflare.com/client/v4/accounts/"
                        "${CLOUDFLARE_ACCOUNT_ID}/ai/v1"},
          .order = 27,
          // Its own default is 256.
          .default_max_tokens = 4096,
          .unsupported =
              kOpenAiOnly | kN | kLogprobs | kLogitBias | kParallelToolCalls,
          .null_content = false,
          .named_tool_alone = true,
          .errors = {{.text = "5007", .reason = kModelNotFound},
                     {.text = "3042", .reason = kModelNotFound},
                     // The budget of a day, against a moment's lack of room.
                     {.text = "3036", .reason = kProviderQuotaExhausted},
                     {.text = "3040", .reason = kProviderUnavailable},
                     {.text = "3006", .reason = kInvalidRequest},
                     {.text = "3007", .reason = kProviderUnavailable},
                     {.text = "3008", .reason = kProviderUnavailable}},
      },
      {
          .type = "databricks",
          .base_url = "https://{workspace}/serving-endpoints",
          .models_path = "",
          .key_variables = {"DATABRICKS_TOKEN", "DATABRICKS_API_KEY"},
          .base_urls = {"${DATABRICKS_HOST}"},
          .order = 28,
          // It refuses what it does not know.
          .unsupported = kOpenAiOnly | kSeed | kPenalties | kLogitBias |
                         kParallelToolCalls | kMessageName,
          .stream_options = false,
          .empty_text = false,
          .streamed_form = false,
          .reasoning = ReasoningStyle::kEffort,
          .history = ReasoningHistory::kReasoningParts,
          .cache = CacheForm::kCacheControl,
          .profiles = &DatabricksModels(),
          .errors = {{.text = "UNAUTHENTICATED", .reason = kProviderAuthFailed},
                     {.text = "PERMISSION_DENIED",
                      .reason = kProviderAuthFailed},
                     {.text = "REQUEST_LIMIT_EXCEEDED",
                      .reason = kProviderRateLimited},
                     {.text = "RESOURCE_EXHAUSTED",
                      .reason = kProviderRateLimited},
                     {.text = "TEMPORARILY_UNAVAILABLE",
                      .reason = kProviderUnavailable}},
      },
      {
          .type = "snowflake",
          .base_url =
              "https://{account}.snowflakecomputing.com/api/v2/cortex/v1",
          .models_path = "",
          .key_variables = {"SNOWFLAKE_API_KEY"},
          .base_urls = {"https://${SNOWFLAKE_ACCOUNT}.snowflakecomputing.com/"
                        "api/v2/cortex/v1"},
          .order = 29,
          .max_tokens = "max_completion_tokens",
          .unsupported = kOpenAiOnly | kSeed | kLogitBias,
          .reasoning = ReasoningStyle::kReasoning,
          .profiles = &SnowflakeModels(),
          .finish_reason = false,
      },
      {
          .type = "openrouter",
          .base_url = "https://openrouter.ai/api/v1",
          .key_variables = {"OPENROUTER_API_KEY"},
          .order = 30,
          .reasoning = ReasoningStyle::kReasoning,
          .history = ReasoningHistory::kReasoningDetails,
          .cache = CacheForm::kCacheControl,
          .file_urls = FileUrls::kFileData,
          .prefill = Prefill::kYes,
          .errors = {{.status = 402,
                      .text = "in_flight_budget_exhausted",
                      .reason = kProviderRateLimited},
                     {.status = 402,
                      .part = kMessage,
                      .text = "in_flight_budget_exhausted",
                      .reason = kProviderRateLimited},
                     {.status = 403,
                      .part = kMessage,
                      .text = "moderation",
                      .reason = kContentFiltered},
                     {.status = 403,
                      .part = kMessage,
                      .text = "flagged",
                      .reason = kContentFiltered}},
      },
      {
          .type = "ollama",
          .base_url = "http://localhost:11434/v1",
          .key_variables = {"OLLAMA_API_KEY"},
          .base_urls = {"${OLLAMA_HOST}"},
          .order = 31,
          .needs_key = false,
          .unsupported = kOpenAiOnly | kN | kLogitBias | kToolChoice |
                         kParallelToolCalls | kImageUrls,
          .reasoning = ReasoningStyle::kEffort,
          .efforts = {"none", "low", "medium", "high"},
      },

      // ---- Only when declared.
      {
          .type = "vllm",
          .base_url = "http://localhost:8000/v1",
          .order = 32,
          .needs_key = false,
          .unsupported = kServiceTier,
          .reasoning = ReasoningStyle::kEffort,
      },
      {
          .type = "llama.cpp",
          .base_url = "http://localhost:8080/v1",
          .order = 33,
          .needs_key = false,
          .unsupported = kOpenAiOnly,
      },
      {
          .type = "lm-studio",
          .base_url = "http://localhost:1234/v1",
          .order = 34,
          .needs_key = false,
          .unsupported = kOpenAiOnly,
      },
      {
          .type = "openai-compatible",
          .base_url = "http://{host}/v1",
          .order = 35,
          .needs_key = false,
          .reasoning = ReasoningStyle::kEffort,
      },
  };
}

absl::StatusOr<std::unique_ptr<Provider>> Create(
    const config::v1::ProviderConfig& config) {
  const Dialect* const dialect = FindDialect(config.type());
  if (dialect == nullptr) {
    return FieldError("type", "is no vendor that speaks OpenAI's dialect",
                      ErrorReason::kInvalidConfig);
  }
  return OpenAiCodec::Create(*dialect, config);
}

template <typename To>
std::vector<std::string> Strings(const To& views) {
  return std::vector<std::string>(views.begin(), views.end());
}

// Registers every row before main(), as AIGW_REGISTER_PROVIDER does one.
struct DialectRegistration {
  DialectRegistration() {
    for (const Dialect& dialect : Dialects()) {
      AIGW_CHECK(Registry<ProviderType>::Global().Add(dialect.type,
                                                      DialectType(dialect)));
    }
  }
};
const DialectRegistration registration;

}  // namespace

const std::vector<Dialect>& Dialects() {
  static const auto* const dialects = new std::vector<Dialect>(MakeDialects());
  return *dialects;
}

const Dialect* FindDialect(absl::string_view type) {
  for (const Dialect& dialect : Dialects()) {
    if (dialect.type == type) return &dialect;
  }
  return nullptr;
}

ProviderType DialectType(const Dialect& dialect) {
  ProviderType type;
  type.create = &Create;
  type.key_variables = Strings(dialect.key_variables);
  type.base_urls = Strings(dialect.base_urls);
  type.needs_base_url = absl::StrContains(dialect.base_url, '{');
  type.model_patterns = Strings(dialect.model_patterns);
  type.order = dialect.order;
  type.needs_key = dialect.needs_key;
  return type;
}

}  // namespace aigateway
