// The names under which every scenario counts messages, as references that a hot path adds to.
#pragma once

#include "load/measure/tally.hpp"

namespace parley::load {

/// The whole run unless a name says `measured`. The figures `lost`, `delivered_per_s`, `p99_ms` and so on come from
/// these (`add_delivery_figures`).
struct delivery_counts {
  explicit delivery_counts(tally& in)
    : sent(in.count("sent")), acknowledged(in.count("acknowledged")), expected(in.count("expected")),
      delivered(in.count("delivered")), doubled(in.count("doubled")), out_of_order(in.count("out_of_order")),
      strays(in.count("strays")), id_conflicts(in.count("id_conflicts")), measured_sent(in.count("measured_sent")),
      measured_delivered(in.count("measured_delivered")), latency(in.times("latency")), ack(in.times("ack")),
      send_lag(in.times("send_lag")) {}

  std::uint64_t& sent;
  std::uint64_t& acknowledged;
  std::uint64_t& expected;           ///< deliveries that must come: who was to hear each message when it was sent
  std::uint64_t& delivered;          ///< distinct ones that came
  std::uint64_t& doubled;            ///< came again
  std::uint64_t& out_of_order;       ///< by id, or by the order of one sender
  std::uint64_t& strays;             ///< in the wrong room, never sent, or without an id where there must be one
  std::uint64_t& id_conflicts;       ///< told this member another id than another member
  std::uint64_t& measured_sent;      ///< meant for the measured time
  std::uint64_t& measured_delivered; ///< received in the measured time
  histogram& latency;  ///< of what was meant for the measured time, from when it was meant to leave: the main latency
  histogram& ack;      ///< the same until the acknowledgement
  histogram& send_lag; ///< how late the client itself queued what was due (open loop)
};

} // namespace parley::load
