// Where clients find this server: what stands before every path that it gives out. The one place that knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// What `http.public_url` and `http.base_path` say together.
struct public_place {
  std::string origin; ///< `https://chat.example.org`, in lower case; empty if it is not known
  std::string base;   ///< `/parley`, without a slash at its end; empty if the paths begin at the root

  /// `chat.example.org:8443`; empty if it is not known.
  std::string_view authority() const;
  /// `https`; empty if it is not known.
  std::string_view scheme() const;

  friend bool operator==(const public_place&, const public_place&) = default;
};

/// Empty, or a path of segments of letters, digits, `-`, `.`, `_`, `~` that goes nowhere else; at most 128 bytes.
bool is_base_path(std::string_view text);

/// Empty, or `http` or `https`, a host, perhaps a port and a path as above.
bool is_public_url(std::string_view text);

/// The place of settings of which the above are true. The URL's path and the base path are one thing: either may be
/// left out. nullopt if both are there and differ.
std::optional<public_place> find_public_place(std::string_view public_url, std::string_view base_path);

/// From here on addresses are given out at that place. For the start of the process, before it has a second thread:
/// encoders everywhere, with nothing but a value at hand, ask for it.
void settle_at(const public_place& where);

/// Any thread, as the rest.
const public_place& settled_place();

/// The address of a path that begins with `/`, as clients call it: `/avatars/x.png` may be
/// `https://chat.example.org/parley/avatars/x.png`. Anything else is whole already and comes back as it is.
std::string give_out(std::string_view path);

/// What stands before those paths, as a URL of its own: `https://chat.example.org/parley`, `/parley`, `/`.
std::string public_root();

/// The path without the base, where it begins with that; else as it is. A proxy may have taken the base off.
std::string_view without_base(std::string_view path);

} // namespace parley
