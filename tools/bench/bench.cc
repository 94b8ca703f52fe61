// bench: measures the gateway between the bare floors and a peer, in one run on
// one machine. tools/bench/run builds all of it and gives the paths.

#include <fstream>
#include <iostream>
#include <signal.h>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "curl/curl.h"

#include "tools/bench/child_process.h"
#include "tools/bench/lab.h"
#include "tools/bench/report.h"
#include "tools/bench/rows.h"

ABSL_FLAG(std::string, upstream, "", "the program upstream");
ABSL_FLAG(std::string, bare, "", "the program bare");
ABSL_FLAG(std::string, gateway, "", "the program aigateway");
ABSL_FLAG(std::string, peer, "", "the Node peer's script; empty: without it");
ABSL_FLAG(bool, quick, false, "one short round: shows that all of it works");
ABSL_FLAG(int, rounds, 5, "how often each is measured");
ABSL_FLAG(int, loops, 2, "event loops of the gateway and of the bare servers");
ABSL_FLAG(bool, armed, false,
          "measure the gateway with breaker, bound, retries, race, hedge and a "
          "second target");
ABSL_FLAG(bool, plugins, false,
          "measure the gateway with the original's five plugins");
ABSL_FLAG(std::vector<std::string>, rows, {},
          "what to measure: unary, latency, scale, reload, streams, tokens, "
          "held, memory, armed, plugins; empty: all of it");
ABSL_FLAG(std::string, markdown, "", "a file to write the tables to");

namespace aigateway::bench {
namespace {

struct Part {
  const char* name;
  void (*measure)(const Lab&, const Effort&, Report*);
};

constexpr Part kParts[] = {
    {"unary", &MeasureUnary},     {"latency", &MeasureLatency},
    {"streams", &MeasureStreams}, {"tokens", &MeasureTokens},
    {"held", &MeasureHeld},       {"memory", &MeasureMemory},
    {"scale", &MeasureScale},     {"reload", &MeasureReload},
    {"armed", &MeasureArmed},     {"plugins", &MeasurePlugins},
};

// Thousands of streams are thousands of sockets, in every program.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < 12000) {
    std::cerr << "bench: only " << limit.rlim_max
              << " descriptors are allowed; the rows of 5,000 streams need "
                 "12,000 (ulimit -n)\n";
  }
}

int Run() {
  const std::vector<std::string> wanted = absl::GetFlag(FLAGS_rows);
  for (const std::string& name : wanted) {
    bool known = false;
    for (const Part& part : kParts) known |= name == part.name;
    if (!known) Fail(absl::StrCat("there is no row '", name, "'; see --help"));
  }
  RaiseDescriptorLimit();
  curl_global_init(CURL_GLOBAL_ALL);
  Effort effort;
  effort.quick = absl::GetFlag(FLAGS_quick);
  effort.rounds = effort.quick ? 1 : absl::GetFlag(FLAGS_rounds);
  if (effort.quick) effort.window = absl::Seconds(1);
  const Lab lab({.upstream = absl::GetFlag(FLAGS_upstream),
                 .bare = absl::GetFlag(FLAGS_bare),
                 .gateway = absl::GetFlag(FLAGS_gateway),
                 .peer = absl::GetFlag(FLAGS_peer),
                 .loops = absl::GetFlag(FLAGS_loops),
                 .armed = absl::GetFlag(FLAGS_armed),
                 .plugins = absl::GetFlag(FLAGS_plugins)});
  Report report;
  for (const Part& part : kParts) {
    bool run = wanted.empty();
    for (const std::string& name : wanted) run |= name == part.name;
    if (!run) continue;
    std::cout << "--- " << part.name << std::endl;
    part.measure(lab, effort, &report);
  }
  std::cout << "\n" << report.Markdown();
  const std::string path = absl::GetFlag(FLAGS_markdown);
  if (!path.empty()) std::ofstream(path) << report.Markdown();
  return 0;
}

}  // namespace
}  // namespace aigateway::bench

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  absl::ParseCommandLine(argc, argv);
  return aigateway::bench::Run();
}
