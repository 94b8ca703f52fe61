#ifndef AIGATEWAY_TOOLS_BENCH_CHILD_PROCESS_H_
#define AIGATEWAY_TOOLS_BENCH_CHILD_PROCESS_H_

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <time.h>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway::bench {

// Ends the benchmark with a message: nothing can be measured.
[[noreturn]] void Fail(absl::string_view message);

// A port of loopback that nobody listens on now.
int FreePort();

// A program that is measured, or that others are measured against. It ends
// with this object, and with the benchmark.
class ChildProcess {
 public:
  struct Options {
    // The program, as a path or as found in PATH, and its words.
    std::vector<std::string> command;
    std::vector<std::pair<std::string, std::string>> environment;
    // Where it will listen; it is waited for.
    int port = 0;
    // Whether standard error is thrown away: a server's log lines then cost
    // their making, as in use, but fill no disk.
    bool quiet = true;
  };

  // Starts it and waits until it takes connections; Fail()s if it does not.
  explicit ChildProcess(Options options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int port() const { return port_; }
  // "127.0.0.1:PORT".
  std::string address() const;
  // What all its threads used until now, in user and kernel mode.
  double cpu_seconds() const;
  double resident_kib() const;

 private:
  int port_ = 0;
  pid_t pid_ = -1;
  clockid_t cpu_clock_ = {};
};

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_CHILD_PROCESS_H_
