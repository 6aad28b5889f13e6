#include "load/measure/figures.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

TEST(figures, keep_their_order_and_kinds) {
  figures of;
  of.add("b", std::uint64_t{2});
  of.add("a", 1.23456);
  of.add("c", true);
  of.add("d", std::optional<double>());
  ASSERT_EQ(of.all().size(), 4U);
  EXPECT_EQ(of.all()[0].first, "b");
  EXPECT_EQ(*of.find("b"), figure(std::int64_t{2}));
  EXPECT_EQ(*of.find("a"), figure(1.235)) << "three decimals";
  EXPECT_EQ(*of.find("c"), figure(true));
  EXPECT_EQ(*of.find("d"), figure(std::monostate()));
  EXPECT_EQ(of.find("e"), nullptr);
}

TEST(figures, as_numbers_flags_are_one_or_zero_and_null_is_none) {
  EXPECT_EQ(as_number(figure(true)), 1.0);
  EXPECT_EQ(as_number(figure(std::int64_t{7})), 7.0);
  EXPECT_EQ(as_number(figure(std::monostate())), std::nullopt);
}

TEST(figures, quantiles_are_milliseconds_and_null_where_nothing_was_measured) {
  figures of;
  histogram h;
  of.add_quantiles("none_", h);
  for (int i = 1; i <= 100; ++i)
    h.record(i * 1000);
  of.add_quantiles("", h);
  EXPECT_EQ(as_number(*of.find("none_p99_ms")), std::nullopt);
  EXPECT_EQ(as_number(*of.find("p50_ms")), 0.05);
  EXPECT_EQ(as_number(*of.find("p90_ms")), 0.09);
  EXPECT_EQ(as_number(*of.find("p95_ms")), 0.095);
  EXPECT_EQ(as_number(*of.find("p99_ms")), 0.099);
  EXPECT_EQ(as_number(*of.find("p999_ms")), 0.1);
  EXPECT_EQ(as_number(*of.find("max_ms")), 0.1);
}

} // namespace
} // namespace parley::load
