#ifndef AIGATEWAY_TESTS_INTEGRATION_GATEWAY_PROCESS_H_
#define AIGATEWAY_TESTS_INTEGRATION_GATEWAY_PROCESS_H_

#include <memory>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "aigateway/v1/gateway.grpc.pb.h"

namespace aigateway {

// The real server, started with a configuration on free ports of loopback, and
// ended with the test.
class GatewayProcess {
 public:
  struct Options {
    std::string config;              // YAML; empty: the embedded default.
    std::vector<std::string> flags;  // Further ones.
    std::vector<std::pair<std::string, std::string>> environment;
    // Its standard error; -1: a file, see Said().
    int standard_error = -1;
  };

  // Starts it and waits until it serves. Ends the test's process with the
  // server's words if it does not.
  explicit GatewayProcess(Options options);
  ~GatewayProcess();
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  // Starts it and waits for its end; returns the exit code and fills what it
  // said on standard error. -1 if it died of a signal, or went on for a minute
  // and had to be killed.
  static int RunToEnd(Options options, std::string* said);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  v1::GatewayService::Stub& gateway() { return *gateway_; }
  v1::AdminService::Stub& admin() { return *admin_; }
  const std::string& address() const { return address_; }
  const std::string& http_address() const { return http_address_; }
  pid_t pid() const { return pid_; }
  // The file that it was started with, to be written anew; empty if none.
  const std::string& config_path() const { return config_path_; }
  // Replaces that file in one go. The server has to be told.
  void RewriteConfig(absl::string_view config) const;

  void Signal(int signal);
  // Waits for the process to end; the exit code, or -1 if it did not within
  // `timeout` or died of a signal.
  int WaitForExit(absl::Duration timeout);

  // What it wrote to standard error so far.
  std::string Said() const;
  // Waits until it has said `words`, `times` times. Returns whether it did.
  bool WaitForWords(absl::string_view words, int times = 1,
                    absl::Duration timeout = absl::Seconds(20)) const;
  // Resident memory now, and the most since the start or ForgetPeak().
  int64_t resident_kib() const;
  int64_t peak_resident_kib() const;
  void ForgetPeak() const;
  // Open file descriptors now.
  int open_descriptors() const;

 private:
  std::string address_;
  std::string admin_address_;
  std::string http_address_;
  std::string config_path_;
  std::string log_path_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::GatewayService::Stub> gateway_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_GATEWAY_PROCESS_H_
