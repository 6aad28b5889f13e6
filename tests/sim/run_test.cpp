// The simulator itself: a seed is a whole world and always the same one, and what is broken on purpose is found.
#include "tests/sim/run.hpp"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <set>

namespace parley::sim {
namespace {

class simulator : public ::testing::Test {
protected:
  simulator() { spdlog::set_level(spdlog::level::off); }
  ~simulator() override { spdlog::set_level(spdlog::level::info); }

  stage stage_;
};

TEST_F(simulator, runs_the_same_world_for_the_same_seed_and_another_for_another) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    stage fresh;
    const auto first = run_world(stage_, seed); // behind all the worlds before
    const auto second = run_world(fresh, seed);
    EXPECT_EQ(first.hash, second.hash) << seed;
    EXPECT_EQ(first.steps, second.steps) << seed;
    hashes.insert(first.hash);
  }
  EXPECT_EQ(hashes.size(), 50U);
}

TEST_F(simulator, finds_nothing_where_nothing_is_planted) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto done = run_world(stage_, seed);
    EXPECT_FALSE(done.broken) << seed << ": " << done.broken->promise << ": " << done.broken->detail;
  }
}

struct expectation {
  plant what;
  std::set<std::string> promises; ///< one of them is seen to be broken
};

class planted_fault : public simulator, public ::testing::WithParamInterface<expectation> {};

TEST_P(planted_fault, is_found) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    if (const auto done = run_world(stage_, seed, GetParam().what); done.broken) {
      EXPECT_TRUE(GetParam().promises.contains(done.broken->promise)) << done.broken->promise;
      return;
    }
  FAIL() << "200 worlds, and nobody noticed";
}

INSTANTIATE_TEST_SUITE_P(
  each, planted_fault,
  ::testing::Values(expectation{plant::early_answer, {"acknowledged is stored", "is_active"}},
                    expectation{plant::swapped_messages, {"acknowledged is stored", "one order"}},
                    expectation{plant::forgotten_name, {"no double"}},
                    expectation{plant::resume_off_by_one, {"resume without gap", "one order"}},
                    expectation{plant::silent_break, {"presence", "nothing left over", "is_active"}},
                    expectation{plant::stale_activity, {"is_active"}}, expectation{plant::deaf_hub, {"members only"}},
                    expectation{plant::lost_answer, {"every request is answered"}},
                    expectation{plant::shut_writer, {"everybody is served"}},
                    expectation{plant::hoarded_frame, {"nothing left over"}},
                    expectation{plant::lost_presence, {"presence"}}, expectation{plant::no_fence, {"one order"}},
                    expectation{plant::read_ahead_ids, {"acknowledged is stored", "one order"}},
                    expectation{plant::acked_twice, {"one order", "resume without gap"}}),
  [](const auto& x) {
    std::string out(plant_names.at(static_cast<std::size_t>(x.param.what)));
    std::ranges::replace(out, '-', '_');
    return out;
  });

TEST(plants, are_known_by_name) {
  EXPECT_EQ(plant_named("deaf-hub"), plant::deaf_hub);
  EXPECT_EQ(plant_named("rose"), std::nullopt);
}

} // namespace
} // namespace parley::sim
