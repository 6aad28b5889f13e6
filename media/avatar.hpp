// Avatars: whatever a client uploads becomes a picture of our own making.
#pragma once

#include "protocol/error_code.hpp"

#include <tl/expected.hpp>

#include <optional>
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

/// What everybody may see of a picture that a message has, before it is loaded.
struct preview {
  std::string_view content_type; ///< of the file, by its content
  int width = 0;                 ///< of the file, turned upright
  int height = 0;
  avatar thumbnail;
  std::optional<std::string> turned = std::nullopt; ///< in place of the file, where that does not lie upright
};

/// Decodes `file` as `make_avatar` does and makes its thumbnail, at most `avatar_side` large. The same errors and cost,
/// and those of `turn_jpeg`.
tl::expected<preview, error_code> make_preview(std::string_view file);

/// The type of the thumbnail that `make_preview` makes of a picture of this type.
std::string_view thumbnail_type(std::string_view content_type);

} // namespace parley::media
