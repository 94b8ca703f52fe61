#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "tools/bench/rows.h"
#include "tools/bench/statistics.h"

namespace aigateway::bench {
namespace {

LoadOptions Streams(int count, int rate, absl::Duration window) {
  LoadOptions options;
  options.model = absl::StrCat("stream-", rate);
  options.in_flight = count;
  options.window = window;
  return options;
}

double Largest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

struct Series {
  std::vector<double> cpu;
  std::vector<double> rate;
  std::vector<double> merged;  // Tokens a message.

  void Add(const LoadResult& result) {
    cpu.push_back(result.cpu_micros_each());
    rate.push_back(result.per_second());
    merged.push_back(result.messages > 0
                         ? static_cast<double>(result.done) / result.messages
                         : 0);
  }
};

void Compare(const std::string& what, const Effort& effort, int count, int rate,
             std::deque<Subject>* subjects, std::vector<Series>* series,
             Report* report) {
  series->resize(subjects->size());
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t i = 0; i < subjects->size(); ++i) {
      (*series)[i].Add(
          (*subjects)[i].Streams(Streams(count, rate, effort.window)));
    }
  }
  for (size_t i = 0; i < subjects->size(); ++i) {
    const Series& found = (*series)[i];
    report->Figure(what + ": CPU a token, tokens, tokens a message",
                   (*subjects)[i].name(),
                   absl::StrCat(Number(Median(found.cpu)), " µs, ",
                                Number(Median(found.rate)), "/s, ",
                                Number(Median(found.merged))));
  }
}

}  // namespace

void MeasureStreams(const Lab& lab, const Effort& effort, Report* report) {
  std::deque<Subject> subjects;
  subjects.push_back(lab.BareCallback());
  subjects.push_back(lab.BareQueue());
  subjects.push_back(lab.Gateway());
  constexpr size_t kQueue = 1;
  constexpr size_t kGateway = 2;
  std::vector<Series> paced;
  Compare("500 streams × 50/s", effort, 500, 50, &subjects, &paced, report);
  const double cpu = MedianRatio(paced[kGateway].cpu, paced[kQueue].cpu);
  const double merged = Median(paced[kGateway].merged);
  report->Row(
      "CPU of a provider's event, 500 streams × 50/s, none merged",
      "≤ 1.3 × bare",
      absl::StrCat(Number(Median(paced[kGateway].cpu)), " µs, ", Number(cpu),
                   " ×; ", Number(merged), " tokens a message"),
      cpu <= 1.3 && merged < 1.02);
  std::vector<Series> flooded;
  Compare("500 streams × 500/s offered", effort, 500, 500, &subjects, &flooded,
          report);
  const double flooded_cpu = Median(flooded[kGateway].cpu);
  report->Row("the same when offered more than can be written one by one",
              "≤ 12 µs",
              absl::StrCat(Number(flooded_cpu), " µs at ",
                           Number(Median(flooded[kGateway].rate)), "/s, ",
                           Number(Median(flooded[kGateway].merged)),
                           " tokens a message"),
              flooded_cpu <= 12);
  if (!lab.has_peer()) return;
  // As many as the peer can take.
  std::deque<Subject> rivals;
  rivals.push_back(lab.Gateway());
  rivals.push_back(lab.Peer());
  std::vector<Series> few;
  Compare("20 streams × 20/s", effort, 20, 20, &rivals, &few, report);
  report->Figure(
      "20 streams × 20/s: CPU a token", "Node peer / gateway",
      absl::StrCat(Number(MedianRatio(few[1].cpu, few[0].cpu)), " ×"));
}

void MeasureTokens(const Lab& lab, const Effort& effort, Report* report) {
  std::deque<Subject> subjects;
  subjects.push_back(lab.Direct());
  subjects.push_back(lab.BareQueue());
  subjects.push_back(lab.Gateway());
  if (lab.has_peer()) subjects.push_back(lab.Peer());
  std::vector<std::vector<double>> first_p50(subjects.size());
  std::vector<std::vector<double>> first_p99(subjects.size());
  std::vector<std::vector<double>> gap_p99(subjects.size());
  std::vector<std::vector<double>> delay(subjects.size());
  for (int round = 0; round < effort.rounds; ++round) {
    for (size_t i = 0; i < subjects.size(); ++i) {
      LoadOptions options = Streams(1, 50, effort.window);
      options.channels = 1;
      options.model = "stream-1000x3";
      const LoadResult first = subjects[i].Streams(options);
      first_p50[i].push_back(Percentile(first.first_tokens, 50));
      first_p99[i].push_back(Percentile(first.first_tokens, 99));
      options.model = "stream-50";
      const LoadResult paced = subjects[i].Streams(options);
      gap_p99[i].push_back(Percentile(paced.gap_errors, 99));
      delay[i].push_back(Mean(paced.latencies));
    }
  }
  for (size_t i = 0; i < subjects.size(); ++i) {
    report->Figure(
        "one stream: first token p50, p99; a token's way, mean; its "
        "gap's error p99",
        subjects[i].name(),
        absl::StrCat(Number(Median(first_p50[i])), " µs, ",
                     Number(Median(first_p99[i])), " µs; ",
                     Number(Median(delay[i])), " µs; ",
                     Number(Median(gap_p99[i])), " µs"));
  }
  std::vector<double> bare_added;
  std::vector<double> added;
  for (size_t i = 0; i < first_p99[0].size(); ++i) {
    bare_added.push_back(first_p99[1][i] - first_p99[0][i]);
    added.push_back(first_p99[2][i] - first_p99[0][i]);
  }
  const double first = MedianRatio(added, bare_added);
  report->Row("added time to the first token, p99", "≤ 1.5 × bare's",
              absl::StrCat(Number(Median(added)), " µs, ", Number(first), " ×"),
              first <= 1.5);
  const double gap = MedianRatio(gap_p99[2], gap_p99[1]);
  report->Row(
      "gap between tokens, one stream at 50/s, p99 of its error",
      "≤ 1.5 × bare's",
      absl::StrCat(Number(Median(gap_p99[2])), " µs, ", Number(gap), " ×"),
      gap <= 1.5);
}

void MeasureHeld(const Lab& lab, const Effort& effort, Report* report) {
  const auto held = [&](int count, int rate, bool measure_memory) {
    std::vector<double> kib;
    const std::string what = absl::StrCat(Number(count), " streams × ", rate);
    // Servers of their own: what they kept of other loads would be counted.
    for (Subject (Lab::*make)() const :
         std::initializer_list<Subject (Lab::*)() const>{
             &Lab::BareCallback, &Lab::BareQueue, &Lab::Gateway}) {
      const Subject subject = (lab.*make)();
      const double before = subject.resident_kib();
      double during = 0;
      LoadOptions options = Streams(count, rate, 2 * effort.window);
      options.warm_up = absl::Seconds(2);
      options.meanwhile = [&] { during = subject.resident_kib(); };
      const LoadResult result = subject.Streams(options);
      kib.push_back((during - before) / count);
      const double stall = Largest(result.gap_errors) / 1e6;
      const double share = result.per_second() / (count * rate);
      report->Figure(
          what +
              "/s: CPU a token, of what was offered, largest stall, memory "
              "a stream",
          subject.name(),
          absl::StrCat(Number(result.cpu_micros_each()), " µs, ",
                       Number(100 * share), " %, ", Number(stall), " s, ",
                       Number(kib.back()), " KiB"));
      if (make != static_cast<Subject (Lab::*)() const>(&Lab::Gateway)) {
        continue;
      }
      report->Row(what + "/s held without a stall of 1 s", "none, no error",
                  absl::StrCat("largest ", Number(stall), " s, ", result.failed,
                               " errors, ", Number(100 * share),
                               " % of what was offered"),
                  stall <= 1 && result.failed == 0 && share > 0.95);
    }
    if (!measure_memory) return;
    const double ratio = kib[2] / kib[1];
    report->Row("resident memory a stream at 5,000, request of 1 KB",
                "≤ 1.4 × bare",
                absl::StrCat(Number(kib[2]), " KiB, ", Number(ratio), " ×"),
                ratio <= 1.4);
  };
  held(5000, 5, /*measure_memory=*/true);
  held(1600, 50, /*measure_memory=*/false);
}

}  // namespace aigateway::bench
