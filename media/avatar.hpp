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

/// Decodes `file` by its content, turns it upright, makes it at most `avatar_side` large and encodes it anew in its own
/// format (GIF as PNG), so that nothing of the upload but its pixels is kept. Of an animation the first frame is taken.
/// `bad_image` where it is no whole JPEG, PNG, WebP or GIF, or over the bounds of `media/picture.hpp`. Blocks for some
/// hundred milliseconds, for a hostile file up to some seconds: never on an I/O thread. Takes up to 130 MB while it
/// runs.
tl::expected<avatar, error_code> make_avatar(std::string_view file);

} // namespace parley::media
