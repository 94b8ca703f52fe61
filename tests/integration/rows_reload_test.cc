// A reload under load loses no request, and a bad configuration changes nothing
// and says why, by line.

#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// A provider that answers and streams "from NAME".
void AnswerBy(FakeUpstream& upstream, const std::string& name) {
  upstream.SetHandler([name](const UpstreamRequest& request) {
    return absl::StrContains(request.body, "\"stream\":true")
               ? TextStream({"from ", name})
               : Completion("from " + name);
  });
}

class ReloadRows : public testing::Test {
 protected:
  ReloadRows() {
    AnswerBy(a_, "a");
    AnswerBy(b_, "b");
    gateway_ = std::make_unique<GatewayProcess>(
        GatewayProcess::Options{.config = Config("a")});
  }
  ~ReloadRows() override { StopLoad(); }

  // One that sends everything to the instance `name`.
  std::string Config(const std::string& name) {
    return absl::StrCat("providers:\n", Instance("a", a_), Instance("b", b_),
                        "targets: [{virtual_key: ", name, "}]\n",
                        "strategy: {mode: single}\n");
  }
  void WriteFile(const std::string& text) {
    std::ofstream(gateway_->config_path(), std::ios::trunc) << text;
  }
  grpc::Status Reload(const std::string* text,
                      v1::ReloadConfigResponse* reply) {
    v1::ReloadConfigRequest request;
    if (text != nullptr) request.set_config_text(*text);
    grpc::ClientContext context;
    return gateway_->admin().ReloadConfig(&context, request, reply);
  }
  std::string Revision() {
    grpc::ClientContext context;
    v1::GetConfigResponse response;
    EXPECT_TRUE(gateway_->admin().GetConfig(&context, {}, &response).ok());
    return response.revision();
  }

  // Calls without pause, from eight threads, until StopLoad().
  void StartLoad() {
    for (int i = 0; i < 8; ++i) {
      load_.emplace_back([this, i] {
        while (!stop_) {
          const Seen seen =
              i % 2 == 0 ? CallRoute(*gateway_) : CallStream(*gateway_);
          if (seen.status.ok() && seen.text == "from a") {
            ++from_a_;
          } else if (seen.status.ok() && seen.text == "from b") {
            ++from_b_;
          } else {
            ADD_FAILURE() << "lost: " << seen.message() << " " << seen.text;
          }
        }
      });
    }
  }
  void StopLoad() {
    stop_ = true;
    for (std::thread& thread : load_) thread.join();
    load_.clear();
  }
  // Waits until calls were answered by the one that `count` counts.
  static void WaitForMore(const std::atomic<int>& count) {
    const int before = count;
    EXPECT_TRUE(WaitUntil([&] { return count > before + 2; }));
  }

  FakeUpstream a_;
  FakeUpstream b_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> from_a_ = 0;
  std::atomic<int> from_b_ = 0;
  std::vector<std::thread> load_;
};

TEST_F(ReloadRows, ReloadingByFileAndByTextUnderLoadLosesNoRequest) {
  constexpr int kReloads = 20;
  StartLoad();
  std::string revision = Revision();
  for (int i = 0; i < kReloads; ++i) {
    const std::string name = i % 2 == 0 ? "b" : "a";
    if (i % 4 < 2) {
      WriteFile(Config(name));
      gateway_->Signal(SIGHUP);
      ASSERT_THAT(WaitForLogLines(*gateway_, "config reloaded", i + 1),
                  SizeIs(i + 1));
    } else {
      const std::string text = Config(name);
      v1::ReloadConfigResponse reply;
      const grpc::Status status = Reload(&text, &reply);
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_EQ(reply.previous_revision(), revision);
      EXPECT_THAT(reply.changes(), Not(IsEmpty()));
    }
    EXPECT_NE(Revision(), revision);
    revision = Revision();
    WaitForMore(name == "a" ? from_a_ : from_b_);
  }
  StopLoad();
  EXPECT_THAT(from_a_.load(), Gt(kReloads));
  EXPECT_THAT(from_b_.load(), Gt(kReloads));
  EXPECT_EQ(CallRoute(*gateway_).text, "from a") << "the last one runs";
  EXPECT_EQ(InFlight(*gateway_), 0);
}

TEST_F(ReloadRows, AStreamGoesOnUnderTheConfigurationItBeganWith) {
  auto gate = std::make_shared<UpstreamGate>();
  UpstreamReply reply;
  reply.Send(SseHead())
      .Send(Chunk(SseEvent(DeltaJson("from "))))
      .Await(gate)
      .Send(Chunk(SseEvent(DeltaJson("the first"))))
      .Send(Chunk(SseEvent(FinishJson())))
      .Send(Chunk(SseEvent("[DONE]")))
      .Send(LastChunk());
  a_.SetReply(reply);
  grpc::ClientContext context;
  auto reader = gateway_->gateway().RouteStream(&context, StreamQ1());
  v1::RouteStreamResponse event;
  std::string text;
  while (text.empty() && reader->Read(&event)) text += event.delta().text();

  const std::string config = Config("b");
  v1::ReloadConfigResponse reloaded;
  ASSERT_TRUE(Reload(&config, &reloaded).ok());
  EXPECT_EQ(CallRoute(*gateway_).text, "from b");
  gate->Open();
  while (reader->Read(&event)) text += event.delta().text();

  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(text, "from the first");
}

// A fault on a line of its own, and what is said of it.
struct Fault {
  const char* line;
  const char* says;
};

TEST_F(ReloadRows, ABadConfigurationChangesNothingAndSaysWhyByLine) {
  StartLoad();
  const std::string before = Revision();
  // After the five lines of the good one: the sixth.
  const Fault faults[] = {
      {"strategi: {mode: single}\n", "strategy"},
      {"aliases: {x: [}\n", ""},
      {"limits: {max_concurrent: minus one}\n", ""},
  };
  size_t refusals = 0;
  for (const Fault& fault : faults) {
    const std::string text = Config("b") + fault.line;
    // By the file.
    WriteFile(text);
    gateway_->Signal(SIGHUP);
    ++refusals;
    ASSERT_THAT(
        WaitForLogLines(*gateway_, "config not reloaded: the one before stays",
                        refusals),
        SizeIs(refusals));
    ASSERT_THAT(WaitForLogLines(*gateway_, "config fault", refusals),
                SizeIs(refusals));
    const LogLine said = LogLines(*gateway_, "config fault").back();
    EXPECT_THAT(said.text,
                HasSubstr(absl::StrCat(gateway_->config_path(), ":6:")));
    EXPECT_THAT(said.text, HasSubstr(fault.says));
    // By the call.
    v1::ReloadConfigResponse reply;
    const grpc::Status status = Reload(&text, &reply);
    ++refusals;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(status.error_details()));
    google::rpc::BadRequest bad;
    bool found = false;
    for (const auto& detail : details.details()) {
      found = found || detail.UnpackTo(&bad);
    }
    ASSERT_TRUE(found);
    ASSERT_THAT(bad.field_violations(), SizeIs(1));
    EXPECT_THAT(bad.field_violations(0).description(),
                HasSubstr("config_text:6:"));
    EXPECT_THAT(bad.field_violations(0).description(), HasSubstr(fault.says));

    EXPECT_EQ(Revision(), before);
    WaitForMore(from_a_);
  }
  StopLoad();
  EXPECT_EQ(from_b_, 0);
}

TEST_F(ReloadRows, AFileThatIsGoneChangesNothing) {
  const std::string before = Revision();
  ASSERT_EQ(unlink(gateway_->config_path().c_str()), 0);
  v1::ReloadConfigResponse reply;
  const grpc::Status status = Reload(nullptr, &reply);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.error_message() + status.error_details(),
              HasSubstr(gateway_->config_path()));
  EXPECT_EQ(Revision(), before);
  EXPECT_EQ(CallRoute(*gateway_).text, "from a");
}

}  // namespace
}  // namespace aigateway
