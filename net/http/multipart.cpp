#include "net/http/multipart.hpp"

#include "net/http/fields.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace parley::net {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t boundary_max = 70;

using parameter_list = std::vector<std::pair<std::string, std::string>>;

/// Takes a quoted string off `text`, which begins with one; its content, or nullopt if it has no end.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (text[i] == '\\' && ++i == text.size())
      break;
    out += text[i];
  }
  return std::nullopt;
}

/// What stands behind the first word of a field: `; name=value; name="value"`. Names are in the case that they came.
std::optional<parameter_list> read_parameters(std::string_view text) {
  parameter_list out;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    if (!text.starts_with(';'))
      return std::nullopt;
    text = trim(text.substr(1));
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos ||
        !std::ranges::all_of(text.substr(0, equals), is_token_character))
      return std::nullopt;
    std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 1);
    std::optional<std::string> value;
    if (text.starts_with('"')) {
      value = take_quoted(text);
    } else {
      // More than a token: boundaries are written without quotation marks whatever they hold.
      value.emplace(trim(text.substr(0, text.find(';'))));
      text.remove_prefix(std::min(text.find(';'), text.size()));
    }
    if (!value)
      return std::nullopt;
    out.emplace_back(std::move(name), std::move(*value));
  }
  return out;
}

const std::string* find(const parameter_list& list, std::string_view name) {
  const auto found = std::ranges::find_if(list, [name](const auto& x) { return same_token(x.first, name); });
  return found == list.end() ? nullptr : &found->second;
}

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= boundary_max && text.back() != ' ' && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  });
}

/// What the fields of one part say.
struct part_head {
  std::string name;
  bool is_file = false;
};

/// One line of a part's head, without its end. False if it must not be there.
bool take_line(std::string_view line, std::optional<part_head>& out) {
  const auto colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || !std::ranges::all_of(line.substr(0, colon), is_token_character))
    return false;
  const auto field = line.substr(0, colon);
  const auto value = trim(line.substr(colon + 1));
  if (std::ranges::any_of(value,
                          [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }))
    return false;
  if (same_token(field, "Content-Transfer-Encoding"))
    return same_token(value, "7bit") || same_token(value, "8bit") || same_token(value, "binary");
  if (!same_token(field, "Content-Disposition"))
    return true;
  const auto word_size = std::min(value.find(';'), value.size());
  const auto parameters = read_parameters(value.substr(word_size));
  const auto* name = parameters ? find(*parameters, "name") : nullptr;
  if (out || name == nullptr || !same_token(trim(value.substr(0, word_size)), "form-data"))
    return false;
  out = part_head{*name, find(*parameters, "filename") != nullptr || find(*parameters, "filename*") != nullptr};
  return true;
}

/// Takes a part's head with its empty line off `text`.
std::optional<part_head> take_head(std::string_view& text) {
  const auto limit = text.substr(0, multipart_head_bytes_max);
  auto rest = limit;
  std::optional<part_head> out;
  for (auto end = rest.find(line_end); end != std::string_view::npos; end = rest.find(line_end)) {
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + line_end.size());
    if (line.empty()) {
      text.remove_prefix(limit.size() - rest.size());
      return out;
    }
    if (!take_line(line, out))
      return std::nullopt;
  }
  return std::nullopt;
}

/// White space behind a boundary.
void skip_padding(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

} // namespace

std::optional<std::string> read_boundary(std::string_view content_type) {
  const auto word_size = std::min(content_type.find(';'), content_type.size());
  if (!same_token(trim(content_type.substr(0, word_size)), "multipart/form-data"))
    return std::nullopt;
  const auto parameters = read_parameters(content_type.substr(word_size));
  const auto* boundary = parameters ? find(*parameters, "boundary") : nullptr;
  return boundary != nullptr && is_boundary(*boundary) ? std::optional(*boundary) : std::nullopt;
}

std::optional<form_fields> read_multipart(std::string_view body, std::string_view boundary) {
  const auto behind_line = std::string(line_end).append("--").append(boundary);
  const auto first = std::string_view(behind_line).substr(line_end.size());
  if (!body.starts_with(first))
    return std::nullopt;
  body.remove_prefix(first.size());
  form_fields out;
  for (std::size_t parts = 0; !body.starts_with("--"); ++parts) {
    skip_padding(body);
    if (parts == multipart_parts_max || !body.starts_with(line_end))
      return std::nullopt;
    body.remove_prefix(line_end.size());
    auto head = take_head(body);
    const auto end = body.find(behind_line);
    if (!head || end == std::string_view::npos)
      return std::nullopt;
    const auto value = body.substr(0, end);
    const bool is_text = is_utf8(value) && value.find('\0') == std::string_view::npos;
    if (!head->is_file)
      out.emplace_back(std::move(head->name), is_text ? std::optional<std::string>(value) : std::nullopt);
    body.remove_prefix(end + behind_line.size());
  }
  const bool is_last = body.find_first_not_of(" \t\r\n", 2) == std::string_view::npos;
  return is_last ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace parley::net
