#include "providers/simulator_json.h"

#include <algorithm>

#include "providers/simulator_tokens.h"

namespace aigateway {
namespace {

constexpr absl::string_view kFingerprint = "fp_simulator";
constexpr double kLogprob = -0.125;  // Of every token, for want of a model.
constexpr int64_t kModelsCreated = 1764028800;  // 25 November 2025.

struct ErrorNames {
  absl::string_view type;
  absl::string_view code;
  absl::string_view message;
};

// OpenAI's names for what an error status means.
ErrorNames NamesOf(int status) {
  switch (status) {
    case 400:
      return {"invalid_request_error", "invalid_value",
              "The request is not valid."};
    case 401:
      return {"invalid_request_error", "invalid_api_key",
              "Incorrect API key provided."};
    case 402:
      return {"insufficient_quota", "insufficient_quota",
              "The credit is used up."};
    case 403:
      return {"permission_error", "permission_denied",
              "The key may not do this."};
    case 404:
      return {"invalid_request_error", "model_not_found",
              "The model does not exist."};
    case 429:
      return {"requests", "rate_limit_exceeded",
              "Rate limit reached. Please slow down."};
    case 503:
      return {"server_error", "server_is_overloaded",
              "The server is overloaded. Please try again later."};
    default:
      break;
  }
  if (status < 500) {
    return {"invalid_request_error", "invalid_request",
            "The request was refused."};
  }
  return {"server_error", "server_error",
          "The server had an error while processing the request."};
}

// Writes one JSON text.
std::string Written(absl::FunctionRef<void(JsonWriter& out)> write) {
  std::string json;
  {
    JsonWriter out(&json);
    write(out);
  }
  return json;
}

void WriteToken(JsonWriter& out, absl::string_view token) {
  out.Field("token", token);
  out.DoubleField("logprob", kLogprob);
  out.Key("bytes");
  out.StartArray();
  for (const char c : token) out.Int(static_cast<unsigned char>(c));
  out.EndArray();
}

void WriteFunction(JsonWriter& out, absl::string_view name,
                   absl::string_view arguments) {
  out.Key("function");
  out.StartObject();
  out.Field("name", name);
  out.Field("arguments", arguments);
  out.EndObject();
}

}  // namespace

SimulatorJson::SimulatorJson(const SimulatorRequest& request,
                             const SimulatorReply& reply, int64_t created)
    : request_(request), reply_(reply), created_(created) {}

std::string SimulatorJson::Response() const {
  return Written([this](JsonWriter& out) {
    out.StartObject();
    WriteHead(out, "chat.completion", reply_.id);
    out.Key("choices");
    out.StartArray();
    for (size_t i = 0; i < reply_.choices.size(); ++i) {
      const SimulatorReply::Choice& choice = reply_.choices[i];
      out.StartObject();
      out.IntField("index", static_cast<int64_t>(i));
      WriteMessage(out, choice);
      if (request_.logprobs) WriteLogprobs(out, choice.text);
      out.Field("finish_reason", choice.finish_reason);
      out.EndObject();
    }
    out.EndArray();
    WriteUsage(out, reply_.completion_tokens);
    out.EndObject();
  });
}

void SimulatorJson::WriteMessage(JsonWriter& out,
                                 const SimulatorReply::Choice& choice) const {
  out.Key("message");
  out.StartObject();
  out.Field("role", "assistant");
  out.Key("content");
  if (choice.text.empty() && !choice.tool_calls.empty()) {
    out.Null();
  } else {
    out.String(choice.text);
  }
  if (!choice.reasoning.empty()) {
    out.Field("reasoning_content", choice.reasoning);
  }
  if (!choice.tool_calls.empty()) {
    out.Key("tool_calls");
    out.StartArray();
    for (const SimulatorReply::ToolCall& call : choice.tool_calls) {
      out.StartObject();
      out.Field("id", call.id);
      out.Field("type", "function");
      WriteFunction(out, call.name, call.arguments);
      out.EndObject();
    }
    out.EndArray();
  }
  out.EndObject();
}

void SimulatorJson::WriteHead(JsonWriter& out, absl::string_view object,
                              absl::string_view id) const {
  out.Field("id", id);
  out.Field("object", object);
  out.IntField("created", created_);
  out.Field("model", request_.model);
  out.Field("system_fingerprint", kFingerprint);
  if (!request_.service_tier.empty()) {
    out.Field("service_tier", request_.service_tier);
  }
}

void SimulatorJson::WriteUsage(JsonWriter& out,
                               int64_t completion_tokens) const {
  out.Key("usage");
  out.StartObject();
  out.IntField("prompt_tokens", reply_.prompt_tokens);
  out.IntField("completion_tokens", completion_tokens);
  out.IntField("total_tokens", reply_.prompt_tokens + completion_tokens);
  out.Key("prompt_tokens_details");
  out.StartObject();
  out.IntField("cached_tokens", reply_.cached_tokens);
  out.EndObject();
  out.Key("completion_tokens_details");
  out.StartObject();
  out.IntField("reasoning_tokens",
               std::min(reply_.reasoning_tokens, completion_tokens));
  out.EndObject();
  out.EndObject();
}

void SimulatorJson::WriteLogprobs(JsonWriter& out,
                                  absl::string_view text) const {
  out.Key("logprobs");
  out.StartObject();
  out.Key("content");
  out.StartArray();
  for (const absl::string_view token : SplitSimulatorTokens(text)) {
    out.StartObject();
    WriteToken(out, token);
    out.Key("top_logprobs");
    out.StartArray();
    if (request_.top_logprobs > 0) {
      out.StartObject();
      WriteToken(out, token);
      out.EndObject();
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  out.Key("refusal");
  out.Null();
  out.EndObject();
}

std::string SimulatorJson::Chunk(
    int choice, absl::string_view id,
    absl::FunctionRef<void(JsonWriter& out)> write_delta,
    absl::string_view logprobs_of, absl::string_view finish_reason) const {
  return Written([&](JsonWriter& out) {
    out.StartObject();
    WriteHead(out, "chat.completion.chunk", id);
    out.Key("choices");
    out.StartArray();
    out.StartObject();
    out.IntField("index", choice);
    out.Key("delta");
    out.StartObject();
    write_delta(out);
    out.EndObject();
    if (request_.logprobs && !logprobs_of.empty()) {
      WriteLogprobs(out, logprobs_of);
    }
    out.Key("finish_reason");
    if (finish_reason.empty()) {
      out.Null();
    } else {
      out.String(finish_reason);
    }
    out.EndObject();
    out.EndArray();
    out.EndObject();
  });
}

std::string SimulatorJson::RoleChunk(int choice, absl::string_view id) const {
  return Chunk(choice, id, [](JsonWriter& out) {
    out.Field("role", "assistant");
    out.Field("content", "");
  });
}

std::string SimulatorJson::ReasoningChunk(int choice, absl::string_view id,
                                          absl::string_view token) const {
  return Chunk(choice, id, [token](JsonWriter& out) {
    out.Field("reasoning_content", token);
  });
}

std::string SimulatorJson::TextChunk(int choice, absl::string_view id,
                                     absl::string_view token) const {
  return Chunk(
      choice, id, [token](JsonWriter& out) { out.Field("content", token); },
      /*logprobs_of=*/token);
}

std::string SimulatorJson::CallChunk(int choice, absl::string_view id,
                                     size_t call) const {
  const SimulatorReply::ToolCall& begun =
      reply_.choices[choice].tool_calls[call];
  return Chunk(choice, id, [&begun, call](JsonWriter& out) {
    out.Key("tool_calls");
    out.StartArray();
    out.StartObject();
    out.IntField("index", static_cast<int64_t>(call));
    out.Field("id", begun.id);
    out.Field("type", "function");
    WriteFunction(out, begun.name, "");
    out.EndObject();
    out.EndArray();
  });
}

std::string SimulatorJson::ArgumentsChunk(int choice, absl::string_view id,
                                          size_t call,
                                          absl::string_view token) const {
  return Chunk(choice, id, [call, token](JsonWriter& out) {
    out.Key("tool_calls");
    out.StartArray();
    out.StartObject();
    out.IntField("index", static_cast<int64_t>(call));
    out.Key("function");
    out.StartObject();
    out.Field("arguments", token);
    out.EndObject();
    out.EndObject();
    out.EndArray();
  });
}

std::string SimulatorJson::FinishChunk(int choice, absl::string_view id) const {
  return Chunk(
      choice, id, [](JsonWriter&) {}, /*logprobs_of=*/{},
      reply_.choices[choice].finish_reason);
}

std::string SimulatorJson::UsageChunk(absl::string_view id,
                                      int64_t completion_tokens) const {
  return Written([&](JsonWriter& out) {
    out.StartObject();
    WriteHead(out, "chat.completion.chunk", id);
    out.Key("choices");
    out.StartArray();
    out.EndArray();
    WriteUsage(out, completion_tokens);
    out.EndObject();
  });
}

std::string SimulatorErrorJson(int status, absl::string_view code,
                               absl::string_view message,
                               absl::string_view param) {
  const ErrorNames names = NamesOf(status);
  return Written([&](JsonWriter& out) {
    out.StartObject();
    out.Key("error");
    out.StartObject();
    out.Field("message", message.empty() ? names.message : message);
    out.Field("type", names.type);
    out.Key("param");
    if (param.empty()) {
      out.Null();
    } else {
      out.String(param);
    }
    out.Field("code", code.empty() ? names.code : code);
    out.EndObject();
    out.EndObject();
  });
}

std::string SimulatorModelsJson() {
  return Written([](JsonWriter& out) {
    out.StartObject();
    out.Field("object", "list");
    out.Key("data");
    out.StartArray();
    out.StartObject();
    out.Field("id", "simulator");
    out.Field("object", "model");
    out.IntField("created", kModelsCreated);
    out.Field("owned_by", "aigateway");
    out.EndObject();
    out.EndArray();
    out.EndObject();
  });
}

}  // namespace aigateway
