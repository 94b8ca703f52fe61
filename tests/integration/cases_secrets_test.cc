// Reported case 041: a credential is in nothing that the gateway shows.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/admin_calls.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"
#include "tests/integration/provider_replies.h"

namespace aigateway {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

// What may be seen nowhere: the tellable parts of keys, of a header's value, of
// a password.
constexpr const char* kSecrets[] = {"AAAA1111", "BBBB2222", "CCCC3333",
                                    "DDDD4444", "EEEE5555", "FFFF6666"};

// The characters of base64 that `secret` alone decides where it begins
// `offset` bytes into a group of three.
std::string Base64Of(absl::string_view secret, size_t offset) {
  std::string encoded;
  absl::Base64Escape(absl::StrCat(std::string(offset, 'x'), secret, "xxx"),
                     &encoded);
  const size_t begin = (offset * 8 + 5) / 6;
  const size_t end = (offset + secret.size()) * 8 / 6;
  return encoded.substr(begin, end - begin);
}

// As it is, percent-encoded, and in base64 wherever it begins.
std::vector<std::string> SpellingsOf(absl::string_view secret) {
  std::string percent;
  for (const char c : secret) {
    absl::StrAppend(&percent, "%", absl::Hex(c, absl::kZeroPad2));
  }
  return {std::string(secret), percent, Base64Of(secret, 0),
          Base64Of(secret, 1), Base64Of(secret, 2)};
}

void ExpectNoSecret(absl::string_view text, absl::string_view where) {
  for (const char* secret : kSecrets) {
    for (const std::string& spelling : SpellingsOf(secret)) {
      EXPECT_FALSE(absl::StrContains(text, spelling))
          << where << " shows " << spelling << ":\n"
          << text;
    }
  }
}

TEST(ExpectNoSecretTest, KnowsTheSpellings) {
  std::string encoded;
  for (const char* before : {"", "k", "ke", "key"}) {
    absl::Base64Escape(absl::StrCat(before, "AAAA1111", "rest"), &encoded);
    int found = 0;
    for (const std::string& spelling : SpellingsOf("AAAA1111")) {
      found += absl::StrContains(encoded, spelling);
    }
    EXPECT_EQ(found, 1) << encoded;
  }
}

struct Family {
  const char* type;
  const char* key;
};
constexpr Family kFamilies[] = {{"gemini", "test-key-AAAA1111"},
                                {"openai-compatible", "test-key-BBBB2222"},
                                {"anthropic", "test-key-CCCC3333"}};

// Where a target is, and what its failure is told by.
struct Place {
  std::string name;
  std::string url;
  std::string words;
};

class SecretCases : public testing::Test {
 protected:
  SecretCases() {
    plain_.SetGreeting(UpstreamReply().Send(HttpHead(400)).Close());
    std::string gone;
    {
      const FakeUpstream closed;
      gone = closed.url("");
    }
    places_ = {
        {"up", upstream_.url(""), ""},
        {"gone", gone, "connection refused"},
        {"tls", absl::StrCat("https://", plain_.host()), "SSL"},
        {"nowhere", "http://no-such-host.invalid", "cannot be resolved"},
    };
    std::string providers = "providers:\n";
    std::string targets = "targets:\n";
    for (const Family& family : kFamilies) {
      for (const Place& place : places_) {
        const std::string name = absl::StrCat(family.type, "-", place.name);
        absl::StrAppend(&providers, "- {name: ", name, ", type: ", family.type,
                        ", base_url: \"", place.url,
                        "\", api_key: ", family.key,
                        ", headers: {x-extra: hdr-DDDD4444}}\n");
        absl::StrAppend(&targets, "- {virtual_key: ", name, ", models: [", name,
                        "]}\n");
      }
    }
    config_ = absl::StrCat(providers, targets);
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = config_, .flags = {"--log_level=debug"}});
  }

  // Makes the call at a place; nothing of it shows a secret.
  Seen Call(const std::string& target, bool stream) {
    v1::ChatRequest chat = Q1().chat();
    chat.set_model(target);
    const Seen seen = CallEither(*gateway_, stream, chat);
    ExpectNoSecret(
        absl::StrCat(seen.message(), seen.status.error_details(), seen.metadata,
                     seen.text, seen.response.ShortDebugString(),
                     seen.end.ShortDebugString()),
        target);
    return seen;
  }

  void ExpectNoSecretInLogAndMetrics() {
    ExpectNoSecret(gateway_->Said(), "the log");
    ExpectNoSecret(HttpGet(*gateway_, "/metrics"), "/metrics");
  }

  FakeUpstream upstream_;
  FakeUpstream plain_;  // Takes the start of TLS for a bad request.
  std::vector<Place> places_;
  std::string config_;
  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(SecretCases, Case041FailuresNameTheTargetAndTheFaultAndNoKey) {
  upstream_.SetReply(UpstreamReply().Close());
  for (const Family& family : kFamilies) {
    for (const Place& place : places_) {
      const std::string target = absl::StrCat(family.type, "-", place.name);
      for (bool stream : {false, true}) {
        const Seen seen = Call(target, stream);
        EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE)
            << seen.message();
        EXPECT_THAT(seen.message(), HasSubstr(target));
        EXPECT_THAT(seen.message(), HasSubstr(place.words));
      }
    }
  }
  ExpectNoSecretInLogAndMetrics();
}

TEST_F(SecretCases, Case041RefusalsNameTheTargetAndTheStatusAndNoKey) {
  for (const Family& family : kFamilies) {
    const std::string target = absl::StrCat(family.type, "-up");
    for (bool stream : {false, true}) {
      upstream_.SetReply(RefusalReply(family.type, 404, "no"));
      Seen seen = Call(target, stream);
      EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::NOT_FOUND);
      EXPECT_THAT(seen.message(), HasSubstr(target));
      EXPECT_THAT(seen.message(), HasSubstr("404"));
      upstream_.SetReply(UpstreamReply()
                             .Send(HttpHead(200, {{"Content-Type",
                                                   stream ? "text/event-stream"
                                                          : "application/json"},
                                                  {"Content-Length", "100"}}))
                             .Close());
      seen = Call(target, stream);
      EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::UNAVAILABLE);
      EXPECT_THAT(seen.message(), HasSubstr(target));
    }
  }
  ExpectNoSecretInLogAndMetrics();
}

// Providers do quote what they were sent.
TEST_F(SecretCases, Case041AProviderThatQuotesTheKeyIsNotQuotedSo) {
  for (const Family& family : kFamilies) {
    const std::string target = absl::StrCat(family.type, "-up");
    std::string base64;
    absl::Base64Escape(family.key, &base64);
    const std::string quoted = absl::StrCat(
        "Incorrect key ", family.key, ", Bearer ", family.key,
        ", ?key=", family.key, "&alt=sse, ", base64, ", x-extra: hdr-DDDD4444");
    for (bool stream : {false, true}) {
      const std::vector<UpstreamReply> replies = {
          RefusalReply(family.type, 400, quoted),
          RefusalReply(family.type, 500, quoted),
          Answer(502, absl::StrCat("<html>", quoted, "</html>"),
                 {{"Content-Type", "text/html"}}),
          Answer(200, absl::StrCat("<html>", quoted, "</html>"),
                 {{"Content-Type", "text/html"}}),
          Answer(307, "",
                 {{"Location", absl::StrCat("http://u:", family.key,
                                            "@127.0.0.1/x?key=", family.key)}}),
          EventStream(
              {SseEvent(absl::StrCat(R"({"type":"error","error":{"message":")",
                                     quoted, R"(","type":")", family.key,
                                     R"(","code":")", family.key, R"("}})"))}),
          JsonAnswer(absl::StrCat(R"({"error":{"message":"no","type":")",
                                  family.key, R"(","code":")", family.key,
                                  R"(","status":")", family.key, R"("}})"),
                     400),
          // Last: the key that it refuses rests from then on.
          RefusalReply(family.type, 401, quoted),
      };
      for (const UpstreamReply& reply : replies) {
        upstream_.SetReply(reply);
        EXPECT_FALSE(Call(target, stream).status.ok());
      }
    }
  }
  ExpectNoSecretInLogAndMetrics();
}

TEST_F(SecretCases, Case041ListingsAndTheConfigShowNoKey) {
  upstream_.SetReply(ErrorReply(401, "no"));
  (void)Call("anthropic-up", false);
  (void)Call("gemini-gone", false);
  grpc::ClientContext providers_context;
  v1::ListProvidersResponse providers;
  ASSERT_TRUE(
      gateway_->admin().ListProviders(&providers_context, {}, &providers).ok());
  EXPECT_EQ(providers.providers_size(), 12);
  ExpectNoSecret(providers.DebugString(), "ListProviders");
  grpc::ClientContext targets_context;
  v1::ListTargetsResponse targets;
  ASSERT_TRUE(
      gateway_->admin().ListTargets(&targets_context, {}, &targets).ok());
  EXPECT_EQ(targets.targets_size(), 12);
  ExpectNoSecret(targets.DebugString(), "ListTargets");
  const std::string config = CallGetConfig(*gateway_).DebugString();
  EXPECT_THAT(config, HasSubstr("[withheld]"));
  ExpectNoSecret(config, "GetConfig");
}

TEST_F(SecretCases, Case041AReloadTellsItsFaultsAndChangesWithoutTheKey) {
  const std::string target = "targets: [{virtual_key: a}]\n";
  const auto provider = [](absl::string_view fields) {
    return absl::StrCat("providers: [{name: a, type: openai, ", fields, "}]\n");
  };
  const std::string bad[] = {
      provider("api_key: test-key-EEEE5555, wieght: 1") + target,
      provider("api_key: [test-key-EEEE5555]") + target,
      provider("api_key: test-key-EEEE5555, api_key: test-key-EEEE5555") +
          target,
      provider("api_key: \"test-key-EEEE5555 x\"") + target,
      provider("api_keys: {test-key-EEEE5555: 1}") + target,
      provider("headers: {authorization: \"a\\r\\ntest-key-EEEE5555\"}") +
          target,
      provider("api_key: x, base_url: \"http://user:pw-FFFF6666@127.0.0.1\"") +
          target,
      provider("api_key: test-key-EEEE5555, type: ["),
      "auth: {keys: [{name: n, key: \"test-key-EEEE5555 \\u00e9\"}]}\n" +
          provider("api_key: x") + target,
  };
  for (const std::string& text : bad) {
    for (bool validate_only : {true, false}) {
      const Reloaded reloaded = CallReload(*gateway_, text, validate_only);
      EXPECT_EQ(reloaded.reason, "INVALID_CONFIG") << text;
      ExpectNoSecret(
          absl::StrCat(reloaded.status.error_details(), reloaded.Words()),
          text);
    }
    std::string said;
    EXPECT_EQ(GatewayProcess::RunToEnd({.config = text}, &said), 2);
    ExpectNoSecret(said, text);
  }
  std::string changed = config_;
  changed.replace(changed.find("test-key-AAAA1111"), 17, "test-key-EEEE5555");
  const Reloaded reloaded = CallReload(*gateway_, changed);
  EXPECT_TRUE(reloaded.status.ok()) << reloaded.Words();
  EXPECT_EQ(reloaded.response.changes_size(), 1);
  ExpectNoSecret(reloaded.response.DebugString(), "ReloadConfig");
  ExpectNoSecretInLogAndMetrics();
}

TEST_F(SecretCases, Case041SendsTheKeyInAHeaderAndNotInTheUrl) {
  const char* const headers[] = {"x-goog-api-key", "authorization",
                                 "x-api-key"};
  for (size_t i = 0; i < 3; ++i) {
    for (bool stream : {false, true}) {
      upstream_.SetReply(TextReply(kFamilies[i].type, stream, "ok"));
      EXPECT_EQ(Call(absl::StrCat(kFamilies[i].type, "-up"), stream).text,
                "ok");
      const UpstreamRequest sent = upstream_.requests().back();
      EXPECT_THAT(
          sent.headers.Get(headers[i]),
          AnyOf(kFamilies[i].key, absl::StrCat("Bearer ", kFamilies[i].key)));
      ExpectNoSecret(sent.target, "the URL");
      ExpectNoSecret(sent.body, "the body");
    }
  }
}

}  // namespace
}  // namespace aigateway
