#include "tests/fakes/fake_http_client.h"

namespace aigateway {

void FakeHttpClient::EnqueueJson(int status, absl::string_view body) {
  SimulatedAnswer answer;
  answer.status = status;
  answer.headers.Add("content-type", "application/json");
  answer.body.push_back({.bytes = std::string(body)});
  Enqueue(std::move(answer));
}

void FakeHttpClient::EnqueueStream(absl::Span<const absl::string_view> pieces) {
  SimulatedAnswer answer;
  answer.headers.Add("content-type", "text/event-stream");
  for (const absl::string_view piece : pieces) {
    answer.body.push_back({.bytes = std::string(piece)});
  }
  Enqueue(std::move(answer));
}

SimulatedAnswer FakeHttpClient::Answer(const HttpRequest& request) {
  requests_.push_back(request);
  SimulatedAnswer answer;
  if (answers_.empty()) {
    answer.refused = true;
    return answer;
  }
  answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

}  // namespace aigateway
