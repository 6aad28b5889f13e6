// A text with places to fill in, as `{"room_id":{room}}`; split once, filled in at every send.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// What goes into the places of a template. Views must be valid during the call that takes them.
struct fillings {
  std::uint32_t room = 0;
  std::uint32_t member = 0;      ///< number of the connection in the whole run, from 0
  std::string_view token = {};   ///< empty where the dialect uses none
  std::string_view content = {}; ///< the marker followed by filler; ASCII that needs no escape in JSON
  std::string_view marker = {};  ///< the marker alone
  std::uint64_t n = 0;           ///< a number that the scenario counts up for each message or request
  std::uint64_t last_id = 0;     ///< greatest message id that this member has heard
  const std::vector<std::string>* variables = nullptr; ///< by the order in which `parse` was told their names
};

/// Places are `{room}`, `{member}`, `{token}`, `{content}`, `{marker}`, `{n}` and `{last_id}`. Any other brace stands
/// for itself, but a lone `{word}` is refused as a misspelt place, and `\{word}` stands for `{word}`.
class text_template {
public:
  enum class place : std::uint8_t { room, member, token, content, marker, n, last_id, variable };

  /// An empty text: nothing to send.
  text_template() = default;

  /// The error is one phrase for people that names the unknown place.
  static tl::expected<text_template, std::string> parse(std::string_view text) { return parse(text, {}); }
  /// With places of the caller's own, words of small letters and `_`, which go before those above.
  static tl::expected<text_template, std::string> parse(std::string_view text,
                                                        const std::vector<std::string>& variables);
  /// The word is one of the places above.
  [[nodiscard]] static bool is_place(std::string_view word);

  /// Appends the text with its places filled.
  void append_to(std::string& out, const fillings& with) const;
  [[nodiscard]] std::string fill(const fillings& with) const;

  [[nodiscard]] bool empty() const { return source_.empty(); }
  [[nodiscard]] bool uses(place what) const;
  [[nodiscard]] const std::string& source() const { return source_; }

private:
  struct piece {
    std::string literal; ///< before the place
    place then;
    std::size_t variable = 0; ///< which one
  };

  std::string source_;
  std::vector<piece> pieces_;
  std::string tail_; ///< after the last place
};

} // namespace parley::load
