#include "providers/openai_parts.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

std::string Base64(absl::string_view bytes) {
  std::string text;
  absl::Base64Escape(bytes, &text);
  return text;
}

std::string DataUrl(absl::string_view media_type, absl::string_view bytes) {
  return absl::StrCat("data:", media_type, ";base64,", Base64(bytes));
}

bool IsDataUrl(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "data:");
}

// The format of a sound as chat completions name it: "mp3" of "audio/mpeg".
std::string AudioFormat(absl::string_view media_type) {
  media_type = media_type.substr(0, media_type.find(';'));
  absl::ConsumePrefix(&media_type, "audio/");
  absl::ConsumePrefix(&media_type, "x-");
  if (media_type == "mpeg") return "mp3";
  if (media_type == "wave" || media_type == "vnd.wave") return "wav";
  return std::string(media_type);
}

}  // namespace

absl::Status OpenAiPartWriter::Write(const v1::ContentPart& part,
                                     const std::string& field, bool cached) {
  if (part.has_text()) {
    WriteText(part.text(), cached, part.cache_control());
    return absl::OkStatus();
  }
  out_.StartObject();
  switch (part.part_case()) {
    case v1::ContentPart::kImage:
      AIGW_RETURN_IF_ERROR(
          WriteImage(part.image(), absl::StrCat(field, ".image")));
      break;
    case v1::ContentPart::kAudio:
      AIGW_RETURN_IF_ERROR(
          WriteAudio(part.audio(), absl::StrCat(field, ".audio")));
      break;
    case v1::ContentPart::kFile:
      AIGW_RETURN_IF_ERROR(
          WriteFile(part.file(), absl::StrCat(field, ".file")));
      break;
    default:
      return FieldError(field, "has neither text nor image, audio or file");
  }
  if (cached) WriteCache(part.cache_control());
  out_.EndObject();
  return absl::OkStatus();
}

void OpenAiPartWriter::WriteText(absl::string_view text, bool cached,
                                 const v1::CacheControl& cache) {
  out_.StartObject();
  out_.Field("type", "text");
  out_.Field("text", text);
  if (cached) WriteCache(cache);
  out_.EndObject();
}

absl::Status OpenAiPartWriter::WriteImage(const v1::ImagePart& image,
                                          const std::string& field) {
  AIGW_RETURN_IF_ERROR(Check(kImages, field));
  out_.Field("type", "image_url");
  out_.Key("image_url");
  out_.StartObject();
  switch (image.source_case()) {
    case v1::ImagePart::kUrl:
      if (!IsDataUrl(image.url())) {
        AIGW_RETURN_IF_ERROR(Check(kImageUrls, absl::StrCat(field, ".url")));
      }
      out_.Field("url", image.url());
      break;
    case v1::ImagePart::kData:
      if (image.media_type().empty()) {
        return FieldError(absl::StrCat(field, ".media_type"),
                          "is required with data");
      }
      out_.Field("url", DataUrl(image.media_type(), image.data()));
      break;
    default:
      return FieldError(field, "has neither url nor data");
  }
  if (image.has_detail()) {
    if ((plan_.unsupported & kImageDetail) == 0) {
      out_.Field("detail", image.detail());
    } else {
      AIGW_RETURN_IF_ERROR(
          policy_.LeaveOut(Weight::kHint, absl::StrCat(field, ".detail"),
                           absl::StrCat("is not known to ", dialect_.type)));
    }
  }
  out_.EndObject();
  return absl::OkStatus();
}

absl::Status OpenAiPartWriter::WriteAudio(const v1::AudioPart& audio,
                                          const std::string& field) {
  AIGW_RETURN_IF_ERROR(Check(kAudio, field));
  std::string base64;
  absl::string_view media_type = audio.media_type();
  absl::string_view url = audio.url();
  switch (audio.source_case()) {
    case v1::AudioPart::kData:
      base64 = Base64(audio.data());
      break;
    case v1::AudioPart::kUrl: {
      const size_t comma = url.find(",");
      if (!IsDataUrl(url) || comma == url.npos ||
          !absl::EndsWithIgnoreCase(url.substr(0, comma), ";base64")) {
        return FieldError(absl::StrCat(field, ".url"),
                          "must be a data: URL in base64: sound is not fetched",
                          ErrorReason::kUnsupportedParameter);
      }
      base64 = std::string(url.substr(comma + 1));
      if (media_type.empty()) media_type = url.substr(5, comma - 5);
      break;
    }
    default:
      return FieldError(field, "has neither url nor data");
  }
  if (media_type.empty()) {
    return FieldError(absl::StrCat(field, ".media_type"),
                      "is required with data");
  }
  switch (dialect_.audio) {
    case AudioForm::kInputAudioText:
      out_.Field("type", "input_audio");
      out_.Field("input_audio", base64);
      break;
    case AudioForm::kAudioContent:
      out_.Field("type", "audio_content");
      out_.Key("audio_content");
      out_.StartObject();
      out_.Field(
          "content",
          absl::StrCat("data:", media_type.substr(0, media_type.find(';')),
                       ";base64,", base64));
      out_.EndObject();
      break;
    case AudioForm::kInputAudio:
      out_.Field("type", "input_audio");
      out_.Key("input_audio");
      out_.StartObject();
      out_.Field("data", base64);
      out_.Field("format", AudioFormat(media_type));
      out_.EndObject();
      break;
  }
  return absl::OkStatus();
}

absl::Status OpenAiPartWriter::WriteFile(const v1::FilePart& file,
                                         const std::string& field) {
  AIGW_RETURN_IF_ERROR(Check(kFiles, field));
  switch (file.source_case()) {
    case v1::FilePart::kFileId:
      out_.Field("type", "file");
      if (dialect_.file_urls == FileUrls::kDocumentUrl) {
        out_.Field("file_id", file.file_id());
        return absl::OkStatus();
      }
      out_.Key("file");
      out_.StartObject();
      out_.Field("file_id", file.file_id());
      out_.EndObject();
      return absl::OkStatus();
    case v1::FilePart::kData:
      if (file.media_type().empty()) {
        return FieldError(absl::StrCat(field, ".media_type"),
                          "is required with data");
      }
      WriteFileData(file, DataUrl(file.media_type(), file.data()));
      return absl::OkStatus();
    case v1::FilePart::kUrl:
      return WriteFileUrl(file, absl::StrCat(field, ".url"));
    default:
      return FieldError(field, "has neither url nor data nor file_id");
  }
}

absl::Status OpenAiPartWriter::WriteFileUrl(const v1::FilePart& file,
                                            const std::string& field) {
  if (!IsDataUrl(file.url()) && dialect_.file_urls == FileUrls::kNo) {
    return FieldError(field,
                      absl::StrCat("is not fetched by ", dialect_.type,
                                   "; send the document as data"),
                      ErrorReason::kUnsupportedParameter);
  }
  WriteFileData(file, file.url());
  return absl::OkStatus();
}

void OpenAiPartWriter::WriteFileData(const v1::FilePart& file,
                                     absl::string_view url) {
  if (dialect_.file_urls == FileUrls::kDocumentUrl) {
    out_.Field("type", "document_url");
    out_.Field("document_url", url);
    if (file.has_filename()) out_.Field("document_name", file.filename());
    return;
  }
  out_.Field("type", "file");
  out_.Key("file");
  out_.StartObject();
  // It is required there, though nothing depends on it.
  out_.Field("filename",
             file.filename().empty() ? "document" : file.filename().c_str());
  out_.Field("file_data", url);
  out_.EndObject();
}

void OpenAiPartWriter::WriteCache(const v1::CacheControl& cache) {
  if (dialect_.cache == CacheForm::kBreakpoint) {
    out_.Key("prompt_cache_breakpoint");
    out_.StartObject();
    out_.Field("mode", "explicit");
    out_.EndObject();
    return;
  }
  out_.Key("cache_control");
  out_.StartObject();
  out_.Field("type", cache.has_type() ? absl::string_view(cache.type())
                                      : absl::string_view("ephemeral"));
  // The two that there are.
  if (cache.has_ttl()) {
    out_.Field("ttl", cache.ttl().seconds() <= 300 ? "5m" : "1h");
  }
  out_.EndObject();
}

absl::Status OpenAiPartWriter::Check(Parameters parameter,
                                     const std::string& field) const {
  if ((plan_.unsupported & parameter) == 0) return absl::OkStatus();
  return policy_.LeaveOut(
      Weight::kEssence, field,
      parameter == kImageUrls
          ? absl::StrCat("is not fetched by ", dialect_.type,
                         "; send the image as data")
          : absl::StrCat("is not known to ", dialect_.type));
}

}  // namespace aigateway
