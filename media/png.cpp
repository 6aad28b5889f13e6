// PNG (ISO/IEC 15948) through libpng.
#include "media/exif.hpp"
#include "media/guarded.hpp"
#include "media/sampler.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <png.h>
#include <stdexcept>

namespace parley::media {

namespace {

/// Chunks that no pixel depends on, as libpng wants them, each name with a zero behind it: not read, so that none of
/// them is inflated or warned of.
constexpr std::array<png_byte, 50> skipped_chunks{
  'i', 'C', 'C', 'P', 0, 'i', 'T', 'X', 't', 0, 't', 'E', 'X', 't', 0, 'z', 'T', 'X', 't', 0, 's', 'P', 'L', 'T', 0,
  'h', 'I', 'S', 'T', 0, 'p', 'C', 'A', 'L', 0, 's', 'C', 'A', 'L', 0, 't', 'I', 'M', 'E', 0, 'e', 'X', 'I', 'f', 0};

/// The bytes of a picture once it is inflated: bounds the time, since each of them is filtered.
constexpr std::int64_t raw_bytes_max = std::int64_t{1} << 29;

[[noreturn]] void leave(png_structp png, png_const_charp /*why*/) {
  std::longjmp(*static_cast<std::jmp_buf*>(png_get_error_ptr(png)), 1);
}

/// What viewers pay no heed to, either: a colour profile known to be wrong, a chunk out of its place.
void ignore(png_structp /*png*/, png_const_charp /*warning*/) {}

void give_bytes(png_structp png, png_bytep to, std::size_t count) {
  auto& rest = *static_cast<std::string_view*>(png_get_io_ptr(png));
  if (count > rest.size())
    png_error(png, "cut off");
  std::memcpy(to, rest.data(), count);
  rest.remove_prefix(count);
}

/// The first chunk of EXIF; empty if there is none. libpng would take memory for whatever length one claims.
std::string_view find_exif(std::string_view file) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t frame = 12; // length, type, checksum
  for (std::size_t at = signature; file.size() - at >= frame;) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i)
      length = length << 8 | static_cast<unsigned char>(file[at + i]);
    const auto type = file.substr(at + 4, 4);
    if (length > file.size() - at - frame || type == "IEND")
      break;
    if (type == "eXIf")
      return file.substr(at + 8, length);
    at += frame + length;
  }
  return {};
}

class png_reader {
public:
  explicit png_reader(std::string_view file) : file_(file), rest_(file) {}
  png_reader(const png_reader&) = delete;
  png_reader& operator=(const png_reader&) = delete;
  ~png_reader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  std::optional<picture> read() {
    if (!guarded(back_, [&] { return begin(); }))
      return std::nullopt;
    pixels_.emplace(width_, height_);
    row_.resize(static_cast<std::size_t>(width_) * 4);
    if (!guarded(back_, [&] { return read_rows(); }))
      return std::nullopt;
    return turn_upright(pixels_->finish(), read_orientation(find_exif(file_)));
  }

private:
  bool begin() {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &back_, leave, ignore);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr)
      return false;
    png_set_benign_errors(png_, 1);
    png_set_option(png_, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON); // some encoders announce too small a window
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, skipped_chunks.data(), skipped_chunks.size() / 5);
    png_set_user_limits(png_, side_max, side_max);
    png_set_read_fn(png_, &rest_, give_bytes);
    png_read_info(png_, info_);
    width_ = static_cast<int>(png_get_image_width(png_, info_));
    height_ = static_cast<int>(png_get_image_height(png_, info_));
    const auto raw_bytes = std::int64_t{height_} * static_cast<std::int64_t>(png_get_rowbytes(png_, info_));
    if (!fits(width_, height_) || raw_bytes > raw_bytes_max)
      return false;
    // Whatever there is becomes 8 bits of red, green, blue and alpha, for screens.
    png_set_alpha_mode_fixed(png_, PNG_ALPHA_PNG, PNG_DEFAULT_sRGB);
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_add_alpha(png_, 0xFF, PNG_FILLER_AFTER);
    png_read_update_info(png_, info_);
    return png_get_rowbytes(png_, info_) == static_cast<std::size_t>(width_) * 4;
  }

  bool read_rows() {
    if (png_get_interlace_type(png_, info_) == PNG_INTERLACE_NONE) {
      for (int y = 0; y < height_; ++y)
        read_row(y, 0, 1, width_);
    } else {
      for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; ++pass)
        read_pass(pass);
    }
    png_read_end(png_, info_);
    return true;
  }

  /// libpng gives the pixels of a pass side by side unless it is asked to keep the whole picture.
  void read_pass(int pass) {
    const auto columns = static_cast<int>(PNG_PASS_COLS(static_cast<png_uint_32>(width_), pass));
    const auto rows = static_cast<int>(PNG_PASS_ROWS(static_cast<png_uint_32>(height_), pass));
    if (columns == 0)
      return;
    for (int i = 0; i < rows; ++i)
      read_row(PNG_ROW_FROM_PASS_ROW(i, pass), PNG_PASS_START_COL(pass), 1 << PNG_PASS_COL_SHIFT(pass), columns);
  }

  void read_row(int y, int first, int step, int count) {
    png_read_row(png_, row_.data(), nullptr);
    pixels_->add(y, first, step, {row_.data(), static_cast<std::size_t>(count) * 4});
  }

  std::string_view file_;
  std::string_view rest_; // of it, not read yet
  std::jmp_buf back_{};
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int width_ = 0;
  int height_ = 0;
  std::optional<sampler> pixels_;
  std::vector<std::uint8_t> row_;
};

/// Frees what the library holds for an image.
struct image_guard {
  png_image it{};

  image_guard() { it.version = PNG_IMAGE_VERSION; }
  image_guard(const image_guard&) = delete;
  image_guard& operator=(const image_guard&) = delete;
  ~image_guard() { png_image_free(&it); }
};

} // namespace

std::optional<picture> decode_png(std::string_view file) {
  return png_reader(file).read();
}

std::string encode_png(const picture& x) {
  image_guard image;
  image.it.width = static_cast<png_uint_32>(x.width);
  image.it.height = static_cast<png_uint_32>(x.height);
  image.it.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image.it);
  std::string out(size, '\0');
  if (png_image_write_to_memory(&image.it, out.data(), &size, 0, x.rgba.data(), 0, nullptr) == 0)
    throw std::runtime_error("libpng could not encode");
  out.resize(size);
  return out;
}

} // namespace parley::media
