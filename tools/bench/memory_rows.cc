#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "tools/bench/rows.h"

namespace aigateway::bench {
namespace {

void MeasureStalledReaders(const Lab& lab, const Effort& effort,
                           Report* report) {
  constexpr int kReaders = 100;
  const Subject gateway = lab.Gateway();
  const double before = gateway.resident_kib();
  const absl::Duration settled = absl::Seconds(effort.quick ? 3 : 10);
  const absl::Time began = absl::Now();
  double at_settled = 0;
  double at_end = 0;
  LoadOptions options;
  options.model = "flood";
  options.in_flight = kReaders;
  options.warm_up = absl::ZeroDuration();
  options.window = 2 * settled;
  options.meanwhile = [&] {
    at_end = gateway.resident_kib();
    if (at_settled == 0 && absl::Now() - began >= settled) at_settled = at_end;
  };
  gateway.HoldUnread(options);
  const double each = (at_end - before) / kReaders;
  const double growth = (at_end - at_settled) / kReaders;
  report->Row(
      "memory a stream, 100 readers that stop while the provider floods",
      "≤ 256 KiB, flat from the tenth second on",
      absl::StrCat(Number(each), " KiB, ", Number(growth), " KiB more from ",
                   absl::FormatDuration(settled), " to ",
                   absl::FormatDuration(2 * settled)),
      each <= 256 && growth <= 1);
}

}  // namespace

void MeasureMemory(const Lab& lab, const Effort& effort, Report* report) {
  const Subject gateway = lab.Gateway();
  absl::SleepFor(absl::Seconds(1));
  const double idle = gateway.resident_kib() / 1024;
  double loaded = 0;
  LoadOptions unary;
  unary.in_flight = 64;
  unary.window = 2 * effort.window;
  unary.meanwhile = [&] {
    loaded = std::max(loaded, gateway.resident_kib() / 1024);
  };
  gateway.Unary(unary);
  LoadOptions streams;
  streams.model = "stream-5";
  streams.in_flight = effort.quick ? 1000 : 5000;
  streams.window = effort.window;
  gateway.Streams(streams);
  const double just_after = gateway.resident_kib() / 1024;
  const absl::Duration rest = absl::Seconds(effort.quick ? 5 : 60);
  absl::SleepFor(rest);
  const double after = gateway.resident_kib() / 1024;
  report->Row(
      "resident memory idle / under unary load / a minute after " +
          Number(streams.in_flight) + " streams",
      "≤ 30 / ≤ 80 / ≤ idle + 10 MiB",
      absl::StrCat(Number(idle), " / ", Number(loaded), " / ", Number(after),
                   " MiB (", Number(just_after), " just after, then ",
                   absl::FormatDuration(rest), ")"),
      idle <= 30 && loaded <= 80 && after <= idle + 10);
  MeasureStalledReaders(lab, effort, report);
}

}  // namespace aigateway::bench
