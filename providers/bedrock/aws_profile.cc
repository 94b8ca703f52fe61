#include "providers/bedrock/aws_profile.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/utf8.h"
#include "providers/bedrock/aws_keys.h"
#include "providers/credential_identity.h"

namespace aigateway {
namespace {

constexpr absl::string_view kDefault = "default";
constexpr size_t kMaxShownName = 64;

using Section = std::map<std::string, std::string>;

// "[profile NAME]" and "[NAME]" without the brackets and the word.
std::string SectionName(absl::string_view line) {
  absl::ConsumePrefix(&line, "[");
  line = absl::StripAsciiWhitespace(line.substr(0, line.find(']')));
  if (absl::StartsWith(line, "profile ") ||
      absl::StartsWith(line, "profile\t")) {
    line = absl::StripAsciiWhitespace(line.substr(8));
  }
  return std::string(line);
}

// The settings of one profile. Lines that are indented belong to a setting with
// settings of its own, none of which matters here.
Section ReadProfile(absl::string_view text, absl::string_view profile) {
  Section section;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    if (line.empty() || absl::StrContains("#; \t", line[0])) continue;
    if (line[0] == '[') {
      inside = SectionName(line) == profile;
      continue;
    }
    const size_t equals = line.find('=');
    if (!inside || equals == absl::string_view::npos) continue;
    absl::string_view value =
        absl::StripAsciiWhitespace(line.substr(equals + 1));
    // A comment may follow; neither keys nor tokens have blanks in them.
    value = value.substr(0, value.find_first_of(" \t"));
    section[absl::AsciiStrToLower(absl::StripAsciiWhitespace(
        line.substr(0, equals)))] = std::string(value);
  }
  return section;
}

class ProfileFetcher final : public CredentialFetcher {
 public:
  ProfileFetcher(const AwsSettings& settings, const SecretSource* files)
      : is_named_(!settings.profile.empty()),
        profile_(is_named_ ? settings.profile : std::string(kDefault)),
        files_(*files) {
    for (const auto& [path, usual] :
         {std::pair(settings.credentials_file, "/.aws/credentials"),
          std::pair(settings.config_file, "/.aws/config")}) {
      if (!path.empty()) {
        paths_.push_back(path);
      } else if (!settings.home.empty()) {
        paths_.push_back(absl::StrCat(settings.home, usual));
      }
    }
  }

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    co_return Read();
  }

  // With what the files say: keys that are changed there are other keys.
  std::string identity() const override {
    std::vector<absl::string_view> parts = {"aws profile", profile_};
    std::vector<Secret> texts;
    for (const std::string& path : paths_) {
      texts.emplace_back(files_.File(path).value_or(""));
    }
    for (size_t i = 0; i < paths_.size(); ++i) {
      parts.push_back(paths_[i]);
      parts.push_back(texts[i].Reveal());
    }
    return CredentialIdentity(parts);
  }

 private:
  absl::StatusOr<Credential> Read() const {
    std::string other;  // What the profile wants that is not done here.
    for (const std::string& path : paths_) {
      const absl::StatusOr<std::string> text = files_.File(path);
      if (!text.ok()) continue;
      Section section = ReadProfile(*text, profile_);
      const std::string& id = section["aws_access_key_id"];
      const std::string& secret = section["aws_secret_access_key"];
      const std::string& token = section["aws_session_token"];
      if (!id.empty() && !secret.empty()) {
        if (!IsHeaderToken(id) || !IsHeaderToken(token)) {
          return NoAwsCredentials(
              absl::StrCat(Name(), " in ", path,
                           " has a key with characters that none has"));
        }
        Credential credential;
        credential.id = id;
        credential.secret = Secret(secret);
        credential.token = Secret(token);
        return credential;
      }
      for (absl::string_view word : {"role_arn", "sso_session", "sso_start_url",
                                     "credential_process", "login_session"}) {
        if (other.empty() && section.contains(std::string(word))) {
          other = std::string(word);
        }
      }
    }
    std::string what =
        paths_.empty()
            ? absl::StrCat(Name(), " cannot be read: HOME is not set")
            : absl::StrCat(Name(), " has no keys in ",
                           absl::StrJoin(paths_, " or "));
    if (!other.empty()) {
      absl::StrAppend(&what, ", and ", other,
                      " is not supported (let `aws configure "
                      "export-credentials` write keys)");
    }
    if (is_named_ || !other.empty()) return NoAwsCredentials(what);
    return absl::NotFoundError(what);
  }

  std::string Name() const {
    return absl::StrCat("the profile '", Truncate(profile_, kMaxShownName),
                        "'");
  }

  const bool is_named_;
  const std::string profile_;
  const SecretSource& files_;
  std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<const CredentialFetcher> NewAwsProfile(
    const AwsSettings& settings, const SecretSource* files) {
  return std::make_unique<ProfileFetcher>(settings, files);
}

}  // namespace aigateway
