#ifndef AIGATEWAY_TESTS_FAKES_FAKE_HTTP_CLIENT_H_
#define AIGATEWAY_TESTS_FAKES_FAKE_HTTP_CLIENT_H_

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"

namespace aigateway {

// A server for tests: remembers what it was sent and answers from a script,
// one answer a request, by the test's timers. With no answer left it refuses
// the connection. Belongs to one loop.
class FakeHttpClient : public HttpClient {
 public:
  // `timers` must outlive this object.
  explicit FakeHttpClient(Timers* timers)
      : client_(timers, [this](const HttpRequest& request, absl::Time) {
          return Answer(request);
        }) {}

  void Enqueue(SimulatedAnswer answer) {
    answers_.push_back(std::move(answer));
  }
  // A whole JSON answer.
  void EnqueueJson(int status, absl::string_view body);
  // A whole event stream: each of `pieces` comes by itself, at once.
  void EnqueueStream(absl::Span<const absl::string_view> pieces);

  Task<absl::Status> Send(Scope& scope, const HttpRequest& request,
                          HttpSink& sink, Flow* flow) override {
    return client_.Send(scope, request, sink, flow);
  }

  // In the order they came.
  const std::vector<HttpRequest>& requests() const { return requests_; }
  int open_exchanges() const { return client_.open_exchanges(); }
  // Answers that nobody asked for yet.
  size_t answers_left() const { return answers_.size(); }

 private:
  SimulatedAnswer Answer(const HttpRequest& request);

  std::deque<SimulatedAnswer> answers_;
  std::vector<HttpRequest> requests_;
  SimulatedHttpClient client_;
};

// Keeps a whole answer.
class CollectingHttpSink : public HttpSink {
 public:
  absl::Status OnHead(int status, const HttpHeaders& headers) override {
    ++heads;
    response.status = status;
    response.headers = headers;
    return head_result;
  }
  absl::Status OnBody(absl::string_view bytes) override {
    pieces.emplace_back(bytes);
    response.body.append(bytes.data(), bytes.size());
    return body_result;
  }
  bool Satisfied() const override { return satisfied; }

  HttpResponse response;
  int heads = 0;
  std::vector<std::string> pieces;  // As they came.
  // What a test wants the sink to say.
  absl::Status head_result;
  absl::Status body_result;
  bool satisfied = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FAKE_HTTP_CLIENT_H_
