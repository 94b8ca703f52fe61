#include "tests/conformance/wire_reading.h"

#include <cstdlib>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "gateway/base/registry.h"
#include "providers/embedder.h"

namespace aigateway {
namespace {

// Which of OpenAI's two APIs the recording is of; empty where it does not
// matter.
std::string ApiOf(const WireCase& wire) {
  if (wire.format == "openai-responses") return "responses";
  return wire.format == "openai-chat" ? "chat" : "";
}

std::unique_ptr<Provider> MakeCodec(const std::string& type,
                                    const std::string& api) {
  const ProviderType* entry = Registry<ProviderType>::Global().Find(type);
  if (entry == nullptr) return nullptr;
  config::v1::ProviderConfig config;
  config.set_name(type);
  config.set_type(type);
  config.set_base_url("http://127.0.0.1:1");
  config.set_api_key("test-key");
  if (!api.empty()) {
    (*config.mutable_options()->mutable_fields())["api"].set_string_value(api);
  }
  absl::StatusOr<std::unique_ptr<Provider>> codec = entry->create(config);
  return codec.ok() ? *std::move(codec) : nullptr;
}

}  // namespace

std::string TypeOf(const WireCase& wire) {
  // What Ollama says where it speaks OpenAI's dialect.
  if (wire.provider == "ollama" && wire.format == "openai-chat") {
    return "openai-compatible";
  }
  static const auto* const types =
      new std::map<std::string, std::string>{{"anthropic", "anthropic"},
                                             {"azure", "azure-foundry"},
                                             {"bedrock", "bedrock"},
                                             {"cerebras", "cerebras"},
                                             {"cohere", "cohere"},
                                             {"deepseek", "deepseek"},
                                             {"fireworks", "fireworks"},
                                             {"gemini", "gemini"},
                                             {"groq", "groq"},
                                             {"huggingface", "hugging-face"},
                                             {"llamacpp", "llama.cpp"},
                                             {"mistral", "mistral"},
                                             {"nvidia", "nvidia-nim"},
                                             {"ollama", "ollama"},
                                             {"openai", "openai"},
                                             {"openrouter", "openrouter"},
                                             {"perplexity", "perplexity"},
                                             {"qwen", "qwen"},
                                             {"replicate", "replicate"},
                                             {"snowflake", "snowflake"},
                                             {"together", "together"},
                                             {"vertex", "vertex-ai"},
                                             {"vllm", "vllm"},
                                             {"xai", "xai"},
                                             {"zai", "zai"}};
  auto it = types->find(wire.provider);
  return it == types->end() ? "" : it->second;
}

bool IsServed(const WireCase& wire) {
  static const auto* const formats =
      new std::set<std::string>{"openai-chat",
                                "openai-responses",
                                "anthropic-messages",
                                "gemini",
                                "cohere-v2",
                                "ollama",
                                "replicate",
                                "replicate-sse",
                                "bedrock-converse",
                                "embeddings",
                                "error",
                                "models"};
  if (TypeOf(wire).empty() || !formats->contains(wire.format)) return false;
  // Completion of a text, which is no chat.
  return wire.id() != "ollama/generate";
}

absl::Status JoiningEvents::OnDelta(v1::Delta& delta) {
  joiner.Add(delta);
  return absl::OkStatus();
}

absl::Status JoiningEvents::OnFinish(v1::Finish& finish) {
  joiner.Add(finish);
  return absl::OkStatus();
}

WireReader::WireReader() {
  chat_.set_model("m1");
  v1::Message& message = *chat_.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
}

const Provider& WireReader::Codec(const WireCase& wire) {
  std::unique_ptr<Provider>& codec = codecs_[TypeOf(wire) + " " + ApiOf(wire)];
  if (codec == nullptr) codec = MakeCodec(TypeOf(wire), ApiOf(wire));
  return *codec;
}

WireReading WireReader::ReadWhole(const WireCase& wire) {
  WireReading read;
  const CallOptions options{.model = "m1", .warnings = &read.warnings};
  auto answer = Codec(wire).ParseResponse(wire.response, chat_, options);
  read.status = answer.status();
  if (answer.ok()) {
    if (auto* chat = std::get_if<v1::ChatResponse>(&*answer)) {
      read.response = std::move(*chat);
    } else {
      read.next = std::get<NextExchange>(*std::move(answer));
    }
  }
  return read;
}

WireReading WireReader::ReadStream(const WireCase& wire,
                                   std::vector<size_t> cuts, bool clean) {
  WireReading read;
  const CallOptions options{
      .model = "m1", .stream = true, .warnings = &read.warnings};
  const std::unique_ptr<StreamDecoder> decoder =
      Codec(wire).NewStreamDecoder(wire.response.headers, chat_, options);
  JoiningEvents events;
  const std::string& body = wire.response.body;
  cuts.push_back(body.size());
  size_t begin = 0;
  for (size_t end : cuts) {
    if (!read.status.ok() || decoder->done()) break;
    // A copy of its own, so that a sanitizer sees a read past its end.
    const std::vector<char> piece(body.begin() + static_cast<long>(begin),
                                  body.begin() + static_cast<long>(end));
    read.status = decoder->Feed({piece.data(), piece.size()}, events);
    begin = end;
  }
  if (read.status.ok()) read.status = decoder->End(clean, events);
  if (read.status.ok()) events.joiner.Add(decoder->end());
  read.response = events.joiner.Response();
  return read;
}

absl::StatusOr<v1::EmbedResponse> WireReader::ReadEmbeddings(
    const WireCase& wire, int count) {
  const Embedder* const embedder = Codec(wire).embedder();
  if (embedder == nullptr) return absl::UnimplementedError("no embeddings");
  v1::EmbedRequest embed;
  for (int i = 0; i < count; ++i) embed.add_input("hi");
  return embedder->ParseResponse(wire.response, embed, {.model = "m1"});
}

const std::vector<WireCase>& AllWireCases() {
  static const auto* const cases = [] {
    const char* shared = std::getenv("AIGATEWAY_SHARED");
    return new std::vector<WireCase>(
        shared == nullptr ? std::vector<WireCase>()
                          : ReadWireCases(absl::StrCat(shared, "/wire")));
  }();
  return *cases;
}

}  // namespace aigateway
