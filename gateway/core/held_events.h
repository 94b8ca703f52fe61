#ifndef AIGATEWAY_GATEWAY_CORE_HELD_EVENTS_H_
#define AIGATEWAY_GATEWAY_CORE_HELD_EVENTS_H_

#include <cstddef>
#include <variant>
#include <vector>

#include "absl/status/status.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/status_macros.h"
#include "gateway/core/event_sink.h"

namespace aigateway {

// Deltas and finishes of a stream that are not to be handed over yet, in order.
class HeldEvents {
 public:
  void Add(v1::Delta& delta) {
    bytes_ += delta.ByteSizeLong();
    events_.emplace_back(std::in_place_type<v1::Delta>);
    std::get<v1::Delta>(events_.back()).Swap(&delta);
  }
  void Add(v1::Finish& finish) {
    bytes_ += finish.ByteSizeLong();
    events_.emplace_back(std::in_place_type<v1::Finish>);
    std::get<v1::Finish>(events_.back()).Swap(&finish);
  }

  size_t size() const { return events_.size(); }
  size_t bytes() const { return bytes_; }

  // Hands all of them over, up to the first that `sink` refuses.
  absl::Status Release(EventSink& sink) {
    std::vector<std::variant<v1::Delta, v1::Finish>> events;
    events.swap(events_);
    bytes_ = 0;
    for (auto& event : events) {
      if (auto* delta = std::get_if<v1::Delta>(&event)) {
        AIGW_RETURN_IF_ERROR(sink.OnDelta(*delta));
      } else {
        AIGW_RETURN_IF_ERROR(sink.OnFinish(std::get<v1::Finish>(event)));
      }
    }
    return absl::OkStatus();
  }

 private:
  std::vector<std::variant<v1::Delta, v1::Finish>> events_;
  size_t bytes_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_HELD_EVENTS_H_
