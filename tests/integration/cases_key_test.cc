// Reported case 043: white space, line ends and worse in a key or in metadata.

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"
#include "tests/integration/raw_connection.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kVariable[] = "CASE_043_SECRET";

// The key of every family from `source`, which stands inside of quotes.
std::string ConfigWith(const FakeUpstream& upstream, absl::string_view source) {
  std::string config = "providers:\n";
  for (const char* type : {"openai-compatible", "anthropic", "gemini"}) {
    absl::StrAppend(&config, "- {name: ", type, ", type: ", type,
                    ", base_url: \"", upstream.url(""), "\", api_key: \"",
                    source, "\"}\n");
  }
  return absl::StrCat(config,
                      "targets:\n"
                      "- {virtual_key: openai-compatible, models: [a]}\n"
                      "- {virtual_key: anthropic, models: [an]}\n"
                      "- {virtual_key: gemini, models: [gm]}\n");
}

std::string WriteSecret(absl::string_view secret) {
  const char* folder = std::getenv("TEST_TMPDIR");
  const std::string path =
      absl::StrCat(folder != nullptr ? folder : "/tmp", "/case_043_secret");
  std::ofstream(path, std::ios::binary) << std::string(secret);
  return path;
}

class KeyCases : public testing::Test {
 protected:
  // Calls every family and expects the key `abc` in its header, alone.
  void ExpectGoodKey(GatewayProcess& gateway) {
    struct Family {
      const char* model;
      const char* type;
      const char* header;
      const char* value;
    };
    for (const Family& family :
         {Family{"a", "openai", "authorization", "Bearer abc"},
          Family{"an", "anthropic", "x-api-key", "abc"},
          Family{"gm", "gemini", "x-goog-api-key", "abc"}}) {
      v1::ChatRequest chat = Q1().chat();
      chat.set_model(family.model);
      for (bool stream : {false, true}) {
        upstream_.SetReply(TextReply(family.type, stream, "ok"));
        const Seen seen = CallEither(gateway, stream, chat);
        EXPECT_EQ(seen.text, "ok") << seen.message();
        const UpstreamRequest sent = upstream_.requests().back();
        EXPECT_EQ(sent.headers.Get(family.header), family.value);
        EXPECT_THAT(sent.head,
                    HasSubstr(absl::StrCat(": ", family.value, "\r\n")));
      }
    }
  }

  FakeUpstream upstream_;
};

TEST_F(KeyCases, Case043TakesWhiteSpaceAroundAKeyAway) {
  for (const char* value : {"abc\n", " abc ", "\tabc\r\n"}) {
    GatewayProcess gateway(
        {.config = ConfigWith(upstream_, absl::StrCat("${", kVariable, "}")),
         .environment = {{kVariable, value}}});
    ExpectGoodKey(gateway);
  }
  GatewayProcess gateway(
      {.config = ConfigWith(
           upstream_, absl::StrCat("${file:", WriteSecret("abc\n\n"), "}"))});
  ExpectGoodKey(gateway);
  // A literal as well, through a reload.
  const Reloaded reloaded =
      CallReload(gateway, ConfigWith(upstream_, "abc\\n"));
  EXPECT_TRUE(reloaded.status.ok()) << reloaded.Words();
  ExpectGoodKey(gateway);
}

TEST_F(KeyCases, Case043RefusesAKeyThatIsNoneByItsTargetAndVariable) {
  for (const char* value : {"abc\r\nX-Evil: 1", "abc\nX-Evil: 1",
                            "ab\xC2\xA0"
                            "c",
                            "abc\x7F"
                            "abc",
                            "abc abc", "", "   ", "\n"}) {
    std::string said;
    EXPECT_EQ(GatewayProcess::RunToEnd(
                  {.config = ConfigWith(upstream_,
                                        absl::StrCat("${", kVariable, "}")),
                   .environment = {{kVariable, value}}},
                  &said),
              2);
    EXPECT_THAT(said, HasSubstr(kVariable)) << value;
    EXPECT_THAT(said, HasSubstr("anthropic")) << value;
    EXPECT_THAT(said, Not(HasSubstr("abc")));
    EXPECT_THAT(said, Not(HasSubstr("X-Evil")));
  }
  EXPECT_EQ(upstream_.connection_count(), 0u);
}

TEST_F(KeyCases, Case043RefusesAFileOrALiteralThatIsNoKey) {
  GatewayProcess gateway({.config = ConfigWith(upstream_, "abc")});
  const std::string revision = RevisionOf(gateway);
  const std::string values[] = {std::string("ab\0c", 4), "abc\r\nX-Evil: 1", "",
                                " \n"};
  for (const std::string& value : values) {
    const std::string path = WriteSecret(value);
    const Reloaded bad = CallReload(
        gateway, ConfigWith(upstream_, absl::StrCat("${file:", path, "}")));
    EXPECT_EQ(bad.reason, "INVALID_CONFIG");
    EXPECT_THAT(bad.Words(), HasSubstr("the file '/"));
    EXPECT_THAT(bad.Words(), HasSubstr("anthropic"));
    EXPECT_THAT(bad.Words(), Not(HasSubstr("abc")));
    EXPECT_THAT(bad.Words(), Not(HasSubstr("X-Evil")));
  }
  for (const char* literal :
       {"ab\\0c", "abc\\r\\nX-Evil: 1", "", "  ", "ab\\u00a0c"}) {
    const Reloaded bad = CallReload(gateway, ConfigWith(upstream_, literal));
    EXPECT_EQ(bad.reason, "INVALID_CONFIG") << literal;
    EXPECT_THAT(bad.Words(), HasSubstr("api_key"));
    EXPECT_THAT(bad.Words(), Not(HasSubstr("abc")));
  }
  EXPECT_EQ(RevisionOf(gateway), revision);
  ExpectGoodKey(gateway);
}

TEST_F(KeyCases, Case043RefusesAHeaderWithALineEnd) {
  GatewayProcess gateway({.config = ConfigWith(upstream_, "abc")});
  const auto config = [&](absl::string_view value) {
    return absl::StrCat("providers: [{name: a, type: openai-compatible, ",
                        "base_url: \"", upstream_.url(""),
                        "\", headers: {x-team: \"", value,
                        "\"}}]\ntargets: [{virtual_key: a}]\n");
  };
  for (const char* value :
       {"abc\\r\\nX-Evil: 1", "abc\\nX-Evil: 1", "abc\\0d"}) {
    const Reloaded bad = CallReload(gateway, config(value));
    EXPECT_EQ(bad.reason, "INVALID_CONFIG") << value;
    EXPECT_THAT(bad.Words(), HasSubstr("x-team"));
    EXPECT_THAT(bad.Words(), Not(HasSubstr("abc")));
  }
}

TEST_F(KeyCases, Case043HandsOnNoLineEndOfACallersMetadata) {
  GatewayProcess gateway({.config = ConfigWith(upstream_, "abc")});
  upstream_.SetReply(Completion("ok"));
  v1::RouteRequest request = Q1();
  request.mutable_chat()->set_model("a");
  const std::vector<std::pair<std::string, std::string>> evil[] = {
      {{"x-request-id", "1\r\nX-Evil: 1"}},
      {{"x-request-id", "1\nX-Evil: 1"}},
      {{"traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
       {"tracestate", "a=1\r\nX-Evil: 1"}},
      {{"traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Evil: "
        "1"}},
      {{"x-evil", "1"}},
      {{"user-agent", "x\r\nX-Evil: 1"}},
  };
  for (const auto& metadata : evil) {
    RawHttp2 client(gateway.address());
    ASSERT_TRUE(client.SendCall(1, "/aigateway.v1.GatewayService/Route",
                                request.SerializeAsString(), metadata));
    // It is refused or it is answered, but it ends.
    bool ended = false;
    while (!ended) {
      const std::optional<Http2Frame> frame = client.Next(absl::Seconds(10));
      if (!frame.has_value()) break;
      ended = frame->type == Http2Frame::kReset ||
              frame->type == Http2Frame::kGoAway ||
              (frame->stream == 1 &&
               (frame->type == Http2Frame::kHeaders ||
                frame->type == Http2Frame::kData) &&
               (frame->flags & kHttp2EndStream) != 0);
    }
    EXPECT_TRUE(ended || client.closed()) << metadata[0].first;
  }
  for (const UpstreamRequest& sent : upstream_.requests()) {
    EXPECT_FALSE(sent.headers.Has("x-evil")) << sent.head;
  }
  EXPECT_THAT(gateway.Said(), Not(HasSubstr("X-Evil")));
  // The same by a proper client is a call like any other.
  const Seen seen = CallRoute(gateway, request);
  EXPECT_EQ(seen.text, "ok") << seen.message();
}

}  // namespace
}  // namespace aigateway
