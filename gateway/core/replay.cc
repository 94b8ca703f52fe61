#include "gateway/core/replay.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/status_macros.h"
#include "gateway/core/response_events.h"

namespace aigateway {
namespace {

constexpr int kBytesPerToken = 4;
constexpr size_t kLongestWord = 64;  // Some scripts have no spaces.

// Takes the first word of `text` and the white space behind it away; a letter
// is never cut.
absl::string_view TakeWord(absl::string_view* text) {
  const size_t space = text->find_first_of(" \n\t");
  size_t end = text->find_first_not_of(" \n\t", space);
  end = std::min({end, kLongestWord, text->size()});
  while (end < text->size() && ((*text)[end] & 0xC0) == 0x80) ++end;
  const absl::string_view word = text->substr(0, end);
  text->remove_prefix(end);
  return word;
}

// Gives text out at a pace.
class Speaker {
 public:
  // `timers`, `scope` and `sink` must outlive this object.
  Speaker(absl::Duration for_a_byte, Timers& timers, Scope& scope,
          EventSink& sink)
      : for_a_byte_(for_a_byte),
        timers_(timers),
        scope_(scope),
        sink_(sink),
        began_(timers.Now()) {}

  // Says `text` in deltas of choice `index`, to each of which `set` gives a
  // word.
  Task<absl::Status> Say(int index, absl::string_view text,
                         void (*set)(v1::Delta&, absl::string_view)) {
    while (!text.empty()) {
      const absl::Duration early =
          began_ + for_a_byte_ * static_cast<double>(said_) - timers_.Now();
      if (early > absl::ZeroDuration()) {
        AIGW_CO_RETURN_IF_ERROR(co_await timers_.Sleep(scope_, early));
      }
      const absl::string_view word = TakeWord(&text);
      said_ += word.size();
      v1::Delta delta;
      delta.set_index(index);
      set(delta, word);
      AIGW_CO_RETURN_IF_ERROR(sink_.OnDelta(delta));
    }
    co_return absl::OkStatus();
  }

 private:
  const absl::Duration for_a_byte_;
  Timers& timers_;
  Scope& scope_;
  EventSink& sink_;
  const absl::Time began_;
  size_t said_ = 0;
};

void SetReasoning(v1::Delta& delta, absl::string_view text) {
  delta.set_reasoning(std::string(text));
}

void SetText(v1::Delta& delta, absl::string_view text) {
  delta.set_text(std::string(text));
}

}  // namespace

Task<absl::Status> Replay(const v1::ChatResponse& response,
                          int32_t tokens_per_second, Timers& timers,
                          Scope& scope, EventSink& sink) {
  size_t bytes = 0;
  for (const v1::Choice& choice : response.choices()) {
    bytes += choice.message().content().size() +
             choice.message().reasoning_content().size();
  }
  const absl::Duration for_a_byte =
      std::min(absl::Seconds(1) / (double{kBytesPerToken} * tokens_per_second),
               (scope.deadline() - timers.Now()) /
                   (2.0 * static_cast<double>(std::max<size_t>(bytes, 1))));
  Speaker speaker(for_a_byte, timers, scope, sink);
  v1::ChatResponse rest = response;
  for (v1::Choice& choice : *rest.mutable_choices()) {
    v1::Message& message = *choice.mutable_message();
    AIGW_CO_RETURN_IF_ERROR(co_await speaker.Say(
        choice.index(), message.reasoning_content(), &SetReasoning));
    AIGW_CO_RETURN_IF_ERROR(
        co_await speaker.Say(choice.index(), message.content(), &SetText));
    message.clear_reasoning_content();
    message.clear_content();
  }
  co_return PlayResponse(rest, sink);
}

}  // namespace aigateway
