#include "gateway/server/event_watch.h"

#include <algorithm>
#include <string>
#include <utility>

#include "google/protobuf/repeated_ptr_field.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"

namespace aigateway {
namespace {

bool IsIn(const google::protobuf::RepeatedPtrField<std::string>& names,
          absl::string_view name) {
  return names.empty() ||
         std::find(names.begin(), names.end(), name) != names.end();
}

v1::RequestEvent EventOf(const RequestRecord& record, absl::Time now) {
  v1::RequestEvent event;
  SetProtoTime(now, event.mutable_time());
  event.set_method(std::string(NameOf(record.method)));
  event.set_key(std::string(record.caller));
  event.set_model(std::string(record.model));
  if (!record.status.ok()) {
    const ErrorReason reason = ReasonOf(record.status);
    event.set_status_code(static_cast<int>(CodeOf(reason)));
    event.set_reason(static_cast<v1::ErrorReason>(reason));
    event.set_message(std::string(record.status.message()));
  } else {
    event.mutable_finish_reasons()->Assign(record.finish_reasons.begin(),
                                           record.finish_reasons.end());
  }
  if (record.usage != nullptr) *event.mutable_usage() = *record.usage;
  *event.mutable_route() = *record.route;
  // For the caller alone, if he asked for it.
  event.mutable_route()->clear_decision();
  SetProtoDuration(record.duration, event.mutable_duration());
  if (record.tags != nullptr) *event.mutable_tags() = *record.tags;
  return event;
}

}  // namespace

bool EventWatch::Wants(const RequestRecord& record) const {
  return (!wanted_.failures_only() || !record.status.ok()) &&
         IsIn(wanted_.targets(), record.route->target()) &&
         IsIn(wanted_.models(), record.model) &&
         IsIn(wanted_.keys(), record.caller);
}

void EventWatch::Offer(const RequestRecord& record) {
  if (!Wants(record)) return;
  v1::RequestEvent event = EventOf(record, clock_.Now());
  MutexLock lock(&mutex_);
  if (events_.size() >= kMaxKept) {
    ++dropped_;
    return;
  }
  events_.push_back(std::move(event));
  changed_.SignalAll();
}

std::optional<v1::WatchEventsResponse> EventWatch::Next(absl::Duration limit) {
  MutexLock lock(&mutex_);
  if (events_.empty()) changed_.WaitFor(&mutex_, limit);
  if (events_.empty()) return std::nullopt;
  v1::WatchEventsResponse response;
  *response.mutable_event() = std::move(events_.front());
  events_.pop_front();
  response.set_dropped_events(std::exchange(dropped_, 0));
  return response;
}

}  // namespace aigateway
