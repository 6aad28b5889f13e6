#include "media/exif.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::media {

namespace {

constexpr std::uint32_t orientation_tag = 0x0112;

/// Big-endian or little-endian numbers of a TIFF header; 0 behind the end.
class tiff_reader {
public:
  explicit tiff_reader(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size)
      return 0;
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < size; ++i)
      out = out << 8 | static_cast<unsigned char>(bytes_[at + (little_ ? size - 1 - i : i)]);
    return out;
  }

private:
  std::string_view bytes_;
  bool little_;
};

/// The bytes of a number of one of TIFF's types; 0 for what is no whole number.
std::size_t size_of_type(std::uint32_t type) {
  return type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0;
}

} // namespace

int read_orientation(std::string_view exif) {
  if (exif.starts_with(exif_mark))
    exif.remove_prefix(exif.size() > exif_mark.size() ? exif_mark.size() + 1 : exif_mark.size());
  const tiff_reader tiff(exif);
  const std::size_t directory = tiff.number(4, 4);
  const auto entries = tiff.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const auto entry = directory + 2 + i * 12;
    if (tiff.number(entry, 2) != orientation_tag)
      continue;
    const auto value = tiff.number(entry + 8, size_of_type(tiff.number(entry + 2, 2)));
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

} // namespace parley::media
