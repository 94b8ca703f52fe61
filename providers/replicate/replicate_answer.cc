#include "providers/replicate/replicate_answer.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "providers/replicate/replicate_error.h"
#include "providers/think_tags.h"
#include "providers/upstream_error.h"

namespace aigateway {

using State = ReplicatePrediction::State;

absl::Status CheckReplicatePrediction(const ReplicatePrediction& prediction,
                                      const ReplicateInstance& instance,
                                      const CallOptions& options) {
  switch (prediction.state) {
    case State::kFailed:
      return ReplicateFailure(prediction.error, instance.redactor,
                              options.credential);
    case State::kCancelled:
      return ReplicateCancelled();
    case State::kWorking:
    case State::kSucceeded:
      break;
  }
  return absl::OkStatus();
}

void FillReplicateEnd(ReplicatePrediction& prediction, v1::End* end) {
  end->set_id(std::move(prediction.id));
  if (!prediction.model.empty()) end->set_model(std::move(prediction.model));
  const std::optional<int64_t> read = prediction.prompt_tokens;
  const std::optional<int64_t> written = prediction.completion_tokens;
  if (read.has_value()) end->mutable_usage()->set_prompt_tokens(*read);
  if (written.has_value()) {
    end->mutable_usage()->set_completion_tokens(*written);
  }
  if (read.has_value() && written.has_value()) {
    end->mutable_usage()->set_total_tokens(*read + *written);
  }
  if (!prediction.extras.empty()) {
    prediction.extras.To(end->mutable_provider_metadata());
  }
}

absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
ReadReplicateAnswer(const HttpResponse& response,
                    const ReplicateInstance& instance,
                    const CallOptions& options) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body,
                            instance.redactor, options.credential);
  };
  ReplicatePrediction prediction;
  JsonReader reader;
  if (const absl::Status status =
          ReadReplicatePrediction(reader, response.body, &prediction);
      !status.ok()) {
    return unreadable(status.message());
  }
  AIGW_RETURN_IF_ERROR(CheckReplicatePrediction(prediction, instance, options));
  if (prediction.state == State::kWorking) {
    std::optional<NextExchange> next =
        instance.Poll(prediction.id, options.credential);
    if (!next.has_value()) return unreadable("it has no id");
    return *std::move(next);
  }
  v1::ChatResponse made;
  v1::Choice& choice = *made.add_choices();
  v1::Message& message = *choice.mutable_message();
  message.set_role(v1::ROLE_ASSISTANT);
  std::string thought;
  std::string text;
  ThinkTags tags;
  tags.Add(prediction.output, &thought, &text);
  tags.Flush(&thought, &text);
  if (!text.empty()) message.set_content(std::move(text));
  if (!thought.empty()) message.set_reasoning_content(std::move(thought));
  choice.set_finish_reason(v1::FINISH_REASON_STOP);
  choice.set_provider_finish_reason(prediction.status);
  absl::Time created;
  if (absl::ParseTime(absl::RFC3339_full, prediction.created_at, &created,
                      nullptr) &&
      created > absl::UnixEpoch()) {
    SetProtoTime(created, made.mutable_create_time());
  }
  v1::End end;
  end.set_model(options.model);
  FillReplicateEnd(prediction, &end);
  made.set_id(end.id());
  made.set_model(end.model());
  if (end.has_usage()) made.mutable_usage()->Swap(end.mutable_usage());
  if (end.has_provider_metadata()) {
    made.mutable_provider_metadata()->Swap(end.mutable_provider_metadata());
  }
  return made;
}

}  // namespace aigateway
