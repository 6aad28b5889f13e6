#include "load/send.hpp"

#include "load/clock.hpp"
#include "load/marker.hpp"
#include "load/opener.hpp"
#include "load/run.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <unistd.h>

namespace parley::load {

namespace {

constexpr std::int64_t drain_ns = 5 * ns_per_s;
constexpr std::int64_t longest_wait = 10 * ns_per_ms;

/// The file of acknowledgements; closed without a name.
class ack_file {
public:
  explicit ack_file(const std::string& name)
    : fd_(name.empty() ? -1 : ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)),
      failed_(fd_ < 0 && !name.empty()) {}
  ~ack_file() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  ack_file(const ack_file&) = delete;
  ack_file& operator=(const ack_file&) = delete;

  /// One write(2) a line: what stands in the file was acknowledged, even if this process is the one that dies.
  void append(std::uint64_t message_id, std::string_view client_msg_id) {
    if (fd_ < 0)
      return;
    const std::string line = std::to_string(message_id).append(" ").append(client_msg_id).append("\n");
    failed_ = failed_ || ::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size());
  }

  [[nodiscard]] bool failed() const { return failed_; }

private:
  int fd_;
  bool failed_;
};

struct send_counts {
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t strays = 0;       ///< acknowledgements of what was not outstanding: doubled, or never sent
  std::uint64_t out_of_order = 0; ///< message ids of one sender that do not rise
  std::uint64_t errors = 0;
  std::uint64_t closes = 0;
  std::string first_error;
  std::string first_close;
};

class senders final : client_events {
public:
  senders(const send_options& options, const prepared_run& prepared, ack_file& acks)
    : options_(options), prepared_(prepared), acks_(acks),
      opener_(options.senders, 0, [this](std::size_t i) { start(i); }), run_(std::to_string(loop_.random() >> 32)),
      content_(options.size, 'x') {
    for (std::uint32_t i = 0; i < options.senders; ++i)
      senders_.emplace_back(i);
  }

  void open_all() {
    while (!opener_.done() && fault_.empty()) {
      const std::int64_t now = now_ns();
      if (auto late = opener_.step(now))
        fault_ = std::move(*late);
      else
        loop_.poll(opener_.wait_ns(now));
    }
  }

  void run(std::int64_t duration_ns) {
    const std::int64_t begun = now_ns();
    const std::int64_t cpu_before = thread_cpu_ns();
    stop_at_ = begun + duration_ns;
    for (sender& each : senders_)
      for (std::uint32_t i = 0; i < options_.window; ++i)
        send_next(each);
    while (now_ns() < stop_at_ && active_ != 0)
      loop_.poll(std::min(longest_wait, stop_at_ - now_ns()));
    elapsed_ns_ = now_ns() - begun;
    in_time_ = counts_.acknowledged;
    busy_ = static_cast<double>(thread_cpu_ns() - cpu_before) / static_cast<double>(elapsed_ns_);
  }

  void drain() {
    stop_at_ = 0;
    const std::int64_t deadline = now_ns() + drain_ns;
    while (active_ != 0 && counts_.acknowledged + counts_.errors < counts_.sent && now_ns() < deadline)
      loop_.poll(longest_wait);
    for (sender& each : senders_)
      each.link.close();
  }

  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] const send_counts& counts() const { return counts_; }
  [[nodiscard]] const histogram& latency() const { return latency_; }
  [[nodiscard]] std::int64_t elapsed_ns() const { return elapsed_ns_; }
  [[nodiscard]] std::uint64_t in_time() const { return in_time_; } ///< acknowledged before the drain
  [[nodiscard]] double busy() const { return busy_; }              ///< CPU share of this thread

private:
  struct outstanding {
    std::uint64_t number;
    std::int64_t sent_ns;
  };

  struct sender {
    explicit sender(std::uint32_t index) : link(index) {}

    client link;
    entry_state entry = entry_state::greeting_awaited;
    bool active = false; ///< sends a next message
    std::uint64_t next = 0;
    std::uint64_t last_id = 0;
    std::vector<outstanding> waits; ///< at most the window
  };

  void start(std::size_t i) {
    const auto target = entry_target(prepared_.to.url, wire_path::envelope, 0, prepared_.tokens[i]);
    if (auto begun = senders_[i].link.connect(loop_, *this, prepared_.to, target); !begun)
      fail(i, begun.error());
  }

  void on_open(client&) override {}

  void on_text(client& from, std::string_view text, std::int64_t received_ns) override {
    sender& to = senders_[from.index()];
    if (to.entry != entry_state::inside)
      return enter(to, text, received_ns);
    const std::string_view type = type_of(text);
    if (type == "message_ack")
      on_ack(to, text, received_ns);
    else if (type == "error")
      on_error(to, text);
  }

  /// A sender stays out of the room: membership is all that `send_message` asks for, and nobody's reading is measured.
  void enter(sender& to, std::string_view text, std::int64_t received_ns) {
    const auto next = advance_entry(to.link, to.entry, wire_path::envelope, 0, text);
    if (!next)
      return fail(to.link.index(), next.error());
    to.entry = *next;
    if (to.entry != entry_state::inside)
      return;
    to.active = true;
    ++active_;
    opener_.ready(to.link.index(), received_ns);
  }

  void on_ack(sender& to, std::string_view text, std::int64_t received_ns) {
    const auto id = find_number(text, "\"message_id\":");
    const std::string_view label = find_text(text, "\"client_msg_id\":").value_or(std::string_view());
    const std::size_t dash = label.rfind('-');
    std::uint64_t number = 0;
    const bool numbered =
      dash != std::string_view::npos &&
      std::from_chars(label.data() + dash + 1, label.data() + label.size(), number).ec == std::errc{};
    const auto found = std::find_if(to.waits.begin(), to.waits.end(), [&](const outstanding& x) {
      return numbered && x.number == number && label.substr(0, dash + 1) == prefix(to);
    });
    if (!id || found == to.waits.end()) {
      ++counts_.strays;
      return;
    }
    acks_.append(*id, label);
    latency_.record(received_ns - found->sent_ns);
    ++counts_.acknowledged;
    if (*id <= to.last_id)
      ++counts_.out_of_order;
    to.last_id = *id;
    to.waits.erase(found);
    send_next(to);
  }

  /// An error does not say how long it lasts, and asking again at once would only make more of them.
  void on_error(sender& to, std::string_view text) {
    ++counts_.errors;
    if (counts_.first_error.empty())
      counts_.first_error = code_of(text);
    rest(to);
  }

  void on_closed(client& from, const closing& why) override {
    sender& gone = senders_[from.index()];
    if (stop_at_ == 0 && counts_.sent == 0)
      return fail(from.index(), why.reason);
    ++counts_.closes;
    if (counts_.first_close.empty())
      counts_.first_close = why.reason;
    rest(gone);
  }

  void rest(sender& of) {
    active_ -= of.active ? 1 : 0;
    of.active = false;
  }

  [[nodiscard]] std::string prefix(const sender& of) const {
    return run_ + "-" + std::to_string(of.link.index()) + "-";
  }

  void send_next(sender& from) {
    const std::int64_t now = now_ns();
    if (!from.active || now >= stop_at_)
      return;
    const std::uint64_t number = from.next++;
    frame_.assign(R"({"type":"send_message","payload":{"room_id":)");
    frame_.append(std::to_string(1 + from.link.index() % options_.rooms)).append(R"(,"client_msg_id":")");
    frame_.append(prefix(from)).append(std::to_string(number));
    frame_.append(R"(","content":")").append(content_).append(R"("}})");
    from.link.send(frame_);
    from.waits.push_back({number, now});
    ++counts_.sent;
  }

  void fail(std::size_t i, const std::string& why) {
    if (fault_.empty())
      fault_ = "connection " + std::to_string(i) + ": " + why;
  }

  const send_options& options_;
  const prepared_run& prepared_;
  ack_file& acks_;
  loop loop_;
  std::deque<sender> senders_; ///< never moves an element
  opener opener_;
  std::string run_; ///< told by chance, so that no `client_msg_id` of an earlier run comes again
  std::string content_;
  std::string frame_;
  std::int64_t stop_at_ = 0;
  std::int64_t elapsed_ns_ = 0;
  std::uint64_t in_time_ = 0;
  std::size_t active_ = 0;
  double busy_ = 0;
  send_counts counts_;
  histogram latency_;
  std::string fault_;
};

std::string verdict(const send_options& options, const send_counts& counts) {
  if (counts.closes >= options.senders)
    return "the server is gone: " + counts.first_close;
  if (counts.closes > 0)
    return "connections ended: " + counts.first_close;
  if (counts.errors > 0)
    return "the server answered errors, first " + counts.first_error;
  if (counts.strays + counts.out_of_order > 0)
    return "acknowledgements were doubled, astray or out of order";
  if (counts.acknowledged != counts.sent)
    return "not every message was acknowledged";
  return {};
}

} // namespace

exit_code run_send(const send_options& options) {
  const auto prepared = prepare(options.common, options.senders);
  if (!prepared)
    return stop_with(prepared.error());
  ack_file acks(options.acks);
  if (acks.failed())
    return stop_with({exit_code::usage, "--acks: cannot open " + options.acks + ": " + std::strerror(errno)});

  senders all(options, *prepared, acks);
  all.open_all();
  if (!all.fault().empty())
    return stop_with({exit_code::failed, all.fault()});
  server_use server(options.common.server_pid);
  server.begin();
  all.run(static_cast<std::int64_t>(options.duration_s * ns_per_s));
  server.end();
  all.drain();

  const send_counts& counts = all.counts();
  report out;
  out.add("scenario", std::string("send"));
  out.add("rooms", std::uint64_t{options.rooms});
  out.add("senders", std::uint64_t{options.senders});
  out.add("window", std::uint64_t{options.window});
  out.add("elapsed_s", static_cast<double>(all.elapsed_ns()) / ns_per_s);
  out.add("acks_per_s", static_cast<double>(all.in_time()) * ns_per_s / static_cast<double>(all.elapsed_ns()));
  out.add_quantiles("ack", all.latency());
  server.add_to(out, all.elapsed_ns());
  if (server.known() && all.in_time() > 0)
    out.add("server_cpu_us_per_ack", static_cast<double>(server.cpu_ns()) / 1000 / static_cast<double>(all.in_time()));
  out.add("sent", counts.sent);
  out.add("acknowledged", counts.acknowledged);
  out.add("strays", counts.strays);
  out.add("out_of_order", counts.out_of_order);
  out.add("errors", counts.errors);
  out.add("closes", counts.closes);
  out.add("client_busy_percent", all.busy() * 100);
  const std::string fault = acks.failed() ? "cannot write " + options.acks : verdict(options, counts);
  return conclude(out, options.common.json, fault, all.busy());
}

} // namespace parley::load
