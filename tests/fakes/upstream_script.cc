#include "tests/fakes/upstream_script.h"

#include <cstdint>
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"

namespace aigateway {

UpstreamGate::UpstreamGate() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  AIGW_CHECK(fd_ >= 0);
}

UpstreamGate::~UpstreamGate() { close(fd_); }

void UpstreamGate::Open() {
  const uint64_t one = 1;
  // It stays readable, for nobody reads it.
  AIGW_CHECK(write(fd_, &one, sizeof(one)) == sizeof(one) || errno == EAGAIN);
}

bool UpstreamGate::Await(absl::Duration timeout) const {
  pollfd gate = {.fd = fd_, .events = POLLIN};
  return poll(&gate, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout))) ==
         1;
}

UpstreamReply& UpstreamReply::Send(absl::string_view bytes) {
  return SendTimes(bytes, 1);
}

UpstreamReply& UpstreamReply::SendTimes(absl::string_view bytes, size_t times) {
  return Add(
      {.kind = Step::Kind::kSend, .bytes = std::string(bytes), .times = times});
}

UpstreamReply& UpstreamReply::Trickle(absl::string_view bytes, size_t step,
                                      absl::Duration pause) {
  return Add({.kind = Step::Kind::kTrickle,
              .bytes = std::string(bytes),
              .step = step,
              .duration = pause});
}

UpstreamReply& UpstreamReply::Pause(absl::Duration duration) {
  return Add({.kind = Step::Kind::kAwait, .duration = duration});
}

UpstreamReply& UpstreamReply::Await(std::shared_ptr<UpstreamGate> gate) {
  return Add({.kind = Step::Kind::kAwait,
              .duration = absl::InfiniteDuration(),
              .gate = std::move(gate)});
}

UpstreamReply& UpstreamReply::Open(std::shared_ptr<UpstreamGate> gate) {
  return Add({.kind = Step::Kind::kOpen, .gate = std::move(gate)});
}

UpstreamReply& UpstreamReply::Stall() {
  return Add({.kind = Step::Kind::kStall});
}

UpstreamReply& UpstreamReply::Close() {
  return Add({.kind = Step::Kind::kClose});
}

UpstreamReply& UpstreamReply::Reset() {
  return Add({.kind = Step::Kind::kReset});
}

std::string HttpHead(int status, const UpstreamHeaders& headers) {
  std::string head = absl::StrCat("HTTP/1.1 ", status, " Status\r\n");
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  }
  return head + "\r\n";
}

std::string SseHead() {
  return HttpHead(200, {{"Content-Type", "text/event-stream"},
                        {"Transfer-Encoding", "chunked"}});
}

std::string Chunk(absl::string_view bytes) {
  return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

std::string LastChunk() { return "0\r\n\r\n"; }

std::string SseEvent(absl::string_view data) {
  return absl::StrCat("data: ", data, "\n\n");
}

UpstreamReply Answer(int status, absl::string_view body,
                     const UpstreamHeaders& headers) {
  UpstreamHeaders all = headers;
  const std::string length = absl::StrCat(body.size());
  all.emplace_back("Content-Length", length);
  return UpstreamReply().Send(HttpHead(status, all) + std::string(body));
}

UpstreamReply JsonAnswer(absl::string_view json, int status) {
  return Answer(status, json, {{"Content-Type", "application/json"}});
}

UpstreamReply SseAnswer(const std::vector<std::string>& data) {
  UpstreamReply reply;
  reply.Send(SseHead());
  for (const std::string& each : data) reply.Send(Chunk(SseEvent(each)));
  return reply.Send(LastChunk());
}

}  // namespace aigateway
