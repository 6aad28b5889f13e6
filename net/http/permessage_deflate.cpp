#include "net/http/permessage_deflate.hpp"

#include "net/http/fields.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

namespace {

struct extension_parameter {
  std::string_view name;
  std::optional<std::string> value;
};

struct offered_extension {
  std::string_view name;
  std::vector<extension_parameter> parameters;
};

/// Reads the grammar of RFC 6455 §9.1; spaces may stand around every part (RFC 9110 §5.6.1).
class extension_reader {
public:
  explicit extension_reader(std::string_view text) : rest_(text) {}

  /// False where the text is no list.
  bool read(std::vector<offered_extension>& out) {
    while (true) {
      skip_spaces();
      if (!rest_.empty() && rest_.front() != ',' && !read_one(out.emplace_back()))
        return false;
      if (rest_.empty())
        return true;
      if (!skip(','))
        return false;
    }
  }

private:
  bool read_one(offered_extension& out) {
    out.name = read_token();
    if (out.name.empty())
      return false;
    while (skip(';')) {
      auto& one = out.parameters.emplace_back();
      one.name = read_token();
      if (one.name.empty())
        return false;
      if (skip('=')) {
        one.value = read_value();
        if (one.value->empty())
          return false;
      }
    }
    return true;
  }

  void skip_spaces() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }

  bool skip(char c) {
    skip_spaces();
    if (rest_.empty() || rest_.front() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view read_token() {
    skip_spaces();
    const auto end = std::ranges::find_if_not(rest_, is_token_character);
    const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(token.size());
    return token;
  }

  /// A token, also in quotes; empty where it is neither.
  std::string read_value() {
    if (!skip('"'))
      return std::string(read_token());
    std::string out;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\')
        rest_.remove_prefix(1);
      if (rest_.empty() || !is_token_character(rest_.front()))
        return {};
      out.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    return skip('"') ? out : std::string();
  }

  std::string_view rest_;
};

/// A window's size (RFC 7692 §7.1.2): 8 to 15, without zeros in front; 0 for anything else.
std::uint8_t read_window_bits(std::string_view text) {
  if (text == "8" || text == "9")
    return static_cast<std::uint8_t>(text[0] - '0');
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5')
    return static_cast<std::uint8_t>(10 + text[1] - '0');
  return 0;
}

/// nullopt: declined.
std::optional<extension_choice> take_offer(const offered_extension& offer) {
  constexpr std::uint8_t widest = 15;
  extension_choice out{{widest, true}, "permessage-deflate"};
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : offer.parameters) {
    if (std::ranges::find(seen, name) != seen.end())
      return std::nullopt;
    seen.push_back(name);
    if (name == "server_no_context_takeover" && !value) {
      out.deflate.keeps_context = false;
      out.answer.append("; server_no_context_takeover");
    } else if (name == "server_max_window_bits" && value) {
      out.deflate.window_bits = read_window_bits(*value);
      if (out.deflate.window_bits == 0)
        return std::nullopt;
      out.answer.append("; server_max_window_bits=").append(*value);
    } else if (name == "client_max_window_bits") {
      if (value && read_window_bits(*value) == 0)
        return std::nullopt;
    } else if (name != "client_no_context_takeover" || value) {
      return std::nullopt;
    }
  }
  out.answer.append("; client_no_context_takeover");
  return out;
}

} // namespace

std::optional<extension_choice> choose_extension(const request_head& head) {
  std::vector<offered_extension> offers;
  for (const auto& [field, value] : head.fields)
    if (same_token(field, "Sec-WebSocket-Extensions") && !extension_reader(value).read(offers))
      return std::nullopt;
  for (const auto& one : offers)
    if (same_token(one.name, "permessage-deflate"))
      if (auto taken = take_offer(one))
        return taken;
  return extension_choice{};
}

} // namespace parley::net
