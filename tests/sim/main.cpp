// parley-sim: runs simulated worlds, by the seed.
#include "tests/sim/run.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using parley::sim::outcome;
using parley::sim::plant;

struct arguments {
  std::optional<std::uint64_t> seed;
  std::uint64_t seeds = 2000;
  std::uint64_t from = 1;
  unsigned jobs = 1;
  bool trace = false;
  bool keep_going = false;
  bool list_plants = false;
  std::string planted = "none";
};

void report(std::uint64_t seed, const outcome& x, const arguments& given) {
  fmt::print("seed {}: broken promise \"{}\": {}\n", seed, x.broken->promise, x.broken->detail);
  const auto planted = given.planted == "none" ? std::string() : " --plant " + given.planted;
  fmt::print("replay: script/sim --seed {} --trace{}\n", seed, planted);
}

int run_one(std::uint64_t seed, plant what, const arguments& given) {
  parley::sim::stage where;
  const auto done = run_world(where, seed, what, given.trace ? stdout : nullptr);
  if (done.broken) {
    report(seed, done, given);
    return 1;
  }
  fmt::print("seed {}: all promises kept, {} messages of actors, trace {:016x}\n", seed, done.steps, done.hash);
  return 0;
}

int run_many(plant what, const arguments& given) {
  std::atomic<std::uint64_t> next{given.from};
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> ran{0};
  const auto end = given.from + given.seeds;
  std::mutex results;
  std::vector<std::pair<std::uint64_t, outcome>> found;
  auto work = [&] {
    parley::sim::stage where;
    for (auto seed = next++; seed < end; seed = next++) {
      auto done = run_world(where, seed, what);
      steps += done.steps;
      ++ran;
      if (!done.broken)
        continue;
      const std::lock_guard lock(results);
      found.emplace_back(seed, std::move(done));
      if (!given.keep_going)
        next = end;
    }
  };
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < given.jobs; ++i)
    helpers.emplace_back(work);
  work();
  for (auto& x : helpers)
    x.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::ranges::sort(found, {}, &std::pair<std::uint64_t, outcome>::first);
  for (const auto& [seed, x] : found)
    report(seed, x, given);
  fmt::print("{} seeds from {}, {} broke a promise; {} messages of actors; {:.1f} s, {:.0f} seeds/s\n", ran.load(),
             given.from, found.size(), steps.load(), took.count(), static_cast<double>(ran) / took.count());
  return found.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("Runs Parley's actors in simulated worlds and checks what they promise.", "parley-sim");
  app.add_option("--seed", given.seed, "Run the world of this seed alone");
  app.add_flag("--trace", given.trace, "With --seed: say what happens");
  app.add_option("--seeds", given.seeds, "Run so many worlds, to the first that breaks a promise")
    ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  app.add_option("--from", given.from, "The first seed of --seeds");
  app.add_option("--jobs", given.jobs, "Threads for --seeds")->check(CLI::Range(1, 256));
  app.add_flag("--keep-going", given.keep_going, "With --seeds: run all of them, whatever breaks");
  app.add_option("--plant", given.planted, "A fault to put in, that has to be found")
    ->check(CLI::IsMember(std::vector<std::string>(parley::sim::plant_names.begin(), parley::sim::plant_names.end())));
  app.add_flag("--list-plants", given.list_plants, "Print the names of the faults that --plant knows");
  CLI11_PARSE(app, argc, argv);
  if (given.list_plants) {
    for (auto x : parley::sim::plant_names)
      if (x != "none")
        fmt::print("{}\n", x);
    return 0;
  }
  spdlog::set_level(spdlog::level::off);
  const auto what = *parley::sim::plant_named(given.planted);
  return given.seed ? run_one(*given.seed, what, given) : run_many(what, given);
}
