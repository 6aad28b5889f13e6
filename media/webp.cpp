// WebP (RFC 9649) through libwebp.
#include "media/exif.hpp"
#include "media/sampler.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

namespace parley::media {

namespace {

constexpr float webp_quality = 88;

/// What libwebp takes for each pixel of a picture that is lossless, or has lossless transparency: it keeps all of them,
/// and tables of up to a quarter of their number.
constexpr std::int64_t bytes_a_pixel = 5;

enum class bitstream : int { mixed = 0, lossy = 1, lossless = 2 };

/// The container: frames and EXIF. Empty where it is cut off.
class webp_container {
public:
  explicit webp_container(std::string_view file) {
    const WebPData data{reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}; // NOLINT: bytes
    it_.reset(WebPDemux(&data));
    has_frame_ = it_ && WebPDemuxGetFrame(it_.get(), 1, &frame_) != 0;
  }
  webp_container(const webp_container&) = delete;
  webp_container& operator=(const webp_container&) = delete;
  ~webp_container() { WebPDemuxReleaseIterator(&frame_); }

  /// The first one, or the only one; null where there is none.
  const WebPIterator* frame() const { return has_frame_ ? &frame_ : nullptr; }

  int width() const { return static_cast<int>(WebPDemuxGetI(it_.get(), WEBP_FF_CANVAS_WIDTH)); }
  int height() const { return static_cast<int>(WebPDemuxGetI(it_.get(), WEBP_FF_CANVAS_HEIGHT)); }

  int orientation() const {
    WebPChunkIterator found{};
    int out = 1;
    if (WebPDemuxGetChunk(it_.get(), "EXIF", 1, &found) != 0)
      out = read_orientation({reinterpret_cast<const char*>(found.chunk.bytes), found.chunk.size}); // NOLINT: bytes
    WebPDemuxReleaseChunkIterator(&found);
    return out;
  }

private:
  std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> it_{nullptr, WebPDemuxDelete};
  WebPIterator frame_{};
  bool has_frame_ = false;
};

/// A frame of at most this size; nullopt where it is damaged or takes too much memory.
std::optional<picture> decode_frame(const WebPData& frame, int width, int height) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0 || WebPGetFeatures(frame.bytes, frame.size, &config.input) != VP8_STATUS_OK)
    return std::nullopt;
  const auto& known = config.input;
  const bool keeps_pixels = known.has_alpha != 0 || static_cast<bitstream>(known.format) != bitstream::lossy;
  const auto pixels = std::int64_t{known.width} * known.height;
  if (!fits(known.width, known.height) || (keeps_pixels && pixels * bytes_a_pixel > decoder_bytes_max))
    return std::nullopt;
  picture out{std::min(width, known.width), std::min(height, known.height), {}};
  out.rgba.resize(pixel_bytes(out.width, out.height));
  config.options.use_scaling = 1;
  config.options.scaled_width = out.width;
  config.options.scaled_height = out.height;
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {out.rgba.data(), out.width * 4, out.rgba.size()};
  const auto status = WebPDecode(frame.bytes, frame.size, &config);
  WebPFreeDecBuffer(&config.output);
  return status == VP8_STATUS_OK ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace

std::optional<picture> decode_webp(std::string_view file) {
  const webp_container container(file);
  const auto* frame = container.frame();
  if (frame == nullptr || !fits(container.width(), container.height()))
    return std::nullopt;
  const int factor = shrink_factor(container.width(), container.height());
  picture canvas{
    shrunk(container.width(), factor), shrunk(container.height(), factor), {}, container.width(), container.height()};
  // Where a frame is smaller than its canvas, the rest is transparent.
  const int left = std::min(frame->x_offset / factor, canvas.width - 1);
  const int top = std::min(frame->y_offset / factor, canvas.height - 1);
  auto pixels = decode_frame(frame->fragment, std::min(shrunk(frame->width, factor), canvas.width - left),
                             std::min(shrunk(frame->height, factor), canvas.height - top));
  if (!pixels)
    return std::nullopt;
  canvas.rgba.resize(pixel_bytes(canvas.width, canvas.height));
  const auto row = pixel_bytes(pixels->width, 1);
  for (int y = 0; y < pixels->height; ++y)
    std::memcpy(&canvas.rgba[pixel_bytes(canvas.width, top + y) + pixel_bytes(left, 1)],
                &pixels->rgba[static_cast<std::size_t>(y) * row], row);
  return turn_upright(std::move(canvas), container.orientation());
}

std::string encode_webp(const picture& x) {
  std::uint8_t* bytes = nullptr;
  const auto size = WebPEncodeRGBA(x.rgba.data(), x.width, x.height, x.width * 4, webp_quality, &bytes);
  const std::unique_ptr<std::uint8_t, void (*)(void*)> hold(bytes, WebPFree);
  if (size == 0)
    throw std::runtime_error("libwebp could not encode");
  return {bytes, bytes + size};
}

} // namespace parley::media
