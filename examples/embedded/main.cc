// The gateway inside a program, without a server: a configuration from text, a
// provider, a plugin and a hook of one's own, one whole answer, one stream and
// one failure. See README.md.

#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "examples/embedded/parrot_provider.h"
#include "gateway/base/errors.h"
#include "gateway/base/mutex.h"
#include "gateway/base/task.h"
#include "gateway/core/gateway.h"
#include "gateway/observe/request_observer.h"
#include "plugins/plugin.h"

namespace aigateway {
namespace {

// The same words as in a file for the server. `parrot` is ParrotProvider, which
// is linked into this program.
constexpr char kConfig[] = R"yaml(
providers:
- {name: polly, type: parrot, models: [parrot-1]}
targets:
- {virtual_key: polly}
strategy: {mode: single}
)yaml";

// Sees to it that no provider is told a mail address.
class HideAddresses final : public Plugin {
 public:
  // A coroutine: it could ask a service and wait, without holding a thread.
  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override {
    for (v1::Message& message : *request.chat.mutable_messages()) {
      std::vector<std::string> words = absl::StrSplit(message.content(), ' ');
      for (std::string& word : words) {
        if (word.find('@') != std::string::npos) word = "(address)";
      }
      message.set_content(absl::StrJoin(words, " "));
    }
    co_return Verdict(Allow{});
  }
};

// What requests were, as a hook is told. Hooks run on the gateway's loops, so
// it is thread-safe, and quick.
class Journal {
 public:
  void Add(const RequestRecord& record) {
    std::string line = absl::StrCat(NameOf(record.method), " of ");
    line += std::string(record.model);
    if (record.status.ok()) {
      line += " by " + record.route->target();
      if (record.usage != nullptr) {  // Not every provider counts.
        line += ", " + std::to_string(record.usage->total_tokens()) + " tokens";
      }
    } else {
      line += " failed: " + std::string(NameOf(ReasonOf(record.status)));
    }
    MutexLock lock(&mutex_);
    lines_.push_back(std::move(line));
  }

  std::vector<std::string> lines() {
    MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

v1::ChatRequest Ask(const std::string& model, const std::string& prompt) {
  v1::ChatRequest chat;
  chat.set_model(model);
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content(prompt);
  return chat;
}

absl::Status RouteOnce(Gateway& gateway, const std::string& model) {
  v1::RouteRequest request;
  *request.mutable_chat() = Ask(model, "Write to ann@example.com today");
  const absl::StatusOr<v1::RouteResponse> response =
      gateway.Route(std::move(request));
  if (!response.ok()) return response.status();
  std::cout << "whole: " << response->chat().choices(0).message().content()
            << "\n";
  return absl::OkStatus();
}

absl::Status StreamOnce(Gateway& gateway) {
  v1::RouteStreamRequest request;
  *request.mutable_chat() = Ask("parrot-1", "Pieces of eight");
  std::cout << "stream:";
  // Called on a loop, one event at a time; `false` would cancel the stream.
  const absl::Status status = gateway.RouteStream(
      std::move(request), {}, [](const v1::RouteStreamResponse& event) {
        if (event.has_delta()) std::cout << " [" << event.delta().text() << "]";
        return true;
      });
  std::cout << "\n";
  return status;
}

absl::Status Run() {
  Journal journal;  // Before the gateway, whose hook uses it to the last.
  GatewayOptions options;
  options.config.text = kConfig;
  options.loops = 1;
  absl::StatusOr<std::unique_ptr<Gateway>> created =
      Gateway::Create(std::move(options));
  if (!created.ok()) return created.status();
  Gateway& gateway = **created;

  absl::Status status =
      gateway.RegisterPlugin("hide-addresses", Stage::kBeforeRequest,
                             std::make_shared<HideAddresses>());
  // Beside what the configuration declares: an instance made by hand.
  if (status.ok()) {
    status = gateway.RegisterProvider(
        "echo", std::make_shared<ParrotProvider>("simulator://parrot"));
  }
  gateway.AddHook(
      [&journal](const RequestRecord& record) { journal.Add(record); });

  if (status.ok()) status = RouteOnce(gateway, "parrot-1");
  if (status.ok()) status = StreamOnce(gateway);
  if (!status.ok()) return status;

  const absl::Status failure = RouteOnce(gateway, "parrot-2");
  std::cout << "failure: " << NameOf(ReasonOf(failure)) << ": "
            << failure.message() << "\n";

  for (const v1::Provider& provider : gateway.ListProviders()) {
    std::cout << "provider: " << provider.instance() << "\n";
  }
  gateway.Close();  // Ends what is in flight; no hook runs after it.
  for (const std::string& line : journal.lines()) {
    std::cout << "journal: " << line << "\n";
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace aigateway

int main() {
  const absl::Status status = aigateway::Run();
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
