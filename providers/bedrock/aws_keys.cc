#include "providers/bedrock/aws_keys.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShown = 1024;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// Checks what was read, and takes the time of its expiry.
absl::StatusOr<Credential> Complete(Credential read, absl::string_view expiry) {
  if (read.id.empty() || read.secret.empty()) {
    return Wrong("the answer has no pair of keys");
  }
  if (!IsHeaderToken(read.id) || !IsHeaderToken(read.token.Reveal())) {
    return Wrong("the answer's keys have characters that no key has");
  }
  if (!expiry.empty()) {
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, expiry, &read.expiry, &error)) {
      return Wrong("the answer's Expiration is no time");
    }
  }
  return read;
}

}  // namespace

bool IsHeaderToken(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
}

absl::StatusOr<Credential> ReadAwsKeys(absl::string_view json) {
  Credential read;
  std::string expiry;
  std::string code;
  JsonReader reader;
  const absl::Status status = reader.Read(json, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      const absl::string_view text = value.AsString().value_or("");
      if (key == "AccessKeyId") read.id = std::string(text);
      if (key == "SecretAccessKey") read.secret = Secret(text);
      if (key == "Token") read.token = Secret(text);
      if (key == "Expiration") expiry = std::string(text);
      if (key == "Code") code = std::string(text);
      return absl::OkStatus();
    });
  });
  if (!status.ok()) return Wrong("the answer is not JSON");
  // An instance whose role is gone says so under status 200.
  if (!code.empty() && code != "Success") {
    return Wrong(absl::StrCat("the answer says '", Truncate(code, 64), "'"));
  }
  return Complete(std::move(read), expiry);
}

absl::string_view XmlText(absl::string_view xml, absl::string_view name) {
  const std::string open = absl::StrCat("<", name, ">");
  const std::string close = absl::StrCat("</", name, ">");
  const size_t begin = xml.find(open);
  if (begin == absl::string_view::npos) return {};
  xml.remove_prefix(begin + open.size());
  const size_t end = xml.find('<');
  if (end == absl::string_view::npos ||
      xml.substr(end, close.size()) != close) {
    return {};
  }
  const absl::string_view text = absl::StripAsciiWhitespace(xml.substr(0, end));
  return text.find('&') == absl::string_view::npos ? text : "";
}

absl::StatusOr<Credential> ReadStsKeys(absl::string_view xml) {
  const size_t begin = xml.find("<Credentials>");
  if (begin == absl::string_view::npos) {
    return Wrong("the answer has no credentials");
  }
  xml.remove_prefix(begin);
  Credential read;
  read.id = std::string(XmlText(xml, "AccessKeyId"));
  read.secret = Secret(XmlText(xml, "SecretAccessKey"));
  read.token = Secret(XmlText(xml, "SessionToken"));
  if (read.token.empty()) return Wrong("the answer has no session token");
  return Complete(std::move(read), XmlText(xml, "Expiration"));
}

absl::Status NoAwsCredentials(absl::string_view what) {
  return Error(
      ErrorReason::kProviderAuthFailed,
      absl::StrCat(
          "no AWS credentials could be had: ", Truncate(what, kMaxShown),
          ". Set api_key to a key of Bedrock's own (AWS_BEARER_TOKEN_BEDROCK), "
          "or options.access_key_id and secret_access_key, or mend what is "
          "named here"));
}

}  // namespace aigateway
