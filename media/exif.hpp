// What cameras write beside the pixels (EXIF 2.3): read for the orientation alone.
#pragma once

#include <string_view>

namespace parley::media {

/// What stands before EXIF in JPEG's APP1 segment; some put it into WebP and PNG as well. The byte behind it is to be
/// zero, and is not always.
inline constexpr std::string_view exif_mark{"Exif\0", 5};

/// The orientation (tag 0x0112) in EXIF with or without its mark, 1 to 8; 1 if there is none, or no sense in it.
int read_orientation(std::string_view exif);

} // namespace parley::media
