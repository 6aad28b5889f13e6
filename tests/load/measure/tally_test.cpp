#include "load/measure/snapshot.hpp"
#include "load/measure/tally.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::load {
namespace {

TEST(tally, what_was_never_counted_reads_as_nothing) {
  const tally none;
  EXPECT_EQ(none.count_of("sent"), 0U);
  EXPECT_EQ(none.maximum_of("opening_ns"), 0);
  EXPECT_EQ(none.times_of("latency").count(), 0U);
  EXPECT_EQ(none.first_of("error"), "");
}

TEST(tally, references_stay_while_other_names_come) {
  tally counts;
  std::uint64_t& sent = counts.count("sent");
  histogram& latency = counts.times("latency");
  for (int i = 0; i < 100; ++i) {
    counts.count("other" + std::to_string(i)) = 1;
    counts.times("other" + std::to_string(i)).record(1);
  }
  sent += 3;
  latency.record(7);
  EXPECT_EQ(counts.count_of("sent"), 3U);
  EXPECT_EQ(counts.times_of("latency").max(), 7);
}

TEST(tally, merging_adds_sums_takes_the_greatest_and_keeps_the_first_text) {
  tally left;
  left.count("sent") = 2;
  left.maximum("opening_ns") = 5;
  left.first("error", "muted");
  tally right;
  right.count("sent") = 3;
  right.count("closes") = 1;
  right.maximum("opening_ns") = 4;
  right.first("error", "banned");
  right.first("error", "later");
  right.times("latency").record(9);
  left.merge(right);
  EXPECT_EQ(left.count_of("sent"), 5U);
  EXPECT_EQ(left.count_of("closes"), 1U);
  EXPECT_EQ(left.maximum_of("opening_ns"), 5);
  EXPECT_EQ(left.first_of("error"), "muted");
  EXPECT_EQ(right.first_of("error"), "banned");
  EXPECT_EQ(left.times_of("latency").count(), 1U);
}

std::string_view bytes_of(const std::vector<std::uint8_t>& of) {
  return {reinterpret_cast<const char*>(of.data()), of.size()};
}

RC_GTEST_PROP(snapshot, the_reader_follows_the_writer_from_one_to_the_next, ()) {
  snapshot_writer writer;
  snapshot_reader reader;
  tally counts;
  const auto rounds = *rc::gen::container<std::vector<std::vector<std::int64_t>>>(
    rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 5'000'000'000)));
  for (const auto& values : rounds) {
    for (const std::int64_t value : values) {
      counts.times("latency").record(value);
      ++counts.count("delivered");
    }
    counts.count("connections") = values.size();
    counts.maximum("greatest") = counts.times_of("latency").max();
    RC_ASSERT(reader.read(bytes_of(writer.write(counts))));
    const tally& told = reader.latest();
    RC_ASSERT(told.counts() == counts.counts());
    RC_ASSERT(told.maxima() == counts.maxima());
    RC_ASSERT(told.times_of("latency").count() == counts.times_of("latency").count());
    RC_ASSERT(told.times_of("latency").max() == counts.times_of("latency").max());
    for (const double share : {0.0, 0.5, 0.99, 1.0})
      RC_ASSERT(told.times_of("latency").quantile(share) == counts.times_of("latency").quantile(share));
  }
}

TEST(snapshot, only_buckets_that_changed_are_written) {
  snapshot_writer writer;
  tally counts;
  for (std::int64_t i = 0; i < 2000; ++i)
    counts.times("latency").record(i);
  const std::size_t whole = writer.write(counts).size();
  counts.times("latency").record(5);
  EXPECT_LT(writer.write(counts).size(), whole / 10);
}

TEST(snapshot, texts_come_along_and_the_first_one_stays) {
  snapshot_writer writer;
  snapshot_reader reader;
  tally counts;
  counts.first("error", "muted \"\xFF");
  ASSERT_TRUE(reader.read(bytes_of(writer.write(counts))));
  EXPECT_EQ(reader.latest().first_of("error"), "muted \"\xFF") << "bytes of a server that are no UTF-8";
}

TEST(snapshot, what_is_none_is_refused) {
  snapshot_reader reader;
  EXPECT_FALSE(reader.read(""));
  EXPECT_FALSE(reader.read("hello"));
  EXPECT_FALSE(reader.read("\x80"));
}

} // namespace
} // namespace parley::load
