#include "gateway/base/secret.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

template <typename T>
concept Streamable =
    requires(std::ostream& out, const T& value) { out << value; };

TEST(SecretTest, CannotBecomeTextByItself) {
  static_assert(Streamable<std::string>);
  static_assert(!Streamable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, absl::string_view>);
  static_assert(!std::is_constructible_v<std::string, Secret>);
  static_assert(!std::is_constructible_v<absl::AlphaNum, Secret>);
  static_assert(!std::is_convertible_v<std::string, Secret>);
}

TEST(SecretTest, RevealsItsTextOnRequest) {
  EXPECT_EQ(Secret("sk-1").Reveal(), "sk-1");
  EXPECT_TRUE(Secret().empty());
  EXPECT_FALSE(Secret("x").empty());
}

TEST(SecretTest, ComparesByText) {
  EXPECT_TRUE(Secret("a-key") == Secret("a-key"));
  EXPECT_FALSE(Secret("a-key") == Secret("b-key"));
  EXPECT_FALSE(Secret("a-key") == Secret("a-kez"));
  EXPECT_FALSE(Secret("a-key") == Secret("a-ke"));
}

TEST(SecretTest, CopiesAndMoves) {
  for (const std::string& text :
       {std::string("short"), std::string(100, 'k')}) {
    Secret first(text);
    Secret copy(first);
    EXPECT_EQ(copy.Reveal(), text);
    Secret moved(std::move(first));
    EXPECT_EQ(moved.Reveal(), text);
    EXPECT_TRUE(first.empty());  // NOLINT: what is left is empty by contract.
    Secret assigned("before");
    assigned = copy;
    EXPECT_EQ(assigned.Reveal(), text);
    assigned = std::move(moved);
    EXPECT_EQ(assigned.Reveal(), text);
    EXPECT_TRUE(moved.empty());  // NOLINT
    Secret& same = assigned;
    assigned = same;
    EXPECT_EQ(assigned.Reveal(), text);
  }
}

TEST(SecretTest, LeavesNothingInItsMemoryWhenItGoes) {
  alignas(Secret) unsigned char memory[sizeof(Secret)] = {};
  const auto holds_key = [&memory] {
    constexpr char kKey[] = {'s', 'k', '-', '4', '2'};
    return std::search(std::begin(memory), std::end(memory), std::begin(kKey),
                       std::end(kKey)) != std::end(memory);
  };
  auto* secret = new (memory) Secret("sk-42");  // Short enough to live inside.
  EXPECT_TRUE(holds_key());
  const Secret moved(std::move(*secret));
  EXPECT_FALSE(holds_key());
  *secret = moved;
  EXPECT_TRUE(holds_key());
  secret->~Secret();
  EXPECT_FALSE(holds_key());
}

}  // namespace
}  // namespace aigateway
