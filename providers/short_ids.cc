#include "providers/short_ids.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

namespace aigateway {
namespace {

constexpr size_t kIdBytes = 9;

bool IsShort(absl::string_view id) {
  if (id.size() != kIdBytes) return false;
  for (char c : id) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

// FNV-1a: absl's hash differs from process to process.
uint64_t Hash(absl::string_view text, uint64_t salt) {
  uint64_t hash = 14695981039346656037u ^ salt;
  for (char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211u;
  }
  return hash;
}

std::string ShortId(uint64_t hash) {
  constexpr absl::string_view kAlphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string id;
  for (size_t i = 0; i < kIdBytes; ++i) {
    id.push_back(kAlphabet[hash % kAlphabet.size()]);
    hash /= kAlphabet.size();
  }
  return id;
}

}  // namespace

ShortIds::ShortIds(const v1::ChatRequest& chat) {
  for (const v1::Message& message : chat.messages()) {
    for (const v1::ToolCall& call : message.tool_calls()) Reserve(call.id());
    Reserve(message.tool_call_id());
  }
  for (const v1::Message& message : chat.messages()) {
    for (const v1::ToolCall& call : message.tool_calls()) Add(call.id());
    if (message.has_tool_call_id()) Add(message.tool_call_id());
  }
}

absl::string_view ShortIds::Get(const std::string& id) const {
  const auto found = short_ids_.find(id);
  return found == short_ids_.end() ? absl::string_view(id) : found->second;
}

void ShortIds::Reserve(const std::string& id) {
  if (IsShort(id)) taken_.insert(id);
}

void ShortIds::Add(const std::string& id) {
  if (IsShort(id) || short_ids_.contains(id)) return;
  uint64_t salt = 0;
  std::string short_id = ShortId(Hash(id, salt));
  while (!taken_.insert(short_id).second) {
    short_id = ShortId(Hash(id, ++salt));
  }
  short_ids_[id] = std::move(short_id);
}

}  // namespace aigateway
