#include "gateway/server/fake_gateway.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/flow.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"

namespace aigateway {
namespace {

constexpr int64_t kReadBytes = 16 * 1024;

std::shared_ptr<const Snapshot> MakeSnapshot(
    std::shared_ptr<const AuthTable> auth) {
  Snapshot::Parts parts;
  parts.revision = "r1";
  parts.auth = std::move(auth);
  return std::make_shared<const Snapshot>(std::move(parts));
}

void AddAttempt(RequestContext& request, v1::AttemptOutcome outcome) {
  v1::Attempt* attempt = request.route().add_attempts();
  attempt->set_target("t");
  attempt->set_provider("fake");
  attempt->set_outcome(outcome);
  request.route().set_target("t");
}

class Events {
 public:
  Events(RequestContext& request, ReplySink& reply)
      : request_(request), reply_(reply) {}

  void Start() {
    *event_.mutable_started()->mutable_route() = request_.route();
    Emit();
  }
  v1::Delta& delta() { return *event_.mutable_delta(); }
  void Text(absl::string_view text) {
    delta().set_text(std::string(text));
    Emit();
  }
  void End() {
    event_.mutable_finish()->set_finish_reason(v1::FINISH_REASON_STOP);
    Emit();
    *event_.mutable_end()->mutable_route() = request_.route();
    Emit();
  }
  void Emit() {
    reply_.OnEvent(event_);
    event_.Clear();
  }

 private:
  RequestContext& request_;
  ReplySink& reply_;
  v1::RouteStreamResponse event_;
};

void EmitKinds(Events& events) {
  events.Text("a");
  events.Text("b");
  events.delta().set_reasoning("c");
  events.Emit();
  events.Text("d");
  for (const char* text : {"e", "f"}) {
    events.delta().set_refusal(text);
    events.Emit();
  }
  for (const int index : {0, 0, 1}) {
    v1::ToolCallDelta* call = events.delta().add_tool_calls();
    call->set_index(index);
    call->set_arguments("g");
    events.Emit();
  }
}

}  // namespace

FakeGateway::FakeGateway(int loops) : snapshot_(MakeSnapshot(nullptr)) {
  for (int i = 0; i < loops; ++i) {
    auto loop = EventLoop::Create({});
    AIGW_CHECK(loop.ok());
    loops_.push_back(*std::move(loop));
    envs_.push_back(loops_.back()->env());
    AIGW_CHECK(loops_.back()->Start().ok());
  }
}

FakeGateway::~FakeGateway() { Close(); }

void FakeGateway::Close() {
  if (std::exchange(closed_, true)) return;
  for (auto& loop : loops_) loop->Stop();
  for (auto& loop : loops_) loop->Join();
}

absl::StatusOr<v1::Target> FakeGateway::SetTargetState(
    absl::string_view name, v1::TargetAction action) {
  for (v1::Target& target : targets_) {
    if (target.target() != name) continue;
    target.set_drained(action == v1::TARGET_ACTION_DRAIN);
    return target;
  }
  return Error(ErrorReason::kResourceNotFound, "there is no such target");
}

void FakeGateway::SetKeys(const config::v1::AuthConfig& auth) {
  auto table = AuthTable::Create(auth);
  AIGW_CHECK(table.ok());
  snapshot_ = MakeSnapshot(auth.keys().empty() ? nullptr : *std::move(table));
}

std::vector<FakeGateway::Ended> FakeGateway::ended() const {
  MutexLock lock(&mutex_);
  return ended_;
}

bool FakeGateway::WaitForEnded(size_t count) const {
  for (int i = 0; i < 10000; ++i) {
    if (ended().size() >= count) return true;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return false;
}

bool FakeGateway::WaitForStarted(int count) const {
  for (int i = 0; i < 10000; ++i) {
    if (started() >= count) return true;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return false;
}

Task<absl::Status> FakeGateway::Serve(RequestContext& request,
                                      ReplySink& reply) {
  started_.fetch_add(1);
  in_flight_.fetch_add(1);
  absl::Status status = co_await Run(request, reply);
  in_flight_.fetch_sub(1);
  MutexLock lock(&mutex_);
  ended_.push_back({status, request.settings(), request.start(),
                    request.env().timers->Now()});
  co_return status;
}

Task<absl::Status> FakeGateway::Run(RequestContext& request, ReplySink& reply) {
  const std::string model = request.chat().model();
  const absl::string_view view = model;
  const size_t colon = view.find(':');
  const absl::string_view verb = view.substr(0, colon);
  const absl::string_view rest =
      colon == absl::string_view::npos ? "" : view.substr(colon + 1);
  int64_t argument = 0;
  (void)absl::SimpleAtoi(rest, &argument);

  if (verb == "hang") {
    co_return co_await request.env().timers->Sleep(request.scope(),
                                                   absl::InfiniteDuration());
  }
  if (verb == "slow") {
    AIGW_CO_RETURN_IF_ERROR(co_await request.env().timers->Sleep(
        request.scope(), absl::Milliseconds(argument)));
  }
  if (verb == "fail") {
    AddAttempt(request, v1::ATTEMPT_OUTCOME_FAILED);
    AddAttempt(request, v1::ATTEMPT_OUTCOME_FAILED);
    co_return Error(*ReasonByName(rest), "told to fail");
  }
  if (verb == "nothing") co_return absl::OkStatus();
  AddAttempt(request, v1::ATTEMPT_OUTCOME_SUCCEEDED);
  if (request.embed() != nullptr) {
    v1::EmbedResponse response;
    const v1::EmbedRequest& embed = *request.embed();
    for (const std::string& input : embed.input()) {
      v1::Embedding& vector = *response.add_embeddings();
      vector.set_index(response.embeddings_size() - 1);
      vector.add_values(static_cast<float>(input.size()));
    }
    *response.mutable_route() = request.route();
    reply.OnEmbeddings(response);
    co_return absl::OkStatus();
  }
  if (request.stream()) {
    Events events(request, reply);
    events.Start();
    if (verb == "break") {
      events.Text("x");
      co_return Error(*ReasonByName(rest), "told to break");
    }
    AIGW_CO_RETURN_IF_ERROR(co_await RunStream(request, reply, verb, argument));
    events.End();
    co_return absl::OkStatus();
  }
  v1::RouteResponse response;
  std::string* content = response.mutable_chat()
                             ->add_choices()
                             ->mutable_message()
                             ->mutable_content();
  if (verb == "size") {
    content->assign(argument, 'x');
  } else if (!request.chat().messages().empty()) {
    *content = request.chat().messages(0).content();
  }
  *response.mutable_route() = request.route();
  reply.OnResponse(response);
  co_return absl::OkStatus();
}

Task<absl::Status> FakeGateway::RunStream(RequestContext& request,
                                          ReplySink& reply,
                                          absl::string_view verb,
                                          int64_t argument) {
  Events events(request, reply);
  if (verb == "size") {
    events.Text(std::string(argument, 'x'));
  } else if (verb == "kinds") {
    EmitKinds(events);
  } else if (verb == "burst") {
    for (int64_t i = 0; i < argument; ++i) events.Text(absl::StrCat(i, " "));
  } else if (verb == "count") {
    for (int64_t i = 0; i < argument; ++i) {
      AIGW_CO_RETURN_IF_ERROR(co_await request.env().timers->Sleep(
          request.scope(), absl::ZeroDuration()));
      events.Text(absl::StrCat(i, " "));
    }
  } else if (verb == "trickle") {
    while (true) {
      AIGW_CO_RETURN_IF_ERROR(co_await request.env().timers->Sleep(
          request.scope(), absl::Milliseconds(1)));
      events.Text("x");
    }
  } else if (verb == "flood") {
    co_return co_await Flood(request, reply, argument);
  } else if (!request.chat().messages().empty()) {
    events.Text(request.chat().messages(0).content());
  }
  co_return absl::OkStatus();
}

Task<absl::Status> FakeGateway::Flood(RequestContext& request, ReplySink& reply,
                                      int64_t kib) {
  Events events(request, reply);
  int64_t sent = 0;
  while (sent < kib * 1024) {
    AIGW_CO_RETURN_IF_ERROR(co_await WaitForFlow(request));
    // One read of a socket brings many events.
    for (int64_t read = 0; read < kReadBytes; read += 64) {
      events.Text(absl::StrCat(absl::Hex(sent, absl::kZeroPad16),
                               std::string(48, '.')));
      sent += 64;
    }
    bytes_sent_.fetch_add(kReadBytes);
    AIGW_CO_RETURN_IF_ERROR(co_await request.env().timers->Sleep(
        request.scope(), absl::ZeroDuration()));
  }
  co_return absl::OkStatus();
}

Task<absl::Status> FakeGateway::WaitForFlow(RequestContext& request) {
  if (request.flow().paused()) pauses_.fetch_add(1);
  while (request.flow().paused()) {
    AIGW_CO_RETURN_IF_ERROR(co_await request.env().timers->Sleep(
        request.scope(), absl::Milliseconds(1)));
  }
  co_return absl::OkStatus();
}

absl::StatusOr<v1::ExplainRouteResponse> FakeGateway::ExplainRoute(
    const v1::ExplainRouteRequest& request,
    const CallerIdentity& caller) const {
  if (request.chat().model().empty()) {
    return FieldError("chat.model", "is required");
  }
  v1::ExplainRouteResponse response;
  response.set_model(request.chat().model());
  response.add_targets()->set_target(caller.name);
  return response;
}

RunningConfig FakeGateway::GetConfig() const {
  RunningConfig running;
  running.config.mutable_strategy()->set_mode("fallback");
  running.revision = "r1";
  running.origin = v1::CONFIG_ORIGIN_FILE;
  running.path = "/etc/gateway.yaml";
  running.load_time = absl::FromUnixSeconds(1700000000);
  return running;
}

absl::StatusOr<ReloadResult> FakeGateway::Reload(
    std::optional<std::string> text, bool validate_only) {
  if (text.has_value() && absl::StrContains(*text, "bad")) {
    absl::Status status =
        Error(ErrorReason::kInvalidConfig, "config_text:1:1: bad");
    SetViolations(status, {{"a", "config_text:1:1: bad"},
                           {"b", "config_text:2:1: worse"}});
    return status;
  }
  if (!validate_only) reloads_.fetch_add(1);
  ReloadResult result;
  result.revision = "r2";
  result.previous_revision = "r1";
  result.changed = true;
  result.changes.emplace_back().set_path("targets[0].weight");
  return result;
}

absl::Status FakeGateway::RegisterProvider(absl::string_view,
                                           std::shared_ptr<Provider>) {
  return absl::UnimplementedError("fake");
}
absl::Status FakeGateway::RegisterPlugin(absl::string_view, Stage,
                                         std::shared_ptr<Plugin>) {
  return absl::UnimplementedError("fake");
}
absl::StatusOr<v1::RouteResponse> FakeGateway::Route(v1::RouteRequest,
                                                     RequestSettings) {
  return absl::UnimplementedError("fake");
}
absl::StatusOr<v1::EmbedResponse> FakeGateway::Embed(v1::EmbedRequest,
                                                     RequestSettings) {
  return absl::UnimplementedError("fake");
}
void FakeGateway::RouteAsync(
    v1::RouteRequest, RequestSettings,
    absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)> done) {
  done(absl::UnimplementedError("fake"));
}
absl::Status FakeGateway::RouteStream(
    v1::RouteStreamRequest, RequestSettings,
    absl::FunctionRef<bool(const v1::RouteStreamResponse& event)>) {
  return absl::UnimplementedError("fake");
}
absl::StatusOr<std::shared_ptr<const Provider>> FakeGateway::GetProvider(
    absl::string_view) const {
  return absl::UnimplementedError("fake");
}
absl::StatusOr<v1::Model> FakeGateway::FindByModel(absl::string_view) const {
  return absl::UnimplementedError("fake");
}

}  // namespace aigateway
