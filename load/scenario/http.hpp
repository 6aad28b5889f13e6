// Scenario `http`: requests over keep-alive connections, and members of the rooms who must hear each message once.
#pragma once

#include "load/dialect/dialect.hpp"
#include "load/scenario/rate_flags.hpp"
#include "load/scenario/registry.hpp"

#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace parley::load {

struct http_options {
  std::uint32_t rooms = 1;
  std::uint32_t window = 8;              ///< connections; one request at a time on each
  wanted_rate pace = {};                 ///< requests a second of all connections, on a schedule; none is a closed loop
  std::uint32_t listen = 0;              ///< WebSocket connections a room that hear what is posted
  std::uint32_t size = 64;               ///< bytes of content
  std::string method = {};               ///< empty: that of the dialect, or POST
  std::string path = {};                 ///< template; empty: that of the dialect
  std::string body = {};                 ///< the same
  std::vector<std::string> headers = {}; ///< the same, whole lines
};

/// What is sent: what the flags say, then what the dialect says, then, for a dialect of Parley's, its
/// `/rooms/{room}/messages/`. The error is one line for people.
tl::expected<http_publish, std::string> request_of(const http_options& options, const dialect& speaks);

class http_scenario final : public scenario {
public:
  [[nodiscard]] std::string_view name() const override { return "http"; }
  [[nodiscard]] std::string_view summary() const override { return "posts over keep-alive connections"; }
  void add_flags(CLI::App& to) override;
  [[nodiscard]] std::string conflict(const dialect& speaks, const share& processes) const override;
  [[nodiscard]] std::uint64_t connections() const override {
    return options_.window + std::uint64_t{options_.rooms} * options_.listen;
  }
  [[nodiscard]] std::uint32_t rooms() const override { return options_.rooms; }
  [[nodiscard]] bool open_loop() const override { return options_.pace.open_loop(); }
  [[nodiscard]] rate_plan rates() const override { return options_.pace.plan(); }
  [[nodiscard]] std::string_view work() const override { return "answered"; }
  [[nodiscard]] std::unique_ptr<part> make_part(const part_setup& setup) const override;
  void conclude(const tally& total, const run_facts& facts, conclusion& out) const override;

private:
  http_options options_;
};

} // namespace parley::load
