#ifndef AIGATEWAY_TESTS_CONFORMANCE_WIRE_READING_H_
#define AIGATEWAY_TESTS_CONFORMANCE_WIRE_READING_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "providers/provider.h"
#include "tests/conformance/codec_reading.h"
#include "tests/conformance/wire_case.h"

namespace aigateway {

// The provider type that reads a recording; empty: not of this version.
std::string TypeOf(const WireCase& wire);

// Whether this version reads it: chat, streams, vectors, errors and models of
// the families that it speaks.
bool IsServed(const WireCase& wire);

// Reads recordings through the codecs as they are registered.
class WireReader {
 public:
  WireReader();

  // Null if the recording's type is not registered.
  const Provider& Codec(const WireCase& wire);
  const v1::ChatRequest& chat() const { return chat_; }

  WireReading ReadWhole(const WireCase& wire);
  // Reads the stream in pieces that end at each of `cuts`, to an end that is
  // `clean`, as if its framing said that the body is complete, or is not.
  WireReading ReadStream(const WireCase& wire, const std::vector<size_t>& cuts,
                         bool clean = true);
  // Reads vectors as the answer to a request for `count` texts.
  absl::StatusOr<v1::EmbedResponse> ReadEmbeddings(const WireCase& wire,
                                                   int count);

 private:
  std::map<std::string, std::unique_ptr<Provider>> codecs_;
  v1::ChatRequest chat_;
};

// The recordings beside the checkout, read once; none if they are not there.
const std::vector<WireCase>& AllWireCases();

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_WIRE_READING_H_
