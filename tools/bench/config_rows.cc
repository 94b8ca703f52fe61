#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "tools/bench/rows.h"
#include "tools/bench/statistics.h"

namespace aigateway::bench {
namespace {

// What one configuration costs, round by round.
struct Series {
  std::string name;
  std::vector<double> call_cpu;
  std::vector<double> event_cpu;
  std::vector<double> p50;
  std::vector<double> p99;
};

void Measure(const Subject& subject, const Effort& effort, Series* series) {
  LoadOptions calls;
  calls.in_flight = 64;
  calls.window = effort.window;
  series->call_cpu.push_back(subject.Unary(calls).cpu_micros_each());
  LoadOptions one;
  one.in_flight = 1;
  one.channels = 1;
  one.window = effort.window;
  const LoadResult latency = subject.Unary(one);
  series->p50.push_back(Percentile(latency.latencies, 50));
  series->p99.push_back(Percentile(latency.latencies, 99));
  LoadOptions streams;
  streams.model = "stream-50";
  streams.in_flight = 500;
  streams.window = effort.window;
  series->event_cpu.push_back(subject.Streams(streams).cpu_micros_each());
}

// The bare server first, then the gateway with each of `configs`, which have a
// name and a text.
std::vector<Series> Compare(
    const Lab& lab, const Effort& effort, const char* title,
    const std::vector<std::pair<std::string, std::string>>& configs,
    Report* report) {
  std::deque<Subject> subjects;
  subjects.push_back(lab.BareQueue());
  std::vector<Series> all(1 + configs.size());
  all[0].name = "bare, queue";
  for (size_t i = 0; i < configs.size(); ++i) {
    subjects.push_back(lab.Gateway(configs[i].second));
    all[i + 1].name = configs[i].first;
  }
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t i = 0; i < subjects.size(); ++i) {
      Measure(subjects[i], effort, &all[i]);
    }
  }
  for (const Series& each : all) {
    report->Figure(
        absl::StrCat(title,
                     ": CPU a call, p50 and p99 one at a time, CPU an event"),
        each.name,
        absl::StrCat(Number(Median(each.call_cpu)), " µs; ",
                     Number(Median(each.p50)), " µs, ",
                     Number(Median(each.p99)), " µs; ",
                     Number(Median(each.event_cpu)), " µs"));
  }
  const Series& plain = all[1];
  for (size_t i = 2; i < all.size(); ++i) {
    report->Figure(
        absl::StrCat(all[i].name, " / ", plain.name),
        "CPU a call, p50, p99, CPU an event",
        absl::StrCat(Number(MedianRatio(all[i].call_cpu, plain.call_cpu)),
                     " ×, ", Number(MedianRatio(all[i].p50, plain.p50)), " ×, ",
                     Number(MedianRatio(all[i].p99, plain.p99)), " ×, ",
                     Number(MedianRatio(all[i].event_cpu, plain.event_cpu)),
                     " ×"));
  }
  return all;
}

void EventRow(const Series& series, const Series& bare, Report* report) {
  const double event = MedianRatio(series.event_cpu, bare.event_cpu);
  report->Row(
      absl::StrCat("CPU of an event, 500 streams × 50/s, ", series.name),
      "≤ 1.3 × bare",
      absl::StrCat(Number(Median(series.event_cpu)), " µs, ", Number(event),
                   " ×"),
      event <= 1.3);
}

// Words that no prompt of the yardstick has.
std::string Words(int count) {
  std::string words;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&words, i == 0 ? "" : ", ", "forbidden", i * 7919);
  }
  return words;
}

}  // namespace

void MeasureArmed(const Lab& lab, const Effort& effort, Report* report) {
  const std::vector<Series> all =
      Compare(lab, effort, "breakers, bounds, races and hedges",
              {{"plain", Lab::PlainConfig(/*attempts=*/3)},
               {"armed", Lab::ArmedConfig()}},
              report);
  EventRow(all[2], all[0], report);
}

void MeasurePlugins(const Lab& lab, const Effort& effort, Report* report) {
  const std::string plain = Lab::PlainConfig(/*attempts=*/3);
  const std::vector<Series> all =
      Compare(lab, effort, "plugins",
              {{"plain", plain},
               {"word-filter and rate-limit",
                absl::StrCat(plain,
                             "plugins:\n"
                             "- name: word-filter\n"
                             "  config: {blocked_words: [",
                             Words(10000),
                             "]}\n"
                             "- name: rate-limit\n"
                             "  config: {requests_per_second: 1000000}\n")},
               {"the five", absl::StrCat(plain, Lab::FivePlugins())}},
              report);
  const double two = MedianRatio(all[2].call_cpu, all[1].call_cpu);
  report->Row(
      "CPU of a unary Route with a word-filter of 10,000 words and rate-limit",
      "≤ 1.1 × without",
      absl::StrCat(Number(Median(all[2].call_cpu)), " µs, ", Number(two), " ×"),
      two <= 1.1);
  EventRow(all[3], all[0], report);
}

}  // namespace aigateway::bench
