#include "gateway/config/secrets.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/config/faults.h"

namespace aigateway {
namespace {

bool IsVariableName(absl::string_view name) {
  return !name.empty() && !absl::ascii_isdigit(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

absl::Status Refuse(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// Calls `literal` and `reference` for the pieces of `text`, in order; the
// latter with what stands between `${` and `}`.
absl::Status ForEachPiece(
    absl::string_view text,
    absl::FunctionRef<absl::Status(absl::string_view)> literal,
    absl::FunctionRef<absl::Status(absl::string_view)> reference) {
  while (!text.empty()) {
    const size_t at = text.find("${");
    if (at == text.npos) return literal(text);
    if (at > 0 && text[at - 1] == '$') {  // `$${`
      AIGW_RETURN_IF_ERROR(literal(text.substr(0, at - 1)));
      AIGW_RETURN_IF_ERROR(literal("${"));
      text.remove_prefix(at + 2);
      continue;
    }
    AIGW_RETURN_IF_ERROR(literal(text.substr(0, at)));
    text.remove_prefix(at + 2);
    const size_t end = text.find('}');
    if (end == text.npos) {
      return Refuse("a '${' is not closed; write '$${' for a plain '${'");
    }
    AIGW_RETURN_IF_ERROR(reference(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Resolve(absl::string_view reference,
                                    const SecretSource& secrets) {
  absl::string_view path = reference;
  if (absl::ConsumePrefix(&path, "file:")) {
    if (!absl::StartsWith(path, "/")) {
      return Refuse(
          absl::StrCat("${file:...} needs a path that begins with "
                       "'/', not ",
                       QuoteForMessage(path)));
    }
    absl::StatusOr<std::string> content = secrets.File(path);
    if (!content.ok()) {
      return Refuse(
          absl::StrCat("the file ", QuoteForMessage(path),
                       " cannot be read: ", content.status().message()));
    }
    return std::string(absl::StripAsciiWhitespace(*content));
  }
  if (!IsVariableName(reference)) {
    return Refuse(absl::StrCat(
        "${", Truncate(reference, 40),
        "} is neither ${NAME} nor ${file:/PATH}; write '$${' for a plain "
        "'${'"));
  }
  std::optional<std::string> value = secrets.Variable(reference);
  if (!value.has_value()) {
    return Refuse(
        absl::StrCat("the environment variable ", reference, " is not set"));
  }
  return *std::move(value);
}

}  // namespace

std::optional<std::string> SystemSecrets::Variable(
    absl::string_view name) const {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

absl::StatusOr<std::string> SystemSecrets::File(absl::string_view path) const {
  // Not blocking on a FIFO that nobody writes to.
  const int file =
      open(std::string(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return absl::UnavailableError(std::strerror(errno));
  struct stat state;
  absl::Status status;
  std::string content(kMaxFileBytes + 1, '\0');
  size_t size = 0;
  if (fstat(file, &state) != 0 || !S_ISREG(state.st_mode)) {
    status = absl::UnavailableError("it is no regular file");
  }
  while (status.ok() && size < content.size()) {
    const ssize_t n = read(file, &content[size], content.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) status = absl::UnavailableError(std::strerror(errno));
    if (n <= 0) break;
    size += n;
  }
  close(file);
  if (!status.ok()) return status;
  if (size > kMaxFileBytes) {
    return absl::UnavailableError(
        absl::StrCat("it is larger than ", kMaxFileBytes >> 10, " KiB"));
  }
  content.resize(size);
  return content;
}

std::optional<std::string> FixedSecrets::Variable(
    absl::string_view name) const {
  const auto found = variables_.find(std::string(name));
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::string> FixedSecrets::File(absl::string_view path) const {
  const auto found = files_.find(std::string(path));
  if (found == files_.end()) {
    return absl::UnavailableError("No such file or directory");
  }
  return found->second;
}

absl::StatusOr<std::string> Expand(absl::string_view text,
                                   const SecretSource& secrets) {
  std::string expanded;
  const auto append = [&expanded](absl::string_view piece) {
    if (piece.size() > kMaxExpandedBytes - expanded.size()) {
      return Refuse("is too long once its variables are expanded");
    }
    absl::StrAppend(&expanded, piece);
    return absl::OkStatus();
  };
  AIGW_RETURN_IF_ERROR(ForEachPiece(
      text, append, [&](absl::string_view reference) -> absl::Status {
        AIGW_ASSIGN_OR_RETURN(const std::string value,
                              Resolve(reference, secrets));
        return append(value);
      }));
  return expanded;
}

std::string ReferencesOf(absl::string_view text) {
  std::vector<std::string> references;
  constexpr size_t kMaxNamed = 4;
  const absl::Status ignored = ForEachPiece(
      text, [](absl::string_view) { return absl::OkStatus(); },
      [&](absl::string_view reference) {
        if (references.size() == kMaxNamed) return absl::OkStatus();
        absl::string_view path = reference;
        references.push_back(
            absl::ConsumePrefix(&path, "file:")
                ? absl::StrCat("the file ", QuoteForMessage(path))
                : absl::StrCat("the environment variable ",
                               Truncate(reference, 64)));
        return absl::OkStatus();
      });
  return absl::StrJoin(references, " and ");
}

}  // namespace aigateway
