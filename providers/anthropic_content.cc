#include "providers/anthropic_content.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

constexpr absl::string_view kPdf = "application/pdf";
// What files that were uploaded before need, as long as they are a beta.
constexpr absl::string_view kFilesBeta = "files-api-2025-04-14";

// A media type without parameters, in lower case.
std::string PlainMediaType(absl::string_view media_type) {
  const absl::string_view plain = media_type.substr(0, media_type.find(';'));
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(plain));
  return lower == "image/jpg" ? "image/jpeg" : lower;
}

// RFC 3986 2.1; what is no escape stays.
std::string PercentDecoded(absl::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

// What a part says of its place, whichever kind it is.
struct Place {
  absl::string_view url;
  absl::string_view data;
  absl::string_view file_id;
  absl::string_view media_type;
};

// Takes a data: URL (RFC 2397) apart. False if it is none.
bool TakeDataUrl(absl::string_view url, AnthropicMedia* media) {
  if (!absl::StartsWithIgnoreCase(url, "data:")) return false;
  const size_t comma = url.find(',');
  if (comma == absl::string_view::npos) return false;
  const absl::string_view head = url.substr(5, comma - 5);
  const absl::string_view content = url.substr(comma + 1);
  if (media->media_type.empty()) media->media_type = PlainMediaType(head);
  const bool is_base64 = absl::EndsWithIgnoreCase(
      absl::StripTrailingAsciiWhitespace(head), ";base64");
  const bool is_escaped = content.find('%') != absl::string_view::npos;
  media->source = is_base64 ? AnthropicMedia::Source::kBase64
                            : AnthropicMedia::Source::kBytes;
  media->content = content;
  if (is_escaped) media->decoded = PercentDecoded(content);
  return true;
}

// Text goes as text: the API has no base64 form of it. False if it cannot be
// decoded.
bool MakeTextDocument(AnthropicMedia* media) {
  if (media->source == AnthropicMedia::Source::kBase64) {
    std::string bytes;
    const absl::string_view base64 =
        media->decoded.empty() ? media->content : media->decoded;
    if (!absl::Base64Unescape(base64, &bytes)) return false;
    media->decoded = std::move(bytes);
  }
  const absl::string_view text =
      media->decoded.empty() ? media->content : media->decoded;
  media->decoded = ValidUtf8(text);
  media->source = AnthropicMedia::Source::kText;
  return true;
}

bool IsText(absl::string_view media_type) {
  return absl::StartsWith(media_type, "text/") ||
         media_type == "application/json" || media_type == "application/xml";
}

absl::StatusOr<AnthropicMedia> MediaOf(const Place& place,
                                       absl::string_view path,
                                       AnthropicCall& call) {
  AnthropicMedia media;
  media.media_type = PlainMediaType(place.media_type);
  if (!place.file_id.empty()) {
    media.source = AnthropicMedia::Source::kFile;
    media.content = place.file_id;
    call.NeedBeta(kFilesBeta);
  } else if (!place.data.empty()) {
    media.source = AnthropicMedia::Source::kBytes;
    media.content = place.data;
    if (media.media_type.empty()) {
      return FieldError(absl::StrCat(path, ".media_type"),
                        "is required with data");
    }
  } else if (absl::StartsWithIgnoreCase(place.url, "https://") ||
             absl::StartsWithIgnoreCase(place.url, "http://")) {
    media.source = AnthropicMedia::Source::kUrl;
    media.content = place.url;
  } else if (!TakeDataUrl(place.url, &media)) {
    return FieldError(path, "has neither data nor an http, https or data: URL");
  } else if (media.media_type.empty()) {
    return FieldError(absl::StrCat(path, ".url"),
                      "does not say of which media type it is");
  }
  return media;
}

absl::StatusOr<AnthropicMedia> ImageOf(const v1::ImagePart& image,
                                       absl::string_view path,
                                       AnthropicCall& call) {
  AIGW_ASSIGN_OR_RETURN(AnthropicMedia media,
                        MediaOf({.url = image.url(),
                                 .data = image.data(),
                                 .media_type = image.media_type()},
                                path, call));
  media.type = "image";
  if (!image.detail().empty() && image.detail() != "auto") {
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(Weight::kHint,
                                                absl::StrCat(path, ".detail"),
                                                "is not known to Claude"));
  }
  return media;
}

absl::StatusOr<AnthropicMedia> DocumentOf(const v1::FilePart& file,
                                          absl::string_view path,
                                          AnthropicCall& call) {
  AIGW_ASSIGN_OR_RETURN(AnthropicMedia media,
                        MediaOf({.url = file.url(),
                                 .data = file.data(),
                                 .file_id = file.file_id(),
                                 .media_type = file.media_type()},
                                path, call));
  if (absl::StartsWith(media.media_type, "image/")) {
    media.type = "image";
    return media;
  }
  media.type = "document";
  media.title = file.filename();
  const bool has_bytes = media.source == AnthropicMedia::Source::kBytes ||
                         media.source == AnthropicMedia::Source::kBase64;
  if (has_bytes && IsText(media.media_type)) {
    if (!MakeTextDocument(&media)) {
      return FieldError(absl::StrCat(path, ".url"), "is not base64");
    }
  } else if (has_bytes && media.media_type != kPdf) {
    return call.policy().LeaveOut(
        Weight::kEssence, absl::StrCat(path, ".media_type"),
        "is neither PDF nor text, which Claude reads; send the text of it");
  }
  return media;
}

void WriteMedia(const AnthropicMedia& media, JsonWriter& out) {
  const absl::string_view content =
      media.decoded.empty() ? media.content : media.decoded;
  out.Field("type", media.type);
  out.Key("source");
  out.StartObject();
  switch (media.source) {
    case AnthropicMedia::Source::kBase64:
      out.Field("type", "base64");
      out.Field("media_type", media.media_type);
      out.Field("data", content);
      break;
    case AnthropicMedia::Source::kBytes:
      out.Field("type", "base64");
      out.Field("media_type", media.media_type);
      out.Field("data", absl::Base64Escape(content));
      break;
    case AnthropicMedia::Source::kText:
      out.Field("type", "text");
      out.Field("media_type", "text/plain");
      out.Field("data", content);
      break;
    case AnthropicMedia::Source::kUrl:
      out.Field("type", "url");
      out.Field("url", content);
      break;
    case AnthropicMedia::Source::kFile:
      out.Field("type", "file");
      out.Field("file_id", content);
      break;
  }
  out.EndObject();
  if (!media.title.empty()) out.Field("title", media.title);
}

// Writes the members of one block but for its cache_control.
class BlockWriter {
 public:
  BlockWriter(AnthropicCacheMarks& marks, JsonWriter& out)
      : marks_(marks), out_(out) {}

  void operator()(const AnthropicText& text) {
    out_.Field("type", "text");
    out_.Field("text", text.text);
  }
  void operator()(const AnthropicMedia& media) { WriteMedia(media, out_); }
  void operator()(const AnthropicToolUse& use) {
    out_.Field("type", "tool_use");
    out_.Field("id", use.id);
    out_.Field("name", use.name);
    out_.RawField("input", use.input);
  }
  void operator()(const AnthropicToolResult& result) {
    out_.Field("type", "tool_result");
    out_.Field("tool_use_id", result.tool_use_id);
    if (result.content.empty()) return;
    out_.Key("content");
    WriteAnthropicBlocks(result.content, marks_, out_);
  }
  void operator()(const AnthropicThinking& thinking) {
    out_.Field("type", "thinking");
    out_.Field("thinking", thinking.text);
    out_.Field("signature", thinking.signature);
  }
  void operator()(const AnthropicRedacted& redacted) {
    out_.Field("type", "redacted_thinking");
    out_.Field("data", redacted.opaque);
  }
  void operator()(const AnthropicVerbatim&) {}

 private:
  AnthropicCacheMarks& marks_;
  JsonWriter& out_;
};

}  // namespace

absl::StatusOr<AnthropicBlock> AnthropicBlockOf(const v1::ContentPart& part,
                                                absl::string_view path,
                                                AnthropicCall& call) {
  AnthropicBlock block;
  switch (part.part_case()) {
    case v1::ContentPart::kText:
      block.kind = AnthropicText{part.text()};
      break;
    case v1::ContentPart::kImage: {
      AIGW_ASSIGN_OR_RETURN(
          block.kind,
          ImageOf(part.image(), absl::StrCat(path, ".image"), call));
      break;
    }
    case v1::ContentPart::kFile: {
      AIGW_ASSIGN_OR_RETURN(
          block.kind,
          DocumentOf(part.file(), absl::StrCat(path, ".file"), call));
      break;
    }
    case v1::ContentPart::kAudio:
      return call.policy().LeaveOut(Weight::kEssence,
                                    absl::StrCat(path, ".audio"),
                                    "is sound, which Claude does not take");
    case v1::ContentPart::PART_NOT_SET:
      return FieldError(path, "has nothing in it");
  }
  if (part.has_cache_control()) {
    AIGW_ASSIGN_OR_RETURN(
        block.cache, AnthropicCacheControl(part.cache_control(), path, call));
  }
  return block;
}

std::string AnthropicToolId(absl::string_view id) {
  std::string plain;
  uint32_t hash = 2166136261u;  // FNV-1a: ids that differ stay different.
  bool same = true;
  for (char c : id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
        c == '-') {
      plain.push_back(c);
    } else {
      plain.push_back('_');
      same = false;
    }
  }
  return same ? plain : absl::StrFormat("%s_%08x", plain, hash);
}

absl::StatusOr<const v1::CacheControl*> AnthropicCacheControl(
    const v1::CacheControl& cache, absl::string_view path,
    AnthropicCall& call) {
  const std::string field = absl::StrCat(path, ".cache_control");
  if (!cache.type().empty() && cache.type() != "ephemeral") {
    AIGW_RETURN_IF_ERROR(
        call.policy().LeaveOut(Weight::kHint, absl::StrCat(field, ".type"),
                               "is not 'ephemeral', the only kind there is"));
    return nullptr;
  }
  if (cache.has_ttl()) {
    const absl::Duration ttl = FromProto(cache.ttl());
    if (ttl != absl::Minutes(5) && ttl != absl::Hours(1)) {
      call.policy().Note(
          absl::StrCat(field, ".ttl was taken as ",
                       ttl <= absl::Minutes(5) ? "five minutes" : "one hour",
                       ": Claude knows these two"));
    }
  }
  return &cache;
}

void AnthropicCacheMarks::Write(const v1::CacheControl* cache,
                                JsonWriter& out) {
  if (cache == nullptr || to_skip_-- > 0) return;
  out.Key("cache_control");
  out.StartObject();
  out.Field("type", "ephemeral");
  if (cache->has_ttl()) {
    out.Field("ttl", FromProto(cache->ttl()) <= absl::Minutes(5) ? "5m" : "1h");
  }
  out.EndObject();
}

void WriteAnthropicBlocks(const std::vector<AnthropicBlock>& blocks,
                          AnthropicCacheMarks& marks, JsonWriter& out) {
  if (blocks.size() == 1 && blocks[0].cache == nullptr) {
    if (const auto* text = std::get_if<AnthropicText>(&blocks[0].kind)) {
      return out.String(text->text);
    }
  }
  BlockWriter writer(marks, out);
  out.StartArray();
  for (const AnthropicBlock& block : blocks) {
    if (const auto* raw = std::get_if<AnthropicVerbatim>(&block.kind)) {
      out.Raw(raw->json);
      continue;
    }
    out.StartObject();
    std::visit(writer, block.kind);
    marks.Write(block.cache, out);
    out.EndObject();
  }
  out.EndArray();
}

int CountAnthropicCacheMarks(const std::vector<AnthropicBlock>& blocks) {
  int count = 0;
  for (const AnthropicBlock& block : blocks) {
    if (block.cache != nullptr) ++count;
    if (const auto* result = std::get_if<AnthropicToolResult>(&block.kind)) {
      count += CountAnthropicCacheMarks(result->content);
    }
  }
  return count;
}

}  // namespace aigateway
