#include "tools/bench/child_process.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace aigateway::bench {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool TakesConnections(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0;
  close(fd);
  return connected;
}

// Becomes the program; in the child.
[[noreturn]] void Execute(const ChildProcess::Options& options) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  if (options.quiet) dup2(nowhere, STDERR_FILENO);
  for (const auto& [name, value] : options.environment) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> words;
  for (const std::string& word : options.command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  execvp(words[0], words.data());
  _exit(127);
}

}  // namespace

void Fail(absl::string_view message) {
  std::cerr << "bench: " << message << std::endl;
  std::exit(1);
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Fail("there is no free port");
  }
  close(fd);
  return ntohs(address.sin_port);
}

ChildProcess::ChildProcess(Options options) : port_(options.port) {
  pid_ = fork();
  if (pid_ < 0) Fail("cannot start another process");
  if (pid_ == 0) Execute(options);
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  while (!TakesConnections(port_)) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      Fail(absl::StrCat(options.command[0], " ended before it served"));
    }
    if (absl::Now() > limit) {
      Fail(absl::StrCat(options.command[0], " does not serve after 30 s"));
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  if (clock_getcpuclockid(pid_, &cpu_clock_) != 0) {
    Fail("the system tells no CPU time of another process");
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  // Streams without an end may be open: there is nothing to wait for.
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string ChildProcess::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

double ChildProcess::cpu_seconds() const {
  timespec used = {};
  if (clock_gettime(cpu_clock_, &used) != 0) {
    Fail("a process that is measured has ended");
  }
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) / 1e9;
}

double ChildProcess::resident_kib() const {
  std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t size = 0;
  int64_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident * (sysconf(_SC_PAGESIZE) / 1024));
}

}  // namespace aigateway::bench
