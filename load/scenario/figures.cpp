// The figures and faults that are common to scenarios.
#include "load/measure/clock.hpp"
#include "load/scenario/registry.hpp"

#include <algorithm>

namespace parley::load {

namespace {

std::optional<double> divided(std::optional<std::int64_t> of, double by) {
  return of && by > 0 ? std::optional(static_cast<double>(*of) / by) : std::nullopt;
}

void add_server_figures(const tally& total, const run_facts& facts, std::uint64_t connections, figures& to) {
  const auto opened = static_cast<double>(connections);
  to.add("server_cpu_percent", divided(facts.measured_cpu_ns, facts.measured_s * 1e7));
  to.add("server_rss_bytes", facts.rss_after ? facts.rss_after : facts.rss_opened);
  to.add("server_rss_before_bytes", facts.rss_before);
  to.add("bytes_per_connection", facts.rss_before && facts.rss_opened && total.count_of("handshakes") > 0
                                   ? divided(*facts.rss_opened - *facts.rss_before, opened)
                                   : std::nullopt);
  to.add("server_cpu_us_per_connection", divided(facts.opening_cpu_ns, opened * 1000));
}

} // namespace

void add_common_figures(const tally& total, const run_facts& facts, std::uint64_t connections, conclusion& out) {
  figures& to = out.values;
  const std::int64_t opening_ns = total.maximum_of("opening_ns");
  to.add("connections", connections);
  to.add("measured_s", facts.measured_s);
  to.add("errors", total.count_of("errors"));
  to.add("closes", total.count_of("closes"));
  to.add("other_frames", total.count_of("other_frames"));
  to.add("opening_s", static_cast<double>(opening_ns) / ns_per_s);
  to.add_quantiles("handshake_", total.times_of("handshake"));
  add_server_figures(total, facts, connections, to);
  if (total.count_of("closes") > 0) {
    const bool all_gone = total.count_of("left_open") == 0;
    out.faults.push_back((all_gone ? "the server is gone: " : "connections ended: ") +
                         std::string(total.first_of("close")));
  }
  if (total.count_of("errors") > 0)
    out.faults.push_back("the server answered errors, first " + std::string(total.first_of("error")));
}

std::optional<double> quantile_ms(const histogram& of, double share) {
  return of.count() == 0 ? std::nullopt : std::optional(static_cast<double>(of.quantile(share)) / ns_per_ms);
}

std::optional<double> per_second(double things, double seconds) {
  return seconds > 0 ? std::optional(things / seconds) : std::nullopt;
}

void add_given_up(const tally& total, conclusion& out) {
  const std::uint64_t given_up = total.count_of("given_up");
  out.values.add("given_up", given_up);
  if (given_up > 0 && total.count_of("delivered") < total.count_of("expected"))
    out.faults.push_back("the closed loop went on without " + std::to_string(given_up) +
                         " messages that did not come back within a second");
}

void add_delivery_figures(const tally& total, const run_facts& facts, conclusion& out) {
  figures& to = out.values;
  const auto count = [&](std::string_view name) { return total.count_of(name); };
  const auto per_s = [&](std::string_view name) {
    return per_second(static_cast<double>(count(name)), facts.measured_s);
  };
  const std::uint64_t lost = count("expected") - std::min(count("delivered"), count("expected"));
  to.add("sent", count("sent"));
  to.add("acknowledged", count("acknowledged"));
  to.add("expected", count("expected"));
  to.add("delivered", count("delivered"));
  to.add("lost", lost);
  to.add("doubled", count("doubled"));
  to.add("out_of_order", count("out_of_order"));
  to.add("strays", count("strays"));
  to.add("damaged", count("damaged"));
  to.add("id_conflicts", count("id_conflicts"));
  to.add("sent_per_s", per_s("measured_sent"));
  to.add("delivered_per_s", per_s("measured_delivered"));
  to.add_quantiles("", total.times_of("latency"));
  // Taken in order, each of those behind one that is missing belongs to another message.
  const bool mixed_up = count("acks_by_order") > 0 && count("acknowledged") < count("acks_expected");
  to.add_quantiles("ack_", mixed_up ? histogram() : total.times_of("ack"));
  to.add("server_cpu_us_per_delivery",
         divided(facts.measured_cpu_ns, static_cast<double>(count("measured_delivered")) * 1000));
  to.add("client_cpu_us_per_delivery", count("measured_delivered") == 0
                                         ? std::nullopt
                                         : divided(static_cast<std::int64_t>(count("client_cpu_ns")),
                                                   static_cast<double>(count("measured_delivered")) * 1000));
  to.add("send_lag_p50_ms", quantile_ms(total.times_of("send_lag"), 0.5));
  to.add("send_lag_p95_ms", quantile_ms(total.times_of("send_lag"), 0.95));
  to.add("send_lag_p99_ms", quantile_ms(total.times_of("send_lag"), 0.99));
  std::string wrong;
  const auto blame = [&wrong](std::uint64_t how_many, std::string_view what) {
    if (how_many > 0)
      wrong.append(wrong.empty() ? "" : ", ").append(std::to_string(how_many)).append(" ").append(what);
  };
  blame(lost, "lost");
  blame(count("delivered") - std::min(count("delivered"), count("expected")), "more than expected");
  blame(count("doubled"), "doubled");
  blame(count("out_of_order"), "out of order");
  blame(count("strays"), "astray");
  blame(count("damaged"), "damaged");
  blame(count("id_conflicts"), "under another id than another member was told");
  if (!wrong.empty())
    out.faults.push_back("deliveries: " + wrong);
}

} // namespace parley::load
