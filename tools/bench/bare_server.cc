#include "tools/bench/bare_server.h"

#include <utility>

#include "tools/bench/token.h"

namespace aigateway::bench {
namespace {

constexpr absl::string_view kContent = "\"content\":\"";

}  // namespace

std::vector<std::unique_ptr<HttpLoop>> StartLoops(const std::string& upstream,
                                                  int count) {
  std::vector<std::unique_ptr<HttpLoop>> loops;
  for (int i = 0; i < count; ++i) {
    loops.push_back(std::make_unique<HttpLoop>(
        upstream, std::vector<std::string>{"Authorization: Bearer bench"}));
  }
  return loops;
}

std::string BodyOf(const v1::ChatRequest& chat, bool stream) {
  return ChatBody(chat.model(),
                  chat.messages_size() > 0 ? chat.messages(0).content() : "",
                  stream);
}

void FillAnswer(absl::string_view text, v1::RouteResponse* response) {
  const size_t begin = text.find(kContent);
  if (begin != absl::string_view::npos) {
    text.remove_prefix(begin + kContent.size());
    text = text.substr(0, text.find('"'));
  }
  v1::ChatResponse& chat = *response->mutable_chat();
  chat.set_id("chatcmpl-bench0123456789");
  chat.set_model("gpt-4o-mini-2024-07-18");
  v1::Choice& choice = *chat.add_choices();
  choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
  choice.mutable_message()->set_content(text.data(), text.size());
  choice.set_finish_reason(v1::FINISH_REASON_STOP);
  chat.mutable_usage()->set_total_tokens(350);
}

void TokenReader::Read(absl::string_view bytes, std::string* text) {
  if (!rest_.empty()) {
    rest_.append(bytes.data(), bytes.size());
    bytes = rest_;
  }
  size_t done = 0;
  for (;;) {
    const size_t line_end = bytes.find('\n', done);
    if (line_end == absl::string_view::npos) break;
    const absl::string_view line = bytes.substr(done, line_end - done);
    const size_t begin = line.find(kContent);
    if (begin != absl::string_view::npos) {
      const absl::string_view token =
          line.substr(begin + kContent.size(), kTokenSize);
      text->append(token.data(), token.size());
    }
    done = line_end + 1;
  }
  std::string rest(bytes.substr(done));
  rest_ = std::move(rest);
}

}  // namespace aigateway::bench
