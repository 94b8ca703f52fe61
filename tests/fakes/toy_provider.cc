#include "tests/fakes/toy_provider.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

class ToyDecoder final : public StreamDecoder {
 public:
  absl::Status Feed(absl::string_view bytes, ProviderEvents& events) override {
    for (char c : bytes) {
      if (done_) break;
      if (c != '\n') {
        line_ += c;
        continue;
      }
      end_.mutable_usage()->set_total_tokens(end_.usage().total_tokens() + 1);
      const std::string line = std::exchange(line_, "");
      if (line == ".") {
        done_ = true;
        v1::Finish finish;
        finish.set_finish_reason(v1::FINISH_REASON_STOP);
        return events.OnFinish(finish);
      }
      v1::Delta delta;
      delta.set_text(line);
      AIGW_RETURN_IF_ERROR(events.OnDelta(delta));
    }
    return absl::OkStatus();
  }
  bool done() const override { return done_; }
  absl::Status End(bool clean, ProviderEvents& events) override {
    return done_ ? absl::OkStatus()
                 : Error(ErrorReason::kProviderProtocolError,
                         "the stream ended without its end");
  }
  v1::End& end() override { return end_; }

 private:
  std::string line_;
  bool done_ = false;
  v1::End end_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> ToyProvider::Create(
    const config::v1::ProviderConfig& config) {
  return std::make_unique<ToyProvider>(config.base_url());
}

absl::StatusOr<HttpRequest> ToyProvider::BuildRequest(
    const v1::ChatRequest& chat, const CallOptions& options) const {
  HttpRequest request;
  request.url = base_url_ + "/toy";
  request.headers.Add("authorization",
                      absl::StrCat("Bearer ", options.credential));
  request.body = chat.messages(0).content();
  return request;
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
ToyProvider::ParseResponse(const HttpResponse& response,
                           const v1::ChatRequest& chat,
                           const CallOptions& options) const {
  v1::ChatResponse answer;
  v1::Choice& choice = *answer.add_choices();
  choice.set_finish_reason(v1::FINISH_REASON_STOP);
  choice.mutable_message()->set_content(response.body);
  return answer;
}

absl::Status ToyProvider::ParseError(const HttpResponse& response,
                                     absl::Time now) const {
  return Error(response.status >= 500   ? ErrorReason::kProviderUnavailable
               : response.status == 413 ? ErrorReason::kContextLengthExceeded
                                        : ErrorReason::kInvalidRequest,
               response.body);
}

std::unique_ptr<StreamDecoder> ToyProvider::NewStreamDecoder(
    const HttpHeaders& headers, const v1::ChatRequest& chat,
    const CallOptions& options) const {
  return std::make_unique<ToyDecoder>();
}

absl::StatusOr<HttpRequest> ToyProvider::BuildModelsRequest(
    absl::string_view credential, absl::string_view page_token) const {
  HttpRequest request;
  request.method = "GET";
  request.url = absl::StrCat(base_url_, "/models", page_token);
  request.headers.Add("authorization", absl::StrCat("Bearer ", credential));
  return request;
}

absl::StatusOr<Provider::ModelsPage> ToyProvider::ParseModels(
    const HttpResponse& response) const {
  ModelsPage page;
  for (const absl::string_view line : absl::StrSplit(response.body, '\n')) {
    const std::pair<absl::string_view, absl::string_view> words =
        absl::StrSplit(line, ' ');
    if (words.first == ">") {
      page.next_page_token = std::string(words.second);
      continue;
    }
    v1::Model& model = page.models.emplace_back();
    model.set_id(std::string(words.first));
    int64_t window = 0;
    if (absl::SimpleAtoi(words.second, &window)) {
      model.set_context_window(window);
    }
  }
  return page;
}

absl::StatusOr<HttpRequest> ToyProvider::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  HttpRequest request;
  request.url = base_url_ + "/vectors";
  request.body = absl::StrJoin(embed.input(), "\n");
  return request;
}

absl::StatusOr<v1::EmbedResponse> ToyProvider::ParseResponse(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options) const {
  v1::EmbedResponse answer;
  for (const absl::string_view line : absl::StrSplit(response.body, '\n')) {
    float value = 0;
    if (!absl::SimpleAtof(line, &value)) {
      return Error(ErrorReason::kProviderProtocolError, "no number");
    }
    answer.add_embeddings()->add_values(value);
  }
  answer.set_model(options.model);
  answer.mutable_usage()->set_prompt_tokens(answer.embeddings_size());
  return answer;
}

}  // namespace aigateway
