#include <atomic>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "tools/bench/child_process.h"
#include "tools/bench/rows.h"
#include "tools/bench/statistics.h"

namespace aigateway::bench {
namespace {

constexpr int kInFlight = 64;

// What was found of one subject, round by round.
struct Series {
  std::vector<double> cpu;
  std::vector<double> rate;
  std::vector<double> p50;
  std::vector<double> p99;
  int64_t failed = 0;

  void Add(const LoadResult& result) {
    cpu.push_back(result.cpu_micros_each());
    rate.push_back(result.per_second());
    p50.push_back(Percentile(result.latencies, 50));
    p99.push_back(Percentile(result.latencies, 99));
    failed += result.failed;
  }
};

std::vector<double> Minus(const std::vector<double>& from,
                          const std::vector<double>& what) {
  std::vector<double> differences;
  for (size_t i = 0; i < from.size() && i < what.size(); ++i) {
    differences.push_back(from[i] - what[i]);
  }
  return differences;
}

LoadOptions Saturating(const Effort& effort) {
  LoadOptions options;
  options.in_flight = kInFlight;
  options.window = effort.window;
  return options;
}

void ReportUnary(const std::string& name, const Series& series,
                 Report* report) {
  report->Figure("Route, 64 in flight: CPU, rate", name,
                 absl::StrCat(Number(Median(series.cpu)), " µs, ",
                              Number(Median(series.rate)), "/s"));
}

}  // namespace

void MeasureUnary(const Lab& lab, const Effort& effort, Report* report) {
  std::deque<Subject> subjects;
  for (Subject (Lab::*make)() const :
       {&Lab::Echo, &Lab::Direct, &Lab::BareCallback, &Lab::BareQueue}) {
    subjects.push_back((lab.*make)());
  }
  constexpr size_t kQueue = 3;
  constexpr size_t kGateway = 4;
  constexpr size_t kPeer = 5;
  subjects.push_back(lab.Gateway());
  if (lab.has_peer()) subjects.push_back(lab.Peer());
  std::vector<Series> series(subjects.size());
  Series busy;
  Series bare_busy;
  LoadOptions slow_upstream = Saturating(effort);
  slow_upstream.model = "wait-20";
  slow_upstream.in_flight = 500;
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t i = 0; i < subjects.size(); ++i) {
      series[i].Add(subjects[i].Unary(Saturating(effort)));
    }
    bare_busy.Add(subjects[kQueue].Unary(slow_upstream));
    busy.Add(subjects[kGateway].Unary(slow_upstream));
  }
  for (size_t i = 0; i < subjects.size(); ++i) {
    ReportUnary(subjects[i].name(), series[i], report);
  }
  const double cpu = MedianRatio(series[kGateway].cpu, series[kQueue].cpu);
  report->Row("CPU of a unary Route", "≤ 1.5 × bare",
              absl::StrCat(Number(Median(series[kGateway].cpu)), " µs, ",
                           Number(cpu), " ×"),
              cpu <= 1.5);
  if (lab.has_peer()) {
    const double rate = MedianRatio(series[kGateway].rate, series[kPeer].rate);
    report->Row("throughput against the Node gateway", "≥ 25 ×",
                absl::StrCat(Number(Median(series[kGateway].rate)), "/s, ",
                             Number(rate), " ×; CPU of its request ",
                             Number(MedianRatio(series[kPeer].cpu,
                                                series[kGateway].cpu)),
                             " × ours"),
                rate >= 25);
  }
  for (const auto& [name, found] :
       {std::pair<const char*, const Series*>{"bare, queue", &bare_busy},
        {"gateway", &busy}}) {
    report->Figure("Route, upstream of 20 ms, 500 in flight: CPU, p50, p99",
                   name,
                   absl::StrCat(Number(Median(found->cpu)), " µs, ",
                                Number(Median(found->p50) / 1000), " ms, ",
                                Number(Median(found->p99) / 1000), " ms"));
  }
  const double factor = MedianRatio(busy.cpu, series[kGateway].cpu);
  const double p99 = Median(busy.p99) / 1000;
  report->Row(
      "CPU of that Route, upstream of 20 ms, 500 in flight; p99; errors",
      "≤ 1.25 × the instant one; ≤ 100 ms; none",
      absl::StrCat(Number(factor), " ×; ", Number(p99), " ms; ", busy.failed),
      factor <= 1.25 && p99 <= 100 && busy.failed == 0);
}

void MeasureLatency(const Lab& lab, const Effort& effort, Report* report) {
  std::deque<Subject> subjects;
  subjects.push_back(lab.Direct());
  subjects.push_back(lab.BareCallback());
  subjects.push_back(lab.BareQueue());
  subjects.push_back(lab.Gateway());
  if (lab.has_peer()) subjects.push_back(lab.Peer());
  std::vector<Series> series(subjects.size());
  LoadOptions options;
  options.in_flight = 1;
  options.channels = 1;
  options.window = effort.window;
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t i = 0; i < subjects.size(); ++i) {
      series[i].Add(subjects[i].Unary(options));
    }
  }
  for (size_t i = 0; i < subjects.size(); ++i) {
    report->Figure("Route, one at a time: p50, p99", subjects[i].name(),
                   absl::StrCat(Number(Median(series[i].p50)), " µs, ",
                                Number(Median(series[i].p99)), " µs"));
  }
  const Series& direct = series[0];
  const Series& bare = series[2];
  const Series& gateway = series[3];
  const double p50 =
      MedianRatio(Minus(gateway.p50, direct.p50), Minus(bare.p50, direct.p50));
  const double p99 =
      MedianRatio(Minus(gateway.p99, direct.p99), Minus(bare.p99, direct.p99));
  report->Row("added latency, one at a time, p50 / p99",
              "≤ 1.3 × / ≤ 1.5 × bare's",
              absl::StrCat(Number(Median(Minus(gateway.p50, direct.p50))),
                           " µs, ", Number(p50), " × / ",
                           Number(Median(Minus(gateway.p99, direct.p99))),
                           " µs, ", Number(p99), " ×"),
              p50 <= 1.3 && p99 <= 1.5);
}

void MeasureScale(const Lab& lab, const Effort& effort, Report* report) {
  // The target that serves is the last one: the others are for other models.
  const auto config = [](int targets, int keys) {
    std::string providers = "providers:\n";
    std::string routes = "targets:\n";
    for (int i = 1; i <= targets; ++i) {
      absl::StrAppend(&providers, "- {name: p", i,
                      ", type: openai-compatible, base_url: 'UPSTREAM', "
                      "api_key: bench}\n");
      absl::StrAppend(&routes, "- {virtual_key: p", i, ", models: [",
                      i == targets ? "instant" : absl::StrCat("m", i),
                      "], retry: {attempts: 3}}\n");
    }
    std::string auth = "auth:\n  keys:\n";
    for (int i = 1; i <= keys; ++i) {
      absl::StrAppend(&auth, "  - {name: k", i, ", key: key-", i, "}\n");
    }
    return absl::StrCat(providers, routes, auth);
  };
  // Rules of every kind that a request is held against; none fits, so the
  // default serves.
  const auto with_rules = [&config](int rules) {
    const char* const kinds[] = {
        "{key: model, value: other-INDEX, target_key: p1}",
        "{key: metadata.team, value: team-INDEX, target_key: p1}",
        "{key: tag, value: tag-INDEX, target_key: p1}",
        "{key: prompt_regex, value: 'case no\\. INDEX[a-z]', target_key: p1}",
        "{key: model_prefix, value: mINDEX, target_key: p1}",
    };
    std::string strategy =
        "strategy:\n  mode: conditional\n  default: p1\n  conditions:\n";
    for (int i = 0; i < rules; ++i) {
      absl::StrAppend(&strategy, "  - ",
                      absl::StrReplaceAll(kinds[i % std::size(kinds)],
                                          {{"INDEX", absl::StrCat(i)}}),
                      "\n");
    }
    return absl::StrCat(config(1, 1), strategy);
  };
  const Subject one = lab.Gateway(config(1, 1));
  const Subject many = lab.Gateway(config(200, 10000));
  const Subject one_rule = lab.Gateway(with_rules(1));
  const Subject many_rules = lab.Gateway(with_rules(500));
  Series one_series;
  Series many_series;
  Series one_rule_series;
  Series many_rules_series;
  for (int round = 0; round < effort.rounds; ++round) {
    LoadOptions options = Saturating(effort);
    options.bearer = "key-1";
    one_series.Add(one.Unary(options));
    one_rule_series.Add(one_rule.Unary(options));
    many_rules_series.Add(many_rules.Unary(options));
    options.bearer = "key-10000";
    many_series.Add(many.Unary(options));
  }
  const double ratio = MedianRatio(many_series.cpu, one_series.cpu);
  report->Row("CPU of a Route with 200 targets, 10,000 keys, against 1 of each",
              "≤ 1.2 ×", absl::StrCat(Number(ratio), " ×"), ratio <= 1.2);
  const double rules = MedianRatio(many_rules_series.cpu, one_rule_series.cpu);
  report->Row("CPU of a Route with 500 rules that do not fit, against 1",
              "≤ 1.5 ×", absl::StrCat(Number(rules), " ×"), rules <= 1.5);
}

void MeasureReload(const Lab& lab, const Effort& effort, Report* report) {
  int admin_port = 0;
  const Subject gateway = lab.Gateway(Lab::PlainConfig(3), &admin_port);
  std::atomic<int> reloads = 0;
  double resident_after_10 = 0;
  double resident_after_100 = 0;
  std::thread reloader([&] {
    const auto admin = v1::AdminService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", admin_port),
                            grpc::InsecureChannelCredentials()));
    for (int i = 1; i <= 100; ++i) {
      grpc::ClientContext context;
      context.set_wait_for_ready(true);
      v1::ReloadConfigRequest request;
      v1::ReloadConfigResponse response;
      request.set_config_text(lab.Fill(Lab::PlainConfig(2 + i % 2)));
      const grpc::Status status =
          admin->ReloadConfig(&context, request, &response);
      if (!status.ok()) {
        Fail(absl::StrCat("a reload fails: ", status.error_message()));
      }
      ++reloads;
      if (i == 10) resident_after_10 = gateway.resident_kib();
      if (i == 100) resident_after_100 = gateway.resident_kib();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  int64_t done = 0;
  int64_t failed = 0;
  while (reloads < 100) {
    const LoadResult result = gateway.Unary(Saturating(effort));
    done += result.done;
    failed += result.failed;
  }
  reloader.join();
  const double growth = (resident_after_100 - resident_after_10) / 1024;
  report->Row(
      "100 reloads under full load: failed requests; growth from the "
      "tenth to the last",
      "none; ≤ 5 MiB",
      absl::StrCat(failed, " of ", Number(static_cast<double>(done)), "; ",
                   Number(growth), " MiB"),
      failed == 0 && growth <= 5);
}

}  // namespace aigateway::bench
