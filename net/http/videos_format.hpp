// The formats of videos that are taken, and which of them bytes are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::net {

/// The type of a `Content-Type` field (RFC 9110 §8.3) in lower case, without its parameters.
std::string media_type(std::string_view field);

/// True for what telephones and desktops call films of ISO's, Matroska's and Ogg's families, and for
/// `application/octet-stream`, which says nothing.
bool is_video_type(std::string_view type);

/// Looks at the first bytes of a file while it comes in.
class format_check {
public:
  /// `type` is a video type; of a type that says nothing, every family is taken.
  explicit format_check(std::string_view type);

  /// Takes what comes next; false once it cannot be of the type's family.
  bool feed(std::string_view bytes);

  /// True where enough came to tell the family, and it is the type's.
  bool passed() const;

  /// The type by content, which is what players go by: the brand of an ISO file (ISO 14496-12 §4.3), the DocType of an
  /// EBML file (RFC 8794 §11.2.4). Where the bytes do not tell, the type that was given. Only where `passed()`.
  std::string_view type() const;

private:
  std::string declared_;
  std::string seen_;
};

/// The `Content-Disposition` of a film that is shown in the page and saved under its title (RFC 6266, RFC 8187), with
/// the ending that files of the type have.
std::string film_disposition(std::string_view title, std::string_view type);

/// The same for any file: `how` is `inline` or `attachment`.
std::string disposition(std::string_view how, std::string_view name);

} // namespace parley::net
