// Queries, forms and path segments: percent-encoding (RFC 3986 §2.1), paging, cursors.
#include "protocol/forms.hpp"
#include "protocol/hex.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "protocol/weights.hpp"
#include "protocol/whole_number.hpp"
#include "protocol/words.hpp"

#include <algorithm>
#include <limits>

namespace parley {

namespace {

enum class plus : bool { stays, is_space };

/// nullopt where an escape is broken, or what comes out is not UTF-8 or holds U+0000.
std::optional<std::string> unescape(std::string_view text, plus how) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && how == plus::is_space) {
      c = ' ';
    } else if (c == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0')
      return std::nullopt;
    out += c;
  }
  if (!is_utf8(out))
    return std::nullopt;
  return out;
}

/// One `name=value`, each still escaped; the value is empty where there is no `=`.
struct raw_pair {
  std::string_view name;
  std::string_view value;
};

std::vector<raw_pair> split_pairs(std::string_view text) {
  std::vector<raw_pair> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty())
      continue;
    const auto equals = std::min(piece.find('='), piece.size());
    out.push_back({piece.substr(0, equals), piece.substr(std::min(equals + 1, piece.size()))});
  }
  return out;
}

/// A field that is there without a value counts as absent (RFC 6749 §3.2).
std::string read_form_field(const form_fields& form, std::string_view name, std::vector<field_fault>& faults) {
  std::optional<std::string> out{std::in_place};
  for (const auto& [key, value] : form) {
    if (key == name)
      out = value;
  }
  if (!out)
    faults.push_back({std::string{name}, fault::bad_characters});
  else if (out->empty())
    faults.push_back({std::string{name}, fault::required});
  return std::move(out).value_or("");
}

constexpr auto id_max = std::numeric_limits<std::int64_t>::max();

/// Reads parameters of a query and keeps what is wrong with them. Of parameters with one name the last counts.
class parameter_reader {
public:
  explicit parameter_reader(const query_parameters& query) : query_(query) {}

  /// nullptr where there is none.
  const std::string* find(std::string_view name) const {
    const std::string* out = nullptr;
    for (const auto& [key, value] : query_) {
      if (key == name)
        out = &value;
    }
    return out;
  }

  std::optional<std::int64_t> number(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* text = find(name);
    if (text == nullptr)
      return std::nullopt;
    const auto out = whole_number<std::int64_t>(*text);
    if (!out && out.error() == number_fault::not_an_integer)
      refuse(name, fault::not_an_integer);
    else if (!out || *out < min || *out > max)
      refuse(name, fault::out_of_range,
             max == id_max ? std::nullopt
                           : std::optional(allowed_range{static_cast<double>(min), static_cast<double>(max)}));
    else
      return *out;
    return std::nullopt;
  }

  void refuse(std::string_view name, fault what, std::optional<allowed_range> allowed = std::nullopt) {
    faults_.push_back({std::string{name}, what, allowed});
  }

  template <class T>
  decoded<T> finish(T value) {
    if (!faults_.empty())
      return tl::unexpected{problem{std::move(faults_)}};
    return value;
  }

private:
  const query_parameters& query_;
  std::vector<field_fault> faults_;
};

constexpr std::int64_t page_number_max = 1'000'000'000;

} // namespace

std::optional<query_parameters> decode_query(std::string_view query) {
  query_parameters out;
  for (const auto& x : split_pairs(query)) {
    auto name = unescape(x.name, plus::is_space);
    auto value = unescape(x.value, plus::is_space);
    if (!name || !value)
      return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

std::optional<std::string> decode_path_segment(std::string_view segment) {
  return unescape(segment, plus::stays);
}

form_fields decode_form(std::string_view urlencoded) {
  form_fields out;
  for (const auto& x : split_pairs(urlencoded)) {
    if (auto name = unescape(x.name, plus::is_space))
      out.emplace_back(std::move(*name), unescape(x.value, plus::is_space));
  }
  return out;
}

decoded<login_form> decode_login_form(const form_fields& form) {
  std::vector<field_fault> faults;
  login_form out;
  out.login = read_form_field(form, "username", faults);
  out.password = read_form_field(form, "password", faults);
  if (!faults.empty())
    return tl::unexpected{problem{std::move(faults)}};
  return out;
}

decoded<login_form> decode_login(std::string_view form) {
  return decode_login_form(decode_form(form));
}

decoded<refresh_request> decode_refresh_form(const form_fields& form) {
  std::vector<field_fault> faults;
  refresh_request out{read_form_field(form, "refresh_token", faults)};
  if (!faults.empty())
    return tl::unexpected{problem{std::move(faults)}};
  return out;
}

decoded<page_request> decode_page(const query_parameters& query) {
  parameter_reader in{query};
  page_request out;
  out.number = in.number("page", 1, page_number_max).value_or(1);
  out.size = in.number("size", 1, limits::page_size_max).value_or(limits::page_size_default);
  return in.finish(out);
}

decoded<history_request> decode_history(const query_parameters& query) {
  parameter_reader in{query};
  history_request out;
  out.limit = in.number("limit", 1, limits::history_max).value_or(limits::history_default);
  if (const auto before = in.number("before_id", 0, id_max))
    out.before = message_id{*before};
  if (const auto after = in.number("after_id", 0, id_max))
    out.after = message_id{*after};
  if (out.before && out.after)
    in.refuse("after_id", fault::exclusive);
  return in.finish(out);
}

decoded<std::string> decode_search(const query_parameters& query) {
  parameter_reader in{query};
  const auto* text = in.find("search");
  if (text == nullptr)
    return std::string{};
  if (count_characters(*text) > limits::search_max)
    in.refuse("search", fault::too_long, allowed_range{0, limits::search_max, length_unit::characters});
  return in.finish(*text);
}

decoded<std::optional<std::vector<user_id>>> decode_user_ids(const query_parameters& query) {
  parameter_reader in{query};
  const auto* text = in.find("ids");
  std::optional<std::vector<user_id>> out;
  if (text == nullptr)
    return in.finish(std::move(out));
  out.emplace();
  for (std::string_view rest = *text; !rest.empty();) {
    const auto id = whole_number<std::int64_t>(take_until(rest, ','));
    if (!id || *id < 1) {
      in.refuse("ids", !id && id.error() == number_fault::not_an_integer ? fault::not_an_integer : fault::out_of_range);
      return in.finish(std::move(out));
    }
    out->push_back(user_id{*id});
  }
  std::ranges::sort(*out);
  out->erase(std::unique(out->begin(), out->end()), out->end());
  if (out->size() > limits::page_size_max)
    in.refuse("ids", fault::too_many, allowed_range{0, limits::page_size_max});
  if (in.find("search") != nullptr)
    in.refuse("search", fault::exclusive);
  return in.finish(std::move(out));
}

decoded<std::optional<notification_status>> decode_notification_status(const query_parameters& query) {
  parameter_reader in{query};
  std::optional<notification_status> out;
  if (const auto* word = in.find("status"); word != nullptr && !word->empty()) {
    out = parse_word<notification_status>(*word);
    if (!out)
      in.refuse("status", fault::not_a_choice);
  }
  return in.finish(out);
}

decoded<std::optional<delivery_state>> decode_delivery_state(const query_parameters& query) {
  parameter_reader in{query};
  std::optional<delivery_state> out;
  if (const auto* word = in.find("state"); word != nullptr && !word->empty()) {
    out = parse_word<delivery_state>(*word);
    if (!out)
      in.refuse("state", fault::not_a_choice);
  }
  return in.finish(out);
}

decoded<std::optional<user_id>> decode_user_filter(const query_parameters& query) {
  parameter_reader in{query};
  std::optional<user_id> out;
  if (const auto id = in.number("user_id", 1, id_max))
    out = user_id{*id};
  return in.finish(out);
}

decoded<bool> decode_messages_too(const query_parameters& query) {
  parameter_reader in{query};
  const auto* word = in.find("messages");
  if (word != nullptr && *word != "delete")
    in.refuse("messages", fault::not_a_choice);
  return in.finish(word != nullptr);
}

} // namespace parley
