#include "providers/capability_probe.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/call_once.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "aigateway/v1/chat.pb.h"

namespace aigateway {
namespace {

using Change = void (*)(v1::ChatRequest& chat);

// A parameter: the request that has it, and the same one without it.
struct Probe {
  absl::string_view parameter;
  Change set;
  Change without = nullptr;  // Null: nothing but a greeting.
};

void AddTool(v1::ChatRequest& chat) {
  v1::Tool& tool = *chat.add_tools();
  tool.set_name("look_up");
  tool.set_description("Looks up a word.");
  tool.set_parameters(
      R"({"type":"object","properties":{"word":{"type":"string"}},)"
      R"("required":["word"],"additionalProperties":false})");
}

v1::ImagePart& AddImage(v1::ChatRequest& chat) {
  v1::Message& message = *chat.mutable_messages(0);
  message.clear_content();
  message.add_parts()->set_text("What is this?");
  return *message.add_parts()->mutable_image();
}

v1::FilePart& AddFile(v1::ChatRequest& chat) {
  v1::Message& message = *chat.mutable_messages(0);
  message.clear_content();
  message.add_parts()->set_text("What does it say?");
  return *message.add_parts()->mutable_file();
}

void SetImageData(v1::ChatRequest& chat) {
  v1::ImagePart& image = AddImage(chat);
  image.set_data("pixels");
  image.set_media_type("image/png");
}

const std::vector<Probe>& Probes() {
  static const auto* const probes = new std::vector<Probe>{
      {"temperature", [](auto& chat) { chat.set_temperature(0.5); }},
      {"top_p", [](auto& chat) { chat.set_top_p(0.5); }},
      {"n", [](auto& chat) { chat.set_n(2); }},
      {"seed", [](auto& chat) { chat.set_seed(7); }},
      {"max_output_tokens",
       [](auto& chat) { chat.set_max_output_tokens(1234); }},
      {"presence_penalty", [](auto& chat) { chat.set_presence_penalty(0.5); }},
      {"frequency_penalty",
       [](auto& chat) { chat.set_frequency_penalty(0.5); }},
      {"stop", [](auto& chat) { chat.add_stop("END"); }},
      {"tools", AddTool},
      {"tools.strict",
       [](auto& chat) {
         AddTool(chat);
         chat.mutable_tools(0)->set_strict(true);
       },
       AddTool},
      {"tool_choice.mode",
       [](auto& chat) {
         AddTool(chat);
         chat.mutable_tool_choice()->set_mode(v1::TOOL_CHOICE_MODE_REQUIRED);
       },
       AddTool},
      {"tool_choice.name",
       [](auto& chat) {
         AddTool(chat);
         chat.mutable_tool_choice()->set_name("look_up");
       },
       AddTool},
      {"parallel_tool_calls",
       [](auto& chat) {
         AddTool(chat);
         chat.set_parallel_tool_calls(false);
       },
       AddTool},
      {"response_format.json_object",
       [](auto& chat) {
         chat.mutable_response_format()->mutable_json_object();
       }},
      {"response_format.json_schema",
       [](auto& chat) {
         v1::JsonSchemaFormat& form =
             *chat.mutable_response_format()->mutable_json_schema();
         form.set_name("answer");
         form.set_schema(
             R"({"type":"object","properties":{"a":{"type":"string"}},)"
             R"("required":["a"],"additionalProperties":false})");
       }},
      {"logprobs", [](auto& chat) { chat.set_logprobs(true); }},
      {"top_logprobs",
       [](auto& chat) {
         chat.set_logprobs(true);
         chat.set_top_logprobs(3);
       },
       [](auto& chat) { chat.set_logprobs(true); }},
      {"logit_bias",
       [](auto& chat) { (*chat.mutable_logit_bias())["42"] = 1; }},
      {"user", [](auto& chat) { chat.set_user("user-1"); }},
      {"reasoning.effort",
       [](auto& chat) { chat.mutable_reasoning()->set_effort("high"); }},
      {"reasoning.budget_tokens",
       [](auto& chat) { chat.mutable_reasoning()->set_budget_tokens(2048); }},
      {"service_tier", [](auto& chat) { chat.set_service_tier("auto"); }},
      {"messages.name",
       [](auto& chat) { chat.mutable_messages(0)->set_name("alice"); }},
      {"messages.cache_control",
       [](auto& chat) { chat.mutable_messages(0)->mutable_cache_control(); }},
      {"messages.parts.image.data", SetImageData},
      {"messages.parts.image.url",
       [](auto& chat) { AddImage(chat).set_url("https://example.com/a.png"); }},
      {"messages.parts.image.detail",
       [](auto& chat) {
         SetImageData(chat);
         chat.mutable_messages(0)
             ->mutable_parts(1)
             ->mutable_image()
             ->set_detail("low");
       },
       SetImageData},
      {"messages.parts.audio",
       [](auto& chat) {
         v1::Message& message = *chat.mutable_messages(0);
         message.clear_content();
         v1::AudioPart& audio = *message.add_parts()->mutable_audio();
         audio.set_data("sound");
         audio.set_media_type("audio/wav");
       }},
      {"messages.parts.file.data",
       [](auto& chat) {
         v1::FilePart& file = AddFile(chat);
         file.set_data("%PDF-1.7");
         file.set_media_type("application/pdf");
         file.set_filename("a.pdf");
       }},
      {"messages.parts.file.url",
       [](auto& chat) {
         v1::FilePart& file = AddFile(chat);
         file.set_url("https://example.com/a.pdf");
         file.set_media_type("application/pdf");
       }},
      {"messages.parts.file.file_id",
       [](auto& chat) {
         v1::FilePart& file = AddFile(chat);
         file.set_file_id("file-1");
         file.set_media_type("application/pdf");
       }},
  };
  return *probes;
}

// What became of one request.
struct Written {
  absl::Status status;
  std::string body;
  std::vector<std::string> warnings;
};

Written Write(const Provider& codec, const std::string& model, Change change,
              bool stream = false) {
  v1::ChatRequest chat;
  chat.set_model(model);
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("Hello");
  if (change != nullptr) change(chat);
  Written written;
  // Codecs do not throw; one that was registered by hand may.
  try {
    absl::StatusOr<HttpRequest> request =
        codec.BuildRequest(chat, {.model = model,
                                  .credential = "probe",
                                  .stream = stream,
                                  .warnings = &written.warnings});
    written.status = request.status();
    if (request.ok()) written.body = std::move(request->body);
  } catch (...) {
    written.status = absl::InternalError("it threw an exception");
  }
  return written;
}

// `greeting` is what `codec` writes of nothing but a greeting.
v1::ParameterSupport Try(const Provider& codec, const std::string& model,
                         const Written& greeting, const Probe& probe) {
  v1::ParameterSupport support;
  support.set_parameter(std::string(probe.parameter));
  const Written with = Write(codec, model, probe.set);
  if (!with.status.ok()) {
    support.set_handling(v1::PARAMETER_HANDLING_REFUSED);
    support.set_note(std::string(with.status.message()));
    return support;
  }
  const Written without =
      probe.without == nullptr ? greeting : Write(codec, model, probe.without);
  if (with.body == without.body) {
    support.set_handling(v1::PARAMETER_HANDLING_DROPPED);
  } else if (with.warnings.size() > without.warnings.size()) {
    support.set_handling(v1::PARAMETER_HANDLING_ADAPTED);
  } else {
    support.set_handling(v1::PARAMETER_HANDLING_SENT);
  }
  if (with.warnings.size() > without.warnings.size()) {
    support.set_note(with.warnings.back());
  }
  return support;
}

v1::ParameterHandling Of(const std::vector<v1::ParameterSupport>& parameters,
                         absl::string_view name) {
  for (const v1::ParameterSupport& support : parameters) {
    if (support.parameter() == name) return support.handling();
  }
  return v1::PARAMETER_HANDLING_UNSPECIFIED;
}

}  // namespace

ProbedCapabilities ProbeCapabilities(const Provider& codec,
                                     const std::vector<std::string>& models) {
  ProbedCapabilities probed;
  v1::ModelCapabilities& can = probed.features;
  // Names that mean something to the codec, and its greetings to them.
  std::vector<std::pair<std::string, Written>> taken;
  bool prefill = false;
  bool is_prefill_known = true;
  for (const std::string& model : models) {
    Written greeting = Write(codec, model, nullptr);
    if (!greeting.status.ok()) continue;
    taken.emplace_back(model, std::move(greeting));
    if (Write(codec, model, nullptr, /*stream=*/true).status.ok()) {
      can.set_streaming(true);
    }
    const Prefill said = codec.prefill(model);
    prefill = prefill || said == Prefill::kYes;
    is_prefill_known = is_prefill_known && said != Prefill::kUnknown;
  }
  can.set_chat(!taken.empty());
  can.set_streaming(can.streaming());
  can.set_embeddings(codec.embedder() != nullptr);
  if (taken.empty()) return probed;
  for (const Probe& probe : Probes()) {
    std::optional<v1::ParameterSupport> best;
    bool by_model = false;
    for (const auto& [model, greeting] : taken) {
      v1::ParameterSupport support = Try(codec, model, greeting, probe);
      if (!best.has_value()) {
        best = std::move(support);
        continue;
      }
      by_model = by_model || support.handling() != best->handling();
      if (support.handling() < best->handling()) best = std::move(support);
    }
    best->set_by_model(by_model);
    probed.parameters.push_back(*std::move(best));
  }
  const auto takes = [&](absl::string_view parameter) {
    return Of(probed.parameters, parameter) <= v1::PARAMETER_HANDLING_ADAPTED;
  };
  can.set_tools(takes("tools"));
  // Where it may say how many, it can make several.
  if (Of(probed.parameters, "parallel_tool_calls") ==
      v1::PARAMETER_HANDLING_SENT) {
    can.set_parallel_tool_calls(true);
  }
  can.set_json_object(takes("response_format.json_object"));
  can.set_json_schema(takes("response_format.json_schema"));
  can.set_image_input(takes("messages.parts.image.data") ||
                      takes("messages.parts.image.url"));
  can.set_audio_input(takes("messages.parts.audio"));
  can.set_file_input(takes("messages.parts.file.data") ||
                     takes("messages.parts.file.url"));
  can.set_reasoning(takes("reasoning.effort") ||
                    takes("reasoning.budget_tokens"));
  can.set_logprobs(takes("logprobs"));
  can.set_prompt_caching(takes("messages.cache_control"));
  if (prefill || is_prefill_known) can.set_prefill(prefill);
  return probed;
}

const ProbedCapabilities& CapabilityMemo::Of(
    const Provider& codec, const std::vector<std::string>& models) const {
  absl::call_once(once_, [&] { probed_ = ProbeCapabilities(codec, models); });
  return probed_;
}

std::vector<std::string> ModelsToProbe(const ProviderType* type) {
  std::vector<std::string> models = {"m1",
                                     "owner/m1",
                                     "claude-sonnet-4-5",
                                     "openai/gpt-oss-120b",
                                     "qwen/qwen3-32b",
                                     "anthropic/claude-4-sonnet",
                                     "openai/gpt-5",
                                     "openai-gpt-5"};
  if (type == nullptr) return models;
  for (const std::string& pattern : type->model_patterns) {
    std::string name(absl::StripSuffix(pattern, "*"));
    models.push_back(name + "9");
    models.push_back(std::move(name));
  }
  return models;
}

}  // namespace aigateway
