#include "gateway/server/call_metadata.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kTraceparent[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(CallMetadataTest, GivesTheValuesOfAKeyInOrder) {
  const ClientMetadata metadata = {{"a", "1"}, {"b", "2"}, {"a", "3"}};

  EXPECT_THAT(ValuesOf(metadata, "a"), ElementsAre("1", "3"));
  EXPECT_THAT(ValuesOf(metadata, "c"), IsEmpty());
}

TEST(TraceContextTest, ReadsATrace) {
  const auto trace = ReadTraceContext(
      {{"traceparent", kTraceparent}, {"tracestate", "a=1,b=2"}});

  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(trace->traceparent, kTraceparent);
  EXPECT_EQ(trace->tracestate, "a=1,b=2");
}

TEST(TraceContextTest, JoinsSeveralStates) {
  const auto trace = ReadTraceContext({{"traceparent", kTraceparent},
                                       {"tracestate", "a=1"},
                                       {"tracestate", "b=2"}});

  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->tracestate, "a=1,b=2");
}

TEST(TraceContextTest, DropsAStateThatIsTooLongOrNotPrintable) {
  const std::string long_state(513, 'a');

  EXPECT_EQ(ReadTraceContext(
                {{"traceparent", kTraceparent}, {"tracestate", long_state}})
                ->tracestate,
            "");
  EXPECT_EQ(
      ReadTraceContext({{"traceparent", kTraceparent}, {"tracestate", "a=\n"}})
          ->tracestate,
      "");
}

TEST(TraceContextTest, ReadsALaterVersionAsFarAsItIsKnown) {
  EXPECT_TRUE(ReadTraceContext(
      {{"traceparent",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"}}));
}

TEST(TraceContextTest, TakesAMalformedParentForNone) {
  for (const char* parent : {
           "",
           "00",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ",
           "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
           "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
           "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
           "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
       }) {
    EXPECT_FALSE(ReadTraceContext({{"traceparent", parent}})) << parent;
  }
}

TEST(TraceContextTest, TakesTwoParentsForNone) {
  EXPECT_FALSE(ReadTraceContext(
      {{"traceparent", kTraceparent}, {"traceparent", kTraceparent}}));
}

TEST(RequestIdTest, TakesPrintableAscii) {
  const std::string longest(128, 'a');

  EXPECT_EQ(ReadRequestId({{"x-request-id", "a b/c-1"}}), "a b/c-1");
  EXPECT_EQ(ReadRequestId({{"x-request-id", longest}}), longest);
}

// Case 043, the client's side of it.
TEST(RequestIdTest, DropsWhatCouldForgeALineOrAHeader) {
  const std::string too_long(129, 'a');
  for (const std::string& id :
       {std::string("1\r\nX-Evil: 1"), std::string("a\0b", 3),
        std::string("\x7f"), std::string("é"), std::string(" a"),
        std::string("a "), std::string(), too_long}) {
    EXPECT_EQ(ReadRequestId({{"x-request-id", id}}), "") << id;
  }
}

TEST(RequestIdTest, DropsOneOfTwo) {
  EXPECT_EQ(ReadRequestId({{"x-request-id", "a"}, {"x-request-id", "b"}}), "");
}

}  // namespace
}  // namespace aigateway
