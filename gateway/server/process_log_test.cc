#include "gateway/server/process_log.h"

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "grpc/grpc.h"
#include "grpc/support/log.h"
#include "gtest/gtest.h"

#include "gateway/base/log.h"
#include "gateway/base/mutex.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Keeps lines; while it is shut, who writes to it waits.
class Pipe final : public LogSink {
 public:
  void Write(absl::string_view lines) override {
    MutexLock lock(&mutex_);
    while (shut_) changed_.Wait(&mutex_);
    absl::StrAppend(&text_, lines);
  }
  void SetShut(bool shut) {
    MutexLock lock(&mutex_);
    shut_ = shut;
    changed_.SignalAll();
  }
  std::string text() {
    MutexLock lock(&mutex_);
    return text_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool shut_ ABSL_GUARDED_BY(mutex_) = false;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

// One test: there is one such log in a process.
TEST(ProcessLogTest, WaitsForNoReaderAndCountsWhatItDropped) {
  static Pipe& pipe = *new Pipe;
  {
    ProcessLog log(LogLevel::kInfo, &pipe);
    log.logger().Info("first", {{"number", 1}});
    log.Flush();
    EXPECT_THAT(pipe.text(), HasSubstr("first"));
    EXPECT_THAT(log.RenderDropped(),
                HasSubstr("\naigateway_log_lines_dropped_total 0\n"));

    // gRPC's errors are warnings here: mostly one peer's connection. It logs
    // nothing before it was initialized.
    grpc_init();
    gpr_log(GPR_ERROR, "peer %d went away", 7);
    log.Flush();
    EXPECT_THAT(pipe.text(), HasSubstr("peer 7 went away"));
    EXPECT_THAT(pipe.text(), HasSubstr("warn"));

    pipe.SetShut(true);
    const std::string long_text(100 * 1024, 'a');
    for (int i = 0; i < 20; ++i) log.logger().Info("long", {{"t", long_text}});
    EXPECT_THAT(log.RenderDropped(),
                Not(HasSubstr("\naigateway_log_lines_dropped_total 0\n")));
    // Returns although nobody reads.
  }
  pipe.SetShut(false);
  grpc_shutdown();
}

}  // namespace
}  // namespace aigateway
