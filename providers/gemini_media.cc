#include "providers/gemini_media.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

constexpr absl::string_view kNoType =
    "is required here: name the type, such as image/png";
constexpr absl::string_view kGoogleFiles =
    "https://generativelanguage.googleapis.com/";

// What a part is made of, whatever kind it is.
struct Media {
  absl::string_view url;
  absl::string_view bytes;
  absl::string_view file_id;
  absl::string_view media_type;
  bool has_bytes = false;
};

template <typename Part>
Media MediaOf(const Part& part) {
  return {.url = part.url(),
          .bytes = part.data(),
          .media_type = part.media_type(),
          .has_bytes = part.has_data()};
}

struct DataUrl {
  std::string media_type;
  std::string base64;
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string PercentDecoded(absl::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                           HexDigit(text[i + 1]) >= 0 &&
                           HexDigit(text[i + 2]) >= 0;
    if (is_escape) {
      decoded.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 +
                                          HexDigit(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

bool IsHttp(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "https://") ||
         absl::StartsWithIgnoreCase(url, "http://");
}

bool IsPlainBase64(absl::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '+' &&
        c != '/' && c != '=') {
      return false;
    }
  }
  return true;
}

// RFC 2397: data:[<media type>][;base64],<data>
std::optional<DataUrl> ParseDataUrl(absl::string_view url) {
  url.remove_prefix(5);
  const size_t comma = url.find(',');
  if (comma == url.npos) return std::nullopt;
  const absl::string_view header = url.substr(0, comma);
  const absl::string_view payload = url.substr(comma + 1);
  DataUrl parsed;
  bool is_base64 = false;
  for (absl::string_view word : absl::StrSplit(header, ';')) {
    word = absl::StripAsciiWhitespace(word);
    if (absl::EqualsIgnoreCase(word, "base64")) {
      is_base64 = true;
    } else if (parsed.media_type.empty() && absl::StrContains(word, '/')) {
      parsed.media_type = std::string(word);
    }
  }
  if (!is_base64) {
    absl::Base64Escape(PercentDecoded(payload), &parsed.base64);
    return parsed;
  }
  if (IsPlainBase64(payload)) {
    parsed.base64 = std::string(payload);
    return parsed;
  }
  const std::string text = PercentDecoded(payload);
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) &&
      !absl::WebSafeBase64Unescape(text, &bytes)) {
    return std::nullopt;
  }
  absl::Base64Escape(bytes, &parsed.base64);
  return parsed;
}

absl::Status WriteInline(absl::string_view media_type, absl::string_view base64,
                         absl::string_view field, JsonWriter& out) {
  if (media_type.empty()) {
    return FieldError(absl::StrCat(field, ".media_type"), kNoType);
  }
  out.Key("inlineData");
  out.StartObject();
  out.Field("mimeType", media_type);
  out.Field("data", base64);
  out.EndObject();
  return absl::OkStatus();
}

// The URI by which the API knows a file; empty if it is none that it has.
std::string FileUri(const Media& media, const GeminiApi& api) {
  for (absl::string_view uri : {media.url, media.file_id}) {
    if (absl::StartsWith(uri, "gs://")) return std::string(uri);
    if (api.files_url.empty()) continue;
    if (absl::StartsWith(uri, api.files_url) ||
        (absl::StartsWith(uri, kGoogleFiles) &&
         absl::StrContains(uri, "/files/"))) {
      return std::string(uri);
    }
  }
  if (api.fetches_urls && IsHttp(media.url)) return std::string(media.url);
  if (media.file_id.empty() || api.files_url.empty()) return "";
  return absl::StrCat(api.files_url,
                      absl::StripPrefix(media.file_id, "files/"));
}

absl::Status WriteSource(const Media& media, absl::string_view field,
                         const GeminiCall& call, JsonWriter& out) {
  if (media.has_bytes) {
    std::string base64;
    absl::Base64Escape(media.bytes, &base64);
    return WriteInline(media.media_type, base64, field, out);
  }
  if (absl::StartsWithIgnoreCase(media.url, "data:")) {
    const std::optional<DataUrl> data = ParseDataUrl(media.url);
    if (!data.has_value()) {
      return FieldError(absl::StrCat(field, ".url"),
                        "is no data: URL that can be read (RFC 2397)");
    }
    return WriteInline(
        data->media_type.empty() ? media.media_type : data->media_type,
        data->base64, field, out);
  }
  const std::string uri = FileUri(media, call.api());
  if (!uri.empty()) {
    if (call.api().fetches_urls && media.media_type.empty()) {
      return FieldError(absl::StrCat(field, ".media_type"), kNoType);
    }
    out.Key("fileData");
    out.StartObject();
    if (!media.media_type.empty()) out.Field("mimeType", media.media_type);
    out.Field("fileUri", uri);
    out.EndObject();
    return absl::OkStatus();
  }
  if (!media.file_id.empty()) {
    return call.policy().LeaveOut(
        Weight::kEssence, absl::StrCat(field, ".file_id"),
        "is not known here: name a file by its gs:// URI");
  }
  if (media.url.empty()) {
    return FieldError(field, "needs a url or data");
  }
  return call.policy().LeaveOut(
      Weight::kEssence, absl::StrCat(field, ".url"),
      "is not fetched by Gemini: send the bytes, a data: URL, a gs:// URI or "
      "the URI of an uploaded file");
}

}  // namespace

absl::Status WriteGeminiMedia(const v1::ContentPart& part,
                              absl::string_view field, const GeminiCall& call,
                              absl::string_view signature, JsonWriter& out) {
  Media media;
  std::string name;
  if (part.has_image()) {
    media = MediaOf(part.image());
    name = ".image";
    if (part.image().has_detail() && part.image().detail() != "auto") {
      AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
          Weight::kHint, absl::StrCat(field, ".image.detail"),
          "is not known to Gemini"));
    }
  } else if (part.has_audio()) {
    media = MediaOf(part.audio());
    name = ".audio";
  } else if (part.has_file()) {
    media = MediaOf(part.file());
    media.file_id = part.file().file_id();
    name = ".file";
    if (part.file().has_filename()) {
      AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
          Weight::kHint, absl::StrCat(field, ".file.filename"),
          "is not known to Gemini"));
    }
  } else {
    return FieldError(field, "has no part in it");
  }
  out.StartObject();
  AIGW_RETURN_IF_ERROR(
      WriteSource(media, absl::StrCat(field, name), call, out));
  if (!signature.empty()) out.Field("thoughtSignature", signature);
  out.EndObject();
  return absl::OkStatus();
}

}  // namespace aigateway
