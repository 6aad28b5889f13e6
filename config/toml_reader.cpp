#include "config/toml_reader.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace parley::config {

namespace {

value convert(const toml::node& node) {
  if (auto flag = node.as_boolean())
    return flag->get();
  if (auto number = node.as_integer())
    return number->get();
  if (auto text = node.as_string())
    return text->get();
  auto array = node.as_array();
  if (!array)
    return other_value{};
  std::vector<std::string> items;
  for (const auto& item : *array) {
    auto text = item.as_string();
    if (!text)
      return other_value{};
    items.push_back(text->get());
  }
  return items;
}

} // namespace

tl::expected<toml_document, std::string> read_toml(std::string_view text) try {
  auto root = toml::parse(text);
  toml_document out;
  for (const auto& [top, node] : root) {
    auto section = node.as_table();
    if (!section) {
      out.entries.push_back({std::string(top.str()), convert(node), top.source().begin.line});
      continue;
    }
    out.sections.push_back({std::string(top.str()), top.source().begin.line});
    for (const auto& [leaf, inner] : *section)
      out.entries.push_back(
        {std::string(top.str()) + '.' + std::string(leaf.str()), convert(inner), leaf.source().begin.line});
  }
  return out;
} catch (const toml::parse_error& fault) {
  auto what = "line " + std::to_string(fault.source().begin.line) + ": " + std::string(fault.description());
  std::replace_if(
    what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return tl::unexpected(what);
}

value read_toml_value(std::string_view text) try {
  auto root = toml::parse("value = " + std::string(text));
  // a line break in `text` could have begun another key
  if (root.size() != 1)
    return other_value{};
  return convert(*root.get("value"));
} catch (const toml::parse_error&) {
  return other_value{};
}

} // namespace parley::config
