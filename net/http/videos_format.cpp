#include "net/http/videos_format.hpp"

#include "net/http/fields.hpp"
#include "protocol/hex.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

namespace parley::net {

namespace {

enum class family : std::uint8_t { any, iso, ebml, ogg };

struct film_type {
  std::string_view name;
  family of = family::any;
  std::string_view ending; ///< of files
};

// Each family's first stands for all where the bytes do not tell more.
constexpr std::array<film_type, 12> film_types{{{"video/mp4", family::iso, ".mp4"},
                                                {"application/mp4", family::iso, ".mp4"},
                                                {"video/quicktime", family::iso, ".mov"},
                                                {"video/x-m4v", family::iso, ".m4v"},
                                                {"video/3gpp", family::iso, ".3gp"},
                                                {"video/3gpp2", family::iso, ".3g2"},
                                                {"video/x-matroska", family::ebml, ".mkv"},
                                                {"video/matroska", family::ebml, ".mkv"},
                                                {"video/webm", family::ebml, ".webm"},
                                                {"video/ogg", family::ogg, ".ogv"},
                                                {"application/ogg", family::ogg, ".ogv"},
                                                {"application/octet-stream", family::any, ""}}};

const film_type* find_type(std::string_view name) {
  const auto* found = std::ranges::find(film_types, name, &film_type::name);
  return found == film_types.end() ? nullptr : found;
}

/// Enough for the header of any EBML file that a multiplexer writes.
constexpr std::size_t head_bytes = 256;
/// The size of a box and its type (ISO 14496-12 §4.2).
constexpr std::size_t box_bytes = 8;
constexpr std::size_t brand_end = 12;

constexpr std::string_view ebml_id = "\x1A\x45\xDF\xA3"; // RFC 8794 §11.2.1
constexpr std::string_view ogg_id = "OggS";              // RFC 3533 §6

/// `ftyp` comes first (ISO 14496-12 §4.3); QuickTime's files from before it begin with another of these.
constexpr std::array<std::string_view, 7> first_boxes{"ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"};

/// Brands of pictures, sequences of pictures, and sound: of the same family, and no films (mp4ra.org).
bool is_no_film(std::string_view brand) {
  constexpr std::array<std::string_view, 16> others{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs",
                                                    "mif1", "msf1", "avif", "avis", "avci", "crx ", "jxl ", "miaf"};
  constexpr std::array<std::string_view, 5> sounds{"M4A ", "M4B ", "M4P ", "F4A ", "F4B "};
  return std::ranges::find(others, brand) != others.end() || std::ranges::find(sounds, brand) != sounds.end();
}

std::string_view brand_of(std::string_view head) {
  return head.size() < brand_end ? std::string_view() : head.substr(box_bytes, 4);
}

/// nullopt where the bytes are of no family, `any` where more must come to tell.
std::optional<family> find_family(std::string_view head) {
  if (head.starts_with(ebml_id))
    return family::ebml;
  if (head.starts_with(ogg_id))
    return family::ogg;
  if (head.size() < box_bytes)
    return family::any;
  const auto box = head.substr(4, 4);
  if (box == "ftyp" && is_no_film(brand_of(head)))
    return std::nullopt;
  return std::ranges::find(first_boxes, box) != first_boxes.end() ? std::optional(family::iso) : std::nullopt;
}

std::string_view iso_type(std::string_view head) {
  if (head.substr(4, 4) != "ftyp")
    return "video/quicktime";
  const auto brand = brand_of(head);
  if (brand == "qt  ")
    return "video/quicktime";
  if (brand.starts_with("M4V"))
    return "video/x-m4v";
  if (brand.starts_with("3g2"))
    return "video/3gpp2";
  // Basic, general, progressive, streaming …: one brand a profile (3GPP TS 26.244 §5).
  return brand.starts_with("3g") ? "video/3gpp" : "video/mp4";
}

/// A number of RFC 8794 §4 at the front of `rest`, which loses it. With `keep_marker` it is an element's id.
std::optional<std::uint64_t> take_number(std::string_view& rest, bool keep_marker) {
  if (rest.empty())
    return std::nullopt;
  const auto first = static_cast<unsigned char>(rest.front());
  std::size_t width = 1;
  while (width <= 8 && (first & (0x100U >> width)) == 0)
    ++width;
  if (width > 8 || rest.size() < width)
    return std::nullopt;
  std::uint64_t out = keep_marker ? first : first & ((0x100U >> width) - 1U);
  for (std::size_t i = 1; i < width; ++i)
    out = out << 8U | static_cast<unsigned char>(rest[i]);
  rest.remove_prefix(width);
  return out;
}

/// The DocType of the header at the front; nullopt where it is not among the bytes.
std::optional<std::string_view> find_doc_type(std::string_view head) {
  constexpr std::uint64_t doc_type_id = 0x4282;
  auto rest = head.substr(ebml_id.size());
  const auto size = take_number(rest, false);
  if (!size)
    return std::nullopt;
  rest = rest.substr(0, *size);
  while (!rest.empty()) {
    const auto id = take_number(rest, true);
    const auto length = id ? take_number(rest, false) : std::nullopt;
    if (!length || *length > rest.size())
      return std::nullopt;
    const auto content = rest.substr(0, *length);
    if (id == doc_type_id)
      return content.substr(0, content.find('\0')); // it may be padded
    rest.remove_prefix(*length);
  }
  return std::nullopt;
}

bool is_attribute_character(char c) {
  const bool is_word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return is_word || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

} // namespace

std::string media_type(std::string_view field) {
  std::string out(trim(field.substr(0, field.find(';'))));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool is_video_type(std::string_view type) {
  return find_type(type) != nullptr;
}

format_check::format_check(std::string_view type) : declared_(type) {
  assert(is_video_type(type));
}

bool format_check::feed(std::string_view bytes) {
  seen_.append(bytes.substr(0, head_bytes - seen_.size()));
  const auto found = find_family(seen_);
  const auto wanted = find_type(declared_)->of;
  return found && (*found == family::any || wanted == family::any || *found == wanted);
}

bool format_check::passed() const {
  const auto found = find_family(seen_);
  const auto wanted = find_type(declared_)->of;
  return found && *found != family::any && (wanted == family::any || *found == wanted);
}

std::string_view format_check::type() const {
  switch (*find_family(seen_)) {
  case family::iso:
    return iso_type(seen_);
  case family::ogg:
    return "video/ogg";
  case family::ebml: {
    const auto doc_type = find_doc_type(seen_);
    if (doc_type)
      return *doc_type == "webm" ? "video/webm" : "video/x-matroska";
    return declared_ == "video/webm" ? "video/webm" : "video/x-matroska";
  }
  case family::any:
    break;
  }
  return declared_;
}

std::string film_disposition(std::string_view title, std::string_view type) {
  std::string name(title);
  const auto* known = find_type(type);
  if (known != nullptr && !name.ends_with(known->ending))
    name += known->ending;
  return disposition("inline", name);
}

std::string disposition(std::string_view how, std::string_view text) {
  std::string name(text);
  // What separates folders, and what no file system shows.
  std::ranges::replace_if(
    name, [](char c) { return c == '/' || c == '\\' || (c >= 0 && c < ' ') || c == '\x7f'; }, '_');
  std::string plain;
  std::string full;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    // The first byte of a character stands for all of them.
    if ((byte & 0xC0U) != 0x80U)
      plain += byte >= 0x80U || c == '"' || c == '%' ? '_' : c;
    if (is_attribute_character(c))
      full += c;
    else
      append_percent(full, c);
  }
  return std::string(how).append("; filename=\"").append(plain).append("\"; filename*=UTF-8''").append(full);
}

} // namespace parley::net
