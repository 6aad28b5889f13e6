// How connections are numbered.
#include "protocol/connection_number.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

constexpr std::int64_t last = connections_a_slot - 1;

TEST(connection_number_suite, a_node_that_is_alone_counts_from_one) {
  EXPECT_EQ(number_connection(0, 1), connection_id{1});
  EXPECT_EQ(number_connection(0, 42), connection_id{42});
}

TEST(connection_number_suite, no_two_nodes_give_out_the_same) {
  EXPECT_LT(number_connection(0, last), number_connection(1, 1));
  EXPECT_LT(number_connection(7, last), number_connection(8, 1));
}

TEST(connection_number_suite, a_number_tells_its_node) {
  for (const std::int64_t slot : {0, 1, 7, 255})
    for (const std::int64_t count : {std::int64_t{1}, last})
      EXPECT_EQ(slot_of(number_connection(slot, count)), slot);
}

TEST(connection_number_suite, the_greatest_is_exact_as_a_double) {
  EXPECT_LT(number_connection(node_slot_max, last).value, std::int64_t{1} << 53);
}

} // namespace
} // namespace parley::test
