#include "tools/bench/lab.h"

#include <cstdlib>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

#include "tools/bench/load.h"

namespace aigateway::bench {
namespace {

constexpr char kPath[] = "/v1/chat/completions";

std::unique_ptr<ChildProcess> Start(ChildProcess::Options options) {
  return std::make_unique<ChildProcess>(std::move(options));
}

}  // namespace

Subject::Subject(std::string name, Protocol protocol, std::string address,
                 std::vector<std::string> headers,
                 std::unique_ptr<ChildProcess> process)
    : name_(std::move(name)),
      protocol_(protocol),
      address_(std::move(address)),
      headers_(std::move(headers)),
      process_(std::move(process)) {}

LoadOptions Subject::Complete(LoadOptions options) const {
  options.address = address_;
  options.headers = headers_;
  if (process_ != nullptr) {
    options.cpu_seconds = [this] { return process_->cpu_seconds(); };
  }
  return options;
}

LoadResult Subject::Unary(LoadOptions options) const {
  const LoadOptions complete = Complete(std::move(options));
  return protocol_ == Protocol::kGrpc ? LoadGrpcUnary(complete)
                                      : LoadHttpUnary(complete);
}

LoadResult Subject::Streams(LoadOptions options) const {
  const LoadOptions complete = Complete(std::move(options));
  return protocol_ == Protocol::kGrpc ? LoadGrpcStreams(complete)
                                      : LoadHttpStreams(complete);
}

void Subject::HoldUnread(LoadOptions options) const {
  HoldUnreadStreams(Complete(std::move(options)));
}

Lab::Lab(Options options) : options_(std::move(options)) {
  const int port = FreePort();
  upstream_ =
      Start({.command = {options_.upstream, absl::StrCat(port)}, .port = port});
}

Subject Lab::Direct() const {
  return Subject("libcurl, direct", Subject::Protocol::kHttp,
                 absl::StrCat("http://", upstream_->address(), kPath),
                 {"Authorization: Bearer bench"}, nullptr);
}

Subject Lab::Bare(const std::string& name, const std::string& border) const {
  const int port = FreePort();
  auto process = Start({.command = {options_.bare, border, absl::StrCat(port),
                                    absl::StrCat(upstream_->port()),
                                    absl::StrCat(options_.loops)},
                        .port = port});
  const std::string address = process->address();
  return Subject(name, Subject::Protocol::kGrpc, address, {},
                 std::move(process));
}

Subject Lab::Echo() const { return Bare("gRPC echo", "echo"); }
Subject Lab::BareQueue() const { return Bare("bare, queue", "queue"); }
Subject Lab::BareCallback() const {
  return Bare("bare, callbacks", "callback");
}

std::string Lab::Fill(const std::string& config) const {
  return absl::StrReplaceAll(
      config,
      {{"UPSTREAM", absl::StrCat("http://", upstream_->address(), "/v1")}});
}

std::string Lab::PlainConfig(int attempts) {
  return absl::StrCat(
      "providers:\n"
      "- {name: bench, type: openai-compatible, base_url: 'UPSTREAM',"
      " api_key: bench}\n"
      "targets:\n"
      "- {virtual_key: bench, retry: {attempts: ",
      attempts,
      "}}\n"
      "strategy: {mode: fallback}\n");
}

std::string Lab::ArmedConfig() {
  constexpr char kGuards[] =
      "  retry: {attempts: 3, budget: 0.2}\n"
      "  timeouts: {first_token: 5s, idle: 30s, attempt: 60s}\n"
      "  circuit_breaker: {failure_threshold: 5, failure_rate: 0.5,"
      " window: 30s, min_requests: 20, timeout: 30s}\n"
      "  concurrency: {max: 20000, queue: 1000, queue_timeout: 5s}\n";
  return absl::StrCat(
      "providers:\n"
      "- {name: bench, type: openai-compatible, base_url: 'UPSTREAM',"
      " api_key: bench}\n"
      "- {name: other, type: openai-compatible, base_url: 'UPSTREAM',"
      " api_key: bench}\n"
      "targets:\n- virtual_key: bench\n",
      kGuards, "- virtual_key: other\n", kGuards,
      "strategy:\n"
      "  mode: fallback\n"
      "  on_interruption: restart\n"
      "  hedge: {after: 10s, max_share: 0.05}\n");
}

std::string Lab::FivePlugins() {
  return "plugins:\n"
         "- name: request-logger\n"
         "- name: word-filter\n"
         "  config: {blocked_words: [swordfish, nightfall, котик]}\n"
         "- name: max-token\n"
         "- name: rate-limit\n"
         "  config: {requests_per_second: 1000000}\n"
         "- name: response-cache\n";
}

Subject Lab::Gateway(const std::string& config, int* admin_port) const {
  static int count = 0;
  const std::string path =
      absl::StrCat("/tmp/aigateway-bench-", getpid(), "-", count++, ".yaml");
  std::ofstream(path) << Fill(config);
  const int port = FreePort();
  const int admin = FreePort();
  if (admin_port != nullptr) *admin_port = admin;
  auto process =
      Start({.command = {options_.gateway, "--config=" + path,
                         absl::StrCat("--listen=127.0.0.1:", port),
                         absl::StrCat("--admin_listen=127.0.0.1:", admin),
                         absl::StrCat("--http_listen=127.0.0.1:", FreePort()),
                         absl::StrCat("--loops=", options_.loops)},
             .port = port});
  unlink(path.c_str());
  const std::string address = process->address();
  return Subject("gateway", Subject::Protocol::kGrpc, address, {},
                 std::move(process));
}

Subject Lab::Gateway() const {
  return Gateway(
      absl::StrCat(options_.armed ? ArmedConfig() : PlainConfig(/*attempts=*/3),
                   options_.plugins ? FivePlugins() : ""));
}

Subject Lab::Peer() const {
  const int port = FreePort();
  auto process =
      Start({.command = {"node", options_.peer, absl::StrCat("--port=", port),
                         "--headless"},
             .environment = {{"NODE_ENV", "production"}},
             .port = port});
  Subject peer("Node peer", Subject::Protocol::kHttp,
               absl::StrCat("http://127.0.0.1:", port, kPath),
               {"Authorization: Bearer bench", "x-portkey-provider: openai",
                absl::StrCat("x-portkey-custom-host: http://",
                             upstream_->address(), "/v1")},
               std::move(process));
  // Its compiler takes a while to see what is worth its time; what it then
  // costs is what it costs in use.
  LoadOptions options;
  options.in_flight = 16;
  options.window = absl::Seconds(5);
  peer.Unary(options);
  return peer;
}

}  // namespace aigateway::bench
