// JPEG (ITU-T T.81) through libjpeg-turbo.
#include "media/exif.hpp"
#include "media/guarded.hpp"
#include "media/sampler.hpp"

#include <algorithm>
#include <cstdio> // jpeglib.h wants FILE
#include <cstdlib>
#include <jerror.h>
#include <jpeglib.h>
#include <optional>
#include <stdexcept>

namespace parley::media {

namespace {

constexpr int jpeg_quality = 88;
/// The quality of a whole picture, which nobody is to tell from the one that was sent.
constexpr int turned_quality = 95;

/// A picture that is turned is in memory as a whole, twice: larger ones stay as they lie.
constexpr std::int64_t turned_pixels_max = std::int64_t{1} << 24;

/// Scans times pixels: a progressive file may have many scans over a small picture or few over a large one, else a few
/// bytes a scan would take minutes.
constexpr std::int64_t scanned_pixels_max = std::int64_t{1} << 30;

struct error_handler {
  jpeg_error_mgr base{}; // what libjpeg knows of it: the first member
  std::jmp_buf back{};
};

[[noreturn]] void leave(j_common_ptr codec) {
  std::longjmp(reinterpret_cast<error_handler*>(codec->err)->back, 1); // NOLINT: C's way to derive a class
}

/// True for a warning that leaves all pixels what they were. The others tell of data that is cut off or damaged.
bool is_harmless(int warning) {
  switch (warning) {
  case JWRN_ADOBE_XFORM:
  case JWRN_BOGUS_ICC:
  case JWRN_BOGUS_PROGRESSION:
  case JWRN_EXTRANEOUS_DATA: // stray bytes before a marker
  case JWRN_JFIF_MAJOR:
  case JWRN_NOT_SEQUENTIAL:
    return true;
  default:
    return false;
  }
}

/// `level` is negative for a warning, else that of a trace.
void judge(j_common_ptr codec, int level) {
  if (level < 0 && !is_harmless(codec->err->msg_code))
    leave(codec);
}

jpeg_error_mgr* install(error_handler& handler) {
  auto* out = jpeg_std_error(&handler.base);
  out->error_exit = leave;
  out->emit_message = judge;
  return out;
}

/// Print shops' JPEG: four inks, which Adobe's programs write as the light that they let pass.
void convert_cmyk(std::span<std::uint8_t> row, bool as_light) {
  for (std::size_t i = 0; i + 4 <= row.size(); i += 4) {
    auto* pixel = &row[i];
    const auto light = [&](std::uint8_t ink) { return as_light ? ink : 255 - ink; };
    const int key = light(pixel[3]);
    for (int channel = 0; channel < 3; ++channel)
      pixel[channel] = static_cast<std::uint8_t>((light(pixel[channel]) * key + 127) / 255);
    pixel[3] = 255;
  }
}

/// Colours as a camera or an editor means them (ICC.1), in segments of a file. libjpeg takes them by malloc.
struct colour_profile {
  unsigned char* bytes = nullptr;
  unsigned size = 0;

  colour_profile() = default;
  colour_profile(const colour_profile&) = delete;
  colour_profile& operator=(const colour_profile&) = delete;
  ~colour_profile() { std::free(bytes); } // NOLINT
};

class jpeg_reader {
public:
  /// With `whole`, all pixels of a picture that does not lie upright, and is not too large; of others none.
  explicit jpeg_reader(bool whole = false) : whole_(whole) { it_.err = install(errors_); }
  jpeg_reader(const jpeg_reader&) = delete;
  jpeg_reader& operator=(const jpeg_reader&) = delete;
  ~jpeg_reader() { jpeg_destroy_decompress(&it_); }

  std::optional<picture> read(std::string_view file) {
    if (!guarded(errors_.back, [&] { return begin(file); }))
      return std::nullopt;
    const auto width = static_cast<int>(it_.output_width);
    const auto height = static_cast<int>(it_.output_height);
    if (whole_)
      all_ = {width, height, std::vector<std::uint8_t>(pixel_bytes(width, height))};
    else
      pixels_.emplace(width, height);
    row_.resize(std::size_t{it_.output_width} * 4);
    if (!guarded(errors_.back, [&] { return read_rows(); }))
      return std::nullopt;
    auto out = whole_ ? std::move(all_) : pixels_->finish();
    out.full_width = static_cast<int>(it_.image_width);
    out.full_height = static_cast<int>(it_.image_height);
    return turn_upright(std::move(out), orientation_);
  }

  const colour_profile& profile() const { return profile_; }

private:
  bool begin(std::string_view file) {
    jpeg_create_decompress(&it_);
    it_.mem->max_memory_to_use = decoder_bytes_max; // of whole pictures of coefficients, which progressive files need
    progress_.progress_monitor = [](j_common_ptr codec) {
      const auto* reader = reinterpret_cast<j_decompress_ptr>(codec); // NOLINT: C's way to derive a class
      const auto pixels = std::int64_t{reader->image_width} * reader->image_height;
      if (reader->input_scan_number * pixels > scanned_pixels_max)
        leave(codec);
    };
    it_.progress = &progress_;
    jpeg_save_markers(&it_, JPEG_APP0 + 1, 0xFFFF);
    if (whole_)
      jpeg_save_markers(&it_, JPEG_APP0 + 2, 0xFFFF);                        // of the profile
    const auto* bytes = reinterpret_cast<const unsigned char*>(file.data()); // NOLINT: the library's byte type
    jpeg_mem_src(&it_, bytes, file.size());
    jpeg_read_header(&it_, TRUE);
    if (!fits(it_.image_width, it_.image_height, 2 * pixels_max))
      return false;
    orientation_ = find_orientation();
    it_.scale_num = 1;
    it_.scale_denom = whole_ ? 1 : 8;
    const int longest = static_cast<int>(std::max(it_.image_width, it_.image_height));
    while (it_.scale_denom > 1 && longest / static_cast<int>(it_.scale_denom) < avatar_side)
      it_.scale_denom /= 2;
    is_cmyk_ = it_.jpeg_color_space == JCS_CMYK || it_.jpeg_color_space == JCS_YCCK;
    if (whole_ && (orientation_ == 1 || is_cmyk_ || !fits(it_.image_width, it_.image_height, turned_pixels_max)))
      return false;
    if (whole_)
      jpeg_read_icc_profile(&it_, &profile_.bytes, &profile_.size);
    it_.out_color_space = is_cmyk_ ? JCS_CMYK : JCS_EXT_RGBA;
    return jpeg_start_decompress(&it_) == TRUE;
  }

  bool read_rows() {
    while (it_.output_scanline < it_.output_height) {
      const auto y = static_cast<int>(it_.output_scanline);
      auto* row = row_.data();
      jpeg_read_scanlines(&it_, &row, 1);
      if (is_cmyk_)
        convert_cmyk(row_, it_.saw_Adobe_marker == TRUE);
      if (whole_)
        std::copy(row_.begin(), row_.end(),
                  all_.rgba.begin() + static_cast<std::ptrdiff_t>(pixel_bytes(all_.width, y)));
      else
        pixels_->add(y, 0, 1, row_);
    }
    return jpeg_finish_decompress(&it_) == TRUE; // up to the end mark, which has to be there
  }

  /// Reads the first segment that is EXIF: XMP stands in segments of the same kind.
  int find_orientation() const {
    for (const auto* at = it_.marker_list; at != nullptr; at = at->next) {
      const std::string_view app1(reinterpret_cast<const char*>(at->data), at->data_length); // NOLINT: bytes
      if (app1.starts_with(exif_mark))
        return read_orientation(app1);
    }
    return 1;
  }

  jpeg_decompress_struct it_{};
  error_handler errors_;
  jpeg_progress_mgr progress_{};
  bool whole_;
  int orientation_ = 1;
  bool is_cmyk_ = false;
  colour_profile profile_;
  picture all_;
  std::optional<sampler> pixels_;
  std::vector<std::uint8_t> row_;
};

class jpeg_writer {
public:
  jpeg_writer() { it_.err = install(errors_); }
  jpeg_writer(const jpeg_writer&) = delete;
  jpeg_writer& operator=(const jpeg_writer&) = delete;
  ~jpeg_writer() {
    jpeg_destroy_compress(&it_);
    std::free(bytes_); // NOLINT: libjpeg takes it by malloc
  }

  std::string write(const picture& x, int quality, const colour_profile& profile) {
    if (!guarded(errors_.back, [&] { return write_rows(x, quality, profile); }))
      throw std::runtime_error("libjpeg-turbo could not encode");
    return {bytes_, bytes_ + size_};
  }

private:
  bool write_rows(const picture& x, int quality, const colour_profile& profile) {
    jpeg_create_compress(&it_);
    jpeg_mem_dest(&it_, &bytes_, &size_);
    it_.image_width = static_cast<JDIMENSION>(x.width);
    it_.image_height = static_cast<JDIMENSION>(x.height);
    it_.input_components = 4;
    it_.in_color_space = JCS_EXT_RGBX;
    jpeg_set_defaults(&it_);
    jpeg_set_quality(&it_, quality, TRUE);
    jpeg_start_compress(&it_, TRUE);
    if (profile.bytes != nullptr)
      jpeg_write_icc_profile(&it_, profile.bytes, profile.size);
    while (it_.next_scanline < it_.image_height) {
      const auto* pixels = x.rgba.data() + pixel_bytes(x.width, static_cast<int>(it_.next_scanline));
      auto* row = const_cast<unsigned char*>(pixels); // NOLINT: libjpeg reads it only
      jpeg_write_scanlines(&it_, &row, 1);
    }
    jpeg_finish_compress(&it_);
    return true;
  }

  jpeg_compress_struct it_{};
  error_handler errors_;
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0; // NOLINT(google-runtime-int): the library's type
};

} // namespace

std::optional<picture> decode_jpeg(std::string_view file) {
  return jpeg_reader().read(file);
}

std::string encode_jpeg(const picture& x) {
  return jpeg_writer().write(x, jpeg_quality, {});
}

std::optional<std::string> turn_jpeg(std::string_view file) {
  jpeg_reader reader(true);
  const auto turned = reader.read(file);
  if (!turned)
    return std::nullopt;
  return jpeg_writer().write(*turned, turned_quality, reader.profile());
}

} // namespace parley::media
