#include "gateway/core/validate_request.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"

namespace aigateway {
namespace {

constexpr size_t kMaxFaults = 20;
constexpr int kMaxTools = 1024;
constexpr int kMaxChoices = 128;
constexpr int kMaxStops = 64;
constexpr int kMaxInputs = 16384;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxTargetBytes = 1024;
constexpr size_t kMaxToolNameBytes = 128;  // Anthropic's; others take 64.

// Gathers what is wrong.
class FaultList {
 public:
  void Add(std::string field, absl::string_view what) {
    if (faults_.size() < kMaxFaults) {
      faults_.push_back({std::move(field), std::string(what)});
    }
  }

  absl::Status ToStatus() const {
    if (faults_.empty()) return absl::OkStatus();
    absl::Status status = Error(
        ErrorReason::kInvalidRequest,
        absl::StrCat(faults_[0].field, ": ", faults_[0].description,
                     faults_.size() > 1
                         ? absl::StrCat(" (and ", faults_.size() - 1, " more)")
                         : ""),
        {{"field", faults_[0].field}});
    SetViolations(status, faults_);
    return status;
  }

 private:
  std::vector<FieldViolation> faults_;
};

// Whether `text` is a JSON object. Schemas may also be `true` or `false`.
bool IsJsonObject(absl::string_view text, bool or_bool = false) {
  JsonReader reader;
  bool fits = false;
  const absl::Status status = reader.Read(text, [&](JsonValue& root) {
    fits = root.kind() == JsonValue::Kind::kObject ||
           (or_bool && root.kind() == JsonValue::Kind::kBool);
    return absl::OkStatus();
  });
  return status.ok() && fits;
}

void CheckRange(const std::string& field, bool has, double value, double least,
                double most, FaultList& faults) {
  // NaN fails every comparison.
  if (has && !(value >= least && value <= most)) {
    faults.Add(field, absl::StrCat("must be from ", least, " to ", most));
  }
}

void CheckParts(const v1::Message& message, const std::string& path,
                FaultList& faults) {
  if (message.has_content() && message.parts_size() > 0) {
    faults.Add(path, "has both content and parts: set one of them");
  }
  for (int i = 0; i < message.parts_size(); ++i) {
    const v1::ContentPart& part = message.parts(i);
    const std::string part_path = absl::StrCat(path, ".parts[", i, "]");
    switch (part.part_case()) {
      case v1::ContentPart::PART_NOT_SET:
        faults.Add(part_path, "has no text, image, audio or file");
        break;
      case v1::ContentPart::kImage:
        if (part.image().source_case() == v1::ImagePart::SOURCE_NOT_SET) {
          faults.Add(part_path + ".image", "has neither url nor data");
        }
        break;
      case v1::ContentPart::kAudio:
        if (part.audio().source_case() == v1::AudioPart::SOURCE_NOT_SET) {
          faults.Add(part_path + ".audio", "has neither url nor data");
        }
        break;
      case v1::ContentPart::kFile:
        if (part.file().source_case() == v1::FilePart::SOURCE_NOT_SET) {
          faults.Add(part_path + ".file", "has no url, data or file_id");
        }
        break;
      case v1::ContentPart::kText:
        break;
    }
  }
}

void CheckToolCalls(const v1::Message& message, const std::string& path,
                    FaultList& faults) {
  for (int i = 0; i < message.tool_calls_size(); ++i) {
    const v1::ToolCall& call = message.tool_calls(i);
    const std::string call_path = absl::StrCat(path, ".tool_calls[", i, "]");
    if (call.name().empty()) faults.Add(call_path + ".name", "is required");
    // Empty arguments are what some providers stream for no arguments.
    if (!call.arguments().empty() && !IsJson(call.arguments())) {
      faults.Add(call_path + ".arguments",
                 absl::StrCat("of call '", call.id().substr(0, kMaxIdBytes),
                              "' is not JSON"));
    }
  }
}

void CheckMessage(const v1::Message& message, const std::string& path,
                  FaultList& faults) {
  if (message.role() == v1::ROLE_UNSPECIFIED ||
      !v1::Role_IsValid(message.role())) {
    faults.Add(path + ".role",
               "is required: ROLE_SYSTEM, ROLE_DEVELOPER, ROLE_USER, "
               "ROLE_ASSISTANT or ROLE_TOOL");
  }
  CheckParts(message, path, faults);
  CheckToolCalls(message, path, faults);
  if (message.role() == v1::ROLE_TOOL && message.tool_call_id().empty()) {
    faults.Add(path + ".tool_call_id", "is required with ROLE_TOOL");
  }
  if (message.role() != v1::ROLE_TOOL && !message.tool_call_id().empty()) {
    faults.Add(path + ".tool_call_id", "belongs to ROLE_TOOL only");
  }
  if (message.tool_calls_size() > 0 && message.role() != v1::ROLE_ASSISTANT) {
    faults.Add(path + ".tool_calls", "belong to ROLE_ASSISTANT only");
  }
}

// What some provider takes: OpenAI letters, digits, "_" and "-", Gemini also
// "." and ":". A codec may know better of its own.
bool IsToolName(absl::string_view name) {
  return name.size() <= kMaxToolNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::StrContains("_-.:", c);
         });
}

void CheckTools(const v1::ChatRequest& chat, FaultList& faults) {
  if (chat.tools_size() > kMaxTools) {
    faults.Add("chat.tools", absl::StrCat("are more than ", kMaxTools));
    return;
  }
  absl::flat_hash_set<absl::string_view> names;
  for (int i = 0; i < chat.tools_size(); ++i) {
    const v1::Tool& tool = chat.tools(i);
    const std::string path = absl::StrCat("chat.tools[", i, "]");
    if (tool.name().empty()) {
      faults.Add(path + ".name", "is required");
    } else if (!IsToolName(tool.name())) {
      faults.Add(path + ".name",
                 absl::StrCat("must be at most ", kMaxToolNameBytes,
                              " characters of a-z, A-Z, 0-9, _, -, . and :"));
    } else if (!names.insert(tool.name()).second) {
      faults.Add(path + ".name", "is the name of another tool too");
    }
    if (tool.has_parameters() && !tool.parameters().empty() &&
        !IsJsonObject(tool.parameters())) {
      faults.Add(path + ".parameters", "is not a JSON object");
    }
  }
  const v1::ToolChoice& choice = chat.tool_choice();
  if (choice.has_name() && !names.contains(choice.name())) {
    faults.Add("chat.tool_choice.name", "names no tool of chat.tools");
  }
  if (choice.has_mode() && choice.mode() == v1::TOOL_CHOICE_MODE_REQUIRED &&
      chat.tools().empty()) {
    faults.Add("chat.tool_choice.mode", "requires a tool, but there is none");
  }
}

void CheckResponseFormat(const v1::ChatRequest& chat, FaultList& faults) {
  const v1::ResponseFormat& format = chat.response_format();
  if (!format.has_json_schema()) return;
  const v1::JsonSchemaFormat& schema = format.json_schema();
  if (schema.schema_form_case() == v1::JsonSchemaFormat::SCHEMA_FORM_NOT_SET) {
    faults.Add("chat.response_format.json_schema",
               "needs schema or schema_struct");
  } else if (schema.has_schema() &&
             !IsJsonObject(schema.schema(), /*or_bool=*/true)) {
    faults.Add("chat.response_format.json_schema.schema",
               "is not a JSON schema");
  }
}

// The bounds of chat.proto. A provider that has narrower ones refuses by
// itself.
void CheckNumbers(const v1::ChatRequest& chat, FaultList& faults) {
  CheckRange("chat.temperature", chat.has_temperature(), chat.temperature(), 0,
             2, faults);
  CheckRange("chat.top_p", chat.has_top_p(), chat.top_p(), 0, 1, faults);
  CheckRange("chat.n", chat.has_n(), chat.n(), 1, kMaxChoices, faults);
  CheckRange("chat.max_output_tokens", chat.has_max_output_tokens(),
             chat.max_output_tokens(), 1, 2147483647, faults);
  CheckRange("chat.presence_penalty", chat.has_presence_penalty(),
             chat.presence_penalty(), -2, 2, faults);
  CheckRange("chat.frequency_penalty", chat.has_frequency_penalty(),
             chat.frequency_penalty(), -2, 2, faults);
  CheckRange("chat.top_logprobs", chat.has_top_logprobs(), chat.top_logprobs(),
             0, 20, faults);
  if (chat.top_logprobs() > 0 && !chat.logprobs()) {
    faults.Add("chat.top_logprobs", "needs logprobs");
  }
  CheckRange("chat.reasoning.budget_tokens",
             chat.reasoning().has_budget_tokens(),
             chat.reasoning().budget_tokens(), 0, 2147483647, faults);
  for (const auto& [token, bias] : chat.logit_bias()) {
    // NaN fails every comparison.
    if (!(bias >= -100 && bias <= 100)) {
      faults.Add("chat.logit_bias", "has a value that is not from -100 to 100");
      break;
    }
  }
  if (chat.stop_size() > kMaxStops) {
    faults.Add("chat.stop",
               absl::StrCat("has more than ", kMaxStops, " sequences"));
  }
  for (int i = 0; i < chat.stop_size() && i < kMaxStops; ++i) {
    if (chat.stop(i).empty()) {
      faults.Add(absl::StrCat("chat.stop[", i, "]"), "is empty");
    }
  }
}

bool IsPrintableId(absl::string_view id) {
  if (id.size() > kMaxIdBytes) return false;
  for (char c : id) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

absl::Status NotServed(absl::string_view field, absl::string_view what) {
  return Error(ErrorReason::kNotImplemented,
               absl::StrCat("options.", field, ": ", what,
                            " is not served by this version; leave it unset"),
               {{"field", absl::StrCat("options.", field)}});
}

// It goes into logs, metrics and URLs.
constexpr size_t kMaxModelBytes = 256;

bool IsModelName(absl::string_view name) {
  return name.size() <= kMaxModelBytes &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_iscntrl(static_cast<unsigned char>(c));
         });
}

void CheckModel(const std::string& field, const std::string& model,
                FaultList& faults) {
  if (model.empty()) {
    faults.Add(field, "is required; ListModels names the models");
  } else if (!IsModelName(model)) {
    faults.Add(field, absl::StrCat("must be at most ", kMaxModelBytes,
                                   " bytes without control characters"));
  }
}

void CheckInputs(const v1::EmbedRequest& embed, FaultList& faults) {
  if (embed.input_size() + embed.token_inputs_size() > kMaxInputs) {
    faults.Add("input", absl::StrCat("has more than ", kMaxInputs,
                                     " entries; send fewer at once"));
    return;
  }
  if (embed.input().empty() == embed.token_inputs().empty()) {
    faults.Add("input", embed.input().empty()
                            ? "is empty, and so is token_inputs: set one"
                            : "and token_inputs are both set: set one of them");
  }
  for (int i = 0; i < embed.input_size(); ++i) {
    if (embed.input(i).empty()) {
      faults.Add(absl::StrCat("input[", i, "]"), "is empty");
    }
  }
  for (int i = 0; i < embed.token_inputs_size(); ++i) {
    const auto& tokens = embed.token_inputs(i).tokens();
    const std::string field = absl::StrCat("token_inputs[", i, "].tokens");
    if (tokens.empty()) faults.Add(field, "is empty");
    if (std::any_of(tokens.begin(), tokens.end(),
                    [](int32_t token) { return token < 0; })) {
      faults.Add(field, "has an id below 0");
    }
  }
}

}  // namespace

absl::Status ValidateEmbed(const v1::EmbedRequest& embed) {
  FaultList faults;
  CheckModel("model", embed.model(), faults);
  CheckInputs(embed, faults);
  if (embed.has_dimensions() && embed.dimensions() < 1) {
    faults.Add("dimensions", "must be 1 or more");
  }
  return faults.ToStatus();
}

absl::Status ValidateChat(const v1::ChatRequest& chat) {
  FaultList faults;
  CheckModel("chat.model", chat.model(), faults);
  if (chat.messages().empty()) faults.Add("chat.messages", "is empty");
  for (int i = 0; i < chat.messages_size(); ++i) {
    CheckMessage(chat.messages(i), absl::StrCat("chat.messages[", i, "]"),
                 faults);
  }
  CheckTools(chat, faults);
  CheckResponseFormat(chat, faults);
  CheckNumbers(chat, faults);
  return faults.ToStatus();
}

absl::Status ValidateOptions(const v1::RoutingOptions& options) {
  if (!IsPrintableId(options.request_id())) {
    return FieldError("options.request_id",
                      "must be at most 128 printable ASCII characters");
  }
  if (!IsPrintableId(options.idempotency_key())) {
    return FieldError("options.idempotency_key",
                      "must be at most 128 printable ASCII characters");
  }
  if (options.target().size() > kMaxTargetBytes) {
    return FieldError("options.target",
                      absl::StrCat("is longer than the ", kMaxTargetBytes,
                                   " bytes that a target's name may have"));
  }
  if (options.has_max_cost_micro_usd()) {
    return NotServed("max_cost_micro_usd", "a cost ceiling");
  }
  if (!v1::OnInterruption_IsValid(options.on_interruption())) {
    return FieldError("options.on_interruption", "is not a value of the enum");
  }
  if (!v1::CachePolicy_IsValid(options.cache())) {
    return FieldError("options.cache", "is not a value of the enum");
  }
  if (!v1::Priority_IsValid(options.priority())) {
    return FieldError("options.priority", "is not a value of the enum");
  }
  return absl::OkStatus();
}

}  // namespace aigateway
