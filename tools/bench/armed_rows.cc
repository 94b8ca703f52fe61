#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "tools/bench/rows.h"
#include "tools/bench/statistics.h"

namespace aigateway::bench {
namespace {

// What one configuration costs, round by round.
struct Series {
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

}  // namespace

void MeasureArmed(const Lab& lab, const Effort& effort, Report* report) {
  std::deque<Subject> subjects;
  subjects.push_back(lab.BareQueue());
  subjects.push_back(lab.Gateway(Lab::PlainConfig(/*attempts=*/3)));
  subjects.push_back(lab.Gateway(Lab::ArmedConfig()));
  const char* const names[] = {"bare, queue", "plain", "armed"};
  std::vector<Series> series(subjects.size());
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t i = 0; i < subjects.size(); ++i) {
      Measure(subjects[i], effort, &series[i]);
    }
  }
  for (size_t i = 0; i < subjects.size(); ++i) {
    report->Figure(
        "breakers, bounds, races and hedges: CPU a call, p50 and p99 one at a "
        "time, CPU an event",
        names[i],
        absl::StrCat(Number(Median(series[i].call_cpu)), " µs; ",
                     Number(Median(series[i].p50)), " µs, ",
                     Number(Median(series[i].p99)), " µs; ",
                     Number(Median(series[i].event_cpu)), " µs"));
  }
  report->Figure(
      "armed / plain", "CPU a call, p50, p99, CPU an event",
      absl::StrCat(
          Number(MedianRatio(series[2].call_cpu, series[1].call_cpu)), " ×, ",
          Number(MedianRatio(series[2].p50, series[1].p50)), " ×, ",
          Number(MedianRatio(series[2].p99, series[1].p99)), " ×, ",
          Number(MedianRatio(series[2].event_cpu, series[1].event_cpu)), " ×"));
  const double event = MedianRatio(series[2].event_cpu, series[0].event_cpu);
  report->Row("CPU of an event, 500 streams × 50/s, armed", "≤ 1.3 × bare",
              absl::StrCat(Number(Median(series[2].event_cpu)), " µs, ",
                           Number(event), " ×"),
              event <= 1.3);
}

}  // namespace aigateway::bench
