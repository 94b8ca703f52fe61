#ifndef AIGATEWAY_TOOLS_BENCH_LAB_H_
#define AIGATEWAY_TOOLS_BENCH_LAB_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/child_process.h"
#include "tools/bench/load_options.h"

namespace aigateway::bench {

// One of those that are compared: a server, and how it is asked.
class Subject {
 public:
  enum class Protocol { kGrpc, kHttp };

  // Without a `process` the CPU time is the client's own: what libcurl alone
  // costs.
  Subject(std::string name, Protocol protocol, std::string address,
          std::vector<std::string> headers,
          std::unique_ptr<ChildProcess> process);

  const std::string& name() const { return name_; }
  const std::string& address() const { return address_; }
  double resident_kib() const { return process_->resident_kib(); }

  // Each fills in where to send it and whose CPU time to take.
  LoadResult Unary(LoadOptions options) const;
  LoadResult Streams(LoadOptions options) const;
  void HoldUnread(LoadOptions options) const;

 private:
  LoadOptions Complete(LoadOptions options) const;

  std::string name_;
  Protocol protocol_;
  std::string address_;
  std::vector<std::string> headers_;
  std::unique_ptr<ChildProcess> process_;
};

// Starts the programs, and has the upstream that they all use.
class Lab {
 public:
  struct Options {
    std::string upstream;  // Paths of programs.
    std::string bare;
    std::string gateway;
    std::string peer;      // The peer's script for Node; empty: there is none.
    int loops = 1;         // Of the gateway and of the bare servers.
    bool armed = false;    // Whether Gateway() has ArmedConfig(),
    bool plugins = false;  // and FivePlugins() behind it.
  };

  explicit Lab(Options options);

  // Asks the upstream itself, by libcurl.
  Subject Direct() const;
  Subject Echo() const;
  Subject BareQueue() const;
  Subject BareCallback() const;
  // The gateway as `config` says; the text may use UPSTREAM for the URL.
  // `admin_port` gets where AdminService listens; may be null.
  Subject Gateway(const std::string& config, int* admin_port = nullptr) const;
  // The gateway with one provider, one target and retries, or as the options
  // say.
  Subject Gateway() const;
  bool has_peer() const { return !options_.peer.empty(); }
  Subject Peer() const;

  // The configuration that Gateway() has, with `attempts` tries a request.
  static std::string PlainConfig(int attempts);
  // The same with everything armed that watches over a request: breaker, bound
  // with a queue, retries, first-token race, hedge, and a second target to go
  // to.
  static std::string ArmedConfig();
  // The original's five plugins, letting everything by: more of a config.
  static std::string FivePlugins();
  // `config` with UPSTREAM replaced.
  std::string Fill(const std::string& config) const;

 private:
  Subject Bare(const std::string& name, const std::string& border) const;

  const Options options_;
  std::unique_ptr<ChildProcess> upstream_;
};

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_LAB_H_
