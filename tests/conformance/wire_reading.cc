#include "tests/conformance/wire_reading.h"

#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"

#include "providers/embedder.h"

namespace aigateway {
namespace {

constexpr char kModel[] = "m1";

// Which of OpenAI's two APIs the recording is of; empty where it does not
// matter.
std::string ApiOf(const WireCase& wire) {
  if (wire.format == "openai-responses") return "responses";
  return wire.format == "openai-chat" ? "chat" : "";
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

WireReader::WireReader() {
  chat_.set_model(kModel);
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
  return ReadWholeAnswer(Codec(wire), wire.response, chat_, kModel);
}

WireReading WireReader::ReadStream(const WireCase& wire,
                                   const std::vector<size_t>& cuts,
                                   bool clean) {
  return ReadStreamedAnswer(Codec(wire), wire.response.headers,
                            {wire.response.body}, chat_, kModel, cuts, clean);
}

absl::StatusOr<v1::EmbedResponse> WireReader::ReadEmbeddings(
    const WireCase& wire, int count) {
  const Embedder* const embedder = Codec(wire).embedder();
  if (embedder == nullptr) return absl::UnimplementedError("no embeddings");
  v1::EmbedRequest embed;
  for (int i = 0; i < count; ++i) embed.add_input("hi");
  return embedder->ParseResponse(wire.response, embed, {.model = kModel});
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
