#include "load/scenario/connect.hpp"

#include "load/measure/clock.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/limits.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace parley::load {

namespace {

constexpr std::int64_t quiet_ns = 500 * ns_per_ms; ///< without a frame: those who joined have heard of each other
constexpr std::int64_t settle_ns = 5 * ns_per_s;   ///< at most, to become quiet
/// A closed port rests for a minute, and a server that takes 20,000 a second has seen them all by then.
constexpr std::uint32_t churn_sources = 64;

std::vector<crowd::seat> seats_of(const connect_options& options, const share& mine) {
  std::vector<crowd::seat> seats;
  for (std::uint32_t k = mine.index; k < options.connections; k += mine.count)
    seats.push_back({k, options.rooms == 0 ? 0 : 1 + k % options.rooms});
  return seats;
}

class idle_crowd final : public crowd {
public:
  idle_crowd(const connect_options& options, const part_setup& setup)
    : crowd(setup, seats_of(options, setup.mine), options.ramp / setup.mine.count), churns_(options.churn),
      measured_handshakes_(setup.counts.count("measured_handshakes")) {}

  void open(std::int64_t now) override {
    crowd::open(now);
    if (crowd::opened() && all_inside_ns_ == 0)
      all_inside_ns_ = last_frame_ns_ = now;
    quiet_ = all_inside_ns_ != 0 && (churns_ || now > std::min(all_inside_ns_ + settle_ns, last_frame_ns_ + quiet_ns));
  }

  [[nodiscard]] bool opened() const override { return quiet_; }

  void step(std::int64_t now) override {
    if (!churns_ || now < when().start || churning_)
      return;
    churning_ = true;
    for (std::size_t place = 0; place < size(); ++place)
      again(place, now);
  }

private:
  void on_inside(std::size_t place, std::int64_t received_ns) override {
    last_frame_ns_ = received_ns;
    if (!churning_)
      return;
    if (when().measures(received_ns))
      ++measured_handshakes_;
    again(place, received_ns);
  }

  void on_message(std::size_t, std::string_view text, std::int64_t received_ns) override {
    last_frame_ns_ = received_ns;
    note_other(text);
  }

  void again(std::size_t place, std::int64_t now) {
    drop(place);
    if (now < when().measure_to)
      reopen(place, now);
  }

  bool churns_;
  bool churning_ = false;
  bool quiet_ = false;
  std::int64_t all_inside_ns_ = 0;
  std::int64_t last_frame_ns_ = 0;
  std::uint64_t& measured_handshakes_;
};

} // namespace

void connect_scenario::add_flags(CLI::App& to) {
  to.add_option("--connections", options_.connections, "sessions")->required()->check(CLI::Range(1U, connections_max));
  to.add_option("--rooms", options_.rooms, "session k joins room 1 + k mod this; 0 joins none")
    ->capture_default_str()
    ->check(CLI::Range(0U, connections_max));
  to.add_option("--ramp", options_.ramp, "connections a second; as fast as they come without it")
    ->check(CLI::Range(0.1, rate_max, "RATE"));
  to.add_flag("--churn", options_.churn, "each closes as soon as it is inside and comes again");
}

timing connect_scenario::times() const {
  return {.flags = "--duration,--hold", .duration_s = 0, .warmup_s = 0, .may_be_zero = true};
}

std::string connect_scenario::conflict(const dialect& speaks, const share& processes) const {
  if (options_.rooms == 0 && speaks.room_from_start())
    return "dialect " + speaks.name + " connects to rooms: --rooms must not be 0";
  if (options_.connections < processes.count)
    return "--processes must not exceed --connections";
  return {};
}

std::uint32_t connect_scenario::sources_wanted() const {
  return options_.churn ? churn_sources : 1;
}

std::unique_ptr<part> connect_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<idle_crowd>(options_, setup);
}

void connect_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  const std::int64_t opening_ns = total.maximum_of("opening_ns");
  std::optional<double> per_s;
  if (options_.churn && facts.measured_s > 0)
    per_s = static_cast<double>(total.count_of("measured_handshakes")) / facts.measured_s;
  else if (!options_.churn && opening_ns > 0)
    per_s = static_cast<double>(options_.connections) * ns_per_s / static_cast<double>(opening_ns);
  const auto returned = static_cast<double>(total.count_of("measured_handshakes"));
  std::optional<double> per_handshake; // of those who come and go
  if (returned > 0 && facts.measured_cpu_ns)
    per_handshake = static_cast<double>(*facts.measured_cpu_ns) / 1000 / returned;
  out.values.add("handshakes", total.count_of("handshakes"));
  out.values.add("handshakes_per_s", per_s);
  out.values.add("server_cpu_us_per_handshake", per_handshake);
  out.values.add_quantiles("", total.times_of(main_latency()));
  for (const std::string_view phase : {"upgrade", "greeting", "join"})
    out.values.add_quantiles("", total.times_of(std::string("phase.").append(phase)), tag{"phase", phase});
  if (options_.churn && total.count_of("measured_handshakes") == 0)
    out.faults.emplace_back("nobody came in again in the measured time");
}

} // namespace parley::load
