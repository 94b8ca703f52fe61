#include "providers/responses/responses_parts.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

std::string DataUrl(absl::string_view media_type, absl::string_view bytes) {
  return absl::StrCat("data:", media_type, ";base64,",
                      absl::Base64Escape(bytes));
}

bool IsDataUrl(absl::string_view url) {
  return absl::StartsWithIgnoreCase(url, "data:");
}

}  // namespace

absl::Status ResponsesPartWriter::Write(const v1::ContentPart& part,
                                        const std::string& field, bool marked) {
  if (part.has_text()) {
    WriteText(part.text(), marked);
    return absl::OkStatus();
  }
  out_.StartObject();
  switch (part.part_case()) {
    case v1::ContentPart::kImage:
      AIGW_RETURN_IF_ERROR(
          WriteImage(part.image(), absl::StrCat(field, ".image")));
      break;
    case v1::ContentPart::kAudio:
      AIGW_RETURN_IF_ERROR(Check(kAudio, absl::StrCat(field, ".audio")));
      break;
    case v1::ContentPart::kFile:
      AIGW_RETURN_IF_ERROR(
          WriteFile(part.file(), absl::StrCat(field, ".file")));
      break;
    default:
      return FieldError(field, "has neither text nor image, audio or file");
  }
  if (marked) WriteMark();
  out_.EndObject();
  return absl::OkStatus();
}

void ResponsesPartWriter::WriteText(absl::string_view text, bool marked) {
  out_.StartObject();
  out_.Field("type", "input_text");
  out_.Field("text", text);
  if (marked) WriteMark();
  out_.EndObject();
}

absl::Status ResponsesPartWriter::WriteImage(const v1::ImagePart& image,
                                             const std::string& field) {
  AIGW_RETURN_IF_ERROR(Check(kImages, field));
  out_.Field("type", "input_image");
  switch (image.source_case()) {
    case v1::ImagePart::kUrl:
      if (!IsDataUrl(image.url())) {
        AIGW_RETURN_IF_ERROR(Check(kImageUrls, absl::StrCat(field, ".url")));
      }
      out_.Field("image_url", image.url());
      break;
    case v1::ImagePart::kData:
      if (image.media_type().empty()) {
        return FieldError(absl::StrCat(field, ".media_type"),
                          "is required with data");
      }
      out_.Field("image_url", DataUrl(image.media_type(), image.data()));
      break;
    default:
      return FieldError(field, "has neither url nor data");
  }
  if (!image.has_detail()) return absl::OkStatus();
  if ((plan_.unsupported & kImageDetail) != 0) {
    return policy_.LeaveOut(Weight::kHint, absl::StrCat(field, ".detail"),
                            plan_.Why(kImageDetail, dialect_, model_));
  }
  out_.Field("detail", image.detail());
  return absl::OkStatus();
}

absl::Status ResponsesPartWriter::WriteFile(const v1::FilePart& file,
                                            const std::string& field) {
  AIGW_RETURN_IF_ERROR(Check(kFiles, field));
  out_.Field("type", "input_file");
  switch (file.source_case()) {
    case v1::FilePart::kFileId:
      out_.Field("file_id", file.file_id());
      return absl::OkStatus();
    case v1::FilePart::kUrl:
      if (!IsDataUrl(file.url())) {
        out_.Field("file_url", file.url());
        return absl::OkStatus();
      }
      break;
    case v1::FilePart::kData:
      if (file.media_type().empty()) {
        return FieldError(absl::StrCat(field, ".media_type"),
                          "is required with data");
      }
      break;
    default:
      return FieldError(field, "has neither url nor data nor file_id");
  }
  // It is required there, though nothing depends on it.
  out_.Field("filename", file.filename().empty()
                             ? absl::string_view("document")
                             : absl::string_view(file.filename()));
  out_.Field("file_data", file.source_case() == v1::FilePart::kUrl
                              ? file.url()
                              : DataUrl(file.media_type(), file.data()));
  return absl::OkStatus();
}

void ResponsesPartWriter::WriteMark() {
  out_.RawField("prompt_cache_breakpoint", R"({"mode":"explicit"})");
}

absl::Status ResponsesPartWriter::Check(Parameters parameter,
                                        const std::string& field) const {
  if ((plan_.unsupported & parameter) == 0) return absl::OkStatus();
  return policy_.LeaveOut(
      Weight::kEssence, field,
      parameter == kImageUrls
          ? absl::StrCat("is not fetched by ", dialect_.type,
                         "; send the image as data")
          : plan_.Why(parameter, dialect_, model_));
}

}  // namespace aigateway
