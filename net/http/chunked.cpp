#include "net/http/chunked.hpp"

#include "net/http/fields.hpp"
#include "protocol/hex.hpp"

#include <algorithm>

namespace parley::net {

namespace {

/// More would not fit into 64 bits; zeros in front count as well, for nobody needs them.
constexpr int digits_max = 16;

/// What may stand in an extension or in a trailer's value, tabs included.
bool may_stand(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

} // namespace

tl::expected<std::size_t, error_code> chunked_reader::feed(std::string_view bytes, std::uint64_t limit,
                                                           std::string& out) {
  std::size_t used = 0;
  while (used < bytes.size() && !is_done()) {
    if (at_ == place::data) {
      const auto piece = bytes.substr(used, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      out.append(piece);
      used += piece.size();
      left_ -= piece.size();
      if (left_ == 0)
        at_ = place::data_cr;
    } else if (const auto fault = take(bytes[used++], limit); fault != error_code::none) {
      return tl::unexpected(fault);
    }
  }
  return used;
}

error_code chunked_reader::go_on(char c, char wanted, place next) {
  if (c != wanted)
    return error_code::bad_request;
  at_ = next;
  return error_code::none;
}

error_code chunked_reader::take_digit(char c) {
  const int value = hex_value(c);
  if (value >= 0) {
    left_ = left_ << 4 | static_cast<unsigned>(value);
    return ++digits_ > digits_max ? error_code::bad_request : error_code::none;
  }
  if (digits_ == 0)
    return error_code::bad_request;
  return end_extension(c);
}

error_code chunked_reader::end_extension(char c) {
  if (is_blank(c))
    at_ = place::before_mark;
  else if (c == ';')
    at_ = place::name_begin;
  else
    return go_on(c, '\r', place::size_end);
  return error_code::none;
}

error_code chunked_reader::take_extension(char c) {
  switch (at_) {
  case place::before_mark:
    return is_blank(c) ? error_code::none : go_on(c, ';', place::name_begin);
  case place::name_begin:
    if (is_blank(c))
      return error_code::none;
    at_ = place::name;
    return is_token_character(c) ? error_code::none : error_code::bad_request;
  case place::name:
    if (is_token_character(c))
      return error_code::none;
    if (c == '=')
      at_ = place::value_begin;
    else if (is_blank(c))
      at_ = place::name_end;
    else
      return end_extension(c);
    return error_code::none;
  case place::name_end:
    if (is_blank(c))
      return error_code::none;
    return c == '=' ? go_on(c, '=', place::value_begin) : go_on(c, ';', place::name_begin);
  case place::value_begin:
    if (is_blank(c))
      return error_code::none;
    at_ = c == '"' ? place::quoted : place::value;
    return c == '"' || is_token_character(c) ? error_code::none : error_code::bad_request;
  case place::value:
    return is_token_character(c) ? error_code::none : end_extension(c);
  case place::quoted:
    if (c == '"')
      at_ = place::quoted_end;
    else if (c == '\\')
      at_ = place::escaped;
    return may_stand(c) ? error_code::none : error_code::bad_request;
  case place::escaped:
    at_ = place::quoted;
    return may_stand(c) ? error_code::none : error_code::bad_request;
  default:
    return end_extension(c); // behind a quoted string
  }
}

error_code chunked_reader::take(char c, std::uint64_t limit) {
  const bool is_extension = at_ >= place::before_mark && at_ <= place::quoted_end;
  const bool is_trailer = at_ == place::trailer_begin || at_ == place::trailer_name || at_ == place::trailer_value;
  if ((is_extension || is_trailer) && ++extra_ > extra_bytes_max)
    return error_code::bad_request;
  if (is_extension)
    return take_extension(c);
  switch (at_) {
  case place::size:
    return take_digit(c);
  case place::size_end:
    if (c == '\n' && left_ > limit - total_)
      return error_code::payload_too_large;
    total_ += left_;
    digits_ = 0;
    return go_on(c, '\n', left_ > 0 ? place::data : place::trailer_begin);
  case place::data_cr:
    return go_on(c, '\r', place::data_lf);
  case place::data_lf:
    return go_on(c, '\n', place::size);
  case place::trailer_begin:
    if (c == '\r')
      return go_on(c, '\r', place::last_lf);
    at_ = place::trailer_name;
    return is_token_character(c) ? error_code::none : error_code::bad_request;
  case place::trailer_name:
    return is_token_character(c) ? error_code::none : go_on(c, ':', place::trailer_value);
  case place::trailer_value:
    return may_stand(c) ? error_code::none : go_on(c, '\r', place::trailer_end);
  case place::trailer_end:
    return go_on(c, '\n', place::trailer_begin);
  case place::last_lf:
    return go_on(c, '\n', place::end);
  default: // extensions are taken above, data by `feed`
    return error_code::bad_request;
  }
}

} // namespace parley::net
