#ifndef AIGATEWAY_GATEWAY_NET_HTTP_HEAD_READER_H_
#define AIGATEWAY_GATEWAY_NET_HTTP_HEAD_READER_H_

#include <cstddef>

#include "absl/strings/string_view.h"

#include "gateway/net/http_message.h"

namespace aigateway {

// Reads the head of an answer line by line: skips 1xx answers, joins folded
// lines, and bounds the whole. What follows the head (trailers) is counted and
// dropped. Values are kept as they came, without the white space around them.
class HttpHeadReader {
 public:
  enum class Result {
    kMore,       // The head goes on, or this was a trailer.
    kDone,       // This line ended the final answer's head.
    kMalformed,  // This is no head of an answer. Reading must stop.
    kTooLarge,   // More bytes than allowed. Reading must stop.
  };

  // Begins a new answer of at most `max_bytes` of head, 1xx and trailers
  // included.
  void Reset(size_t max_bytes);

  // Takes one line with its line end.
  Result Take(absl::string_view line);

  // How many bytes came.
  size_t bytes() const { return bytes_; }
  // Whether kDone was returned; only then the next two are set.
  bool done() const { return done_; }
  int status() const { return status_; }
  const HttpHeaders& headers() const { return headers_; }

 private:
  bool TakeStatusLine(absl::string_view line);
  bool TakeHeader(absl::string_view line);
  // Adds the header that was read last; its value can be folded no more.
  void Flush();

  size_t max_bytes_ = 0;
  size_t bytes_ = 0;
  bool done_ = false;
  bool in_head_ = false;  // The status line was read.
  int status_ = 0;
  HttpHeader last_;  // Empty name: none.
  HttpHeaders headers_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_HTTP_HEAD_READER_H_
