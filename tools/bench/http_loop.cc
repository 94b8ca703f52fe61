#include "tools/bench/http_loop.h"

#include <chrono>
#include <pthread.h>
#include <time.h>
#include <utility>

#include "absl/strings/str_cat.h"
#include "asio/async_result.hpp"
#include "asio/post.hpp"
#include "asio/use_awaitable.hpp"

namespace aigateway::bench {
namespace {

// How late a timeout of libcurl's may be noticed. A timer of its own for each
// costs more than all the rest of an exchange.
constexpr auto kCoarseTick = std::chrono::milliseconds(50);

size_t OnBody(char* bytes, size_t, size_t size, void* exchange) {
  const auto& on_bytes = static_cast<HttpLoop::Exchange*>(exchange)->on_bytes;
  if (on_bytes) on_bytes({bytes, size});
  return size;
}

}  // namespace

struct HttpLoop::Socket {
  Socket(asio::io_context& io, curl_socket_t fd) : descriptor(io, fd) {}

  asio::posix::stream_descriptor descriptor;
  int wanted = 0;
  bool reading = false;
  bool writing = false;
};

HttpLoop::HttpLoop(std::string url, const std::vector<std::string>& headers)
    : url_(std::move(url)),
      work_(asio::make_work_guard(io_)),
      timer_(io_),
      multi_(curl_multi_init()) {
  headers_ = curl_slist_append(headers_, "Content-Type: application/json");
  headers_ = curl_slist_append(headers_, "Expect:");
  for (const std::string& header : headers) {
    headers_ = curl_slist_append(headers_, header.c_str());
  }
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &HttpLoop::OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &HttpLoop::OnTimeout);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 16384L);
  thread_ = std::thread([this] { io_.run(); });
}

HttpLoop::~HttpLoop() {
  io_.stop();
  thread_.join();
  for (CURL* easy : idle_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
  curl_slist_free_all(headers_);
  // libcurl has closed what is left of them.
  for (auto& [fd, socket] : sockets_) socket->descriptor.release();
}

double HttpLoop::cpu_seconds() {
  clockid_t clock = {};
  timespec used = {};
  pthread_getcpuclockid(thread_.native_handle(), &clock);
  clock_gettime(clock, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) / 1e9;
}

void HttpLoop::Prepare(Exchange& exchange) {
  if (!idle_.empty()) {
    exchange.easy = idle_.back();
    idle_.pop_back();
  } else {
    exchange.easy = curl_easy_init();
    curl_easy_setopt(exchange.easy, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(exchange.easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(exchange.easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(exchange.easy, CURLOPT_WRITEFUNCTION, &OnBody);
  }
  curl_easy_setopt(exchange.easy, CURLOPT_POSTFIELDSIZE,
                   static_cast<long>(exchange.body.size()));
  curl_easy_setopt(exchange.easy, CURLOPT_POSTFIELDS, exchange.body.data());
  curl_easy_setopt(exchange.easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(exchange.easy, CURLOPT_PRIVATE, &exchange);
}

asio::awaitable<bool> HttpLoop::Send(Exchange& exchange) {
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                          void(bool)>(
      [this, &exchange](auto handler) {
        exchange.done = [handler = std::move(handler)](bool ok) mutable {
          std::move(handler)(ok);
        };
        Prepare(exchange);
        curl_multi_add_handle(multi_, exchange.easy);
      },
      asio::use_awaitable);
}

void HttpLoop::Abort(Exchange& exchange) {
  if (exchange.easy != nullptr) End(exchange, /*ok=*/false);
}

void HttpLoop::End(Exchange& exchange, bool ok) {
  curl_multi_remove_handle(multi_, exchange.easy);
  idle_.push_back(std::exchange(exchange.easy, nullptr));
  auto done = std::move(exchange.done);
  done(ok);  // Resumes the coroutine.
}

void HttpLoop::Act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  int left = 0;
  while (CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    Exchange* exchange = nullptr;
    long status = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    End(*exchange, result == CURLE_OK && status == 200);
  }
}

int HttpLoop::OnTimeout(CURLM*, long milliseconds, void* data) {
  auto* const loop = static_cast<HttpLoop*>(data);
  if (milliseconds == 0) {
    if (std::exchange(loop->kicked_, true)) return 0;
    asio::post(loop->io_, [loop] {
      loop->kicked_ = false;
      loop->Act(CURL_SOCKET_TIMEOUT, 0);
    });
    return 0;
  }
  if (milliseconds < 0 || std::exchange(loop->timer_armed_, true)) return 0;
  loop->timer_.expires_after(kCoarseTick);
  loop->timer_.async_wait([loop](const asio::error_code& error) {
    if (error) return;
    loop->timer_armed_ = false;
    loop->Act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

int HttpLoop::OnSocket(CURL*, curl_socket_t fd, int what, void* data, void*) {
  auto* const loop = static_cast<HttpLoop*>(data);
  std::shared_ptr<Socket>& socket = loop->sockets_[fd];
  if (what == CURL_POLL_REMOVE) {
    if (socket != nullptr) {
      socket->wanted = 0;
      socket->descriptor.cancel();
      socket->descriptor.release();
    }
    loop->sockets_.erase(fd);
    return 0;
  }
  if (socket == nullptr) socket = std::make_shared<Socket>(loop->io_, fd);
  socket->wanted = what;
  if ((what & CURL_POLL_IN) != 0) loop->Watch(socket, /*read=*/true);
  if ((what & CURL_POLL_OUT) != 0) loop->Watch(socket, /*read=*/false);
  return 0;
}

void HttpLoop::Watch(const std::shared_ptr<Socket>& socket, bool read) {
  bool& watching = read ? socket->reading : socket->writing;
  if (std::exchange(watching, true)) return;
  const int wanted = read ? CURL_POLL_IN : CURL_POLL_OUT;
  socket->descriptor.async_wait(
      read ? asio::posix::stream_descriptor::wait_read
           : asio::posix::stream_descriptor::wait_write,
      [this, socket, read, wanted](const asio::error_code& error) {
        (read ? socket->reading : socket->writing) = false;
        if (error || (socket->wanted & wanted) == 0) return;
        const curl_socket_t fd = socket->descriptor.native_handle();
        Act(fd, read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
        if ((socket->wanted & wanted) != 0) Watch(socket, read);
      });
}

std::string ChatBody(absl::string_view model, absl::string_view prompt,
                     bool stream) {
  return absl::StrCat("{\"model\":\"", model,
                      "\",\"messages\":[{\"role\":\"user\",\"content\":\"",
                      prompt, "\"}]", stream ? ",\"stream\":true}" : "}");
}

}  // namespace aigateway::bench
