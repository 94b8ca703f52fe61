#include "providers/vertex/vertex_place.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(VertexPlaceTest, KnowsTheHostOfEachLocation) {
  EXPECT_EQ(VertexBaseUrl(""), "https://aiplatform.googleapis.com/v1");
  EXPECT_EQ(VertexBaseUrl("global"), "https://aiplatform.googleapis.com/v1");
  EXPECT_EQ(VertexBaseUrl("eu"), "https://aiplatform.eu.rep.googleapis.com/v1");
  EXPECT_EQ(VertexBaseUrl("europe-west4"),
            "https://europe-west4-aiplatform.googleapis.com/v1");
}

TEST(VertexPlaceTest, ReadsEveryFormOfAName) {
  for (const char* name : {"gemini-2.5-flash", "google/gemini-2.5-flash",
                           "publishers/google/models/gemini-2.5-flash",
                           "models/gemini-2.5-flash"}) {
    const VertexModel model = ReadVertexModel(name);
    EXPECT_EQ(model.publisher, "google") << name;
    EXPECT_EQ(model.name, "gemini-2.5-flash") << name;
    EXPECT_EQ(model.path, "publishers/google/models/gemini-2.5-flash") << name;
  }
  EXPECT_EQ(ReadVertexModel("claude-sonnet-4-5@20250929").path,
            "publishers/anthropic/models/claude-sonnet-4-5%4020250929");
  EXPECT_EQ(ReadVertexModel("endpoints/123").path, "endpoints/123");
  EXPECT_EQ(ReadVertexModel("endpoints/123").publisher, "");
}

TEST(VertexPlaceTest, LetsNoNameLeaveThePath) {
  EXPECT_EQ(ReadVertexModel("x/../../y:predict?z#").path,
            "publishers/x/models/..%2F..%2Fy%3Apredict%3Fz%23");
  EXPECT_EQ(ReadVertexModel("endpoints/../1").path, "endpoints/..%2F1");
}

}  // namespace
}  // namespace aigateway
