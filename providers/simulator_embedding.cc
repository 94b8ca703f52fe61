#include "providers/simulator_embedding.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "providers/simulator_tokens.h"

namespace aigateway {
namespace {

using Kind = JsonValue::Kind;

constexpr int64_t kDefaultDimensions = 64;
constexpr int64_t kMaxDimensions = 4096;
constexpr size_t kMaxInputs = 2048;

uint64_t Fnv1a(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211u;
  }
  return hash;
}

// What one text, or one list of tokens, is made of.
struct Input {
  std::vector<std::string> words;
  int64_t tokens = 0;
};

Input InputOf(absl::string_view text) {
  Input input;
  while (!text.empty()) {
    const absl::string_view token =
        absl::StripAsciiWhitespace(TakeSimulatorToken(&text));
    ++input.tokens;
    if (!token.empty()) input.words.push_back(absl::AsciiStrToLower(token));
  }
  return input;
}

std::vector<double> VectorOf(const Input& input, size_t dimensions) {
  std::vector<double> vector(dimensions, 0);
  for (const std::string& word : input.words) {
    const uint64_t hash = Fnv1a(word);
    vector[hash % dimensions] += (hash >> 63) != 0 ? 1 : -1;
  }
  double square = 0;
  for (const double value : vector) square += value * value;
  if (square == 0) {  // No word, or words that cancel one another.
    vector[0] = 1;
    return vector;
  }
  for (double& value : vector) value /= std::sqrt(square);
  return vector;
}

class Body {
 public:
  explicit Body(std::vector<FieldViolation>* violations)
      : violations_(violations) {}

  void Read(absl::string_view key, JsonValue& value) {
    if (key == "model") {
      if (std::optional<std::string> text = TextOf(value)) {
        model = *std::move(text);
      } else {
        Refuse(key, "must be a text");
      }
    } else if (key == "dimensions") {
      const std::optional<int64_t> number = value.AsInt();
      if (!number.has_value() || *number < 1 || *number > kMaxDimensions) {
        Refuse(key, absl::StrCat("must be from 1 to ", kMaxDimensions));
      } else {
        dimensions = *number;
      }
    } else if (key == "input") {
      ReadInput(value);
    }
  }

  void Refuse(absl::string_view key, std::string what) {
    violations_->push_back({std::string(key), std::move(what)});
  }

  std::string model;
  int64_t dimensions = kDefaultDimensions;
  std::vector<Input> inputs;

 private:
  static std::optional<std::string> TextOf(JsonValue& value) {
    const std::optional<absl::string_view> text = value.AsString();
    if (!text.has_value()) return std::nullopt;
    return std::string(*text);
  }

  void ReadInput(JsonValue& value) {
    if (std::optional<std::string> text = TextOf(value)) {
      inputs.push_back(InputOf(*text));
      return;
    }
    if (value.kind() != Kind::kArray) {
      Refuse("input", "must be a text or a list");
      return;
    }
    (void)value.ForEachItem([this](JsonValue& item) {
      if (inputs.size() < kMaxInputs + 1) ReadItem(item);
      return absl::OkStatus();
    });
    if (inputs.size() > kMaxInputs) {
      Refuse("input", absl::StrCat("has more than ", kMaxInputs, " entries"));
    }
  }

  void ReadItem(JsonValue& item) {
    if (std::optional<std::string> text = TextOf(item)) {
      inputs.push_back(InputOf(*text));
      return;
    }
    if (item.kind() != Kind::kArray) {
      Refuse("input", "has an entry that is no text and no list of tokens");
      return;
    }
    Input input;
    (void)item.ForEachItem([&input](JsonValue& token) {
      if (const std::optional<int64_t> id = token.AsInt()) {
        input.words.push_back(absl::StrCat(*id));
        ++input.tokens;
      }
      return absl::OkStatus();
    });
    inputs.push_back(std::move(input));
  }

  std::vector<FieldViolation>* const violations_;
};

}  // namespace

std::string SimulatorEmbeddings(absl::string_view body,
                                std::vector<FieldViolation>* violations) {
  Body read(violations);
  JsonReader reader;
  const absl::Status status = reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      read.Read(key, value);
      return absl::OkStatus();
    });
  });
  if (!status.ok()) read.Refuse("", "the body is not a JSON object");
  if (read.model.empty()) read.Refuse("model", "is required");
  if (read.inputs.empty()) read.Refuse("input", "is required");
  if (!violations->empty()) return "";

  int64_t tokens = 0;
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    out.Field("object", "list");
    out.Key("data");
    out.StartArray();
    int64_t index = 0;
    for (const Input& input : read.inputs) {
      tokens += input.tokens;
      out.StartObject();
      out.Field("object", "embedding");
      out.IntField("index", index++);
      out.Key("embedding");
      out.StartArray();
      for (const double value :
           VectorOf(input, static_cast<size_t>(read.dimensions))) {
        out.Double(value);
      }
      out.EndArray();
      out.EndObject();
    }
    out.EndArray();
    out.Field("model", read.model);
    out.Key("usage");
    out.StartObject();
    out.IntField("prompt_tokens", tokens);
    out.IntField("total_tokens", tokens);
    out.EndObject();
    out.EndObject();
  }
  return json;
}

}  // namespace aigateway
