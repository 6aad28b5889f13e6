// Avatars: whatever a client uploads becomes a picture of our own making.
#pragma once

#include "protocol/error_code.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace parley::media {

struct avatar {
  std::string bytes;
  std::string_view extension; ///< without the dot
  std::string_view content_type;
};

/// Largest side of a stored avatar, in pixels.
inline constexpr int avatar_side = 512;

/// Decodes `file` by its content, turns it upright, makes it at most `avatar_side` large and encodes it anew in its
/// own format, so that nothing of the upload but its pixels is kept. `bad_image` where it is no whole JPEG, PNG or WebP
/// or larger than `side_max`. Blocks for up to some hundred milliseconds: never on an I/O thread. Takes up to 130 MB
/// for a picture of the largest size while it runs.
tl::expected<avatar, error_code> make_avatar(std::string_view file);

} // namespace parley::media
