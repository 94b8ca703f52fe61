#include "providers/gemini_seals.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"

namespace aigateway {
namespace {

// The members that tell our JSON from that of other providers' blocks.
constexpr absl::string_view kThoughtKey = "gemini_thought";
constexpr absl::string_view kMediaKey = "gemini_media";
constexpr absl::string_view kPartKey = "gemini_part";

constexpr int kMaxMedia = 4096;

// Whether a block that names `model` may be ours. Which of Google's models it
// was does not matter: they take each other's seals.
bool MayBeGemini(absl::string_view model) {
  return model.empty() || absl::StrContains(model, "gemini") ||
         absl::StrContains(model, "gemma") ||
         absl::StrContains(model, "tunedModels");
}

bool IsKept(absl::string_view key) {
  return key == "executableCode" || key == "codeExecutionResult" ||
         key == "toolCall" || key == "toolResponse";
}

// Whether `part` says nothing that a field of v1 says.
bool MayComeBack(absl::string_view part) {
  bool harmless = true;
  bool has_content = false;
  JsonReader reader;
  const absl::Status status = reader.Read(part, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue&) {
      has_content |= IsKept(key);
      harmless &= IsKept(key) || key == "thoughtSignature" || key == "thought";
      return absl::OkStatus();
    });
  });
  return status.ok() && harmless && has_content;
}

}  // namespace

std::string WriteGeminiSealed(const GeminiSealed& sealed) {
  std::string opaque;
  JsonWriter out(&opaque);
  out.StartObject();
  switch (sealed.kind) {
    case GeminiSealed::Kind::kThought:
      out.BoolField(kThoughtKey, true);
      break;
    case GeminiSealed::Kind::kMedia:
      out.IntField(kMediaKey, sealed.media);
      break;
    case GeminiSealed::Kind::kPart:
      out.RawField(kPartKey, sealed.part);
      break;
  }
  out.EndObject();
  return opaque;
}

std::optional<GeminiSealed> ReadGeminiSealed(absl::string_view opaque) {
  if (!absl::StartsWith(opaque, "{")) return std::nullopt;
  GeminiSealed sealed;
  int known = 0;
  JsonReader reader;
  const absl::Status status = reader.Read(opaque, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == kThoughtKey) {
        sealed.kind = GeminiSealed::Kind::kThought;
        ++known;
      } else if (key == kMediaKey) {
        const int64_t media = value.AsInt().value_or(-1);
        sealed.kind = GeminiSealed::Kind::kMedia;
        sealed.media = static_cast<int>(media);
        if (media >= 0 && media < kMaxMedia) ++known;
      } else if (key == kPartKey) {
        sealed.kind = GeminiSealed::Kind::kPart;
        sealed.part = std::string(value.Raw());
        ++known;
      }
      return absl::OkStatus();
    });
  });
  if (!status.ok() || known != 1) return std::nullopt;
  if (sealed.kind == GeminiSealed::Kind::kPart && !MayComeBack(sealed.part)) {
    return std::nullopt;
  }
  return sealed;
}

GeminiSeals::GeminiSeals(const v1::Message& message) {
  for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
    if (!MayBeGemini(block.model())) continue;
    if (!block.has_opaque()) {
      // With words it is another provider's: ours never have any.
      if (!block.has_text() && !block.signature().empty()) {
        texts_.push_back(block.signature());
      }
      continue;
    }
    std::optional<GeminiSealed> sealed = ReadGeminiSealed(block.opaque());
    if (!sealed.has_value()) continue;
    switch (sealed->kind) {
      case GeminiSealed::Kind::kThought:
        thoughts_.push_back(block.signature());
        break;
      case GeminiSealed::Kind::kMedia:
        media_[sealed->media] = block.signature();
        break;
      case GeminiSealed::Kind::kPart:
        parts_.push_back(std::move(sealed->part));
        break;
    }
  }
}

absl::string_view GeminiSeals::OnMedia(int media) const {
  const auto found = media_.find(media);
  return found == media_.end() ? "" : found->second;
}

}  // namespace aigateway
