#include "tests/integration/gateway_process.h"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "tests/fakes/free_port.h"

namespace aigateway {
namespace {

constexpr char kBinary[] = "gateway/server/aigateway";

std::string TempPath(const std::string& name) {
  static int count = 0;
  const char* folder = std::getenv("TEST_TMPDIR");
  return absl::StrCat(folder != nullptr ? folder : "/tmp", "/", getpid(), "_",
                      count++, "_", name);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Starts the binary with standard error going to `log_path`, or, unless it is
// -1, to `standard_error`.
pid_t Spawn(const std::vector<std::string>& arguments,
            const std::vector<std::pair<std::string, std::string>>& environment,
            const std::string& log_path, int standard_error = -1) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  // What a developer has exported must not decide a test.
  std::vector<std::string> settings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('='));
    if (name.find("_API_KEY") == std::string::npos &&
        name.rfind("AIGATEWAY_", 0) != 0) {
      settings.push_back(text);
    }
  }
  for (const auto& [name, value] : environment) {
    settings.push_back(name + "=" + value);
  }
  std::vector<char*> envp;
  for (std::string& setting : settings) envp.push_back(setting.data());
  envp.push_back(nullptr);
  const pid_t pid = fork();
  AIGW_CHECK(pid >= 0);
  if (pid == 0) {
    const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(standard_error < 0 ? log : standard_error, STDERR_FILENO);
    dup2(log, STDOUT_FILENO);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  return pid;
}

// Writes the configuration to a file of its own; returns its path, or "" if
// there is none.
std::string WriteConfig(const GatewayProcess::Options& options) {
  if (options.config.empty()) return "";
  const std::string path = TempPath("gateway.yaml");
  std::ofstream(path) << options.config;
  return path;
}

std::vector<std::string> Arguments(const GatewayProcess::Options& options,
                                   const std::string& config_path) {
  // Upstreams count what they are asked.
  std::vector<std::string> arguments = {kBinary, "--discover_models=false"};
  if (!config_path.empty()) arguments.push_back("--config=" + config_path);
  arguments.insert(arguments.end(), options.flags.begin(), options.flags.end());
  return arguments;
}

// Waits for the end of the process, but does not reap it.
bool WaitForEnd(pid_t pid, absl::Duration timeout) {
  // A pid file descriptor is readable once the process has ended.
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  AIGW_CHECK(fd >= 0);
  pollfd poll_fd = {fd, POLLIN, 0};
  const int ready =
      poll(&poll_fd, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  close(fd);
  return ready == 1;
}

// The exit code; -1 if it died of a signal.
int Reap(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

GatewayProcess::GatewayProcess(Options options)
    : address_(absl::StrCat("127.0.0.1:", FreePort())),
      admin_address_(absl::StrCat("127.0.0.1:", FreePort())),
      http_address_(absl::StrCat("127.0.0.1:", FreePort())),
      config_path_(WriteConfig(options)),
      log_path_(TempPath("log")) {
  std::vector<std::string> arguments = Arguments(options, config_path_);
  arguments.push_back("--listen=" + address_);
  arguments.push_back("--admin_listen=" + admin_address_);
  arguments.push_back("--http_listen=" + http_address_);
  pid_ =
      Spawn(arguments, options.environment, log_path_, options.standard_error);

  grpc::ChannelArguments channel_arguments;
  channel_arguments.SetMaxReceiveMessageSize(-1);
  channel_arguments.SetInt("grpc.use_local_subchannel_pool", 1);
  channel_arguments.SetInt("grpc.initial_reconnect_backoff_ms", 50);
  channel_arguments.SetInt("grpc.max_reconnect_backoff_ms", 100);
  channel_ = grpc::CreateCustomChannel(
      address_, grpc::InsecureChannelCredentials(), channel_arguments);
  const auto admin_channel =
      grpc::CreateChannel(admin_address_, grpc::InsecureChannelCredentials());
  const auto limit =
      std::chrono::system_clock::now() + std::chrono::seconds(60);
  const bool connected = channel_->WaitForConnected(limit) &&
                         admin_channel->WaitForConnected(limit);
  if (!connected) {
    std::cerr << "the server did not start:\n" << Said() << std::endl;
    std::abort();
  }
  gateway_ = v1::GatewayService::NewStub(channel_);
  admin_ = v1::AdminService::NewStub(admin_channel);
}

GatewayProcess::~GatewayProcess() {
  if (ended_) return;
  Signal(SIGTERM);
  Signal(SIGTERM);  // The second one does not wait for calls.
  if (WaitForExit(absl::Seconds(20)) == -1) {
    std::cerr << "the server did not end well:\n" << Said() << std::endl;
    if (!ended_) {
      Signal(SIGKILL);
      (void)Reap(pid_);
    }
  }
}

int GatewayProcess::RunToEnd(Options options, std::string* said) {
  const std::string log_path = TempPath("log");
  std::vector<std::string> arguments = Arguments(options, WriteConfig(options));
  for (const char* flag : {"--listen", "--admin_listen", "--http_listen"}) {
    bool given = false;
    for (const std::string& argument : options.flags) {
      given |= argument.rfind(absl::StrCat(flag, "="), 0) == 0;
    }
    if (!given) {
      arguments.push_back(absl::StrCat(flag, "=127.0.0.1:", FreePort()));
    }
  }
  const pid_t pid = Spawn(arguments, options.environment, log_path);
  if (!WaitForEnd(pid, absl::Minutes(1))) kill(pid, SIGKILL);
  const int exit_code = Reap(pid);
  *said = ReadFile(log_path);
  return exit_code;
}

void GatewayProcess::RewriteConfig(absl::string_view config) const {
  AIGW_CHECK(!config_path_.empty());
  const std::string aside = config_path_ + ".new";
  std::ofstream(aside) << std::string(config);
  std::filesystem::rename(aside, config_path_);
}

void GatewayProcess::Signal(int signal) { kill(pid_, signal); }

int GatewayProcess::WaitForExit(absl::Duration timeout) {
  if (ended_) return exit_code_;
  if (!WaitForEnd(pid_, timeout)) return -1;
  ended_ = true;
  exit_code_ = Reap(pid_);
  return exit_code_;
}

std::string GatewayProcess::Said() const { return ReadFile(log_path_); }

bool GatewayProcess::WaitForWords(absl::string_view words, int times,
                                  absl::Duration timeout) const {
  const absl::Time end = Clock::Real()->Now() + timeout;
  for (;;) {
    int found = 0;
    const std::string said = Said();
    for (size_t at = said.find(std::string(words)); at != std::string::npos;
         at = said.find(std::string(words), at + 1)) {
      ++found;
    }
    if (found >= times) return true;
    if (Clock::Real()->Now() >= end) return false;
    poll(nullptr, 0, /*milliseconds=*/10);
  }
}

int64_t GatewayProcess::resident_kib() const {
  std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t size = 0;
  int64_t resident = 0;
  statm >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int64_t GatewayProcess::peak_resident_kib() const {
  std::ifstream status(absl::StrCat("/proc/", pid_, "/status"));
  std::string word;
  int64_t kib = 0;
  while (status >> word && word != "VmHWM:") {
  }
  status >> kib;
  return kib;
}

void GatewayProcess::ForgetPeak() const {
  // proc(5): 5 resets the peak to what is resident now.
  std::ofstream(absl::StrCat("/proc/", pid_, "/clear_refs")) << "5";
}

int GatewayProcess::open_descriptors() const {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat("/proc/", pid_, "/fd"))) {
    ++count;
  }
  return count;
}

}  // namespace aigateway
