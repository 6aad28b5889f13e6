// The formats of videos that are taken, and whether bytes are what their type says.
#pragma once

#include <string>
#include <string_view>

namespace parley::net {

/// The type of a `Content-Type` field (RFC 9110 §8.3) in lower case, without its parameters.
std::string media_type(std::string_view field);

/// True for `video/mp4`, `video/webm` and `video/ogg`.
bool is_video_type(std::string_view type);

/// Looks at the first bytes of a file while it comes in.
class format_check {
public:
  /// `type` is a video type.
  explicit format_check(std::string_view type);

  /// Takes what comes next; false once it cannot be of the type.
  bool feed(std::string_view bytes);

  /// True where enough came to tell, and it is of the type.
  bool passed() const;

private:
  std::size_t offset_; ///< where the signature stands
  std::string_view signature_;
  std::string seen_;
};

} // namespace parley::net
