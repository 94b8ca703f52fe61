#include "gateway/store/redis_client.h"

#include <arpa/inet.h>
#include <functional>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/base/timers.h"
#include "gateway/net/event_loop.h"
#include "gateway/store/redis_address.h"
#include "gateway/store/redis_command.h"
#include "gateway/store/redis_reply.h"
#include "tests/fakes/redis_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using Reply = absl::StatusOr<RedisReply>;

// Long enough for a machine that has much else to do; nobody waits for it.
constexpr absl::Duration kPatience = absl::Seconds(30);

class RedisClientTest : public testing::Test {
 protected:
  RedisClientTest() : loop_(*EventLoop::Create({})) {}
  ~RedisClientTest() override {
    EXPECT_TRUE(
        loop_->RunUntil([&] { return loop_->roots() == 0; }, kPatience));
  }

  // A client of `address` with so much time for each command.
  std::unique_ptr<RedisClient> ClientOf(const std::string& address,
                                        absl::Duration timeout = kPatience) {
    RedisClient::Options options;
    options.address = *ParseRedisAddress(address);
    options.timeout = timeout;
    options.replies = {.max_bytes = 1000, .max_items = 10};
    options.first_pause = absl::Milliseconds(1);
    options.last_pause = absl::Milliseconds(20);
    return std::make_unique<RedisClient>(std::move(options));
  }

  void Begin(RedisClient& client, RedisCommand command,
             std::optional<Reply>* reply) {
    loop_->Spawn(
        Store(client, std::move(command), loop_->env(), scope_, reply));
  }
  Reply Await(std::optional<Reply>& reply) {
    EXPECT_TRUE(
        loop_->RunUntil([&] { return reply.has_value(); }, 2 * kPatience));
    return *std::move(reply);
  }
  Reply Ask(RedisClient& client, RedisCommand command) {
    std::optional<Reply> reply;
    Begin(client, std::move(command), &reply);
    return Await(reply);
  }
  Reply Ask(RedisClient& client, std::vector<std::string> words) {
    return Ask(client, RedisCommand(std::move(words)));
  }
  // Until it is there again, or the patience ends.
  Reply AskUntilThere(RedisClient& client) {
    const absl::Time end = loop_->env().timers->Now() + kPatience;
    Reply reply = Ask(client, {"PING"});
    while (!reply.ok() && loop_->env().timers->Now() < end) {
      reply = Ask(client, {"PING"});
    }
    return reply;
  }

  static Task<void> Store(RedisClient& client, RedisCommand command, Env env,
                          Scope& scope, std::optional<Reply>* reply) {
    reply->emplace(co_await client.Call(std::move(command), env, scope));
  }

  std::unique_ptr<EventLoop> loop_;
  Scope scope_;
};

TEST_F(RedisClientTest, AsksManyAtOnceAndTellsRepliesApart) {
  const RedisServer server;
  const auto client = ClientOf(server.address());
  constexpr int kCommands = 500;
  std::vector<std::optional<Reply>> replies(kCommands);
  for (int i = 0; i < kCommands; ++i) {
    Begin(*client, RedisCommand({"ECHO", absl::StrCat("a\r\n", i)}),
          &replies[static_cast<size_t>(i)]);
  }
  for (int i = 0; i < kCommands; ++i) {
    const Reply reply = Await(replies[static_cast<size_t>(i)]);
    ASSERT_THAT(reply, IsOk());
    EXPECT_EQ(reply->text, absl::StrCat("a\r\n", i));
  }
}

TEST_F(RedisClientTest, LogsInAndChoosesADatabase) {
  const RedisServer server("hunter 2");
  const auto client =
      ClientOf("redis://:hunter%202@" + server.address() + "/2");
  ASSERT_THAT(Ask(*client, {"SET", "k", "v"}), IsOk());
  EXPECT_EQ(server.Ask({"EXISTS", "k"}), "0");  // It looks in database 0.
  EXPECT_EQ(Ask(*client, {"GET", "k"})->text, "v");
  const auto stranger = ClientOf("redis://:wrong@" + server.address());
  const Reply refused = Ask(*stranger, {"PING"});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("WRONGPASS"));
  EXPECT_THAT(std::string(refused.status().message()),
              testing::Not(HasSubstr("wrong@")));
}

TEST_F(RedisClientTest, GivesWhatItRefusesAsAFailureAndGoesOn) {
  const RedisServer server;
  const auto client = ClientOf(server.address());
  const Reply refused = Ask(*client, {"GET"});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("wrong number of arguments"));
  EXPECT_THAT(Ask(*client, {"PING"}), IsOk());
}

TEST_F(RedisClientTest, TeachesAScriptToARedisThatDoesNotKnowIt) {
  const RedisServer server;
  const auto client = ClientOf(server.address());
  const RedisScript script("return {KEYS[1], ARGV[1], ARGV[2]}");
  for (int i = 0; i < 3; ++i) {
    if (i == 2) server.Ask({"SCRIPT", "FLUSH"});
    const Reply reply =
        Ask(*client, RedisCommand::Run(script, {"k"}, {"a", ""}));
    ASSERT_THAT(reply, IsOk());
    ASSERT_EQ(reply->items.size(), 3u);
    EXPECT_EQ(reply->items[0].text, "k");
    EXPECT_EQ(reply->items[2].text, "");
  }
  const RedisScript broken("return redis.call('NONE')");
  EXPECT_EQ(Ask(*client, RedisCommand::Run(broken, {}, {})).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RedisClientTest, TellsInOrderAndHasSentAllWhenItIsClosed) {
  const RedisServer server;
  const auto client = ClientOf(server.address());
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(client->Tell(RedisCommand({"RPUSH", "l", absl::StrCat(i)})),
                IsOk());
  }
  client->Close();
  EXPECT_EQ(server.Ask({"LLEN", "l"}), "200");
  EXPECT_EQ(server.Ask({"LINDEX", "l", "199"}), "199");
  EXPECT_EQ(client->Tell(RedisCommand({"PING"})).code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(RedisClientTest, FailsAtOnceWhileNobodyListensAndComesBack) {
  RedisServer server;
  server.Kill();
  const auto client = ClientOf(server.address());
  // The first waits for the attempt, those after it for nothing.
  EXPECT_EQ(Ask(*client, {"PING"}).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(client->Tell(RedisCommand({"PING"})).code(),
            absl::StatusCode::kUnavailable);
  server.Start();
  EXPECT_THAT(AskUntilThere(*client), IsOk());
  server.Kill();
  EXPECT_FALSE(Ask(*client, {"PING"}).ok());
  server.Start();
  EXPECT_THAT(AskUntilThere(*client), IsOk());
}

TEST_F(RedisClientTest, WaitsOnceForOneThatIsSilent) {
  RedisServer server;
  const absl::Duration timeout = absl::Milliseconds(100);
  const auto client = ClientOf(server.address(), timeout);
  ASSERT_THAT(AskUntilThere(*client), IsOk());
  server.Freeze();
  const absl::Time start = loop_->env().timers->Now();
  EXPECT_EQ(Ask(*client, {"PING"}).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(loop_->env().timers->Now() - start,
            timeout - absl::Milliseconds(5));
  // Then it is away, as soon as its thread has seen it, too.
  const absl::Time end = loop_->env().timers->Now() + kPatience;
  absl::Status status = client->Tell(RedisCommand({"PING"}));
  while (status.ok() && loop_->env().timers->Now() < end) {
    status = client->Tell(RedisCommand({"PING"}));
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  // A hundred times a timeout is more than the patience of this loop.
  const absl::Time asked = loop_->env().timers->Now();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Ask(*client, {"PING"}).ok());
  EXPECT_LT(loop_->env().timers->Now() - asked, 50 * timeout);
  server.Thaw();
  EXPECT_THAT(AskUntilThere(*client), IsOk());
}

TEST_F(RedisClientTest, BoundsWhatWaits) {
  RedisServer server;
  RedisClient::Options options;
  options.address = *ParseRedisAddress(server.address());
  options.timeout = kPatience;
  options.max_waiting = 10;
  options.max_waiting_bytes = 1000;
  RedisClient client(options);
  ASSERT_THAT(Ask(client, {"PING"}), IsOk());
  EXPECT_EQ(client.Tell(RedisCommand({"ECHO", std::string(1000, 'x')})).code(),
            absl::StatusCode::kResourceExhausted);
  server.Freeze();
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(client.Tell(RedisCommand({"PING"})), IsOk());
  }
  EXPECT_EQ(client.Tell(RedisCommand({"PING"})).code(),
            absl::StatusCode::kResourceExhausted);
  server.Thaw();
}

TEST_F(RedisClientTest, LeavesACallWhoseRequestHasEnded) {
  RedisServer server;
  const auto client = ClientOf(server.address());
  ASSERT_THAT(Ask(*client, {"PING"}), IsOk());
  server.Freeze();
  std::optional<Reply> reply;
  Begin(*client, RedisCommand({"PING"}), &reply);
  loop_->Post([this] { scope_.Cancel(absl::CancelledError("gone")); });
  EXPECT_EQ(Await(reply).status().code(), absl::StatusCode::kCancelled);
  server.Thaw();
}

TEST_F(RedisClientTest, SendsNothingForWhoHasLeft) {
  RedisServer server;
  const auto client = ClientOf(server.address());
  server.Freeze();  // It is connected to, but lets nobody in.
  std::optional<Reply> reply;
  Begin(*client, RedisCommand({"INCR", "k"}), &reply);
  loop_->Post([this] { scope_.Cancel(absl::CancelledError("gone")); });
  EXPECT_EQ(Await(reply).status().code(), absl::StatusCode::kCancelled);
  ASSERT_THAT(client->Tell(RedisCommand({"SET", "told", "1"})), IsOk());
  server.Thaw();
  client->Close();
  EXPECT_EQ(server.Ask({"EXISTS", "k"}), "0");
  EXPECT_EQ(server.Ask({"EXISTS", "told"}), "1");
}

// A server that sends `bytes` as soon as a client comes, whatever it is asked.
class Liar {
 public:
  explicit Liar(std::string bytes) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listen(fd_, 8);
    thread_ = std::thread([this, bytes = std::move(bytes)] {
      for (;;) {
        const int connection = accept(fd_, nullptr, nullptr);
        if (connection < 0) return;
        (void)send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        char byte = 0;  // Until the client hangs up.
        while (recv(connection, &byte, 1, 0) > 0) {
        }
        close(connection);
      }
    });
  }
  ~Liar() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

 private:
  int fd_ = -1;
  int port_ = 0;
  std::thread thread_;
};

TEST_F(RedisClientTest, BelievesNothingThatIsNoReply) {
  for (const std::string& bytes :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"),
        std::string("$1000000000\r\n") + std::string(2000, 'x'),
        std::string("*1000000\r\n"),
        // More replies than questions: whose they are nobody knows.
        std::string("+a\r\n+b\r\n+c\r\n+d\r\n")}) {
    const Liar liar("+PONG\r\n" + bytes);
    const auto client = ClientOf(liar.address());
    EXPECT_FALSE(Ask(*client, {"GET", "k"}).ok() &&
                 Ask(*client, {"GET", "k"}).ok())
        << bytes;
  }
}

TEST_F(RedisClientTest, RepeatsNoPasswordThatTheServerRepeats) {
  const Liar liar(
      "-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n");
  const auto client = ClientOf("redis://:hunter2@" + liar.address());
  const Reply refused = Ask(*client, {"PING"});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()),
              testing::AllOf(HasSubstr("it said: ERR"),
                             testing::Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace aigateway
