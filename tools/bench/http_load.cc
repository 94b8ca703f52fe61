#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "asio/awaitable.hpp"
#include "asio/co_spawn.hpp"
#include "asio/detached.hpp"
#include "asio/steady_timer.hpp"
#include "asio/use_awaitable.hpp"
#include "asio/use_future.hpp"

#include "tools/bench/bare_server.h"
#include "tools/bench/child_process.h"
#include "tools/bench/http_loop.h"
#include "tools/bench/load.h"
#include "tools/bench/token_meter.h"
#include "tools/bench/window.h"

namespace aigateway::bench {
namespace {

// A load over HTTP. All of it runs on one HttpLoop.
class HttpLoad {
 public:
  HttpLoad(const LoadOptions& options, bool stream)
      : options_(options),
        stream_(stream),
        loop_(options.address, options.headers),
        window_(options_) {
    if (options_.cpu_seconds == nullptr) {
      options_.cpu_seconds = [this] { return loop_.cpu_seconds(); };
    }
  }

  LoadResult Run() {
    asio::co_spawn(loop_.io(), Main(), asio::use_future).get();
    return std::move(result_);
  }

 private:
  struct Place {
    HttpLoop::Exchange exchange;
    TokenReader reader;
    TokenMeter meter;
    std::string text;
    size_t bytes = 0;
  };

  asio::awaitable<void> Main() {
    places_.resize(options_.in_flight);
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (Place& place : places_) {
      ++open_;
      asio::co_spawn(loop_.io(), Work(&place), asio::detached);
    }
    while (window_.Advance(&result_)) {
      timer.expires_after(std::chrono::milliseconds(2));
      co_await timer.async_wait(asio::use_awaitable);
    }
    over_ = true;
    while (open_ > 0) {
      if (stream_) {
        for (Place& place : places_) loop_.Abort(place.exchange);
      }
      timer.expires_after(std::chrono::milliseconds(2));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  asio::awaitable<void> Work(Place* place) {
    place->exchange.body = ChatBody(options_.model, Prompt(), stream_);
    place->exchange.on_bytes = [this, place](absl::string_view bytes) {
      place->bytes += bytes.size();
      if (!stream_) return;
      place->text.clear();
      place->reader.Read(bytes, &place->text);
      if (!place->text.empty()) {
        place->meter.OnTokens(place->text, window_, &result_);
      }
    };
    while (!over_) {
      const int64_t began = NowMicros();
      place->bytes = 0;
      place->meter.Begin();
      const bool ok = co_await loop_.Send(place->exchange);
      if (over_) break;
      if (!ok || place->bytes == 0) {
        if (++result_.failed > 1000) Fail("calls over HTTP fail");
      } else if (!stream_ && window_.open()) {
        ++result_.done;
        result_.latencies.push_back(static_cast<double>(NowMicros() - began));
      }
    }
    --open_;
  }

  LoadOptions options_;
  const bool stream_;
  HttpLoop loop_;
  Window window_;
  LoadResult result_;
  std::deque<Place> places_;
  int open_ = 0;
  bool over_ = false;
};

}  // namespace

LoadResult LoadHttpUnary(const LoadOptions& options) {
  return HttpLoad(options, /*stream=*/false).Run();
}

LoadResult LoadHttpStreams(const LoadOptions& options) {
  return HttpLoad(options, /*stream=*/true).Run();
}

std::string Prompt() { return std::string(1000, 'x'); }

int64_t NextSeed() {
  static std::atomic<int64_t> last = 0;
  return ++last;
}

}  // namespace aigateway::bench
