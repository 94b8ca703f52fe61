#include "providers/bedrock/bedrock_media.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

constexpr size_t kMaxNameBytes = 100;

struct Format {
  absl::string_view media_type;
  absl::string_view format;
};

constexpr Format kImages[] = {
    {"image/png", "png"}, {"image/jpeg", "jpeg"}, {"image/jpg", "jpeg"},
    {"image/gif", "gif"}, {"image/webp", "webp"},
};
constexpr Format kDocuments[] = {
    {"application/pdf", "pdf"},
    {"text/csv", "csv"},
    {"application/msword", "doc"},
    {"application/"
     "vnd.openxmlformats-officedocument.wordprocessingml.document",
     "docx"},
    {"application/vnd.ms-excel", "xls"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     "xlsx"},
    {"text/html", "html"},
    {"text/plain", "txt"},
    {"application/json", "txt"},
    {"application/xml", "txt"},
    {"text/xml", "txt"},
    {"text/markdown", "md"},
};
constexpr Format kSounds[] = {
    {"audio/mpeg", "mp3"},  {"audio/mp3", "mp3"},   {"audio/wav", "wav"},
    {"audio/x-wav", "wav"}, {"audio/flac", "flac"}, {"audio/ogg", "ogg"},
    {"audio/opus", "opus"}, {"audio/aac", "aac"},   {"audio/mp4", "m4a"},
    {"audio/x-m4a", "m4a"}, {"audio/webm", "webm"}, {"audio/pcm", "pcm"},
};
constexpr Format kFilms[] = {
    {"video/mp4", "mp4"},        {"video/quicktime", "mov"},
    {"video/x-matroska", "mkv"}, {"video/webm", "webm"},
    {"video/x-flv", "flv"},      {"video/mpeg", "mpeg"},
    {"video/x-ms-wmv", "wmv"},   {"video/3gpp", "three_gp"},
};

absl::string_view FormatFor(absl::Span<const Format> formats,
                            absl::string_view media_type) {
  for (const Format& each : formats) {
    if (each.media_type == media_type) return each.format;
  }
  return {};
}

// A media type without parameters, in lower case.
std::string PlainMediaType(absl::string_view media_type) {
  return absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(media_type.substr(0, media_type.find(';'))));
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
  absl::string_view media_type;
};

struct Read {
  BedrockMedia media;
  std::string media_type;
};

// Takes a data: URL (RFC 2397) apart. False if it is none.
bool TakeDataUrl(absl::string_view url, Read* read) {
  if (!absl::StartsWithIgnoreCase(url, "data:")) return false;
  const size_t comma = url.find(',');
  if (comma == absl::string_view::npos) return false;
  const absl::string_view head = url.substr(5, comma - 5);
  const absl::string_view content = url.substr(comma + 1);
  if (read->media_type.empty()) read->media_type = PlainMediaType(head);
  const bool is_base64 = absl::EndsWithIgnoreCase(
      absl::StripTrailingAsciiWhitespace(head), ";base64");
  const bool is_escaped = absl::StrContains(content, '%');
  if (is_base64 && !is_escaped) {
    read->media.base64 = content;
  } else if (is_base64) {
    // Only to be sent as base64 again, but without the escapes.
    std::string bytes;
    if (!absl::Base64Unescape(PercentDecoded(content), &bytes)) return false;
    read->media.decoded = std::move(bytes);
  } else if (is_escaped) {
    read->media.decoded = PercentDecoded(content);
  } else {
    read->media.bytes = content;
  }
  return true;
}

absl::StatusOr<Read> ReadPlace(const Place& place, const std::string& path,
                               const BedrockCall& call) {
  Read read;
  read.media_type = PlainMediaType(place.media_type);
  if (!place.data.empty()) {
    if (read.media_type.empty()) {
      return FieldError(absl::StrCat(path, ".media_type"),
                        "is required with data");
    }
    read.media.bytes = place.data;
    return read;
  }
  if (absl::StartsWith(place.url, "s3://")) {
    if (read.media_type.empty()) {
      return FieldError(absl::StrCat(path, ".media_type"),
                        "is required with a place in S3");
    }
    read.media.s3_uri = place.url;
    return read;
  }
  if (absl::StartsWithIgnoreCase(place.url, "https://") ||
      absl::StartsWithIgnoreCase(place.url, "http://")) {
    return call.policy.LeaveOut(
        Weight::kEssence, absl::StrCat(path, ".url"),
        "is not fetched by Bedrock; send the data, a data: URL or a place in "
        "S3");
  }
  if (!TakeDataUrl(place.url, &read)) {
    return FieldError(path, "has neither data nor a data: URL");
  }
  if (read.media_type.empty()) {
    return FieldError(absl::StrCat(path, ".url"),
                      "does not say of which media type it is");
  }
  return read;
}

absl::StatusOr<BedrockMedia> MediaOf(const Place& place,
                                     const std::string& path,
                                     absl::string_view kind,
                                     absl::Span<const Format> formats,
                                     const BedrockCall& call) {
  AIGW_ASSIGN_OR_RETURN(Read read, ReadPlace(place, path, call));
  read.media.kind = kind;
  read.media.format = FormatFor(formats, read.media_type);
  if (read.media.format.empty()) {
    return call.policy.LeaveOut(
        Weight::kEssence, absl::StrCat(path, ".media_type"),
        absl::StrCat("is no type of ", kind, " that Bedrock takes"));
  }
  return std::move(read.media);
}

// Letters, digits, single blanks, hyphens, parentheses and brackets.
std::string DocumentName(absl::string_view filename, int number) {
  std::string name;
  for (const char c : filename.substr(0, kMaxNameBytes)) {
    const bool is_plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                          absl::StrContains("-()[]", c);
    if (is_plain) {
      name.push_back(c);
    } else if (!name.empty() && name.back() != ' ') {
      name.push_back(' ');
    }
  }
  // No two documents of a conversation may have one name.
  return absl::StrCat(absl::StripAsciiWhitespace(name),
                      name.empty() ? "document " : " ", number);
}

}  // namespace

absl::StatusOr<BedrockMedia> BedrockImageOf(const v1::ImagePart& image,
                                            const std::string& path,
                                            const BedrockCall& call) {
  if (!image.detail().empty() && image.detail() != "auto") {
    AIGW_RETURN_IF_ERROR(call.policy.LeaveOut(Weight::kHint,
                                              absl::StrCat(path, ".detail"),
                                              "is not known to Bedrock"));
  }
  return MediaOf({.url = image.url(),
                  .data = image.data(),
                  .media_type = image.media_type()},
                 path, "image", kImages, call);
}

absl::StatusOr<BedrockMedia> BedrockSoundOf(const v1::AudioPart& audio,
                                            const std::string& path,
                                            const BedrockCall& call) {
  if (call.model.profile.is_claude) {
    return call.policy.LeaveOut(Weight::kEssence, path,
                                "is sound, which Claude does not take");
  }
  return MediaOf({.url = audio.url(),
                  .data = audio.data(),
                  .media_type = audio.media_type()},
                 path, "audio", kSounds, call);
}

absl::StatusOr<BedrockMedia> BedrockFileOf(const v1::FilePart& file,
                                           const std::string& path,
                                           const BedrockCall& call,
                                           int* documents) {
  if (!file.file_id().empty()) {
    return call.policy.LeaveOut(Weight::kEssence,
                                absl::StrCat(path, ".file_id"),
                                "cannot be had by Bedrock; send the data");
  }
  const Place place = {
      .url = file.url(), .data = file.data(), .media_type = file.media_type()};
  std::string type = PlainMediaType(file.media_type());
  if (type.empty() && absl::StartsWithIgnoreCase(file.url(), "data:")) {
    type = PlainMediaType(
        absl::string_view(file.url()).substr(5, file.url().find(',') - 5));
  }
  if (absl::StartsWith(type, "image/")) {
    return MediaOf(place, path, "image", kImages, call);
  }
  if (absl::StartsWith(type, "video/")) {
    return MediaOf(place, path, "video", kFilms, call);
  }
  AIGW_ASSIGN_OR_RETURN(BedrockMedia media,
                        MediaOf(place, path, "document", kDocuments, call));
  media.name = DocumentName(file.filename(), ++*documents);
  return media;
}

}  // namespace aigateway
