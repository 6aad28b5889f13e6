#include "net/http/videos_format.hpp"

#include "net/http/fields.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace parley::net {

namespace {

struct format {
  std::string_view type;
  std::size_t offset;
  std::string_view signature;
};

// ISO 14496-12 §4.3 (the box `ftyp` comes first), RFC 8794 §11.2 (the EBML header's id), RFC 3533 §6.
constexpr std::array<format, 3> formats{
  {{"video/mp4", 4, "ftyp"}, {"video/webm", 0, "\x1A\x45\xDF\xA3"}, {"video/ogg", 0, "OggS"}}};

const format* find_format(std::string_view type) {
  const auto* found = std::ranges::find(formats, type, &format::type);
  return found == formats.end() ? nullptr : found;
}

} // namespace

std::string media_type(std::string_view field) {
  std::string out(trim(field.substr(0, field.find(';'))));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_video_type(std::string_view type) {
  return find_format(type) != nullptr;
}

format_check::format_check(std::string_view type) {
  const auto* known = find_format(type);
  assert(known != nullptr);
  offset_ = known->offset;
  signature_ = known->signature;
}

bool format_check::feed(std::string_view bytes) {
  const auto wanted = offset_ + signature_.size() - seen_.size();
  seen_.append(bytes.substr(0, wanted));
  return seen_.size() < offset_ + signature_.size() || passed();
}

bool format_check::passed() const {
  return seen_.size() == offset_ + signature_.size() && seen_.ends_with(signature_);
}

} // namespace parley::net
