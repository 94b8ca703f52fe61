#include "gateway/server/gateway_service.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/server/test_server.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

class GatewayServiceTest : public ::testing::Test {
 protected:
  TestServer server_;
};

TEST_F(GatewayServiceTest, ListsModelsAPageAtATime) {
  std::vector<v1::Model> models;
  for (const char* id : {"a", "b", "c"}) models.emplace_back().set_id(id);
  server_.gateway().SetModels(models);
  std::vector<std::string> ids;
  v1::ListModelsRequest request;
  request.set_page_size(2);
  do {
    grpc::ClientContext context;
    SetTestDeadline(context);
    v1::ListModelsResponse response;
    ASSERT_TRUE(server_.stub().ListModels(&context, request, &response).ok());
    for (const auto& model : response.models()) ids.push_back(model.id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, ElementsAre("a", "b", "c"));
}

TEST_F(GatewayServiceTest, EmbedsOnALoop) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::EmbedRequest request;
  request.set_model("m1");
  request.add_input("a");
  request.add_input("abc");
  request.mutable_options()->set_request_id("mine");
  v1::EmbedResponse response;
  const grpc::Status status =
      server_.stub().Embed(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.embeddings_size(), 2);
  EXPECT_EQ(response.embeddings(1).index(), 1);
  EXPECT_EQ(response.embeddings(1).values(0), 3);
  EXPECT_EQ(response.route().request_id(), "mine");
  const auto trailer = context.GetServerTrailingMetadata();
  EXPECT_EQ(trailer.count("x-aigateway-attempts"), 1u);
}

TEST_F(GatewayServiceTest, ExplainsARoute) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::ExplainRouteRequest request;
  request.mutable_chat()->set_model("m1");
  v1::ExplainRouteResponse response;
  ASSERT_TRUE(server_.stub().ExplainRoute(&context, request, &response).ok());
  EXPECT_EQ(response.model(), "m1");
}

TEST_F(GatewayServiceTest, SaysWhatIsWrongWithARequestToExplain) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::ExplainRouteResponse response;
  const grpc::Status status =
      server_.stub().ExplainRoute(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "INVALID_REQUEST");
}

TEST_F(GatewayServiceTest, RefusesWhileTheServerDrains) {
  server_.server().StartDrain();
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::ListModelsResponse response;
  const grpc::Status status =
      server_.stub().ListModels(&context, {}, &response);
  EXPECT_EQ(ReasonIn(status), "SHUTTING_DOWN");
}

TEST(GatewayServiceAuthTest, AsksForAKeyIfThereAreAny) {
  TestServer::Options options;
  auto* key = options.auth.add_keys();
  key->set_name("ann");
  key->set_key("ann-key");
  TestServer server(options);
  v1::ListModelsResponse response;
  grpc::ClientContext without;
  SetTestDeadline(without);
  EXPECT_EQ(server.stub().ListModels(&without, {}, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext with;
  SetTestDeadline(with);
  with.AddMetadata("authorization", "Bearer ann-key");
  EXPECT_TRUE(server.stub().ListModels(&with, {}, &response).ok());
}

TEST(GatewayServiceAuthTest, ExplainsWhatTheKeyWouldMeet) {
  TestServer::Options options;
  auto* key = options.auth.add_keys();
  key->set_name("ann");
  key->set_key("ann-key");
  TestServer server(options);
  v1::ExplainRouteRequest request;
  request.mutable_chat()->set_model("m1");
  v1::ExplainRouteResponse response;
  grpc::ClientContext context;
  SetTestDeadline(context);
  context.AddMetadata("authorization", "Bearer ann-key");
  ASSERT_TRUE(server.stub().ExplainRoute(&context, request, &response).ok());
  EXPECT_EQ(response.targets(0).target(), "ann");
}

}  // namespace
}  // namespace aigateway
