#include "load/scenario/history_reader.hpp"

#include "load/measure/clock.hpp"

#include <algorithm>
#include <utility>

namespace parley::load {

namespace {

/// Enough that reads seldom wait for each other in the client; few beside the connections of the users.
constexpr std::size_t links_max = 32;

} // namespace

history_reader::history_reader(const part_setup& setup, std::function<void(std::uint32_t, bool, std::int64_t)> on_read)
  : setup_(setup), on_read_(std::move(on_read)), histories_(setup.counts.count("histories")),
    errors_(setup.counts.count("errors")) {}

void history_reader::read(std::uint32_t place, const fillings& with) {
  link& over = least_busy();
  over.readers.push_back(place);
  if (!over.http.is_open())
    if (auto begun = over.http.connect(setup_.on, *this, setup_.to.of(over.http.tag()), over.http.tag()); !begun)
      return on_http_closed(over.http, begun.error());
  std::string headers;
  if (!with.token.empty())
    headers.append("Authorization: Bearer ").append(with.token).append("\r\n");
  over.http.send("GET", setup_.speaks.history.fill(with), headers, {});
}

void history_reader::close() {
  for (link& each : links_)
    each.http.close();
}

void history_reader::on_answer(http_client& from, unsigned status, std::string_view, std::int64_t received_ns) {
  link& over = links_[from.tag()];
  const std::uint32_t place = over.readers.front();
  over.readers.pop_front();
  const bool good = status == 200;
  if (good)
    ++histories_;
  else
    fault("HTTP status " + std::to_string(status));
  on_read_(place, good, received_ns);
}

void history_reader::on_http_closed(http_client& from, const std::string& why) {
  for (const std::uint32_t place : std::exchange(links_[from.tag()].readers, {})) {
    fault(why);
    on_read_(place, false, now_ns());
  }
}

history_reader::link& history_reader::least_busy() {
  const auto found = std::min_element(links_.begin(), links_.end(),
                                      [](const link& a, const link& b) { return a.readers.size() < b.readers.size(); });
  if (found != links_.end() && (found->readers.empty() || links_.size() == links_max))
    return *found;
  return links_.emplace_back(static_cast<std::uint32_t>(links_.size()));
}

void history_reader::fault(std::string_view what) {
  ++errors_;
  setup_.counts.first("error", "reading history: " + std::string(what));
}

} // namespace parley::load
