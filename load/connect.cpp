#include "load/connect.hpp"

#include "load/clock.hpp"
#include "load/opener.hpp"
#include "load/run.hpp"

#include <algorithm>
#include <deque>

namespace parley::load {

namespace {

constexpr std::int64_t quiet_ns = 500 * ns_per_ms; ///< without a frame: those who joined have heard of each other
constexpr std::int64_t settle_ns = 5 * ns_per_s;   ///< at most, to become quiet
constexpr std::int64_t longest_wait = 50 * ns_per_ms;

class crowd final : client_events {
public:
  crowd(const connect_options& options, const prepared_run& prepared)
    : options_(options), prepared_(prepared), states_(options.connections, entry_state::greeting_awaited),
      opener_(options.connections, options.ramp, [this](std::size_t i) { start(i); }) {
    for (std::uint32_t i = 0; i < options.connections; ++i)
      links_.emplace_back(i);
  }

  void open_all() {
    const std::int64_t begun = now_ns();
    const std::int64_t cpu_before = thread_cpu_ns();
    while (!opener_.done() && fault_.empty()) {
      const std::int64_t now = now_ns();
      if (auto late = opener_.step(now))
        fault_ = std::move(*late);
      else
        loop_.poll(opener_.wait_ns(now));
    }
    opening_ns_ = now_ns() - begun;
    busy_ = static_cast<double>(thread_cpu_ns() - cpu_before) / static_cast<double>(opening_ns_);
    opened_ = opener_.done();
  }

  void settle() {
    const std::int64_t deadline = now_ns() + settle_ns;
    last_frame_at_ = now_ns();
    for (std::int64_t now = now_ns(); now < std::min(deadline, last_frame_at_ + quiet_ns); now = now_ns())
      loop_.poll(longest_wait);
  }

  void hold(std::int64_t duration_ns) {
    const std::int64_t deadline = now_ns() + duration_ns;
    for (std::int64_t now = now_ns(); now < deadline && closes_ < links_.size(); now = now_ns())
      loop_.poll(std::min(longest_wait, deadline - now));
  }

  void part() {
    for (client& each : links_)
      each.close();
  }

  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] std::uint64_t closes() const { return closes_; }
  [[nodiscard]] const std::string& first_close() const { return first_close_; }
  [[nodiscard]] const histogram& latency() const { return opener_.latency(); }
  [[nodiscard]] std::int64_t opening_ns() const { return opening_ns_; }
  [[nodiscard]] double busy() const { return busy_; } ///< CPU share of this thread while connections came in

private:
  [[nodiscard]] std::uint32_t room_of(std::size_t i) const {
    return options_.rooms == 0 ? 0 : 1 + static_cast<std::uint32_t>(i % options_.rooms);
  }

  void start(std::size_t i) {
    const auto target = entry_target(prepared_.to.url, wire_path::envelope, room_of(i), prepared_.tokens[i]);
    if (auto begun = links_[i].connect(loop_, *this, prepared_.to, target); !begun)
      fail(i, begun.error());
  }

  void on_open(client&) override {}

  void on_text(client& from, std::string_view text, std::int64_t received_ns) override {
    last_frame_at_ = received_ns;
    entry_state& state = states_[from.index()];
    if (state == entry_state::inside)
      return;
    const auto next = advance_entry(from, state, wire_path::envelope, room_of(from.index()), text);
    if (!next)
      return fail(from.index(), next.error());
    state = *next;
    if (state == entry_state::inside)
      opener_.ready(from.index(), received_ns);
  }

  void on_closed(client& from, const closing& why) override {
    if (!opened_)
      return fail(from.index(), why.reason);
    ++closes_;
    if (first_close_.empty())
      first_close_ = why.reason;
  }

  void fail(std::size_t i, const std::string& why) {
    if (fault_.empty())
      fault_ = "connection " + std::to_string(i) + ": " + why;
  }

  const connect_options& options_;
  const prepared_run& prepared_;
  loop loop_;
  std::deque<client> links_; ///< never moves an element
  std::vector<entry_state> states_;
  opener opener_;
  bool opened_ = false;
  std::int64_t opening_ns_ = 0;
  std::int64_t last_frame_at_ = 0;
  double busy_ = 0;
  std::uint64_t closes_ = 0;
  std::string first_close_;
  std::string fault_;
};

std::string verdict(const connect_options& options, const crowd& sessions) {
  if (sessions.closes() >= options.connections)
    return "the server is gone: " + sessions.first_close();
  return sessions.closes() > 0 ? "connections ended: " + sessions.first_close() : std::string();
}

} // namespace

exit_code run_connect(const connect_options& options) {
  const auto prepared = prepare(options.common, options.connections);
  if (!prepared)
    return stop_with(prepared.error());

  crowd sessions(options, *prepared);
  server_use opening(options.common.server_pid);
  server_use holding(options.common.server_pid);
  opening.begin();
  sessions.open_all();
  if (!sessions.fault().empty())
    return stop_with({exit_code::failed, sessions.fault()});
  sessions.settle();
  opening.end();
  const auto hold_ns = static_cast<std::int64_t>(options.hold_s * ns_per_s);
  holding.begin();
  sessions.hold(hold_ns);
  holding.end();
  const std::string fault = verdict(options, sessions);
  sessions.part();

  report out;
  out.add("scenario", std::string("connect"));
  out.add("connections", std::uint64_t{options.connections});
  out.add("rooms", std::uint64_t{options.rooms});
  if (options.ramp > 0)
    out.add("ramp_asked_per_s", options.ramp);
  out.add("opening_s", static_cast<double>(sessions.opening_ns()) / ns_per_s);
  out.add("handshakes_per_s",
          static_cast<double>(options.connections) * ns_per_s / static_cast<double>(sessions.opening_ns()));
  out.add_quantiles("handshake", sessions.latency());
  if (opening.known()) {
    out.add("server_cpu_us_per_connection", static_cast<double>(opening.cpu_ns()) / 1000 / options.connections);
    out.add("server_rss_before_bytes", opening.rss_before());
    out.add("server_rss_after_bytes", opening.rss_after());
    // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): the option takes nothing below 1
    out.add("bytes_per_connection", (opening.rss_after() - opening.rss_before()) / std::int64_t{options.connections});
  }
  if (hold_ns > 0) {
    out.add("hold_s", options.hold_s);
    holding.add_to(out, hold_ns);
  }
  out.add("closes", sessions.closes());
  out.add("client_busy_percent", sessions.busy() * 100);
  return conclude(out, options.common.json, fault, sessions.busy());
}

} // namespace parley::load
