#include "protocol/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <vector>

namespace parley {

namespace {

constexpr int depth_max = 64;

/// Counts brackets outside of strings. Up to the first fault of `text` it sees what a parser sees.
bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"')
      in_string = true;
    else if ((c == '[' || c == '{') && ++depth > depth_max)
      return true;
    else if (c == ']' || c == '}')
      --depth;
  }
  return false;
}

/// The integer that a JSON number with a fraction or an exponent is, to the last digit; nullopt if it is none, or
/// not one of 64 bits.
std::optional<std::int64_t> to_exact_integer(std::string_view number) {
  std::string digits;
  if (number.starts_with('-')) {
    digits += '-';
    number.remove_prefix(1);
  }
  const auto mantissa = number.substr(0, number.find_first_of("eE"));
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const auto fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
  digits.append(mantissa.substr(0, point)).append(fraction);
  if (digits.find_first_of("123456789") == std::string::npos)
    return 0;
  auto written = number.substr(std::min(mantissa.size() + 1, number.size()));
  if (written.starts_with('+'))
    written.remove_prefix(1);
  std::int64_t exponent = 0;
  if (std::from_chars(written.data(), written.data() + written.size(), exponent).ec == std::errc::result_out_of_range)
    return std::nullopt;
  constexpr std::int64_t far = 100'000'000; // more digits than a body has
  if (exponent < -far || exponent > far)
    return std::nullopt;
  exponent -= static_cast<std::int64_t>(fraction.size());
  for (; digits.ends_with('0'); ++exponent)
    digits.pop_back();
  if (exponent < 0 || exponent >= std::numeric_limits<std::int64_t>::digits10 + 1)
    return std::nullopt;
  digits.append(static_cast<std::size_t>(exponent), '0');
  std::int64_t out = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), out).ec != std::errc())
    return std::nullopt;
  return out;
}

/// Builds the tree that `nlohmann::json::parse` would, but for the numbers that `to_exact_integer` knows.
class tree_builder final : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit tree_builder(nlohmann::json& root) : root_(root) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool x) override { return put(x); }
  bool number_integer(std::int64_t x) override { return put(x); }
  bool number_unsigned(std::uint64_t x) override { return put(x); }
  bool number_float(double x, const std::string& text) override {
    const auto exact = to_exact_integer(text);
    return exact ? put(*exact) : put(x);
  }
  bool string(std::string& x) override { return put(std::move(x)); }
  bool binary(nlohmann::json::binary_t&) override { return false; } // JSON has none
  bool start_object(std::size_t) override { return open(nlohmann::json::object()); }
  bool key(std::string& x) override {
    member_ = &(*open_.back())[x];
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(nlohmann::json::array()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

private:
  nlohmann::json& place(nlohmann::json x) {
    if (open_.empty())
      return root_ = std::move(x);
    if (open_.back()->is_array())
      return open_.back()->emplace_back(std::move(x));
    return *member_ = std::move(x);
  }

  bool put(nlohmann::json x) {
    place(std::move(x));
    return true;
  }

  bool open(nlohmann::json x) {
    open_.push_back(&place(std::move(x))); // stays where it is: only the innermost one grows
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  nlohmann::json& root_;
  nlohmann::json* member_ = nullptr; ///< of the innermost object, whose value comes next
  std::vector<nlohmann::json*> open_;
};

} // namespace

std::optional<nlohmann::json> parse_json(std::string_view text) {
  // The library takes a NUL for the end of its input and does not look at what follows.
  if (text.find('\0') != std::string_view::npos || nests_too_deep(text))
    return std::nullopt;
  nlohmann::json out;
  tree_builder builder(out);
  if (!nlohmann::json::sax_parse(text, &builder))
    return std::nullopt;
  return out;
}

bool holds_nul(std::string_view text) {
  constexpr std::string_view escape = "\\u0000";
  for (auto at = text.find(escape); at != std::string_view::npos; at = text.find(escape, at + 1)) {
    auto first = at;
    while (first > 0 && text[first - 1] == '\\')
      --first;
    if ((at - first) % 2 == 0) // else this backslash is itself escaped
      return true;
  }
  return false;
}

bool with_object(std::string_view text, const std::function<void(const nlohmann::json&)>& use) {
  const auto object = parse_json(text);
  if (!object || !object->is_object() || holds_nul(text))
    return false;
  use(*object);
  return true;
}

const nlohmann::json* find_member(const nlohmann::json& object, std::string_view key) {
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::int64_t> to_integer(const nlohmann::json& value, std::int64_t min) {
  if (!value.is_number_integer())
    return std::nullopt;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  const auto out = value.get<std::int64_t>();
  if (out < min)
    return std::nullopt;
  return out;
}

std::optional<std::int64_t> read_id(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? to_integer(*value, 1) : std::nullopt;
}

std::optional<double> to_real(const nlohmann::json& value) {
  if (!value.is_number())
    return std::nullopt;
  return value.get<double>() + 0.0; // -0 becomes 0
}

std::optional<double> read_real(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? to_real(*value) : std::nullopt;
}

const std::string* find_text(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? value->get_ptr<const std::string*>() : nullptr;
}

std::optional<bool> read_boolean(const nlohmann::json& object, std::string_view key) {
  const auto* value = find_member(object, key);
  if (value == nullptr || !value->is_boolean())
    return std::nullopt;
  return value->get<bool>();
}

} // namespace parley
