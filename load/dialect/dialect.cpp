#include "load/dialect/dialect.hpp"

#include "load/measure/marker.hpp"

#include <algorithm>
#include <cstring>

namespace parley::load {

namespace {

constexpr std::size_t shown_max = 120; ///< bytes of a frame that a person is shown

constexpr std::size_t prefix_least = 4; ///< bytes; a shorter one is found too often to save anything

bool holds(std::string_view text, std::string_view part) {
  return ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool holds_any(std::string_view text, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(), [text](const std::string& part) { return holds(text, part); });
}

} // namespace

bool exchange::is_met_by(std::string_view text) const {
  return !expect.empty() && holds(text, expect);
}

bool dialect::uses_tokens() const {
  const auto used = [](const text_template& in) { return in.uses(text_template::place::token); };
  const auto used_in = [&](const std::vector<text_template>& in) { return std::any_of(in.begin(), in.end(), used); };
  return used(path) || used_in(headers) || used(join.send) || used(leave.send) || used(resume.send) || used(typing) ||
         used(publish) || used(tracked) || used(beat.send) || used(by_http.path) || used(by_http.body) ||
         used_in(by_http.headers) ||
         std::any_of(first.begin(), first.end(), [&](const exchange& each) { return used(each.send); });
}

bool dialect::room_from_start() const {
  const auto named = [](const text_template& in) { return in.uses(text_template::place::room); };
  return named(path) || std::any_of(first.begin(), first.end(), [&](const exchange& each) { return named(each.send); });
}

std::size_t dialect::carried(std::size_t size) const {
  const auto used = [](const text_template& in) { return in.uses(text_template::place::content); };
  return used(publish) || used(by_http.path) || used(by_http.body) ? size : marker_size;
}

bool dialect::is_heartbeat(std::string_view text) const {
  if (beat.seen.empty())
    return false;
  return beat.whole ? text == beat.seen : holds(text, beat.seen);
}

bool dialect::is_ignored(std::string_view text) const {
  return !ignore.empty() && holds_any(text, ignore);
}

/// Most frames are no errors, so they are searched once for what all errors have in common.
bool dialect::is_error(std::string_view text) const {
  if (errors_prefix.size() < prefix_least)
    return holds_any(text, errors);
  while (const void* found = ::memmem(text.data(), text.size(), errors_prefix.data(), errors_prefix.size())) {
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()));
    if (std::any_of(errors.begin(), errors.end(), [text](const std::string& each) { return text.starts_with(each); }))
      return true;
    text.remove_prefix(errors_prefix.size());
  }
  return false;
}

bool dialect::is_resync(std::string_view text) const {
  return !resync.empty() && holds(text, resync);
}

bool dialect::is_ack(std::string_view text) const {
  return !ack.empty() && holds(text, ack);
}

std::string dialect::error_shown(std::string_view text) const {
  if (!code_key.empty())
    if (const auto code = find_text(text, code_key))
      return std::string(*code);
  return std::string(text.substr(0, shown_max));
}

std::string handshake_target(const dialect& speaks, std::string_view url_path, std::string_view url_query,
                             const fillings& with) {
  std::string path = speaks.path.fill(with);
  const bool repeated = path.starts_with(url_path) && (path.size() == url_path.size() || path[url_path.size()] == '/' ||
                                                       path[url_path.size()] == '?');
  std::string out(repeated ? std::string_view() : url_path);
  out.append(path);
  if (!url_query.empty())
    out.append(out.find('?') == std::string::npos ? "?" : "&").append(url_query);
  return out.empty() || out.front() == '?' ? "/" + out : out;
}

} // namespace parley::load
