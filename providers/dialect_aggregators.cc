#include <vector>

#include "gateway/base/errors.h"
#include "providers/dialect.h"
#include "providers/dialect_rows.h"
#include "providers/model_profile.h"

// Vendors that serve the models of others. Names, places and limits as of
// November 2026.

namespace aigateway {
namespace {

using enum ErrorReason;
using enum ErrorRule::Part;

}  // namespace

std::vector<Dialect> AggregatorDialects() {
  return {
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
          // It refuses "include", and keeps nothing.
          .responses = {.use = ResponsesUse::kIfSaid, .stateless = false},
      },
      {
          .type = "together",
          .base_url = "https://api.together.ai/v1",
          .key_variables = {"TOGETHER_API_KEY"},
          .order = 18,
          .unsupported = kOpenAiOnly,
          .reasoning = ReasoningStyle::kEffort,
          .embeddings = {.max_inputs = kUsualInputs, .dimensions = ""},
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
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs},
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
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs, .dimensions = ""},
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
          .embeddings = {.max_inputs = 1024},
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
          .embeddings = {.max_inputs = kUsualInputs,
                         .input_types = InputTypes::kQueryOrPassage},
      },
      {
          .type = "hugging-face",
          .base_url = "https://router.huggingface.co/v1",
          .key_variables = {"HF_TOKEN", "HUGGING_FACE_API_KEY"},
          .order = 25,
          .unsupported = kServiceTier,
          .reasoning = ReasoningStyle::kEffort,
          .responses = {.use = ResponsesUse::kIfSaid},
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
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = 100, .dimensions = ""},
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
          .cache = CacheForm::kCacheControlByModel,
          .profiles = &DatabricksModels(),
          .embeddings = {.max_inputs = kUsualInputs, .dimensions = ""},
          .errors =
              {{.text = "UNAUTHENTICATED", .reason = kProviderAuthFailed},
               {.text = "RESOURCE_DOES_NOT_EXIST", .reason = kModelNotFound},
               {.text = "PERMISSION_DENIED", .reason = kProviderAuthFailed},
               {.text = "REQUEST_LIMIT_EXCEEDED",
                .reason = kProviderRateLimited},
               {.text = "RESOURCE_EXHAUSTED", .reason = kProviderRateLimited},
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
          .responses = {.use = ResponsesUse::kIfSaid},
          .embeddings = {.max_inputs = kUsualInputs,
                         .input_types = InputTypes::kAsGiven},
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
  };
}

}  // namespace aigateway
