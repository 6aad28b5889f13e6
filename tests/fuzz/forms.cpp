// Bodies of forms: the boundary that a type names, and the parts between boundaries.
#include "net/http/multipart.hpp"
#include "protocol/text.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

namespace parley::net {
namespace {

using fuzz::require;

bool is_text(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

void check_boundary(std::string_view type) {
  const auto boundary = read_boundary(type);
  if (!boundary)
    return;
  require(!boundary->empty() && boundary->size() <= 70 && boundary->back() != ' ', "a boundary has its bounds");
  require(read_boundary("multipart/form-data; boundary=\"" + *boundary + "\"") == boundary, "it reads back as it was");
}

/// The form as the plainest client would have sent it.
std::string write(const form_fields& form, std::string_view boundary) {
  std::string out;
  for (const auto& [name, value] : form) {
    out.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
    for (const char c : name)
      out.append(c == '"' || c == '\\' ? "\\" : "") += c;
    out.append("\"\r\n\r\n").append(value.value_or("\xff")).append("\r\n");
  }
  return out.append("--").append(boundary).append("--");
}

void check_form(std::string_view body, std::string_view boundary) {
  const auto form = read_multipart(body, boundary);
  if (!form)
    return;
  require(form->size() <= multipart_parts_max, "a form has no more parts than its bound");
  std::size_t bytes = 0;
  for (const auto& [name, value] : *form) {
    bytes += name.size() + value.value_or(std::string()).size();
    require(!value || is_text(*value), "a value is text");
  }
  require(bytes <= body.size(), "a form is longer than what it says");
  // A name may take twice its bytes to be written.
  require(body.size() > multipart_head_bytes_max / 3 || read_multipart(write(*form, boundary), boundary) == form,
          "what is written reads back as it was");
  const auto login = decode_login_form(*form);
  require(!login || (is_text(login->login) && is_text(login->password)), "a login is text");
  require(!read_multipart(body.substr(0, body.rfind("--")), boundary), "a form ends with its last boundary");
}

} // namespace
} // namespace parley::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  fuzz::input in(data, size);
  switch (in.byte() % 2) {
  case 0:
    net::check_boundary(in.rest());
    break;
  default:
    net::check_form(in.rest(), "b");
  }
  return 0;
}
