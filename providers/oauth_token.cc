#include "providers/oauth_token.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/timers.h"
#include "gateway/base/utf8.h"
#include "providers/base_url.h"
#include "providers/credential_exchange.h"
#include "providers/redactor.h"

namespace aigateway {
namespace {

constexpr absl::Duration kUnstatedLife = absl::Minutes(5);
constexpr absl::Duration kMaxLife = absl::Hours(24);
constexpr size_t kMaxShown = 256;

struct TokenAnswer {
  std::string token;
  std::string type;
  std::optional<int64_t> expires_in;  // In seconds.
  std::string error;
  std::string description;
};

std::string TextOf(JsonValue& value) {
  return std::string(value.AsString().value_or(""));
}

// A number; some services send it as a text.
std::optional<int64_t> SecondsOf(JsonValue& value) {
  if (value.kind() == JsonValue::Kind::kString) {
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(*value.AsString(), &seconds)) return std::nullopt;
    return seconds;
  }
  return value.AsInt();
}

// nullopt if it is no JSON object.
std::optional<TokenAnswer> ReadAnswer(absl::string_view body) {
  TokenAnswer answer;
  JsonReader reader;
  const absl::Status read =
      reader.Read(body, [&](JsonValue& root) -> absl::Status {
        if (root.kind() != JsonValue::Kind::kObject) {
          return absl::InvalidArgumentError("it is no object");
        }
        return root.ForEachField([&](absl::string_view key, JsonValue& value) {
          if (key == "access_token") answer.token = TextOf(value);
          if (key == "token_type") answer.type = TextOf(value);
          if (key == "expires_in") answer.expires_in = SecondsOf(value);
          if (key == "error") answer.error = TextOf(value);
          if (key == "error_description") answer.description = TextOf(value);
          return absl::OkStatus();
        });
      });
  if (!read.ok()) return std::nullopt;
  return answer;
}

// What goes into a header.
bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
}

// Why an answer has no token: its status, and its own words.
std::string WhyRefused(int status, const std::optional<TokenAnswer>& answer,
                       const std::vector<Secret>& secrets) {
  std::string why = absl::StrCat("status ", status);
  if (!answer.has_value()) return why;
  const Redactor redactor(secrets);
  for (const std::string* words : {&answer->error, &answer->description}) {
    if (words->empty()) continue;
    absl::StrAppend(&why, why.find(": ") == why.npos ? ": " : ", ",
                    Truncate(redactor.Clean(*words), kMaxShown));
  }
  return why;
}

}  // namespace

std::string FormField(absl::string_view name, absl::string_view value) {
  return absl::StrCat(name, "=", EscapePathStep(value));
}

absl::Status NoAccessToken(absl::string_view what, absl::string_view why) {
  return Error(ErrorReason::kProviderAuthFailed,
               absl::StrCat("no access token from ", what, ": ", why));
}

Task<absl::StatusOr<Credential>> FetchOAuthToken(Scope& scope, const Env& env,
                                                 TokenQuestion question) {
  // Before it is asked for: how long it lives is counted from some moment
  // after that.
  const absl::Time asked = env.timers->Now();
  const absl::StatusOr<HttpResponse> response = co_await ExchangeForCredential(
      scope, env, question.request, question.limit);
  if (scope.cancelled()) co_return scope.status();
  if (!response.ok()) {
    co_return NoAccessToken(question.what, response.status().message());
  }
  const std::optional<TokenAnswer> answer = ReadAnswer(response->body);
  if (response->status != 200) {
    co_return NoAccessToken(
        question.what, WhyRefused(response->status, answer, question.secrets));
  }
  if (!answer.has_value() || !IsToken(answer->token)) {
    co_return NoAccessToken(question.what, "the answer has none");
  }
  if (!answer->type.empty() &&
      !absl::EqualsIgnoreCase(answer->type, "bearer")) {
    co_return NoAccessToken(question.what, "the answer's is no Bearer token");
  }
  Credential credential;
  credential.token = Secret(answer->token);
  credential.expiry =
      asked + (answer->expires_in.has_value()
                   ? std::min(absl::Seconds(*answer->expires_in), kMaxLife)
                   : kUnstatedLife);
  co_return credential;
}

}  // namespace aigateway
