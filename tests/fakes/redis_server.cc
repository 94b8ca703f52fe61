#include "tests/fakes/redis_server.h"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "gateway/base/check.h"
#include "hiredis/hiredis.h"
#include "tests/fakes/free_port.h"

namespace aigateway {
namespace {

constexpr char kBinary[] = "/usr/bin/redis-server";
constexpr absl::Duration kPatience = absl::Seconds(20);

using Context = std::unique_ptr<redisContext, void (*)(redisContext*)>;

std::string TextOf(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      return absl::StrCat(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply.elements; ++i) {
        absl::StrAppend(&text, TextOf(*reply.element[i]), "\n");
      }
      return text;
    }
    case REDIS_REPLY_NIL:
      return "";
    default:
      return std::string(reply.str, static_cast<size_t>(reply.len));
  }
}

// Runs redis-server on `port` in a child. Returns the end of a pipe that gets
// its log.
int Spawn(const std::string& port, const std::string& password, pid_t* pid) {
  int log[2] = {-1, -1};
  AIGW_CHECK(pipe2(log, O_CLOEXEC) == 0);
  *pid = fork();
  AIGW_CHECK(*pid >= 0);
  if (*pid == 0) {
    // Ends with the test, however that ends.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(log[1], STDOUT_FILENO);
    dup2(log[1], STDERR_FILENO);
    execl(kBinary, kBinary, "--port", port.c_str(), "--bind", "127.0.0.1",
          "--save", "", "--appendonly", "no", "--dir", "/tmp", "--databases",
          "4", "--requirepass", password.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(log[1]);
  return log[0];
}

// Reads `log` until it says that connections are taken. False: it ended before.
bool AwaitReady(int log, absl::Time until) {
  std::string said;
  std::array<char, 1024> buffer;
  while (!absl::StrContains(said, "Ready to accept connections")) {
    pollfd readable = {.fd = log, .events = POLLIN, .revents = 0};
    const int64_t left = absl::ToInt64Milliseconds(until - absl::Now());
    if (left <= 0 || poll(&readable, 1, static_cast<int>(left)) == 0) {
      std::fprintf(stderr, "%s does not start: %s\n", kBinary, said.c_str());
      std::abort();
    }
    const ssize_t count = read(log, buffer.data(), buffer.size());
    if (count <= 0) return false;
    said.append(buffer.data(), static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

RedisServer::RedisServer(std::string password)
    : password_(std::move(password)) {
  Start();
}

std::string RedisServer::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

void RedisServer::Start() {
  AIGW_CHECK(pid_ < 0);
  const bool is_new = port_ == 0;
  const absl::Time end = absl::Now() + kPatience;
  for (;;) {
    if (is_new) port_ = FreePort();
    const int log = Spawn(absl::StrCat(port_), password_, &pid_);
    const bool is_ready = AwaitReady(log, end);
    close(log);  // It goes on without anybody who reads.
    if (is_ready) return;
    // Another took the port.
    int ended = 0;
    waitpid(pid_, &ended, 0);
    AIGW_CHECK(!WIFEXITED(ended) || WEXITSTATUS(ended) != 127);
    pid_ = -1;
  }
}

void RedisServer::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::Freeze() {
  kill(pid_, SIGSTOP);
  // Stopped, and not only told so.
  waitpid(pid_, nullptr, WUNTRACED);
}

void RedisServer::Thaw() { kill(pid_, SIGCONT); }

std::string RedisServer::Ask(const std::vector<std::string>& words) const {
  const Context context(
      redisConnectWithTimeout("127.0.0.1", port_, {.tv_sec = 20, .tv_usec = 0}),
      &redisFree);
  if (context == nullptr || context->err != 0) return "";
  std::vector<std::vector<std::string>> commands;
  if (!password_.empty()) commands.push_back({"AUTH", password_});
  commands.push_back(words);
  std::string said;
  for (const std::vector<std::string>& command : commands) {
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const std::string& word : command) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* const reply = static_cast<redisReply*>(
        redisCommandArgv(context.get(), static_cast<int>(command.size()),
                         texts.data(), sizes.data()));
    if (reply == nullptr) return "";
    said = TextOf(*reply);
    freeReplyObject(reply);
  }
  return said;
}

}  // namespace aigateway
