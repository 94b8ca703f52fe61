#include "examples/embedded/parrot_provider.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "gateway/net/simulated_http_client.h"

namespace aigateway {
namespace {

// No word is longer: what a server sends is never kept without a bound.
constexpr size_t kMaxLineBytes = 64 * 1024;

// Words in, words out: all that this vendor counts.
void CountWords(int64_t prompt, int64_t completion, v1::Usage& usage) {
  usage.set_prompt_tokens(prompt);
  usage.set_completion_tokens(completion);
  usage.set_total_tokens(prompt + completion);
}

int64_t WordsOf(absl::string_view text) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, ' ', absl::SkipEmpty());
  return static_cast<int64_t>(words.size());
}

const std::string& PromptOf(const v1::ChatRequest& chat) {
  return chat.messages(chat.messages_size() - 1).content();
}

// Reads "one\ntwo\n.\n". Bytes may be cut anywhere, also inside a character.
class ParrotDecoder final : public StreamDecoder {
 public:
  explicit ParrotDecoder(int64_t prompt_words) : prompt_words_(prompt_words) {}

  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    for (const char c : bytes) {
      if (done_) break;
      if (c == '\n') {
        AIGW_RETURN_IF_ERROR(
            TakeLine(ValidUtf8(std::exchange(line_, "")), events));
      } else if (line_.size() == kMaxLineBytes) {
        return Error(ErrorReason::kProviderProtocolError,
                     "the parrot sent a word without an end");
      } else {
        line_ += c;
      }
    }
    return absl::OkStatus();
  }

  bool done() const override { return done_; }

  // An answer is whole when the dialect's own end was seen, and only then.
  absl::Status End(bool clean, ProviderEvents& events) override {
    if (done_) return absl::OkStatus();
    return clean ? Error(ErrorReason::kProviderProtocolError,
                         "the parrot stopped without its end")
                 : Error(ErrorReason::kProviderUnavailable,
                         "the parrot flew away");
  }

  v1::End& end() override { return end_; }

 private:
  absl::Status TakeLine(const std::string& line, ProviderEvents& events) {
    if (line == ".") {
      done_ = true;
      CountWords(prompt_words_, words_, *end_.mutable_usage());
      v1::Finish finish;
      finish.set_finish_reason(v1::FINISH_REASON_STOP);
      return events.OnFinish(finish);
    }
    v1::Delta delta;
    delta.set_text(words_ == 0 ? line : absl::StrCat(" ", line));
    ++words_;
    return events.OnDelta(delta);
  }

  const int64_t prompt_words_;
  std::string line_;
  int64_t words_ = 0;
  bool done_ = false;
  v1::End end_;
};

// The other end, so that the example runs without a network: what a loop's
// HTTP client asks of simulator:// URLs is answered here. A vendor that is out
// there needs none of this.
SimulatedHttpClient::Responder MakeParrot() {
  return [](const HttpRequest& request, absl::Time now) {
    SimulatedAnswer answer;
    if (absl::EndsWith(request.url, "/say")) {
      answer.body.push_back({.bytes = request.body});
      return answer;
    }
    for (absl::string_view word :
         absl::StrSplit(request.body, ' ', absl::SkipEmpty())) {
      answer.body.push_back({.bytes = absl::StrCat(word, "\n")});
    }
    answer.body.push_back({.bytes = ".\n"});
    return answer;
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> ParrotProvider::Create(
    const config::v1::ProviderConfig& config) {
  return std::make_unique<ParrotProvider>(
      config.base_url().empty() ? "simulator://parrot" : config.base_url());
}

absl::StatusOr<HttpRequest> ParrotProvider::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  // What it cannot do it says, rather than leave it out.
  if (chat.tools_size() > 0) {
    return FieldError("chat.tools", "a parrot calls no tools",
                      ErrorReason::kUnsupportedParameter);
  }
  if (PromptOf(chat).empty()) {
    return FieldError("chat.messages", "a parrot needs text to say again");
  }
  HttpRequest request;
  request.url = absl::StrCat(base_url_, options.stream ? "/sing" : "/say");
  request.headers.Add("content-type", "text/plain");
  request.body = PromptOf(chat);
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
ParrotProvider::ParseResponse(const HttpResponse& response,
                              const v1::ChatRequest& chat,
                              const CallOptions& options) const {
  v1::ChatResponse answer;
  answer.set_model(options.model);
  v1::Choice& choice = *answer.add_choices();
  choice.set_finish_reason(v1::FINISH_REASON_STOP);
  choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
  choice.mutable_message()->set_content(ValidUtf8(response.body));
  CountWords(WordsOf(PromptOf(chat)), WordsOf(response.body),
             *answer.mutable_usage());
  return answer;
}

// The reason decides whether the gateway tries again, goes on to the next
// target, or gives up.
absl::Status ParrotProvider::ParseError(const HttpResponse& response,
                                        absl::Time now) const {
  if (response.status == 429) {
    return Error(ErrorReason::kProviderRateLimited, "the parrot is hoarse");
  }
  return Error(response.status >= 500 ? ErrorReason::kProviderUnavailable
                                      : ErrorReason::kInvalidRequest,
               "the parrot does not want to");
}

std::unique_ptr<StreamDecoder> ParrotProvider::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  return std::make_unique<ParrotDecoder>(WordsOf(PromptOf(chat)));
}

absl::StatusOr<HttpRequest> ParrotProvider::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  return Error(ErrorReason::kUnsupportedParameter, "a parrot lists no models");
}

absl::StatusOr<Provider::ModelsPage> ParrotProvider::ParseModels(
    const HttpResponse& response) const {
  return ModelsPage();
}

// From here on a configuration may say `type: parrot`.
AIGW_REGISTER_PROVIDER("parrot", {.create = &ParrotProvider::Create,
                                  .needs_key = false,
                                  .make_responder = &MakeParrot});

}  // namespace aigateway
