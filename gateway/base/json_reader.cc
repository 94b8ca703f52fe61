#include "gateway/base/json_reader.h"

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_text.h"
#include "gateway/base/json_walker.h"

namespace aigateway {

JsonValue::JsonValue(Node* node) : kind_(node->kind), node_(node) {}

std::optional<bool> JsonValue::AsBool() {
  if (kind_ != Kind::kBool) return std::nullopt;
  return node_->raw == "true";
}

std::optional<int64_t> JsonValue::AsInt() {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return WholeNumber(node_->raw);
}

std::optional<double> JsonValue::AsDouble() {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return NearestDouble(node_->raw);
}

std::optional<absl::string_view> JsonValue::AsString() {
  if (kind_ != Kind::kString) return std::nullopt;
  if (!node_->decoded.has_value()) {
    const absl::string_view content =
        node_->raw.substr(1, node_->raw.size() - 2);
    node_->decoded =
        node_->has_escapes ? node_->walker->Decode(content) : content;
  }
  return node_->decoded;
}

absl::string_view JsonValue::Raw() {
  // A failure stays with the walker and ends the reading.
  if (!node_->walker->Walk(*node_).ok()) return "";
  return node_->raw;
}

absl::Status JsonValue::ForEachField(
    absl::FunctionRef<absl::Status(absl::string_view key, JsonValue& value)>
        field) {
  if (kind_ != Kind::kObject) return absl::OkStatus();
  return node_->walker->WalkObject(*node_, &field);
}

absl::Status JsonValue::ForEachItem(
    absl::FunctionRef<absl::Status(JsonValue& value)> item) {
  if (kind_ != Kind::kArray) return absl::OkStatus();
  return node_->walker->WalkArray(*node_, &item);
}

JsonReader::JsonReader() : walker_(std::make_unique<JsonWalker>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

absl::Status JsonReader::Read(
    absl::string_view text,
    absl::FunctionRef<absl::Status(JsonValue& value)> root) {
  return walker_->Read(text, root);
}

bool IsJson(absl::string_view text) {
  thread_local JsonWalker walker;
  return walker.IsJson(text);
}

}  // namespace aigateway
