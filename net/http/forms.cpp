#include "net/http/forms.hpp"

#include "net/http/multipart.hpp"
#include "net/http/videos_format.hpp"

namespace parley::net {

namespace {

std::string_view content_type(const request& from) {
  return from.head->find("Content-Type").value_or(std::string_view());
}

bool is_json(std::string_view type) {
  return type == "application/json" || type.ends_with("+json");
}

bool begins_with(std::string_view body, std::string_view any_of) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && any_of.find(body[first]) != std::string_view::npos;
}

} // namespace

body_kind kind_of(const request& from, body_kind usual) {
  const auto type = media_type(content_type(from));
  if (type == "multipart/form-data")
    return body_kind::multipart;
  if (is_json(type) || begins_with(from.body, "{"))
    return body_kind::json;
  if (type == "application/x-www-form-urlencoded")
    return body_kind::urlencoded;
  return type.empty() || type == "text/plain" ? usual : body_kind::other;
}

bool is_not_meant_as_json(const request& from) {
  const auto type = media_type(content_type(from));
  return !from.body.empty() && !type.empty() && !is_json(type) && !begins_with(from.body, "{[");
}

decoded<form_fields> read_form(const request& from, body_kind kind) {
  if (kind == body_kind::urlencoded)
    return decode_form(from.body);
  const auto boundary = read_boundary(content_type(from));
  auto out = boundary ? read_multipart(from.body, *boundary) : std::nullopt;
  if (!out)
    return tl::unexpected(problem({{"body", fault::bad_characters}}));
  return std::move(*out);
}

} // namespace parley::net
