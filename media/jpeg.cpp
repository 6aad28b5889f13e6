// JPEG (ITU-T T.81) through libjpeg-turbo.
#include "media/picture.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <turbojpeg.h>

namespace parley::media {

namespace {

struct handle_deleter {
  void operator()(void* x) const { tjDestroy(x); }
};
using handle = std::unique_ptr<void, handle_deleter>;

constexpr int quality = 88;

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

/// The orientation of an APP1 segment's payload; 1 where it names none.
int read_orientation(std::string_view app1) {
  using namespace std::string_view_literals;
  constexpr auto mark = "Exif\0\0"sv;
  if (!app1.starts_with(mark))
    return 1;
  const tiff_reader tiff(app1.substr(mark.size()));
  const std::size_t directory = tiff.number(4, 4);
  const auto entries = tiff.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const auto entry = directory + 2 + i * 12;
    if (tiff.number(entry, 2) == 0x0112)
      return static_cast<int>(tiff.number(entry + 8, 2));
  }
  return 1;
}

/// Walks the markers; nullopt unless the image's end is the file's end. Gives the orientation.
std::optional<int> inspect(std::string_view file) {
  int orientation = 1;
  std::size_t at = 2;
  while (at + 4 <= file.size()) {
    if (file[at] != '\xFF')
      return std::nullopt;
    const auto marker = static_cast<unsigned char>(file[at + 1]);
    if (marker == 0xFF) { // a fill byte
      ++at;
      continue;
    }
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(file[at + 2])) << 8 |
                        static_cast<unsigned char>(file[at + 3]);
    if (length < 2 || file.size() - at - 2 < length)
      return std::nullopt;
    if (marker == 0xE1)
      orientation = read_orientation(file.substr(at + 4, length - 2));
    at += 2 + length;
    if (marker != 0xDA)
      continue;
    // Entropy-coded data: up to a marker that is neither a stuffed zero nor a restart.
    for (;; ++at) {
      at = file.find('\xFF', at);
      if (at == std::string_view::npos || at + 1 >= file.size())
        return std::nullopt;
      const auto next = static_cast<unsigned char>(file[at + 1]);
      if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7))
        break;
    }
    if (static_cast<unsigned char>(file[at + 1]) == 0xD9)
      return at + 2 == file.size() ? std::optional(orientation) : std::nullopt;
  }
  return std::nullopt;
}

} // namespace

std::optional<picture> decode_jpeg(std::string_view file) {
  const auto orientation = inspect(file);
  const handle decoder(tjInitDecompress());
  if (!orientation || !decoder)
    return std::nullopt;
  const auto* bytes = reinterpret_cast<const unsigned char*>(file.data()); // NOLINT: the library's byte type
  picture out;
  int sampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), bytes, file.size(), &out.width, &out.height, &sampling, &colours) != 0 ||
      !fits(out.width, out.height))
    return std::nullopt;
  out.rgba.resize(pixel_bytes(out.width, out.height));
  // A warning is a damaged or cut-off file; a limit on scans keeps a progressive bomb from taking minutes.
  if (tjDecompress2(decoder.get(), bytes, file.size(), out.rgba.data(), out.width, 0, out.height, TJPF_RGBA,
                    TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0)
    return std::nullopt;
  return turn_upright(std::move(out), *orientation);
}

std::string encode_jpeg(const picture& x) {
  const handle encoder(tjInitCompress());
  unsigned char* bytes = nullptr;
  unsigned long size = 0; // NOLINT(google-runtime-int): the library's type
  const bool done = encoder && tjCompress2(encoder.get(), x.rgba.data(), x.width, 0, x.height, TJPF_RGBX, &bytes, &size,
                                           TJSAMP_420, quality, 0) == 0;
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> hold(bytes, tjFree);
  if (!done)
    throw std::runtime_error("libjpeg-turbo could not encode");
  return {bytes, bytes + size};
}

} // namespace parley::media
