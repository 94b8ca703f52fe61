#ifndef AIGATEWAY_TESTS_CONFORMANCE_WIRE_CASE_H_
#define AIGATEWAY_TESTS_CONFORMANCE_WIRE_CASE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/net/http_message.h"

namespace aigateway {

// One recorded exchange: what a provider sent, and the right values.
struct WireCase {
  std::string provider;  // The recordings' folder.
  std::string name;
  std::string format;  // "openai-chat", "error", ...
  bool stream = false;
  std::string endpoint;  // The path that was asked.
  HttpResponse response;
  google::protobuf::Struct expected;

  std::string id() const { return provider + "/" + name; }
};

// Every case below `folder`, ordered by name. Empty if there is none.
std::vector<WireCase> ReadWireCases(const std::string& folder);

// Parts of `expected`, leniently: empty, null and missing are one.
const google::protobuf::Value* Get(const google::protobuf::Struct& fields,
                                   absl::string_view key);
std::string GetText(const google::protobuf::Struct& fields,
                    absl::string_view key);
const google::protobuf::Struct* GetStruct(
    const google::protobuf::Struct& fields, absl::string_view key);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_WIRE_CASE_H_
