#include "providers/replicate/replicate_prediction.h"

#include <cmath>

#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using State = ReplicatePrediction::State;

// More tokens than any model has room for.
constexpr double kMostTokens = 1e12;

struct Word {
  absl::string_view word;
  State state;
};
constexpr Word kStates[] = {
    {"starting", State::kWorking},     {"processing", State::kWorking},
    {"queued", State::kWorking},       {"succeeded", State::kSucceeded},
    {"successful", State::kSucceeded}, {"failed", State::kFailed},
    {"canceled", State::kCancelled},   {"aborted", State::kCancelled},
};

absl::Status ReadText(absl::string_view name, JsonValue& value,
                      std::string* text) {
  text->clear();
  if (value.is_null()) return absl::OkStatus();
  const std::optional<absl::string_view> found = value.AsString();
  if (!found.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is not a text"));
  }
  text->assign(found->data(), found->size());
  return absl::OkStatus();
}

void AppendPiece(JsonValue& value, std::string* output) {
  if (value.is_null()) return;
  const std::optional<absl::string_view> text = value.AsString();
  absl::StrAppend(output, text.has_value() ? *text : value.Raw());
}

absl::Status ReadOutput(JsonValue& value, std::string* output) {
  output->clear();
  if (value.kind() != JsonValue::Kind::kArray) {
    AppendPiece(value, output);
    return absl::OkStatus();
  }
  return value.ForEachItem([&](JsonValue& piece) {
    AppendPiece(piece, output);
    return absl::OkStatus();
  });
}

std::optional<int64_t> CountOf(JsonValue& value) {
  const std::optional<double> count = value.AsDouble();
  if (!count.has_value() || *count < 0 || *count > kMostTokens) {
    return std::nullopt;
  }
  return std::llround(*count);
}

absl::Status ReadMetrics(JsonValue& value, ReplicatePrediction* prediction) {
  prediction->extras.Set("metrics", value);
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "input_token_count") prediction->prompt_tokens = CountOf(field);
    if (key == "output_token_count") {
      prediction->completion_tokens = CountOf(field);
    }
    return absl::OkStatus();
  });
}

absl::Status ReadField(absl::string_view key, JsonValue& field,
                       ReplicatePrediction* prediction) {
  if (key == "id") return ReadText(key, field, &prediction->id);
  if (key == "model") return ReadText(key, field, &prediction->model);
  if (key == "status") return ReadText(key, field, &prediction->status);
  if (key == "created_at") return ReadText(key, field, &prediction->created_at);
  if (key == "output") return ReadOutput(field, &prediction->output);
  if (key == "metrics") return ReadMetrics(field, prediction);
  if (key == "version") prediction->extras.Set(key, field);
  if (key == "error") prediction->error = ReadErrorValue(field);
  if (key != "urls") return absl::OkStatus();
  return field.ForEachField([&](absl::string_view name, JsonValue& each) {
    return name == "stream" ? ReadText(name, each, &prediction->stream_url)
                            : absl::OkStatus();
  });
}

}  // namespace

absl::Status ReadReplicatePrediction(JsonReader& reader, absl::string_view json,
                                     ReplicatePrediction* prediction) {
  AIGW_RETURN_IF_ERROR(reader.Read(json, [&](JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is not an object");
    }
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      return ReadField(key, field, prediction);
    });
  }));
  for (const Word& known : kStates) {
    if (prediction->status == known.word) {
      prediction->state = known.state;
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(prediction->status.empty()
                                        ? "it has no status"
                                        : "its status is none that is known");
}

}  // namespace aigateway
