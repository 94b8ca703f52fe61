#include "gateway/store/redis_reply.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/base/utf8.h"
#include "hiredis/read.h"

namespace aigateway {

// A reply is built in place: the outermost is made with `new`, the items of a
// list stand in it as soon as their number is known. hiredis asks a maker for
// each in turn, and takes null for "out of memory", which ends the reading.
struct RedisReplyReader::Makers {
  static RedisReply* Place(const redisReadTask* task) {
    if (task->parent == nullptr) return new RedisReply;
    auto* const list = static_cast<RedisReply*>(task->parent->obj);
    return &list->items[static_cast<size_t>(task->idx)];
  }

  static void* MakeText(const redisReadTask* task, char* text, size_t size) {
    RedisReply* const reply = Place(task);
    reply->kind = task->type == REDIS_REPLY_ERROR ? RedisReply::Kind::kError
                                                  : RedisReply::Kind::kText;
    reply->text.assign(text, size);
    return reply;
  }

  static void* MakeList(const redisReadTask* task, int size) {
    auto* const reader = static_cast<RedisReplyReader*>(task->privdata);
    const auto items = static_cast<size_t>(size);
    if (size < 0 || items > reader->limits_.max_items - reader->items_) {
      return nullptr;
    }
    reader->items_ += items;
    RedisReply* const reply = Place(task);
    reply->kind = RedisReply::Kind::kList;
    reply->items.resize(items);
    return reply;
  }

  static void* MakeInteger(const redisReadTask* task, long long value) {
    RedisReply* const reply = Place(task);
    reply->kind = RedisReply::Kind::kInteger;
    reply->integer = value;
    return reply;
  }

  static void* MakeNil(const redisReadTask* task) { return Place(task); }

  // Only ever the outermost.
  static void Free(void* reply) { delete static_cast<RedisReply*>(reply); }

  static redisReplyObjectFunctions* Table() {
    static redisReplyObjectFunctions table = {&MakeText, &MakeList,
                                              &MakeInteger, &MakeNil, &Free};
    return &table;
  }
};

RedisReplyReader::RedisReplyReader(Limits limits)
    : limits_(limits),
      reader_(redisReaderCreateWithFunctions(Makers::Table()),
              &redisReaderFree) {
  AIGW_CHECK(reader_ != nullptr);
  reader_->privdata = this;
}

RedisReplyReader::~RedisReplyReader() = default;

void RedisReplyReader::Feed(absl::string_view bytes) {
  fed_ += bytes.size();
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

absl::StatusOr<std::optional<RedisReply>> RedisReplyReader::Next() {
  void* object = nullptr;
  if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
    return absl::FailedPreconditionError(
        absl::StrCat("what it answered cannot be read: ",
                     Truncate(ValidUtf8(reader_->errstr), 100)));
  }
  if (object == nullptr) {
    if (fed_ <= limits_.max_bytes) return std::nullopt;
    return absl::FailedPreconditionError("what it answered is too long");
  }
  const std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(object));
  fed_ = reader_->len - reader_->pos;
  items_ = 0;
  return std::move(*reply);
}

}  // namespace aigateway
