// Hooks: a program that is told of each request as it ends. One hook adds up
// what was used, another writes a line for each failure; see README.md.

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/mutex.h"
#include "gateway/core/gateway.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {
namespace {

// `broken` always fails, so that `spare` answers for it.
constexpr char kConfig[] = R"yaml(
providers:
- name: broken
  type: simulator
  models: [simulator]
  options: {fault: {type: error, status: 503}}
- {name: spare, type: simulator, models: [simulator]}
targets:
- {virtual_key: broken}
- {virtual_key: spare}
strategy: {mode: fallback}
)yaml";

// Requests, attempts and tokens by target. A hook runs on the gateway's loops,
// several at once, and every request waits for it: so this only counts.
class Use {
 public:
  void Add(const RequestRecord& record) {
    if (!record.status.ok()) return;
    MutexLock lock(&mutex_);
    Sum& sum = sums_[record.route->target()];
    ++sum.requests;
    sum.attempts += record.route->attempts_size();
    if (record.usage != nullptr) sum.tokens += record.usage->total_tokens();
  }

  std::vector<std::string> Lines() {
    MutexLock lock(&mutex_);
    std::vector<std::string> lines;
    for (const auto& [target, sum] : sums_) {
      lines.push_back(absl::StrCat(target, ": ", sum.requests, " requests, ",
                                   sum.attempts, " attempts, ",
                                   sum.tokens > 0 ? "some" : "no", " tokens"));
    }
    return lines;
  }

 private:
  struct Sum {
    int requests = 0;
    int attempts = 0;
    int64_t tokens = 0;
  };

  Mutex mutex_;
  std::map<std::string, Sum> sums_ ABSL_GUARDED_BY(mutex_);
};

// Views in a record end with the call: what is kept is copied.
class Failures {
 public:
  void Add(const RequestRecord& record) {
    if (record.status.ok()) return;
    std::string line = absl::StrCat(NameOf(record.method), " of ", record.model,
                                    ": ", NameOf(ReasonOf(record.status)));
    MutexLock lock(&mutex_);
    lines_.push_back(std::move(line));
  }

  std::vector<std::string> Lines() {
    MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

// What came of it is told by the hooks.
void Ask(Gateway& gateway, const std::string& model) {
  v1::RouteRequest request;
  request.mutable_chat()->set_model(model);
  v1::Message& message = *request.mutable_chat()->add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("Hello");
  (void)gateway.Route(std::move(request));
}

absl::Status Run() {
  Use use;  // Both before the gateway, whose hooks use them to the last.
  Failures failures;
  GatewayOptions options;
  options.config.text = kConfig;
  options.loops = 1;
  absl::StatusOr<std::unique_ptr<Gateway>> created =
      Gateway::Create(std::move(options));
  if (!created.ok()) return created.status();
  Gateway& gateway = **created;

  gateway.AddHook([&use](const RequestRecord& record) { use.Add(record); });
  const int failing = gateway.AddHook(
      [&failures](const RequestRecord& record) { failures.Add(record); });
  Ask(gateway, "simulator");
  Ask(gateway, "simulator");
  Ask(gateway, "unknown");
  gateway.RemoveHook(failing);
  Ask(gateway, "unknown");  // Nobody notes it any more.

  gateway.Close();  // No hook runs after it.
  for (const std::string& line : use.Lines()) std::cout << line << "\n";
  for (const std::string& line : failures.Lines()) {
    std::cout << "failed: " << line << "\n";
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
