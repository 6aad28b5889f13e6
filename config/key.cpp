#include "config/key.hpp"

#include "config/database_url.hpp"
#include "config/toml_reader.hpp"
#include "protocol/overloaded.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <cstdio>

namespace parley::config {

namespace {

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Why a text does not fit, or nullopt. `open` if it may be repeated in the answer.
std::optional<std::string> judge(std::string_view text, bool (*accepts)(std::string_view), bool open) {
  if (!is_utf8(text)) // the environment and the command line are any bytes
    return "is not UTF-8";
  if (has_control_characters(text))
    return "holds a control character";
  if (!accepts(text))
    return open ? quote(text) + " does not fit" : "the value does not fit";
  return std::nullopt;
}

std::string join(std::span<const std::string_view> words, std::string_view between) {
  std::string out;
  for (auto word : words) {
    if (!out.empty())
      out += between;
    out += word;
  }
  return out;
}

/// The first fault of the items.
std::optional<std::string> judge_all(const std::vector<std::string>& items, bool (*accepts)(std::string_view),
                                     bool open) {
  for (const auto& item : items)
    if (auto fault = judge(item, accepts, open))
      return fault;
  return std::nullopt;
}

/// The parts between the commas, without the spaces around them.
std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const auto end = std::min(text.find(','), text.size());
    auto part = text.substr(0, end);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    part = part.substr(0, part.find_last_not_of(' ') + 1);
    out.emplace_back(part);
    if (end == text.size())
      return out;
    text.remove_prefix(end + 1);
  }
}

/// As a list, whatever of both was written; nullopt if it was neither.
std::optional<std::vector<std::string>> as_texts(const value& written, bool optional) {
  if (auto items = std::get_if<std::vector<std::string>>(&written))
    return *items;
  auto text = std::get_if<std::string>(&written);
  if (!text)
    return std::nullopt;
  return text->empty() && optional ? std::vector<std::string>() : std::vector<std::string>{*text};
}

} // namespace

std::string_view key::section() const {
  auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
}

std::string_view key::leaf() const {
  return name.substr(name.find('.') + 1); // npos + 1 is 0
}

const key* find_key(std::string_view name) {
  auto keys = all_keys();
  auto found = std::find_if(keys.begin(), keys.end(), [&](const key& k) { return k.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

std::span<const std::string_view> all_sections() {
  static const auto sections = [] {
    std::vector<std::string_view> out;
    for (const auto& k : all_keys())
      if (!k.section().empty() && (out.empty() || out.back() != k.section()))
        out.push_back(k.section());
    return out;
  }();
  return sections;
}

std::string list_keys(std::string_view section) {
  std::vector<std::string_view> leaves;
  for (const auto& k : all_keys())
    if (k.section() == section)
      leaves.push_back(k.leaf());
  return join(leaves, ", ");
}

std::string environment_variable(const key& k) {
  std::string out = "PARLEY_";
  for (char c : k.name)
    out += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string allowed(const key& k) {
  return std::visit(
    overloaded{
      [](const integer_kind& x) { return "integer " + std::to_string(x.min) + " to " + std::to_string(x.max); },
      [](const boolean_kind&) { return std::string("true, false"); },
      [](const choice_kind& x) { return join(x.names, ", "); },
      [](const text_kind& x) { return std::string(x.allowed); },
      [](const list_kind& x) { return "list of " + std::string(x.allowed); },
      [](const texts_kind& x) { return std::string(x.allowed) + "; or a list of such"; },
    },
    k.kind);
}

value parse_text(const key& k, std::string_view text) {
  auto takes_texts = std::holds_alternative<texts_kind>(k.kind);
  // `[::1]` is an address, and no list of TOML.
  if (takes_texts && text.starts_with('['))
    if (auto items = read_toml_value(text); std::holds_alternative<std::vector<std::string>>(items))
      return items;
  auto takes_bare_text =
    takes_texts || std::holds_alternative<text_kind>(k.kind) || std::holds_alternative<choice_kind>(k.kind);
  if (takes_texts && std::get<texts_kind>(k.kind).commas && text.find(',') != std::string_view::npos)
    return split_at_commas(text);
  auto is_quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  if (takes_bare_text && !is_quoted)
    return std::string(text);
  return read_toml_value(text);
}

std::optional<std::string> assign(const key& k, const value& written, settings& out) {
  auto open = k.shown == disclosure::open;
  return std::visit(overloaded{
                      [&](const integer_kind& x) -> std::optional<std::string> {
                        auto number = std::get_if<std::int64_t>(&written);
                        if (!number)
                          return "not an integer";
                        if (*number < x.min || *number > x.max)
                          return std::to_string(*number) + " is out of range";
                        x.field.set(out, *number);
                        return std::nullopt;
                      },
                      [&](const boolean_kind& x) -> std::optional<std::string> {
                        auto flag = std::get_if<bool>(&written);
                        if (!flag)
                          return "not a boolean";
                        x.field.set(out, *flag);
                        return std::nullopt;
                      },
                      [&](const choice_kind& x) -> std::optional<std::string> {
                        auto word = std::get_if<std::string>(&written);
                        if (!word)
                          return "not a string";
                        auto found = std::find(x.names.begin(), x.names.end(), *word);
                        if (found == x.names.end())
                          return quote(*word) + " is no choice";
                        x.field.set(out, static_cast<std::size_t>(found - x.names.begin()));
                        return std::nullopt;
                      },
                      [&](const text_kind& x) -> std::optional<std::string> {
                        auto text = std::get_if<std::string>(&written);
                        if (!text)
                          return "not a string";
                        if (auto fault = judge(*text, x.accepts, open))
                          return fault;
                        x.field.set(out, *text);
                        return std::nullopt;
                      },
                      [&](const list_kind& x) -> std::optional<std::string> {
                        auto items = std::get_if<std::vector<std::string>>(&written);
                        if (!items)
                          return "not a list of strings";
                        if (auto fault = judge_all(*items, x.accepts, open))
                          return fault;
                        x.field.set(out, *items);
                        return std::nullopt;
                      },
                      [&](const texts_kind& x) -> std::optional<std::string> {
                        auto items = as_texts(written, x.optional);
                        if (!items)
                          return "not a string, nor a list of strings";
                        if (items->empty() && !x.optional)
                          return "the list is empty";
                        if (auto fault = judge_all(*items, x.accepts, open))
                          return fault;
                        x.field.set(out, std::move(*items));
                        return std::nullopt;
                      },
                    },
                    k.kind);
}

std::string render(const key& k, const settings& s) {
  return std::visit(overloaded{
                      [&](const integer_kind& x) { return std::to_string(x.field.get(s)); },
                      [&](const boolean_kind& x) { return std::string(x.field.get(s) ? "true" : "false"); },
                      [&](const choice_kind& x) { return quote(x.names[x.field.get(s)]); },
                      [&](const text_kind& x) { return quote(x.field.get(s)); },
                      [&](const list_kind& x) { return render_list(x.field.get(s)); },
                      [&](const texts_kind& x) {
                        const auto items = x.field.get(s);
                        return items.size() > 1 ? render_list(items) : quote(items.empty() ? "" : items.front());
                      },
                    },
                    k.kind);
}

std::string render_masked(const key& k, const settings& s) {
  auto text = std::get_if<text_kind>(&k.kind);
  if (k.shown == disclosure::open || !text)
    return render(k, s);
  auto full = text->field.get(s);
  if (k.shown == disclosure::url)
    return quote(mask_password(full));
  return quote(full.empty() ? "" : "********");
}

std::string render_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1)
      out += ", ";
    out += quote(item);
  }
  return out + "]";
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
      out += escape;
    } else
      out += c;
  }
  return out + '"';
}

} // namespace parley::config
