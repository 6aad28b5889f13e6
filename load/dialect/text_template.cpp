#include "load/dialect/text_template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace parley::load {

namespace {

using place = text_template::place;

constexpr std::array<std::pair<std::string_view, place>, 7> places{{{"room", place::room},
                                                                    {"member", place::member},
                                                                    {"token", place::token},
                                                                    {"content", place::content},
                                                                    {"marker", place::marker},
                                                                    {"n", place::n},
                                                                    {"last_id", place::last_id}}};

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  const auto [end, fault] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end);
}

/// The word between braces at the beginning of `text`; nothing where it is no word, as in JSON.
std::optional<std::string_view> braced_word(std::string_view text) {
  const std::size_t end = text.find('}');
  if (!text.starts_with('{') || end == std::string_view::npos || end == 1)
    return std::nullopt;
  const std::string_view word = text.substr(1, end - 1);
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return plain ? std::optional(word) : std::nullopt;
}

} // namespace

bool text_template::is_place(std::string_view word) {
  return std::ranges::find(places, word, &std::pair<std::string_view, place>::first) != places.end();
}

tl::expected<text_template, std::string> text_template::parse(std::string_view text,
                                                              const std::vector<std::string>& variables) {
  text_template out;
  out.source_ = text;
  for (std::size_t at = 0; at < text.size();) {
    if (const auto kept = text[at] == '\\' ? braced_word(text.substr(at + 1)) : std::nullopt) {
      out.tail_.append(text.substr(at + 1, kept->size() + 2));
      at += kept->size() + 3;
      continue;
    }
    const auto word = braced_word(text.substr(at));
    if (!word) {
      out.tail_.push_back(text[at++]);
      continue;
    }
    if (const auto own = std::ranges::find(variables, *word); own != variables.end()) {
      out.pieces_.push_back(
        {std::exchange(out.tail_, {}), place::variable, static_cast<std::size_t>(own - variables.begin())});
      at += word->size() + 2;
      continue;
    }
    const auto* found =
      std::find_if(places.begin(), places.end(), [&](const auto& each) { return each.first == *word; });
    if (found == places.end())
      return tl::unexpected("there is no place {" + std::string(*word) + "}; \\{" + std::string(*word) +
                            "} would stand for itself");
    out.pieces_.push_back({std::exchange(out.tail_, {}), found->second});
    at += word->size() + 2;
  }
  return out;
}

void text_template::append_to(std::string& out, const fillings& with) const {
  for (const auto& [literal, then, variable] : pieces_) {
    out.append(literal);
    switch (then) {
    case place::room:
      append_number(out, with.room);
      break;
    case place::member:
      append_number(out, with.member);
      break;
    case place::token:
      out.append(with.token);
      break;
    case place::content:
      out.append(with.content);
      break;
    case place::marker:
      out.append(with.marker);
      break;
    case place::n:
      append_number(out, with.n);
      break;
    case place::last_id:
      append_number(out, with.last_id);
      break;
    case place::variable:
      if (with.variables != nullptr)
        out.append(with.variables->at(variable));
      break;
    }
  }
  out.append(tail_);
}

std::string text_template::fill(const fillings& with) const {
  std::string out;
  append_to(out, with);
  return out;
}

bool text_template::uses(place what) const {
  return std::any_of(pieces_.begin(), pieces_.end(), [what](const piece& each) { return each.then == what; });
}

} // namespace parley::load
