// Bodies that say the same in several forms: JSON, and forms as HTML and OAuth 2 have them.
#pragma once

#include "net/http/message.hpp"
#include "protocol/forms.hpp"

#include <cstdint>
#include <string_view>

namespace parley::net {

enum class body_kind : std::uint8_t { json, urlencoded, multipart, other };

/// By its `Content-Type`. What begins as a JSON object is taken for one, for that is what `curl -d` sends under the
/// type of a form; `usual` is what has no type, or one that any text may have. `other` is nothing that this server
/// reads.
body_kind kind_of(const request& from, body_kind usual);

/// True if a body that is no JSON was not meant to be any: it is there, and its type and its first byte are of
/// something else.
bool is_not_meant_as_json(const request& from);

/// The fields of a body that is `urlencoded` or `multipart`; `validation_failed` if it is malformed.
decoded<form_fields> read_form(const request& from, body_kind kind);

/// The body in whatever form it comes. The errors of the decoders, and `unsupported_media_type`.
template <class T>
decoded<T> decode_body(const request& from, body_kind usual, decoded<T> (*of_form)(const form_fields&),
                       decoded<T> (*of_json)(std::string_view)) {
  const auto kind = kind_of(from, usual);
  if (kind == body_kind::other)
    return tl::unexpected(problem(error_code::unsupported_media_type));
  if (kind == body_kind::json)
    return of_json(from.body);
  return read_form(from, kind).and_then(of_form);
}

} // namespace parley::net
