#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_TEST_KIT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/provider.h"
#include "providers/replicate/replicate_instance.h"

// What the tests of this codec share.
namespace aigateway {

// A request in protobuf's text format.
inline v1::ChatRequest ReplicateChat(absl::string_view text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &chat))
      << text;
  return chat;
}

// A prediction with a status; `members` follow.
inline std::string ReplicatePredictionText(absl::string_view status,
                                           absl::string_view members = "") {
  return absl::StrCat(R"({"id":"p1","model":"meta/llama","version":"v1",)",
                      R"("created_at":"2024-02-12T16:44:47.5Z","error":null,)",
                      R"("status":")", status, R"(")",
                      members.empty() ? "" : ",", members, "}");
}

inline ReplicateInstance MakeReplicateInstance(
    absl::string_view base_url = "http://h:1") {
  config::v1::ProviderConfig config;
  config.set_base_url(std::string(base_url));
  (*config.mutable_headers())["x-team"] = "blue";
  absl::StatusOr<ReplicateInstance> instance =
      ReplicateInstance::Create(config);
  EXPECT_TRUE(instance.ok()) << instance.status();
  return *std::move(instance);
}

// Keeps what a stream says.
class ReplicateKeptEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    text += delta.text();
    reasoning += delta.reasoning();
    deltas.push_back(std::move(delta));
    return answer;
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    finishes.push_back(std::move(finish));
    return absl::OkStatus();
  }
  void OnLife() override { ++life; }

  std::string text;
  std::string reasoning;
  std::vector<v1::Delta> deltas;
  std::vector<v1::Finish> finishes;
  int life = 0;
  absl::Status answer;  // Of OnDelta.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_TEST_KIT_H_
