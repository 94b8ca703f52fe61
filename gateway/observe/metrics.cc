#include "gateway/observe/metrics.h"

#include <sstream>
#include <utility>
#include <vector>

#include "prometheus/metric_family.h"
#include "prometheus/text_serializer.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"

namespace aigateway {
namespace {

// Seconds: the bounds that OpenTelemetry's GenAI conventions advise.
std::vector<double> DurationBuckets() {
  return {0.01, 0.02, 0.04, 0.08,  0.16,  0.32,  0.64,
          1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
}
std::vector<double> FirstTokenBuckets() {
  return {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,
          0.25,  0.5,   0.75, 1.0,  2.5,  5.0,  7.5,  10.0};
}
std::vector<double> TokenBuckets() {
  return {1,     4,     16,     64,      256,     1024,    4096,
          16384, 65536, 262144, 1048576, 4194304, 16777216};
}
std::vector<double> OverheadBuckets() {
  return {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
          0.005,   0.01,   0.025,   0.05,   0.1,   1.0};
}

// "" for success: the convention leaves error.type out then.
absl::string_view ErrorType(const absl::Status& status) {
  return status.ok() ? "" : NameOf(ReasonOf(status));
}

prometheus::MetricFamily FamilyOf(const MetricTable& table) {
  prometheus::MetricFamily family;
  family.name = table.options().name;
  family.help = table.options().help;
  const bool histogram = !table.options().buckets.empty();
  family.type = histogram ? prometheus::MetricType::Histogram
                          : prometheus::MetricType::Counter;
  for (const MetricTable::Series& series : table.Read()) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : series.labels) {
      metric.label.push_back({name, value});
    }
    if (!histogram) {
      metric.counter.value = series.sum;
    } else {
      metric.histogram.sample_count = series.count;
      metric.histogram.sample_sum = series.sum;
      uint64_t cumulative = 0;
      for (size_t b = 0; b < table.options().buckets.size(); ++b) {
        cumulative += series.bucket_counts[b];
        metric.histogram.bucket.push_back(
            {cumulative, table.options().buckets[b]});
      }
    }
    family.metric.push_back(std::move(metric));
  }
  return family;
}

prometheus::MetricFamily InFlight(const std::atomic<int64_t>* in_flight) {
  prometheus::MetricFamily family;
  family.name = "aigateway_requests_in_flight";
  family.help = "Requests that have begun and not ended.";
  family.type = prometheus::MetricType::Gauge;
  for (int i = 0; i < kMethods; ++i) {
    prometheus::ClientMetric metric;
    metric.label.push_back(
        {"method", std::string(NameOf(static_cast<Method>(i)))});
    metric.gauge.value =
        static_cast<double>(in_flight[i].load(std::memory_order_relaxed));
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

Metrics::Metrics()
    : requests_({"aigateway_requests_total",
                 "Requests that ended, by method and reason.",
                 {}}),
      request_duration_({"gen_ai_server_request_duration_seconds",
                         "From a request's arrival to its end.",
                         DurationBuckets()}),
      first_token_({"gen_ai_server_time_to_first_token_seconds",
                    "From a stream's arrival to its first event handed over.",
                    FirstTokenBuckets()}),
      attempt_duration_({"gen_ai_client_operation_duration_seconds",
                         "One try at one target.", DurationBuckets()}),
      tokens_({"gen_ai_client_token_usage",
               "Tokens of one request, as the provider reported them.",
               TokenBuckets()}),
      overhead_({"aigateway_overhead_seconds",
                 "Time of a request that was not spent on a provider.",
                 OverheadBuckets()}),
      loop_held_({"aigateway_plugin_held_loop_total",
                  "How often a plugin held its loop for 100 ms or longer.",
                  {}}) {}

void Metrics::OnRequestStart(Method method) {
  in_flight_[static_cast<int>(method)].fetch_add(1, std::memory_order_relaxed);
}

void Metrics::OnRequestEnd(const RequestRecord& record) {
  in_flight_[static_cast<int>(record.method)].fetch_sub(
      1, std::memory_order_relaxed);
  const absl::string_view method = NameOf(record.method);
  const absl::string_view error = ErrorType(record.status);
  const v1::RouteInfo& route = *record.route;
  requests_.Add({{"method", method}, {"reason", error.empty() ? "OK" : error}},
                1);
  // A model that nobody serves is a caller's text: it names no series.
  const absl::string_view model =
      route.target().empty() ? "" : absl::string_view(record.model);
  request_duration_.Add({{"error_type", error},
                         {"gen_ai_operation_name", OperationOf(record.method)},
                         {"gen_ai_provider_name", route.provider()},
                         {"gen_ai_request_model", model, true},
                         {"method", method}},
                        absl::ToDoubleSeconds(record.duration));
  if (route.has_time_to_first_token()) {
    first_token_.Add(
        {{"gen_ai_provider_name", route.provider()},
         {"gen_ai_request_model", model, true}},
        absl::ToDoubleSeconds(FromProto(route.time_to_first_token())));
  }
  if (route.has_gateway_overhead()) {
    overhead_.Add({{"method", method}},
                  absl::ToDoubleSeconds(FromProto(route.gateway_overhead())));
  }
  if (record.usage == nullptr) return;
  const auto count = [&](absl::string_view type, int64_t tokens) {
    tokens_.Add({{"gen_ai_operation_name", OperationOf(record.method)},
                 {"gen_ai_provider_name", route.provider()},
                 {"gen_ai_request_model", model, true},
                 {"gen_ai_token_type", type}},
                static_cast<double>(tokens));
  };
  if (record.usage->has_prompt_tokens()) {
    count("input", record.usage->prompt_tokens());
  }
  if (record.usage->has_completion_tokens()) {
    count("output", record.usage->completion_tokens());
  }
}

void Metrics::OnAttemptEnd(const AttemptRecord& record) {
  attempt_duration_.Add({{"error_type", ErrorType(record.status)},
                         {"gen_ai_operation_name", OperationOf(record.method)},
                         {"gen_ai_provider_name", record.provider},
                         {"gen_ai_request_model", record.model, true},
                         {"target", record.target}},
                        absl::ToDoubleSeconds(record.duration));
}

void Metrics::OnLoopHeld(absl::string_view plugin, absl::Duration held) {
  loop_held_.Add({{"plugin", plugin}}, 1);
}

std::string Metrics::Render() const {
  std::vector<prometheus::MetricFamily> families;
  for (const MetricTable* table :
       {&requests_, &request_duration_, &first_token_, &attempt_duration_,
        &tokens_, &overhead_, &loop_held_}) {
    families.push_back(FamilyOf(*table));
  }
  families.push_back(InFlight(in_flight_));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace aigateway
