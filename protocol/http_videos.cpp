// Bodies about a room's videos.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"
#include "protocol/web_url.hpp"

namespace parley {

namespace {

constexpr std::size_t video_size = 384;

std::string read_url(field_reader& in) {
  const auto out = in.text("url", need::required);
  if (!out)
    return {};
  if (out->size() > limits::url_max)
    in.check_length("url", out->size(), 0, limits::url_max, length_unit::bytes);
  else if (!is_web_url(*out))
    in.refuse("url", fault::not_a_url);
  return *out;
}

} // namespace

decoded<video_link> decode_video_link(std::string_view json) {
  field_reader in{json};
  video_link out;
  out.title = in.visible_text("title", need::required, limits::video_title_max).value_or("");
  out.url = read_url(in);
  return in.finish(std::move(out));
}

std::string encode(const video& x) {
  return encode_object(video_size + x.url.size(), [&](json_writer& out) { write_members(out, x); });
}

std::string encode(const page<video>& x) {
  return encode_page(x, video_size, [](json_writer& out, const video& v) { write_members(out, v); });
}

} // namespace parley
