// aigateway: the server. Flags, wiring, signals; everything else is below.

#include <cstdlib>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <optional>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "gateway/base/clock.h"
#include "gateway/base/command_line.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/core/gateway.h"
#include "gateway/observe/metrics.h"
#include "gateway/observe/request_log.h"
#include "gateway/server/drain.h"
#include "gateway/server/http_endpoint.h"
#include "gateway/server/listen_address.h"
#include "gateway/server/memory_trim.h"
#include "gateway/server/process_log.h"
#include "gateway/server/reload.h"
#include "gateway/server/server.h"
#include "gateway/server/signals.h"
#include "gateway/server/version.h"

ABSL_FLAG(std::string, config, "",
          "YAML or JSON file; unset: what the environment's keys open, and the "
          "simulator. Also AIGATEWAY_CONFIG");
ABSL_FLAG(std::string, listen, "",
          "gRPC address, default 127.0.0.1:50051. Also AIGATEWAY_LISTEN");
ABSL_FLAG(std::string, admin_listen, "",
          "admin gRPC address, default 127.0.0.1:50052. Also "
          "AIGATEWAY_ADMIN_LISTEN");
ABSL_FLAG(std::string, http_listen, "",
          "address of /metrics, /livez and /readyz, default 127.0.0.1:9464; "
          "\"none\" for none. Also AIGATEWAY_HTTP_LISTEN");
ABSL_FLAG(std::string, allow_unauthenticated, "",
          "true: listen beyond loopback without keys. Also "
          "AIGATEWAY_ALLOW_UNAUTHENTICATED");
ABSL_FLAG(std::string, loops, "",
          "event loops, default one for each core. Also AIGATEWAY_LOOPS");
ABSL_FLAG(std::string, max_message_bytes, "",
          "largest message a client may send, default 33554432. Also "
          "AIGATEWAY_MAX_MESSAGE_BYTES");
ABSL_FLAG(std::string, drain_timeout, "",
          "how long calls in flight may go on after SIGTERM, default 30s. Also "
          "AIGATEWAY_DRAIN_TIMEOUT");
ABSL_FLAG(std::string, log_level, "",
          "debug, info (default), warning or error. Also AIGATEWAY_LOG_LEVEL");

ABSL_FLAG(std::string, decision_log_every, "",
          "of so many requests of a loop one is logged with the decision where "
          "it went, and why; default 1000, 0 never. Also "
          "AIGATEWAY_DECISION_LOG_EVERY");

ABSL_FLAG(std::string, discover_models, "",
          "ask providers each hour which models they have: true (default) or "
          "false. Also AIGATEWAY_DISCOVER_MODELS");

namespace aigateway {
namespace {

constexpr int kExitUsage = 2;

// What a flag, or else its environment variable, or else the default says.
class Setting {
 public:
  Setting(const absl::Flag<std::string>& flag, const char* name,
          const char* otherwise)
      : name_(name), value_(absl::GetFlag(flag)) {
    if (!value_.empty()) return;
    std::string variable = "AIGATEWAY_";
    for (const char* c = name; *c != '\0'; ++c) {
      variable += *c == '_' ? '_' : static_cast<char>(std::toupper(*c));
    }
    const char* text = std::getenv(variable.c_str());
    value_ = text != nullptr && *text != '\0' ? text : otherwise;
  }

  const std::string& text() const { return value_; }
  int Number(int least, int most) const {
    int number = 0;
    if (!absl::SimpleAtoi(value_, &number) || number < least || number > most) {
      Fail(absl::StrCat("must be a whole number from ", least, " to ", most));
    }
    return number;
  }
  bool Switch() const {
    bool on = false;
    if (!absl::SimpleAtob(value_, &on)) Fail("must be true or false");
    return on;
  }
  absl::Duration Time() const {
    absl::Duration time;
    if (!absl::ParseDuration(value_, &time) || time < absl::ZeroDuration()) {
      Fail("must be a duration such as 30s");
    }
    return time;
  }
  [[noreturn]] void Fail(absl::string_view what) const {
    std::cerr << "aigateway: --" << name_ << "=" << value_ << ": " << what
              << "\n";
    std::exit(kExitUsage);
  }

 private:
  const char* const name_;
  std::string value_;
};

// One line for each fault, as a person mends a file.
void PrintFaults(const absl::Status& status) {
  const std::vector<FieldViolation> violations = GetViolations(status);
  for (const FieldViolation& violation : violations) {
    std::cerr << violation.description;
    if (!violation.field.empty()) std::cerr << " (" << violation.field << ")";
    std::cerr << "\n";
  }
  if (violations.empty()) {
    std::cerr << "aigateway: " << status.message() << "\n";
  }
}

ListenAddress AddressOf(const Setting& setting) {
  absl::StatusOr<ListenAddress> address = ParseListenAddress(setting.text());
  if (!address.ok()) setting.Fail(address.status().message());
  return *std::move(address);
}

// How often to look whether memory can be given back.
constexpr absl::Duration kTrimInterval = absl::Seconds(10);

// Serves until a signal ends it; SIGHUP reloads.
void ServeUntilSignal(Gateway& gateway, Server& server, SignalSource& signals,
                      absl::Duration grace, const Logger& logger) {
  MemoryTrim trim;
  for (;;) {
    const std::optional<int> signal = signals.Wait(kTrimInterval);
    if (trim.Due(gateway.in_flight())) malloc_trim(0);
    if (signal == SIGHUP) {
      // The outcome is logged; a bad file changes nothing.
      (void)ReloadAndLog(gateway, logger, "SIGHUP", std::nullopt);
    } else if (signal.has_value()) {
      break;
    }
  }
  Drain(server, signals, grace, *Clock::Real(), logger);
}

int Run() {
  const absl::Time start_time = Clock::Real()->Now();
  const Setting level_setting(FLAGS_log_level, "log_level", "info");
  const std::optional<LogLevel> level = LogLevelByName(level_setting.text());
  if (!level.has_value()) {
    level_setting.Fail("must be debug, info, warning or error");
  }
  const Setting listen(FLAGS_listen, "listen", "127.0.0.1:50051");
  const Setting admin(FLAGS_admin_listen, "admin_listen", "127.0.0.1:50052");
  const Setting http(FLAGS_http_listen, "http_listen", "127.0.0.1:9464");
  Server::Options server_options;
  server_options.listen = AddressOf(listen);
  server_options.admin_listen = AddressOf(admin);
  server_options.allow_unauthenticated =
      Setting(FLAGS_allow_unauthenticated, "allow_unauthenticated", "false")
          .Switch();
  server_options.max_message_bytes =
      Setting(FLAGS_max_message_bytes, "max_message_bytes", "33554432")
          .Number(1024, 1 << 30);
  server_options.start_time = start_time;
  const absl::Duration grace =
      Setting(FLAGS_drain_timeout, "drain_timeout", "30s").Time();

  // Before any thread: they inherit the signal mask.
  absl::StatusOr<std::unique_ptr<ProcessSignals>> signals =
      ProcessSignals::Create();
  if (!signals.ok()) {
    PrintFaults(signals.status());
    return 1;
  }
  ProcessLog log(*level, LogSink::Stderr());
  const Logger& logger = log.logger();
  Metrics metrics;
  RequestLog request_log(&logger);

  GatewayOptions options;
  options.config.path = Setting(FLAGS_config, "config", "").text();
  options.loops = Setting(FLAGS_loops, "loops", "0").Number(0, 1024);
  options.logger = &logger;
  options.observers = {&metrics, &request_log};
  options.discover_models =
      Setting(FLAGS_discover_models, "discover_models", "true").Switch();
  options.decision_every =
      Setting(FLAGS_decision_log_every, "decision_log_every", "1000")
          .Number(0, 1'000'000'000);
  absl::StatusOr<std::unique_ptr<Gateway>> gateway =
      Gateway::Create(std::move(options));
  if (!gateway.ok()) {
    PrintFaults(gateway.status());
    return kExitUsage;
  }
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(std::move(server_options), gateway->get(), &logger);
  if (!server.ok()) {
    PrintFaults(server.status());
    return kExitUsage;
  }
  std::unique_ptr<HttpEndpoint> endpoint;
  if (http.text() != "none") {
    const ListenAddress address = AddressOf(http);
    // What it shows is no secret, but it is not for everyone either.
    absl::Status exposed = CheckExposure(
        "http_listen", address, /*has_keys=*/false,
        Setting(FLAGS_allow_unauthenticated, "allow_unauthenticated", "false")
            .Switch());
    absl::StatusOr<std::unique_ptr<HttpEndpoint>> started =
        exposed.ok()
            ? HttpEndpoint::Start(
                  address.text,
                  {.metrics =
                       [&] { return metrics.Render() + log.RenderDropped(); },
                   .ready = [&server] { return !(*server)->draining(); }})
            : absl::StatusOr<std::unique_ptr<HttpEndpoint>>(exposed);
    if (!started.ok()) {
      PrintFaults(started.status());
      (void)(*server)->Stop();
      return kExitUsage;
    }
    endpoint = *std::move(started);
  }
  const RunningConfig running = (*gateway)->GetConfig();
  logger.Info("serving",
              {{"version", kVersion},
               {"listen", listen.text()},
               {"port", (*server)->port()},
               {"admin_listen", admin.text()},
               {"admin_port", (*server)->admin_port()},
               {"http_port", endpoint != nullptr ? endpoint->port() : 0},
               {"config", running.path.empty() ? "environment" : running.path},
               {"revision", running.revision}});
  ServeUntilSignal(**gateway, **server, **signals, grace, logger);
  const absl::Status stopped = (*server)->Stop();
  endpoint.reset();
  // A call that does not end holds the gateway: the process can only exit.
  if (stopped.ok()) (*gateway)->Close();
  logger.Info("stopped", {{"clean", stopped.ok()}});
  if (stopped.ok()) return 0;
  log.Flush();
  std::_Exit(1);
}

}  // namespace
}  // namespace aigateway

int main(int argc, char** argv) {
  // Debian's Abseil looks for deadlocks at every lock of gRPC's: 1 to 2.5 % of
  // the CPU (docs/performance.md). The tests keep it on.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  absl::SetProgramUsageMessage(
      "aigateway [FLAGS]: one gRPC API in front of every model provider");
  absl::FlagsUsageConfig usage;
  usage.version_string = [] {
    return absl::StrCat("aigateway ", aigateway::kVersion, "\n");
  };
  absl::SetFlagsUsageConfig(usage);
  const std::vector<char*> words = aigateway::ParseFlagsOrExit(argc, argv);
  if (words.size() > 1) {
    std::cerr << "aigateway: takes no words, got '" << words[1]
              << "'; see --help\n";
    return 2;
  }
  return aigateway::Run();
}
