#ifndef AIGATEWAY_PROVIDERS_DIALECT_H_
#define AIGATEWAY_PROVIDERS_DIALECT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "providers/model_profile.h"
#include "providers/parameters.h"

namespace aigateway {

// How the credential is sent.
enum class Auth {
  kBearer,
  kApiKeyHeader,  // `api-key`; a token of Entra, which is a JWT, as Bearer.
};

// How sound is given to the model.
enum class AudioForm {
  kInputAudio,      // {"type":"input_audio","input_audio":{"data","format"}}
  kInputAudioText,  // Mistral: "input_audio" is the base64 itself.
  kAudioContent,    // SambaNova: {"type":"audio_content",...}
};

// Whether a document may be given by an http URL, and how.
enum class FileUrls {
  kNo,
  kFileData,     // OpenRouter: as "file_data".
  kDocumentUrl,  // Mistral: {"type":"document_url","document_url":"..."}
};

// How cache_control is sent.
enum class CacheForm {
  kLeftOut,
  kCacheControl,  // "cache_control": {"type":"ephemeral"} on parts.
  kCacheControlByModel,
  kBreakpoint,  // By model: "prompt_cache_breakpoint".
};

// What the listing of models looks like.
enum class ModelsForm {
  kOpenAi,            // {"data":[...]}, or the list alone; one page.
  kCloudflareSearch,  // {"result":[...],"result_info":{...}}; numbered pages.
};

// OpenAI's two ways to ask for an answer.
enum class OpenAiApi {
  kChat,       // /chat/completions
  kResponses,  // /responses
};

// When a vendor is asked by the Responses API.
enum class ResponsesUse {
  kNever,      // It has none, or we do not know of it.
  kIfSaid,     // Where the option `api` says so.
  kByModel,    // For what a model takes there only (ModelProfile).
  kPreferred,  // Unless a request needs what only chat completions have.
  kAlways,     // Its chat completions are gone.
};

// How a vendor speaks the Responses API.
struct ResponsesForm {
  ResponsesUse use = ResponsesUse::kNever;
  absl::string_view path = "/responses";  // Below the base URL.
  // The path from the root of the host where the option `api_version` is set.
  // Empty: there is none.
  absl::string_view versioned_path;
  // What it does not take beside what no Responses API has. Unset: what the
  // vendor's chat completions do not take.
  std::optional<Parameters> unsupported;
  bool instructions = true;  // Whether there is such a field.
  // Whether it can be told to keep nothing, and to give its thoughts sealed
  // instead ("store", "include").
  bool stateless = true;
  bool text_format = true;        // "text": {"format"}, or "response_format".
  bool call_signatures = false;   // Calls have a "thought_signature".
  int min_output_tokens = 1;      // A lower limit is refused.
  absl::string_view name_prefix;  // Goes before a model that names no vendor.
};

// How it is said what vectors are for.
enum class InputTypes {
  kNone,
  kAsGiven,         // In the caller's words.
  kQueryOrPassage,  // NVIDIA: "query" or "passage".
};

// How a vendor makes vectors in OpenAI's form.
struct EmbeddingsForm {
  // The most texts of one request. 0: it makes none.
  int max_inputs = 0;
  absl::string_view path = "/embeddings";  // Below the base URL.
  // How the length of vectors is said; empty: it cannot be.
  absl::string_view dimensions = "dimensions";
  InputTypes input_types = InputTypes::kNone;
  bool token_ids = false;  // Whether a text may be given as tokens.
  // The `encoding_format` to ask for; empty: none, so that vectors are lists.
  // As base64 they are a third as long.
  absl::string_view encoding;
};

// Which answers mean something else than their status says. The first rule
// that fits counts, before those that all vendors share.
struct ErrorRule {
  enum class Part { kTypeOrCode, kMessage };
  int status = 0;  // 0: any.
  Part part = Part::kTypeOrCode;
  absl::string_view text;  // The whole of a type or code; a part of a message.
                           // Case does not matter.
  ErrorReason reason = ErrorReason::kUnspecified;
};

// A vendor that speaks OpenAI's chat completions: where it is and what it does
// otherwise. A row of data; the defaults are what OpenAI does or what most do.
struct Dialect {
  absl::string_view type;  // The provider type.

  // ---- Where.
  // With the path; a {placeholder} in it means that config must give it.
  absl::string_view base_url;
  // Below the base URL; empty: the vendor has no listing.
  absl::string_view models_path = "/models";
  ModelsForm models_form = ModelsForm::kOpenAi;
  // The path from the root of the host if the option `api_version` is set;
  // {model} stands for the deployment. Empty: there is no such option.
  absl::string_view versioned_path;
  Auth auth = Auth::kBearer;
  // What a token of Microsoft Entra is asked for, and what with `api_version`.
  // Empty: the vendor takes none.
  absl::string_view entra_scope;
  absl::string_view entra_versioned_scope;

  // ---- What an instance that nobody declared is made of (ProviderType).
  std::vector<absl::string_view> key_variables;
  std::vector<absl::string_view> base_urls;
  std::vector<absl::string_view> model_patterns;
  int order = 0;
  bool needs_key = true;

  // ---- Requests.
  absl::string_view max_tokens = "max_tokens";  // Or max_completion_tokens.
  int default_max_tokens = 0;  // Sent where the caller has no limit; 0: none.
  absl::string_view seed = "seed";
  Parameters unsupported = 0;
  SystemRole system_role = SystemRole::kSystem;
  bool stream_options = true;     // Whether usage must be asked for.
  bool null_content = true;       // Whether "content": null may be sent.
  bool short_tool_ids = false;    // Nine letters or digits, nothing else.
  bool empty_text = true;         // Whether a part may be an empty text.
  bool streamed_form = true;      // Whether a stream may be of a JSON form.
  bool named_tool_alone = false;  // A named tool: offer it alone, "required".
  ReasoningStyle reasoning = ReasoningStyle::kUnsupported;
  absl::string_view thinking_on = "enabled";  // The type of "thinking".
  std::vector<absl::string_view> efforts;     // Least first; empty: any.
  ReasoningHistory history = ReasoningHistory::kLeftOut;
  CacheForm cache = CacheForm::kLeftOut;
  AudioForm audio = AudioForm::kInputAudio;
  FileUrls file_urls = FileUrls::kNo;
  bool refusal_history = false;  // Whether a refusal has a field of its own.
  Prefill prefill = Prefill::kUnknown;
  absl::string_view prefill_mark;  // A member of the last assistant turn.
  const std::vector<ModelProfile>* profiles = nullptr;
  ResponsesForm responses;
  EmbeddingsForm embeddings;

  // ---- Answers.
  bool reasoning_beside_completion = false;  // Counted beside, not within.
  bool think_tags = false;    // Content may begin with "<think>".
  bool finish_reason = true;  // Whether a finish reason comes at all.
  std::vector<ErrorRule> errors;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_DIALECT_H_
