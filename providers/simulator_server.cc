#include "providers/simulator_server.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "providers/simulator_embedding.h"
#include "providers/simulator_json.h"
#include "providers/simulator_options.h"
#include "providers/simulator_reply.h"
#include "providers/simulator_request.h"
#include "providers/simulator_stream.h"

namespace aigateway {
namespace {

using Kind = SimulatorFault::Kind;
using Ending = SimulatedAnswer::Ending;

constexpr size_t kPaddingBytes = size_t{16} << 10;
constexpr absl::string_view kEventStream = "text/event-stream; charset=utf-8";
constexpr absl::string_view kPage =
    "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head>\n"
    "<body><h1>We will be back soon</h1></body></html>\n";

// Who asks, as its header says.
struct Instance {
  std::string name;
  SimulatorOptions options;
};

Instance ReadInstance(const HttpRequest& request) {
  Instance instance;
  JsonReader reader;
  // The provider wrote it and has checked the options.
  std::vector<FieldViolation> none;
  (void)reader.Read(
      request.headers.Get(kSimulatorHeader), [&](JsonValue& root) {
        return root.ForEachField([&](absl::string_view key, JsonValue& value) {
          if (key == "instance") {
            instance.name = std::string(value.AsString().value_or(""));
          } else if (key == "options") {
            instance.options =
                ReadSimulatorOptions(value.Raw(), "options", &none);
          }
          return absl::OkStatus();
        });
      });
  return instance;
}

SimulatedAnswer JsonAnswer(int status, std::string body) {
  SimulatedAnswer answer;
  answer.status = status;
  answer.headers.Add("content-type", "application/json");
  answer.body.push_back({.bytes = std::move(body)});
  return answer;
}

SimulatedAnswer ErrorAnswer(int status, absl::string_view code,
                            absl::string_view message,
                            absl::string_view param = {}) {
  return JsonAnswer(status, SimulatorErrorJson(status, code, message, param));
}

SimulatedAnswer Refusal(const std::vector<FieldViolation>& violations) {
  std::vector<std::string> lines;
  for (const FieldViolation& violation : violations) {
    // Enough to mend a request by, even if all of it is wrong.
    if (lines.size() == 10) break;
    lines.push_back(absl::StrCat(violation.field, ": ", violation.description));
  }
  return ErrorAnswer(400, "invalid_value", absl::StrJoin(lines, "; "),
                     violations.front().field);
}

// How long the whole of a reply takes at this pace.
absl::Duration TimeFor(const SimulatorReply& reply,
                       const SimulatorOptions& options) {
  return options.first_token_delay.value_or(absl::ZeroDuration()) +
         options.token_interval.value_or(absl::ZeroDuration()) *
             std::max<int64_t>(reply.completion_tokens - 1, 0);
}

// The fault that this request meets, if any.
std::optional<SimulatorFault> TakeFault(const Instance& instance,
                                        const SimulatorOptions& options,
                                        const SimulatorRequest& request,
                                        absl::Time now,
                                        SimulatorFaultCounts& counts) {
  if (!options.faults.has_value()) return std::nullopt;
  for (const SimulatorFault& fault : *options.faults) {
    if (fault.kind == Kind::kRefusePrefill && !request.ends_with_assistant) {
      continue;
    }
    if (counts.Apply(instance.name, fault, now)) return fault;
  }
  return std::nullopt;
}

void AddRetryAfter(const SimulatorFault& fault, SimulatedAnswer* answer) {
  if (!fault.retry_after.has_value()) return;
  const absl::Duration wait = *fault.retry_after;
  // Whole seconds as RFC 9110 has it, else as OpenAI says it more finely.
  if (absl::Trunc(wait, absl::Seconds(1)) == wait) {
    answer->headers.Add("retry-after", absl::StrCat(wait / absl::Seconds(1)));
  } else {
    answer->headers.Add("retry-after-ms",
                        absl::StrCat(absl::ToInt64Milliseconds(wait)));
  }
}

// The answer of a fault that comes in place of one; nullopt if `fault` has
// something to do with an answer.
std::optional<SimulatedAnswer> AnswerInstead(const SimulatorFault& fault,
                                             bool stream) {
  SimulatedAnswer answer;
  switch (fault.kind) {
    case Kind::kError:
      answer = ErrorAnswer(static_cast<int>(*fault.status), "", fault.message);
      AddRetryAfter(fault, &answer);
      return answer;
    case Kind::kRateLimit:
      answer = ErrorAnswer(429, "", fault.message);
      AddRetryAfter(fault, &answer);
      return answer;
    case Kind::kContextLength:
      return ErrorAnswer(
          400, "context_length_exceeded",
          fault.message.empty()
              ? "This model's maximum context length is 8192 tokens. However, "
                "your messages resulted in more. Please reduce the length of "
                "the messages."
              : fault.message,
          "messages");
    case Kind::kContentPolicy:
      return ErrorAnswer(400, "content_policy_violation",
                         fault.message.empty()
                             ? "Your request was rejected as a result of "
                               "our safety system."
                             : fault.message);
    case Kind::kRefusePrefill:
      return ErrorAnswer(
          400, "invalid_value",
          fault.message.empty()
              ? "This model does not support assistant message prefill. The "
                "conversation must end with a user message."
              : fault.message,
          "messages");
    case Kind::kRefuse:
      answer.refused = true;
      return answer;
    case Kind::kSilence:
      answer.has_head = false;
      answer.ending = Ending::kSilence;
      if (fault.silence.has_value()) {
        answer.ending = Ending::kReset;
        answer.ending_after = *fault.silence;
      }
      return answer;
    case Kind::kReset:
      if (fault.after_tokens.has_value()) return std::nullopt;
      answer.has_head = false;
      answer.ending = Ending::kReset;
      return answer;
    case Kind::kHtml:
      answer.status = static_cast<int>(*fault.status);
      answer.headers.Add("content-type", "text/html; charset=utf-8");
      answer.body.push_back({.bytes = std::string(kPage)});
      return answer;
    case Kind::kEmpty:
      answer.headers.Add("content-type",
                         stream ? kEventStream : "application/json");
      return answer;
    case Kind::kRedirect:
      answer.status = static_cast<int>(*fault.status);
      answer.headers.Add("location", fault.location);
      return answer;
    default:
      return std::nullopt;
  }
}

// What a fault does to the exchange, beside the body.
void ApplyToExchange(const SimulatorFault& fault, SimulatedAnswer* answer) {
  switch (fault.kind) {
    case Kind::kHugeHead:
      answer->headers.Add("x-padding",
                          std::string(static_cast<size_t>(*fault.bytes), 'x'));
      break;
    case Kind::kTrickle:
      answer->trickle_bytes = static_cast<size_t>(*fault.bytes);
      answer->trickle_after = *fault.interval;
      break;
    case Kind::kReset:
      answer->ending = Ending::kReset;
      break;
    case Kind::kCut:
      answer->ending = Ending::kCut;
      break;
    case Kind::kStall:
      answer->ending = Ending::kCut;
      answer->ending_after = *fault.silence;
      break;
    default:
      break;
  }
}

// A unary answer that something is wrong with.
void ApplyToBody(const SimulatorFault& fault, SimulatedAnswer* answer) {
  std::string& body = answer->body.front().bytes;
  switch (fault.kind) {
    case Kind::kReset:
    case Kind::kCut:
    case Kind::kStall:
    case Kind::kHalfJson:
      body.resize(body.size() / 2);
      break;
    case Kind::kErrorEvent:
      body = SimulatorErrorJson(static_cast<int>(*fault.status), "",
                                fault.message, "");
      break;
    case Kind::kEndless:
      answer->more = [](SimulatedPiece& piece) {
        piece.bytes.assign(kPaddingBytes, ' ');
        return true;
      };
      break;
    case Kind::kLate:
      // The head comes at once, the body when all has been said.
      answer->body.front().after = answer->head_after + *fault.delay;
      answer->head_after = absl::ZeroDuration();
      break;
    default:
      break;
  }
}

SimulatedAnswer UnaryAnswer(const SimulatorRequest& request,
                            SimulatorReply reply,
                            const SimulatorOptions& options,
                            const std::optional<SimulatorFault>& fault,
                            absl::Time now) {
  if (fault.has_value() && fault->kind == Kind::kHugeEvent) {
    reply.choices.front().text.append(static_cast<size_t>(*fault->bytes), 'x');
  }
  SimulatedAnswer answer = JsonAnswer(
      200, SimulatorJson(request, reply, absl::ToUnixSeconds(now)).Response());
  answer.headers.Add("x-request-id", reply.id);
  answer.head_after = TimeFor(reply, options);
  if (fault.has_value()) {
    ApplyToExchange(*fault, &answer);
    ApplyToBody(*fault, &answer);
  }
  return answer;
}

SimulatedAnswer StreamAnswer(SimulatorRequest request, SimulatorReply reply,
                             SimulatorOptions options,
                             std::optional<SimulatorFault> fault,
                             absl::Time now) {
  // A stream lives long, and its chunks say nothing of all this.
  request.user_text = request.tool_result = request.prefill = std::string();
  request.schema = std::string();
  request.tools = {};
  SimulatedAnswer answer;
  answer.headers.Add("content-type", kEventStream);
  answer.headers.Add("x-request-id", reply.id);
  if (fault.has_value()) ApplyToExchange(*fault, &answer);
  answer.more = [stream = std::make_unique<SimulatorStream>(
                     std::move(request), std::move(reply), std::move(options),
                     std::move(fault), absl::ToUnixSeconds(now))](
                    SimulatedPiece& piece) { return stream->Next(piece); };
  return answer;
}

SimulatedAnswer AnswerChat(const HttpRequest& http, absl::Time now,
                           SimulatorFaultCounts& counts) {
  std::vector<FieldViolation> violations;
  SimulatorRequest request = ReadSimulatorRequest(http.body, &violations);
  if (!violations.empty()) return Refusal(violations);
  const Instance instance = ReadInstance(http);
  SimulatorOptions options = instance.options;
  options.Override(request.options);
  std::optional<SimulatorFault> fault =
      TakeFault(instance, options, request, now, counts);
  if (fault.has_value()) {
    if (std::optional<SimulatedAnswer> answer =
            AnswerInstead(*fault, request.stream)) {
      return *std::move(answer);
    }
  }
  SimulatorReply reply = ComposeSimulatorReply(request, options);
  if (request.stream) {
    return StreamAnswer(std::move(request), std::move(reply),
                        std::move(options), std::move(fault), now);
  }
  return UnaryAnswer(request, std::move(reply), options, fault, now);
}

SimulatedAnswer AnswerEmbeddings(const HttpRequest& http) {
  std::vector<FieldViolation> violations;
  std::string json = SimulatorEmbeddings(http.body, &violations);
  return violations.empty() ? JsonAnswer(200, std::move(json))
                            : Refusal(violations);
}

}  // namespace

SimulatedAnswer AnswerAsSimulator(const HttpRequest& request, absl::Time now,
                                  SimulatorFaultCounts& counts) {
  const absl::string_view path =
      absl::string_view(request.url).substr(0, request.url.find('?'));
  if (request.method == "POST" && absl::EndsWith(path, "/chat/completions")) {
    return AnswerChat(request, now, counts);
  }
  if (request.method == "POST" && absl::EndsWith(path, "/embeddings")) {
    return AnswerEmbeddings(request);
  }
  if (request.method == "GET" && absl::EndsWith(path, "/models")) {
    return JsonAnswer(200, SimulatorModelsJson());
  }
  return ErrorAnswer(404, "not_found",
                     "The simulator serves chat completions, embeddings and "
                     "the listing of models only.");
}

SimulatedAnswer AnswerAsSimulator(const HttpRequest& request, absl::Time now) {
  return AnswerAsSimulator(request, now, SimulatorFaultCounts::Global());
}

}  // namespace aigateway
