// Refusals over HTTP: RFC 9457 problem documents.
#include "protocol/http_codec.hpp"
#include "protocol/json_writer.hpp"

namespace parley {

std::string encode(const problem& p, language lang) {
  json_writer out{256 + p.fields.size() * 96};
  const int status = p.status.value_or(http_status(p.code));
  out.begin_object();
  out.text("type", "about:blank");
  out.text("title", reason_phrase(status));
  out.number("status", status);
  out.text("detail", text(p.code, lang));
  out.text("code", name(p.code));
  if (status == 422) {
    out.begin_array("errors");
    for (const auto& x : p.fields) {
      out.begin_object();
      out.text("field", x.field);
      out.text("message", describe(x, lang));
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
  return out.take();
}

} // namespace parley
