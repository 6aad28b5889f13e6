// Figures of a part of a run: `p99_ms{stage=2}` is what `p99_ms` is, of the second stage alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::load {

/// Which part: its kind and which one. Neither holds a brace or an equals sign.
struct tag {
  std::string_view key;   ///< `stage`
  std::string_view value; ///< `2`

  friend bool operator==(const tag&, const tag&) = default;
};

inline std::string tagged(std::string_view name, const tag& of) {
  return std::string(name).append("{").append(of.key).append("=").append(of.value).append("}");
}

/// The name without its tag, which says what kind of figure it is.
inline std::string_view untagged(std::string_view name) {
  return name.substr(0, name.find('{'));
}

/// Nothing where there is none. Valid as long as `name` is.
inline std::optional<tag> tag_of(std::string_view name) {
  const std::size_t open = name.find('{');
  const std::size_t equals = name.find('=', open == std::string_view::npos ? name.size() : open);
  if (equals == std::string_view::npos || !name.ends_with('}'))
    return std::nullopt;
  return tag{name.substr(open + 1, equals - open - 1), name.substr(equals + 1, name.size() - equals - 2)};
}

} // namespace parley::load
