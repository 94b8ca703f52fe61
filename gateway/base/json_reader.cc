#include "gateway/base/json_reader.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_text.h"
#include "gateway/base/json_walker.h"

namespace aigateway {
namespace {

// A walker of this thread's, for the time of one text. There are as many as
// texts are read within each other's callbacks: two or three.
class WalkerLease {
 public:
  WalkerLease() {
    std::vector<std::unique_ptr<JsonWalker>>& idle = Idle();
    if (idle.empty()) {
      walker_ = std::make_unique<JsonWalker>();
    } else {
      walker_ = std::move(idle.back());
      idle.pop_back();
    }
  }
  ~WalkerLease() { Idle().push_back(std::move(walker_)); }
  WalkerLease(const WalkerLease&) = delete;
  WalkerLease& operator=(const WalkerLease&) = delete;

  JsonWalker* operator->() const { return walker_.get(); }

 private:
  static std::vector<std::unique_ptr<JsonWalker>>& Idle() {
    thread_local std::vector<std::unique_ptr<JsonWalker>> idle;
    return idle;
  }

  std::unique_ptr<JsonWalker> walker_;
};

}  // namespace

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

absl::Status JsonReader::Read(
    absl::string_view text,
    absl::FunctionRef<absl::Status(JsonValue& value)> root) {
  const WalkerLease lease;
  return lease->Read(text, root);
}

bool IsJson(absl::string_view text) {
  const WalkerLease lease;
  return lease->IsJson(text);
}

}  // namespace aigateway
