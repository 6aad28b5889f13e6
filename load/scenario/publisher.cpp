#include "load/scenario/publisher.hpp"

#include <utility>

namespace parley::load {

publisher::publisher(const part_setup& setup, std::function<void(std::string)> on_fault)
  : setup_(setup), on_fault_(std::move(on_fault)), acknowledged_(setup.counts.count("acknowledged")),
    errors_(setup.counts.count("errors")) {}

void publisher::open(std::size_t rooms) {
  if (!used() || !links_.empty())
    return;
  for (std::size_t i = 0; i < rooms; ++i) {
    http_client& link = links_.emplace_back(static_cast<std::uint32_t>(i));
    const dial& to = server(link);
    if (auto begun = link.connect(setup_.on, *this, to, link.tag()); !begun)
      return on_fault_(said_of(to, "the connection to publish over: " + begun.error()));
  }
}

void publisher::post(std::size_t room_index, const fillings& with) {
  const http_publish& how = setup_.speaks.by_http;
  std::string headers;
  for (const text_template& line : how.headers) {
    line.append_to(headers, with);
    headers.append("\r\n");
  }
  links_[room_index].send(how.method, how.path.fill(with), headers, how.body.fill(with));
}

void publisher::close() {
  for (http_client& each : links_)
    each.close();
}

void publisher::on_answer(http_client&, unsigned status, std::string_view, std::int64_t) {
  if (status >= 200 && status < 300) {
    ++acknowledged_;
    return;
  }
  ++errors_;
  setup_.counts.first("error", "HTTP status " + std::to_string(status));
}

void publisher::on_http_closed(http_client& from, const std::string& why) {
  on_fault_(said_of(server(from), "the connection to publish over: " + why));
}

const dial& publisher::server(const http_client& link) const {
  return setup_.to.of(setup_.mine.index + link.tag() * setup_.mine.count);
}

} // namespace parley::load
