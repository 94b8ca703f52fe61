#include "gateway/server/health_service.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "gateway/server/test_server.h"

namespace aigateway {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

class HealthServiceTest : public ::testing::Test {
 protected:
  grpc::Status Check(const std::string& service) {
    grpc::ClientContext context;
    SetTestDeadline(context);
    HealthCheckRequest request;
    request.set_service(service);
    return health_->Check(&context, request, &response_);
  }

  TestServer server_;
  std::unique_ptr<Health::Stub> health_ = Health::NewStub(server_.channel());
  HealthCheckResponse response_;
};

// One watch of one service.
class Watch {
 public:
  Watch(Health::Stub& health, const std::string& service) {
    SetTestDeadline(context_);
    HealthCheckRequest request;
    request.set_service(service);
    reader_ = health.Watch(&context_, request);
  }
  ~Watch() { context_.TryCancel(); }

  // The next status; UNKNOWN at the end.
  HealthCheckResponse::ServingStatus Next() {
    HealthCheckResponse response;
    return reader_->Read(&response) ? response.status()
                                    : HealthCheckResponse::UNKNOWN;
  }
  grpc::Status Finish() { return reader_->Finish(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> reader_;
};

TEST_F(HealthServiceTest, KnowsTheServerAndItsServiceByName) {
  for (const char* name : {"", "aigateway.v1.GatewayService"}) {
    ASSERT_TRUE(Check(name).ok());
    EXPECT_EQ(response_.status(), HealthCheckResponse::SERVING);
  }
}

TEST_F(HealthServiceTest, KnowsNoOther) {
  const grpc::Status status = Check("other.Service");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonIn(status), "RESOURCE_NOT_FOUND");
  Watch watch(*health_, "other.Service");
  EXPECT_EQ(watch.Next(), HealthCheckResponse::SERVICE_UNKNOWN);
}

TEST_F(HealthServiceTest, SaysFromTheFirstMomentOfADrainThatItDoesNotServe) {
  Watch watch(*health_, "");
  EXPECT_EQ(watch.Next(), HealthCheckResponse::SERVING);

  server_.server().StartDrain();

  ASSERT_TRUE(Check("").ok());
  EXPECT_EQ(response_.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(watch.Next(), HealthCheckResponse::NOT_SERVING);
}

TEST_F(HealthServiceTest, EndsAllWatchesWithTheServer) {
  Watch one(*health_, "");
  Watch two(*health_, "aigateway.v1.GatewayService");
  EXPECT_EQ(one.Next(), HealthCheckResponse::SERVING);
  EXPECT_EQ(two.Next(), HealthCheckResponse::SERVING);

  EXPECT_TRUE(server_.Stop().ok());

  EXPECT_EQ(one.Next(), HealthCheckResponse::UNKNOWN);
  EXPECT_EQ(one.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(two.Next(), HealthCheckResponse::UNKNOWN);
}

TEST_F(HealthServiceTest, ForgetsAWatchThatItsClientCancels) {
  for (int i = 0; i < 50; ++i) {
    Watch watch(*health_, "");
    EXPECT_EQ(watch.Next(), HealthCheckResponse::SERVING);
  }
  // Tells those that are left, and touches none that is gone.
  server_.server().StartDrain();
  ASSERT_TRUE(Check("").ok());
  EXPECT_EQ(response_.status(), HealthCheckResponse::NOT_SERVING);
}

}  // namespace
}  // namespace aigateway
