// Reads of rooms' histories over HTTP (`dialect::history`), on a few keep-alive connections that all users share.
#pragma once

#include "load/scenario/part.hpp"
#include "load/wire/http.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace parley::load {

/// Counts `histories` (answers 200) and `errors` (any other, with the first status as text). A connection that the
/// server closes while idle is made anew for the next read.
class history_reader final : private http_events {
public:
  /// `on_read` hears of each read: for whom, and whether it succeeded.
  history_reader(const part_setup& setup,
                 std::function<void(std::uint32_t place, bool good, std::int64_t now)> on_read);

  /// The token of `with`, where there is one, goes as a bearer.
  void read(std::uint32_t place, const fillings& with);
  void close();

private:
  struct link {
    explicit link(std::uint32_t tag) : http(tag) {}

    http_client http;
    std::deque<std::uint32_t> readers; ///< places, in the order of the requests
  };

  void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) override;
  void on_http_closed(http_client& from, const std::string& why) override;

  link& least_busy();
  void fault(std::string_view what);

  part_setup setup_;
  std::function<void(std::uint32_t, bool, std::int64_t)> on_read_;
  std::deque<link> links_; ///< never moves an element
  std::uint64_t& histories_;
  std::uint64_t& errors_;
};

} // namespace parley::load
