#include "net/http/uploads_metadata.hpp"

#include "net/http/fields.hpp"
#include "protocol/base64.hpp"
#include "protocol/text.hpp"
#include "protocol/whole_number.hpp"

#include <algorithm>
#include <limits>

namespace parley::net {

std::optional<upload_metadata> read_metadata(std::string_view field) {
  upload_metadata out;
  for (auto rest = trim(field); !rest.empty();) {
    const auto comma = rest.find(',');
    const auto pair = trim(rest.substr(0, comma));
    const auto space = pair.find(' ');
    std::string key(pair.substr(0, space));
    const bool known = std::ranges::find(out, key, &upload_metadata::value_type::first) != out.end();
    auto value = space == std::string_view::npos ? std::string() : decode_base64(trim(pair.substr(space)));
    const bool is_word = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
    if (key.empty() || !is_word || known)
      return std::nullopt;
    if (value && (!is_utf8(*value) || value->find('\0') != std::string::npos))
      value.reset();
    out.emplace_back(std::move(key), std::move(value));
    if (comma == std::string_view::npos)
      break;
    rest.remove_prefix(comma + 1);
    if (rest.empty()) // a comma at the end
      return std::nullopt;
  }
  return out;
}

std::string write_metadata(const upload_metadata& x) {
  std::string out;
  for (const auto& [key, value] : x)
    out.append(out.empty() ? "" : ",").append(key).append(" ").append(encode_base64(value.value_or(std::string())));
  return out;
}

tl::expected<upload_checksum, fault> read_checksum(std::string_view field) {
  const auto text = trim(field);
  const auto space = text.find(' ');
  if (space == std::string_view::npos)
    return tl::unexpected(fault::bad_characters);
  const auto algorithm = text.substr(0, space);
  if (!list_holds(checksum_algorithms, algorithm))
    return tl::unexpected(fault::not_a_choice);
  auto digest = decode_base64(trim(text.substr(space)));
  if (!digest || digest->empty())
    return tl::unexpected(fault::bad_characters);
  return upload_checksum{std::string(algorithm), std::move(*digest)};
}

std::optional<upload_concat> read_concat(std::string_view field) {
  constexpr std::string_view whole = "final;";
  constexpr std::string_view folder = "/uploads/";
  auto rest = trim(field);
  if (rest == "partial")
    return upload_concat();
  if (!rest.starts_with(whole))
    return std::nullopt;
  upload_concat out{.is_whole = true, .parts = {}};
  for (rest = trim(rest.substr(whole.size())); !rest.empty(); rest = trim(rest)) {
    const auto address = rest.substr(0, rest.find(' '));
    rest.remove_prefix(address.size());
    const auto at = address.rfind(folder);
    if (at == std::string_view::npos || at + folder.size() == address.size())
      return std::nullopt;
    out.parts.emplace_back(address.substr(at + folder.size()));
  }
  return out.parts.empty() ? std::nullopt : std::optional(std::move(out));
}

tl::expected<std::int64_t, fault> read_byte_count(std::optional<std::string_view> field) {
  if (!field)
    return tl::unexpected(fault::required);
  const auto out = whole_number<std::int64_t>(*field);
  if (out)
    return *out;
  if (out.error() == number_fault::not_an_integer)
    return tl::unexpected(fault::not_an_integer);
  // One too large for the type is too large for any limit too.
  return field->starts_with('-') ? -1 : std::numeric_limits<std::int64_t>::max();
}

} // namespace parley::net
