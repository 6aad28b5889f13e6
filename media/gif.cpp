// GIF (version 89a) through giflib.
#include "media/sampler.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <gif_lib.h>
#include <memory>
#include <optional>

namespace parley::media {

namespace {

int give_bytes(GifFileType* gif, GifByteType* to, int count) {
  auto& rest = *static_cast<std::string_view*>(gif->UserData);
  const auto given = std::min(rest.size(), static_cast<std::size_t>(std::max(count, 0)));
  std::memcpy(to, rest.data(), given);
  rest.remove_prefix(given);
  return static_cast<int>(given);
}

class gif_reader {
public:
  explicit gif_reader(std::string_view file) : rest_(file), it_(DGifOpen(&rest_, give_bytes, nullptr)) {}

  std::optional<picture> read() {
    if (!it_ || !find_frame() || !read_frame() || !skip_the_rest())
      return std::nullopt;
    return pixels_->finish();
  }

private:
  struct closer {
    void operator()(GifFileType* x) const { DGifCloseFile(x, nullptr); }
  };

  /// Up to the first frame's description; on the way, whether one of its colours is transparent.
  bool find_frame() {
    for (;;) {
      GifRecordType kind = UNDEFINED_RECORD_TYPE;
      if (DGifGetRecordType(it_.get(), &kind) != GIF_OK)
        return false;
      if (kind == IMAGE_DESC_RECORD_TYPE)
        return DGifGetImageDesc(it_.get()) == GIF_OK;
      if (kind != EXTENSION_RECORD_TYPE || !read_extension())
        return false;
    }
  }

  bool read_extension() {
    int code = 0;
    GifByteType* block = nullptr; // its length, then its bytes; null behind the last one
    if (DGifGetExtension(it_.get(), &code, &block) != GIF_OK)
      return false;
    while (block != nullptr) {
      GraphicsControlBlock control{};
      if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        transparent_ = control.TransparentColor;
      if (DGifGetExtensionNext(it_.get(), &block) != GIF_OK)
        return false;
    }
    return true;
  }

  bool read_frame() {
    const auto& frame = it_->Image;
    const auto* colours = frame.ColorMap != nullptr ? frame.ColorMap : it_->SColorMap;
    // Viewers make room for a frame that leaves the screen.
    const auto width = std::max(it_->SWidth, frame.Left + frame.Width);
    const auto height = std::max(it_->SHeight, frame.Top + frame.Height);
    if (colours == nullptr || frame.Width <= 0 || frame.Height <= 0 || !fits(width, height))
      return false;
    pixels_.emplace(width, height);
    indices_.resize(static_cast<std::size_t>(frame.Width));
    row_.resize(indices_.size() * 4);
    if (!frame.Interlace)
      return read_rows(0, 1, *colours);
    return read_rows(0, 8, *colours) && read_rows(4, 8, *colours) && read_rows(2, 4, *colours) &&
           read_rows(1, 2, *colours);
  }

  bool read_rows(int first, int step, const ColorMapObject& colours) {
    const auto& frame = it_->Image;
    for (int y = first; y < frame.Height; y += step) {
      if (DGifGetLine(it_.get(), indices_.data(), frame.Width) != GIF_OK)
        return false;
      auto* pixel = row_.data();
      for (const auto index : indices_) {
        const bool seen = index != transparent_ && index < colours.ColorCount;
        const auto colour = seen ? colours.Colors[index] : GifColorType{};
        *pixel++ = colour.Red;
        *pixel++ = colour.Green;
        *pixel++ = colour.Blue;
        *pixel++ = seen ? 255 : 0;
      }
      pixels_->add(frame.Top + y, frame.Left, 1, row_);
    }
    return true;
  }

  /// False if a later block is cut off. Many a file lacks the trailer, and some have other bytes in its place.
  bool skip_the_rest() {
    for (;;) {
      GifRecordType kind = UNDEFINED_RECORD_TYPE;
      if (DGifGetRecordType(it_.get(), &kind) != GIF_OK || kind == TERMINATE_RECORD_TYPE)
        return true;
      if (kind == IMAGE_DESC_RECORD_TYPE ? !skip_frame() : !read_extension())
        return false;
    }
  }

  bool skip_frame() {
    int code_size = 0;
    GifByteType* block = nullptr;
    if (DGifGetImageDesc(it_.get()) != GIF_OK || DGifGetCode(it_.get(), &code_size, &block) != GIF_OK)
      return false;
    while (block != nullptr)
      if (DGifGetCodeNext(it_.get(), &block) != GIF_OK)
        return false;
    return true;
  }

  std::string_view rest_;
  std::unique_ptr<GifFileType, closer> it_;
  int transparent_ = NO_TRANSPARENT_COLOR;
  std::optional<sampler> pixels_;
  std::vector<GifPixelType> indices_;
  std::vector<std::uint8_t> row_;
};

} // namespace

std::optional<picture> decode_gif(std::string_view file) {
  return gif_reader(file).read();
}

} // namespace parley::media
