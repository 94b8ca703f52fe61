#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_TESTING_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_TESTING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"

namespace aigateway {

// What an independent reader (protobuf's) finds in the JSON text `json`. A text
// that is no object gives an empty Struct and fails the test.
google::protobuf::Struct ParseJson(absl::string_view json);

// The data of each event of the stream `body`, which ends each line in LF.
std::vector<std::string> EventData(absl::string_view body);

// A stream of chat completions, joined as a client would.
struct JoinedStream {
  struct Choice {
    std::string role;
    std::string text;
    std::string reasoning;
    std::map<int, std::string> call_names;
    std::map<int, std::string> call_ids;
    std::map<int, std::string> call_arguments;
    std::string finish_reason;
    int pieces = 0;  // Of text.
  };
  std::map<int, Choice> choices;
  std::vector<google::protobuf::Struct> usages;
  std::vector<std::string> ids;  // Each that is not the one before.
  std::vector<std::string> unreadable;
  std::vector<google::protobuf::Struct> errors;
  bool done = false;
  int chunks_after_done = 0;
};
JoinedStream JoinStream(absl::string_view body);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_TESTING_H_
