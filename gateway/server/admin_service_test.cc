#include "gateway/server/admin_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

#include "gateway/server/test_server.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class AdminServiceTest : public ::testing::Test {
 protected:
  grpc::Status Reload(const v1::ReloadConfigRequest& request) {
    grpc::ClientContext context;
    SetTestDeadline(context);
    return server_.admin().ReloadConfig(&context, request, &reloaded_);
  }

  TestServer server_;
  v1::ReloadConfigResponse reloaded_;
};

TEST_F(AdminServiceTest, ListsProvidersByNameAPageAtATime) {
  std::vector<v1::Provider> providers;
  for (const char* name : {"c", "a", "b"}) {
    providers.emplace_back().set_instance(name);
  }
  server_.gateway().SetProviders(providers);
  std::vector<std::string> names;
  v1::ListProvidersRequest request;
  request.set_page_size(2);
  do {
    grpc::ClientContext context;
    SetTestDeadline(context);
    v1::ListProvidersResponse response;
    ASSERT_TRUE(
        server_.admin().ListProviders(&context, request, &response).ok());
    EXPECT_LE(response.providers_size(), 2);
    for (const auto& provider : response.providers()) {
      names.push_back(provider.instance());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST_F(AdminServiceTest, ListsTargets) {
  std::vector<v1::Target> targets;
  targets.emplace_back().set_target("t");
  server_.gateway().SetTargets(targets);
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::ListTargetsResponse response;
  ASSERT_TRUE(server_.admin().ListTargets(&context, {}, &response).ok());
  ASSERT_THAT(response.targets(), SizeIs(1));
  EXPECT_EQ(response.targets(0).target(), "t");
}

TEST_F(AdminServiceTest, ListsPluginsInTheirOrderAPageAtATime) {
  std::vector<v1::Plugin> plugins;
  for (const char* name : {"guard", "cache", "guard", "log"}) {
    plugins.emplace_back().set_name(name);
  }
  server_.gateway().SetPlugins(plugins);
  std::vector<std::string> names;
  v1::ListPluginsRequest request;
  request.set_page_size(3);
  do {
    grpc::ClientContext context;
    SetTestDeadline(context);
    v1::ListPluginsResponse response;
    ASSERT_TRUE(server_.admin().ListPlugins(&context, request, &response).ok());
    for (const auto& plugin : response.plugins()) {
      names.push_back(plugin.name());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("guard", "cache", "guard", "log"));
}

// A call that ended: what records borrow.
struct EndedCall {
  explicit EndedCall(std::string target) {
    route.set_target(std::move(target));
    record.model = "m1";
    record.route = &route;
  }
  v1::RouteInfo route;
  RequestRecord record;
};

TEST_F(AdminServiceTest, TellsOfCallsAsTheyEndUntilNobodyListens) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::WatchEventsRequest request;
  request.add_targets("a");
  const auto reader = server_.admin().WatchEvents(&context, request);
  reader->WaitForInitialMetadata();
  server_.gateway().Tell(EndedCall("b").record);
  server_.gateway().Tell(EndedCall("a").record);
  v1::WatchEventsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.event().route().target(), "a");
  EXPECT_EQ(response.event().model(), "m1");
  EXPECT_EQ(response.dropped_events(), 0);
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(AdminServiceTest, RefusesAPageTokenThatIsNone) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::ListTargetsRequest request;
  request.set_page_token("made up");
  v1::ListTargetsResponse response;
  EXPECT_EQ(
      server_.admin().ListTargets(&context, request, &response).error_code(),
      grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AdminServiceTest, ReloadsAndTellsWhatChanged) {
  ASSERT_TRUE(Reload({}).ok());
  EXPECT_EQ(reloaded_.revision(), "r2");
  EXPECT_EQ(reloaded_.previous_revision(), "r1");
  ASSERT_THAT(reloaded_.changes(), SizeIs(1));
  EXPECT_EQ(reloaded_.changes(0).path(), "targets[0].weight");
  EXPECT_EQ(server_.gateway().reloads(), 1);
  EXPECT_THAT(server_.log(), HasSubstr("\"cause\":\"ReloadConfig\""));
}

TEST_F(AdminServiceTest, OnlyChecksIfToldSo) {
  v1::ReloadConfigRequest request;
  request.set_validate_only(true);
  ASSERT_TRUE(Reload(request).ok());
  EXPECT_EQ(server_.gateway().reloads(), 0);
  EXPECT_EQ(reloaded_.revision(), "r2");
}

TEST_F(AdminServiceTest, NamesEveryFaultOfABadConfiguration) {
  v1::ReloadConfigRequest request;
  request.set_config_text("bad");
  for (const bool validate_only : {false, true}) {
    request.set_validate_only(validate_only);
    const grpc::Status status = Reload(request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonIn(status), "INVALID_CONFIG");
    const auto bad = DetailIn<google::rpc::BadRequest>(status);
    ASSERT_TRUE(bad.has_value());
    ASSERT_THAT(bad->field_violations(), SizeIs(2));
    EXPECT_EQ(bad->field_violations(1).field(), "b");
    EXPECT_EQ(bad->field_violations(1).description(), "config_text:2:1: worse");
  }
  EXPECT_EQ(server_.gateway().reloads(), 0);
}

TEST_F(AdminServiceTest, TellsItsVersionAndSince) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::GetVersionResponse response;
  ASSERT_TRUE(server_.admin().GetVersion(&context, {}, &response).ok());
  EXPECT_FALSE(response.version().empty());
  EXPECT_EQ(response.start_time().seconds(), 1700000000);
}

TEST_F(AdminServiceTest, SwitchesATargetAndShowsIt) {
  v1::Target target;
  target.set_target("a");
  server_.gateway().SetTargets({target});
  v1::SetTargetStateRequest request;
  request.set_target("a");
  request.set_action(v1::TARGET_ACTION_DRAIN);
  v1::SetTargetStateResponse response;
  {
    grpc::ClientContext context;
    SetTestDeadline(context);
    ASSERT_TRUE(
        server_.admin().SetTargetState(&context, request, &response).ok());
  }
  EXPECT_TRUE(response.target().drained());
  request.set_target("b");
  grpc::ClientContext context;
  SetTestDeadline(context);
  const grpc::Status status =
      server_.admin().SetTargetState(&context, request, &response);
  EXPECT_EQ(ReasonIn(status), "RESOURCE_NOT_FOUND");
}

TEST_F(AdminServiceTest, SaysOfWhatItDoesNotServeThatItDoesNot) {
  grpc::ClientContext context;
  SetTestDeadline(context);
  v1::ListKeysResponse response;
  const grpc::Status status = server_.admin().ListKeys(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(ReasonIn(status), "NOT_IMPLEMENTED");
}

TEST_F(AdminServiceTest, StaysOpenWhileTheServerDrains) {
  server_.server().StartDrain();
  EXPECT_TRUE(Reload({}).ok());
}

TEST(AdminServiceAuthTest, AsksForAKeyOfItsScope) {
  TestServer::Options options;
  for (const char* scope : {"route", "admin"}) {
    auto* key = options.auth.add_keys();
    key->set_name(scope);
    key->set_key(absl::StrCat(scope, "-key"));
    key->add_scopes(scope);
  }
  TestServer server(options);
  const auto ask = [&server](const std::string& key) {
    grpc::ClientContext context;
    SetTestDeadline(context);
    if (!key.empty()) context.AddMetadata("authorization", "Bearer " + key);
    v1::GetConfigResponse response;
    return server.admin().GetConfig(&context, {}, &response).error_code();
  };

  EXPECT_EQ(ask(""), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ask("route-key"), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ask("admin-key"), grpc::StatusCode::OK);
}

}  // namespace
}  // namespace aigateway
