// upstream PORT: the provider that all are measured against.
//
// It speaks as much HTTP/1.1 as that takes, keeps connections, and does what
// the request's model says:
//   instant          answers at once
//   wait-MS          answers after so many milliseconds
//   stream-RATE      sends so many tokens a second, from the first at once on
//   stream-RATExN    the same, and ends after N tokens
//   flood            sends tokens as fast as they are taken

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "tools/bench/token.h"

namespace aigateway::bench {
namespace {

constexpr size_t kMaxFloodBytes = 64 << 10;  // In one turn of a connection.
constexpr int kMaxLateTicks = 50;            // Made good after a stall.

std::string Chunk(absl::string_view bytes) {
  return absl::StrFormat("%x\r\n%s\r\n", bytes.size(), bytes);
}

std::string Event(absl::string_view json) {
  return Chunk(absl::StrCat("data: ", json, "\n\n"));
}

std::string ChunkJson(absl::string_view delta, absl::string_view finish) {
  return absl::StrCat(
      R"({"id":"chatcmpl-bench0123456789","object":"chat.completion.chunk",)",
      R"("created":1764000000,"model":"gpt-4o-mini-2024-07-18",)",
      R"("system_fingerprint":"fp_bench","choices":[{"index":0,"delta":)",
      delta, R"(,"logprobs":null,"finish_reason":)", finish, "}]}");
}

std::string TokenEvent(int64_t micros) {
  return Event(ChunkJson(
      absl::StrCat(R"({"content":")", MakeToken(micros), R"("})"), "null"));
}

std::string EndOfStream() {
  return absl::StrCat(
      Event(ChunkJson("{}", R"("stop")")),
      Event(
          R"({"id":"chatcmpl-bench0123456789","object":"chat.completion.chunk",)"
          R"("created":1764000000,"model":"gpt-4o-mini-2024-07-18","choices":[],)"
          R"("usage":{"prompt_tokens":250,"completion_tokens":100,)"
          R"("total_tokens":350}})"),
      Event("[DONE]"), "0\r\n\r\n");
}

std::string WholeAnswer() {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "ten bytes ";
  const std::string body = absl::StrCat(
      R"({"id":"chatcmpl-bench0123456789","object":"chat.completion",)",
      R"("created":1764000000,"model":"gpt-4o-mini-2024-07-18","choices":[)",
      R"({"index":0,"message":{"role":"assistant","content":")", text,
      R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],)",
      R"("usage":{"prompt_tokens":250,"completion_tokens":100,)",
      R"("total_tokens":350,"prompt_tokens_details":{"cached_tokens":0},)",
      R"("completion_tokens_details":{"reasoning_tokens":0}},)",
      R"("system_fingerprint":"fp_bench"})");
  return absl::StrCat(
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
      "x-request-id: req_bench\r\ncontent-length: ",
      body.size(), "\r\n\r\n", body);
}

constexpr char kStreamHead[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    "x-request-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n";

struct Connection {
  Connection(int descriptor, int64_t number) : fd(descriptor), id(number) {}

  const int fd;
  const int64_t id;
  std::string in;
  std::string out;  // What the socket did not take yet.
  bool flooding = false;
  bool streaming = false;
  int64_t tokens_left = -1;  // Below 0: no end.
};

class Upstream {
 public:
  explicit Upstream(int port);
  [[noreturn]] void Run();

 private:
  // A connection that something is due for; meanwhile it may be gone.
  struct Due {
    int fd;
    int64_t id;
  };

  void Watch(int fd, uint32_t events, int how);
  void Accept();
  void Receive(Connection& connection);
  void Answer(Connection& connection, absl::string_view model);
  void Send(Connection& connection, absl::string_view bytes);
  void Flush(Connection& connection);
  void SendToken(Connection& connection, const std::string& event);
  void Flood(Connection& connection);
  void Close(Connection& connection);
  void Arm();
  void OnTimer();
  void Tick();

  // Null if it is gone.
  Connection* Find(const Due& due) const {
    const auto found = connections_.find(due.fd);
    if (found == connections_.end() || found->second->id != due.id) {
      return nullptr;
    }
    return found->second.get();
  }

  int listener_ = -1;
  int epoll_ = -1;
  int timer_ = -1;
  bool armed_ = false;
  int64_t tick_ = 0;
  int64_t last_id_ = 0;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::map<int, std::vector<std::vector<Due>>> streams_;  // By period.
  std::map<int, size_t> next_phase_;
  std::multimap<int64_t, Due> waiting_;  // By the tick they are due.
  const std::string answer_ = WholeAnswer();
  const std::string end_ = EndOfStream();
};

Upstream::Upstream(int port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int one = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) !=
          0 ||
      listen(listener_, 8192) != 0) {
    std::cerr << "upstream: cannot listen on port " << port << "\n";
    std::exit(1);
  }
  epoll_ = epoll_create1(0);
  timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  Watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  Watch(timer_, EPOLLIN, EPOLL_CTL_ADD);
}

void Upstream::Watch(int fd, uint32_t events, int how) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, how, fd, &event);
}

void Upstream::Run() {
  std::vector<epoll_event> events(512);
  for (;;) {
    const int count =
        epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener_) {
        Accept();
        continue;
      }
      if (fd == timer_) {
        OnTimer();
        continue;
      }
      auto found = connections_.find(fd);
      if (found == connections_.end()) continue;
      Connection& connection = *found->second;
      if ((events[i].events & EPOLLOUT) != 0) {
        Flush(connection);
        if (connection.out.empty() && connection.flooding) Flood(connection);
      }
      // Last: it may close the connection.
      if ((events[i].events & ~EPOLLOUT) != 0) Receive(connection);
    }
  }
}

void Upstream::Accept() {
  const int one = 1;
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    connections_[fd] = std::make_unique<Connection>(fd, ++last_id_);
    Watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

void Upstream::Receive(Connection& connection) {
  char bytes[16 << 10];
  const ssize_t count = read(connection.fd, bytes, sizeof(bytes));
  if (count <= 0) {
    if (count < 0 && errno == EAGAIN) return;
    Close(connection);
    return;
  }
  connection.in.append(bytes, static_cast<size_t>(count));
  for (;;) {
    const absl::string_view in = connection.in;
    const size_t head_end = in.find("\r\n\r\n");
    if (head_end == absl::string_view::npos) return;
    size_t body_size = 0;
    for (absl::string_view line :
         absl::StrSplit(in.substr(0, head_end), "\r\n")) {
      if (line.size() < 15 || strncasecmp(line.data(), "content-length:", 15))
        continue;
      if (!absl::SimpleAtoi(line.substr(15), &body_size)) body_size = 0;
    }
    const size_t size = head_end + 4 + body_size;
    if (in.size() < size) return;
    absl::string_view model = in.substr(head_end, size - head_end);
    constexpr absl::string_view kModel = "\"model\":\"";
    const size_t place = model.find(kModel);
    model = place == absl::string_view::npos
                ? "instant"
                : model.substr(place + kModel.size());
    Answer(connection, std::string(model.substr(0, model.find('"'))));
    connection.in.erase(0, size);
  }
}

void Upstream::Answer(Connection& connection, absl::string_view model) {
  const Due due = {connection.fd, connection.id};
  int number = 0;
  if (absl::ConsumePrefix(&model, "wait-") &&
      absl::SimpleAtoi(model, &number)) {
    Arm();
    waiting_.emplace(tick_ + number, due);
    return;
  }
  if (model == "flood") {
    Send(connection, kStreamHead);
    connection.flooding = true;
    Flood(connection);
    return;
  }
  if (!absl::ConsumePrefix(&model, "stream-")) {
    Send(connection, answer_);
    return;
  }
  const std::pair<absl::string_view, absl::string_view> words =
      absl::StrSplit(model, absl::MaxSplits('x', 1));
  if (!absl::SimpleAtoi(words.first, &number) || number < 1) number = 1;
  connection.tokens_left = -1;
  if (!absl::SimpleAtoi(words.second, &connection.tokens_left)) {
    connection.tokens_left = -1;
  }
  connection.streaming = true;
  Send(connection, absl::StrCat(kStreamHead, TokenEvent(NowMicros())));
  if (connection.tokens_left > 0) --connection.tokens_left;
  // Spread evenly, as streams that begin at any time are.
  const int period = std::max(1, 1000 / number);
  auto& phases = streams_[period];
  phases.resize(static_cast<size_t>(period));
  phases[next_phase_[period]++ % static_cast<size_t>(period)].push_back(due);
  Arm();
}

void Upstream::Send(Connection& connection, absl::string_view bytes) {
  if (connection.out.empty()) {
    const ssize_t sent =
        send(connection.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
    if (bytes.empty()) return;
    Watch(connection.fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }
  connection.out.append(bytes.data(), bytes.size());
}

void Upstream::Flush(Connection& connection) {
  const ssize_t sent = send(connection.fd, connection.out.data(),
                            connection.out.size(), MSG_NOSIGNAL);
  if (sent > 0) connection.out.erase(0, static_cast<size_t>(sent));
  if (connection.out.empty() && !connection.flooding) {
    Watch(connection.fd, EPOLLIN, EPOLL_CTL_MOD);
  }
}

void Upstream::SendToken(Connection& connection, const std::string& event) {
  // A provider whose reader is slow makes fewer tokens, not a queue.
  if (!connection.out.empty()) return;
  Send(connection, event);
  if (connection.tokens_left < 0 || --connection.tokens_left > 0) return;
  Send(connection, end_);
  connection.streaming = false;
}

void Upstream::Flood(Connection& connection) {
  const std::string event = TokenEvent(NowMicros());
  size_t sent = 0;
  while (connection.out.empty() && sent < kMaxFloodBytes) {
    Send(connection, event);
    sent += event.size();
  }
  Watch(connection.fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

void Upstream::Close(Connection& connection) {
  const int fd = connection.fd;
  connections_.erase(fd);
  close(fd);
}

// The clock ticks only while something waits for it.
void Upstream::Arm() {
  if (armed_) return;
  armed_ = true;
  const itimerspec each_millisecond = {{0, 1000000}, {0, 1000000}};
  timerfd_settime(timer_, 0, &each_millisecond, nullptr);
}

void Upstream::OnTimer() {
  uint64_t passed = 0;
  if (read(timer_, &passed, sizeof(passed)) != sizeof(passed)) return;
  for (uint64_t i = 0; i < std::min<uint64_t>(passed, kMaxLateTicks); ++i) {
    Tick();
  }
  bool idle = waiting_.empty();
  for (const auto& [period, phases] : streams_) {
    for (const auto& phase : phases) idle = idle && phase.empty();
  }
  if (!idle) return;
  armed_ = false;
  const itimerspec never = {};
  timerfd_settime(timer_, 0, &never, nullptr);
}

void Upstream::Tick() {
  ++tick_;
  while (!waiting_.empty() && waiting_.begin()->first <= tick_) {
    const Due due = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    if (Connection* const c = Find(due)) Send(*c, answer_);
  }
  for (auto& [period, phases] : streams_) {
    std::vector<Due>& phase = phases[static_cast<size_t>(tick_ % period)];
    if (phase.empty()) continue;
    const std::string event = TokenEvent(NowMicros());
    for (size_t i = 0; i < phase.size();) {
      Connection* const connection = Find(phase[i]);
      if (connection != nullptr) SendToken(*connection, event);
      if (connection != nullptr && connection->streaming) {
        ++i;
        continue;
      }
      phase[i] = phase.back();
      phase.pop_back();
    }
  }
}

}  // namespace
}  // namespace aigateway::bench

int main(int argc, char** argv) {
  int port = 0;
  if (argc != 2 || !absl::SimpleAtoi(argv[1], &port)) {
    std::cerr << "usage: upstream PORT\n";
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  aigateway::bench::Upstream(port).Run();
}
