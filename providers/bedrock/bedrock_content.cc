#include "providers/bedrock/bedrock_content.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

constexpr size_t kMaxToolId = 64;

// Writes one block's only member.
class BlockWriter {
 public:
  BlockWriter(BedrockCachePoints& points, JsonWriter& out)
      : points_(points), out_(out) {}

  void operator()(const BedrockText& text) { out_.Field("text", text.text); }
  void operator()(const BedrockMedia& media) {
    out_.Key(media.kind);
    out_.StartObject();
    out_.Field("format", media.format);
    if (!media.name.empty()) out_.Field("name", media.name);
    out_.Key("source");
    out_.StartObject();
    if (!media.s3_uri.empty()) {
      out_.Key("s3Location");
      out_.StartObject();
      out_.Field("uri", media.s3_uri);
      out_.EndObject();
    } else if (!media.base64.empty()) {
      out_.Field("bytes", media.base64);
    } else {
      out_.Field("bytes",
                 absl::Base64Escape(media.decoded.empty() ? media.bytes
                                                          : media.decoded));
    }
    out_.EndObject();
    out_.EndObject();
  }
  void operator()(const BedrockUse& use) {
    out_.Key("toolUse");
    out_.StartObject();
    out_.Field("toolUseId", use.id);
    out_.Field("name", use.name);
    out_.RawField("input", use.input);
    out_.EndObject();
  }
  void operator()(const BedrockResult& result) {
    out_.Key("toolResult");
    out_.StartObject();
    out_.Field("toolUseId", result.use_id);
    out_.Key("content");
    WriteBedrockContent(result.content, points_, out_);
    out_.EndObject();
  }
  void operator()(const BedrockThought& thought) {
    out_.Key("reasoningContent");
    out_.StartObject();
    out_.Key("reasoningText");
    out_.StartObject();
    out_.Field("text", thought.text);
    out_.Field("signature", thought.signature);
    out_.EndObject();
    out_.EndObject();
  }
  void operator()(const BedrockRedacted& redacted) {
    out_.Key("reasoningContent");
    out_.StartObject();
    out_.Field("redactedContent", redacted.base64);
    out_.EndObject();
  }
  void operator()(const BedrockCachePoint&) {}

 private:
  BedrockCachePoints& points_;
  JsonWriter& out_;
};

}  // namespace

absl::StatusOr<BedrockContent> BedrockContentOf(const v1::ContentPart& part,
                                                const std::string& path,
                                                const BedrockCall& call,
                                                int* documents) {
  BedrockContent block;
  switch (part.part_case()) {
    case v1::ContentPart::kText:
      block.kind = BedrockText{part.text()};
      return block;
    case v1::ContentPart::kImage: {
      AIGW_ASSIGN_OR_RETURN(
          block.kind,
          BedrockImageOf(part.image(), absl::StrCat(path, ".image"), call));
      return block;
    }
    case v1::ContentPart::kAudio: {
      AIGW_ASSIGN_OR_RETURN(
          block.kind,
          BedrockSoundOf(part.audio(), absl::StrCat(path, ".audio"), call));
      return block;
    }
    case v1::ContentPart::kFile: {
      AIGW_ASSIGN_OR_RETURN(
          block.kind, BedrockFileOf(part.file(), absl::StrCat(path, ".file"),
                                    call, documents));
      return block;
    }
    case v1::ContentPart::PART_NOT_SET:
      break;
  }
  return FieldError(path, "has nothing in it");
}

std::string BedrockToolId(absl::string_view id) {
  std::string plain;
  uint32_t hash = 2166136261u;  // FNV-1a: ids that differ stay different.
  bool same = id.size() <= kMaxToolId;
  for (char c : id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    const bool is_plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                          c == '_' || c == '-';
    same = same && is_plain;
    plain.push_back(is_plain ? c : '_');
  }
  if (same) return plain;
  plain.resize(std::min(plain.size(), kMaxToolId - 9));
  return absl::StrFormat("%s_%08x", plain, hash);
}

void BedrockCachePoints::Write(const BedrockCachePoint& point,
                               JsonWriter& out) {
  if (to_skip_-- > 0) return;
  out.StartObject();
  out.Key("cachePoint");
  out.StartObject();
  out.Field("type", "default");
  if (point.for_an_hour) out.Field("ttl", "1h");
  out.EndObject();
  out.EndObject();
}

void WriteBedrockContent(const std::vector<BedrockContent>& blocks,
                         BedrockCachePoints& points, JsonWriter& out) {
  BlockWriter writer(points, out);
  out.StartArray();
  for (const BedrockContent& block : blocks) {
    if (const auto* point = std::get_if<BedrockCachePoint>(&block.kind)) {
      points.Write(*point, out);
      continue;
    }
    out.StartObject();
    std::visit(writer, block.kind);
    out.EndObject();
  }
  out.EndArray();
}

int CountBedrockCachePoints(const std::vector<BedrockContent>& blocks) {
  int count = 0;
  for (const BedrockContent& block : blocks) {
    if (std::holds_alternative<BedrockCachePoint>(block.kind)) ++count;
  }
  return count;
}

}  // namespace aigateway
