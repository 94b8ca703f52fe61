#include "providers/anthropic_thoughts.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

// The member that tells our JSON from that of other providers' items.
constexpr absl::string_view kPlaceKey = "anthropic_place";

bool MayComeBack(absl::string_view type) {
  return type == "redacted_thinking" || type == "server_tool_use" ||
         type == "mcp_tool_use" || type == "compaction" ||
         absl::EndsWith(type, "_tool_result");
}

}  // namespace

std::string WriteAnthropicOpaque(const AnthropicPlace& place,
                                 absl::string_view block) {
  std::string opaque;
  {
    JsonWriter out(&opaque);
    out.StartObject();
    out.Key(kPlaceKey);
    out.StartArray();
    out.Int(place.index);
    out.Int(place.text_bytes);
    out.Int(place.calls);
    out.EndArray();
    if (!block.empty()) out.RawField("block", block);
    out.EndObject();
  }
  return opaque;
}

std::optional<AnthropicOpaque> ReadAnthropicOpaque(absl::string_view opaque) {
  if (!absl::StartsWith(opaque, "{")) return std::nullopt;
  AnthropicOpaque read;
  int64_t* const numbers[] = {&read.place.index, &read.place.text_bytes,
                              &read.place.calls};
  size_t found = 0;
  JsonReader reader;
  const auto read_root = [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == kPlaceKey) {
        return value.ForEachItem([&](JsonValue& item) {
          const int64_t number = item.AsInt().value_or(-1);
          if (number >= 0 && found < 3) *numbers[found++] = number;
          return absl::OkStatus();
        });
      }
      if (key == "block") read.block = std::string(value.Raw());
      return absl::OkStatus();
    });
  };
  if (!reader.Read(opaque, read_root).ok() || found != 3) return std::nullopt;
  if (read.block.empty()) return read;

  // The last of equal members counts for a server that may read it: every one
  // must be harmless.
  bool may_come_back = false;
  bool harmless = true;
  const auto read_block = [&](JsonValue& block) {
    return block.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == "type") {
        may_come_back = true;
        harmless = harmless && MayComeBack(value.AsString().value_or(""));
      }
      return absl::OkStatus();
    });
  };
  if (!reader.Read(read.block, read_block).ok()) return std::nullopt;
  if (!may_come_back || !harmless) return std::nullopt;
  return read;
}

}  // namespace aigateway
