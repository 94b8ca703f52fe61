#include "providers/openai_logprobs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// Reads [104, 105] into bytes. False if it is no such list.
bool ReadBytes(JsonValue& value, std::string* bytes) {
  if (value.kind() != JsonValue::Kind::kArray) return false;
  bool all_bytes = true;
  const absl::Status status = value.ForEachItem([&](JsonValue& item) {
    const std::optional<int64_t> number = item.AsInt();
    if (number.has_value() && *number >= 0 && *number <= 255) {
      bytes->push_back(static_cast<char>(*number));
    } else {
      all_bytes = false;
    }
    return absl::OkStatus();
  });
  return status.ok() && all_bytes;
}

// Reads the members that both kinds of entries have. `other` takes the rest.
template <typename Entry, typename Other>
absl::Status ReadEntry(JsonValue& value, Entry* entry, bool* complete,
                       Other other) {
  bool has_token = false;
  bool has_logprob = false;
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "token") {
          if (std::optional<absl::string_view> token = field.AsString()) {
            entry->set_token(std::string(*token));
            has_token = true;
          }
        } else if (key == "logprob") {
          if (std::optional<double> logprob = field.AsDouble()) {
            entry->set_logprob(*logprob);
            has_logprob = true;
          }
        } else if (key == "bytes") {
          std::string bytes;
          if (ReadBytes(field, &bytes)) entry->set_bytes(bytes);
        } else {
          return other(key, field);
        }
        return absl::OkStatus();
      }));
  *complete = has_token && has_logprob;
  return absl::OkStatus();
}

absl::Status ReadTopEntries(
    JsonValue& list, google::protobuf::RepeatedPtrField<v1::TopLogprob>* top) {
  return list.ForEachItem([&](JsonValue& item) -> absl::Status {
    bool complete = false;
    AIGW_RETURN_IF_ERROR(ReadEntry(
        item, top->Add(), &complete,
        [](absl::string_view, JsonValue&) { return absl::OkStatus(); }));
    if (!complete) top->RemoveLast();
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status ReadLogprobEntries(
    JsonValue& list,
    google::protobuf::RepeatedPtrField<v1::TokenLogprob>* entries) {
  return list.ForEachItem([&](JsonValue& item) -> absl::Status {
    v1::TokenLogprob* const entry = entries->Add();
    bool complete = false;
    AIGW_RETURN_IF_ERROR(
        ReadEntry(item, entry, &complete,
                  [&](absl::string_view key, JsonValue& field) -> absl::Status {
                    if (key != "top_logprobs") return absl::OkStatus();
                    return ReadTopEntries(field, entry->mutable_top_logprobs());
                  }));
    if (!complete) entries->RemoveLast();
    return absl::OkStatus();
  });
}

absl::Status ReadOpenAiLogprobs(JsonValue& value, v1::Logprobs* logprobs) {
  std::vector<std::string> tokens;
  std::vector<std::optional<double>> numbers;
  AIGW_RETURN_IF_ERROR(value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (key == "content") {
          return ReadLogprobEntries(field, logprobs->mutable_content());
        }
        if (key == "refusal") {
          return ReadLogprobEntries(field, logprobs->mutable_refusal());
        }
        if (key == "tokens") {
          return field.ForEachItem([&](JsonValue& item) {
            tokens.emplace_back(item.AsString().value_or(""));
            return absl::OkStatus();
          });
        }
        if (key == "token_logprobs") {
          return field.ForEachItem([&](JsonValue& item) {
            numbers.push_back(item.AsDouble());
            return absl::OkStatus();
          });
        }
        return absl::OkStatus();
      }));
  if (!logprobs->content().empty()) return absl::OkStatus();
  for (size_t i = 0; i < std::min(tokens.size(), numbers.size()); ++i) {
    if (!numbers[i].has_value()) continue;
    v1::TokenLogprob* const entry = logprobs->add_content();
    entry->set_token(tokens[i]);
    entry->set_logprob(*numbers[i]);
  }
  return absl::OkStatus();
}

}  // namespace aigateway
