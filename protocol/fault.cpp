// Texts that belong to no error code: what is wrong with a field, phrases of replies, titles of HTTP statuses.
#include "protocol/http_codec.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace parley {

namespace {

using texts = std::array<std::string_view, all_languages.size()>; // zh, en, ru

constexpr texts texts_of(fault x) {
  switch (x) {
  case fault::required:
    return {"必填", "is required", "обязательное поле"};
  case fault::not_a_string:
    return {"必须是字符串", "must be a string", "должно быть строкой"};
  case fault::not_an_integer:
    return {"必须是整数", "must be an integer", "должно быть целым числом"};
  case fault::not_a_number:
    return {"必须是数字", "must be a number", "должно быть числом"};
  case fault::not_a_boolean:
    return {"必须是布尔值", "must be true or false", "должно быть true или false"};
  case fault::not_an_object:
    return {"必须是 JSON 对象", "must be a JSON object", "должно быть объектом JSON"};
  case fault::not_a_list:
    return {"必须是数组", "must be a list", "должно быть списком"};
  case fault::too_short:
    return {"内容过短", "is too short", "слишком короткое значение"};
  case fault::too_long:
    return {"内容过长", "is too long", "слишком длинное значение"};
  case fault::bad_characters:
    return {"包含不允许的字符", "holds characters that are not allowed", "содержит недопустимые символы"};
  case fault::not_an_email:
    return {"不是有效的邮箱地址", "is not an e-mail address", "не является адресом электронной почты"};
  case fault::not_a_choice:
    return {"不是允许的取值", "is not one of the allowed values", "не входит в список допустимых значений"};
  case fault::out_of_range:
    return {"超出允许的范围", "is out of range", "вне допустимого диапазона"};
  case fault::not_a_time:
    return {"不是有效的时间", "is not a time (RFC 3339)", "не является временем (RFC 3339)"};
  case fault::not_a_url:
    return {"不是有效的 http 或 https 地址", "is not an http or https address", "не является адресом http или https"};
  case fault::not_an_image:
    return {"必须是大小合适且完整的 JPEG、PNG、WebP 或 GIF 图片，不接受 HEIC 和 AVIF",
            "must be a whole JPEG, PNG, WebP or GIF picture of bearable size; HEIC and AVIF are not taken",
            "должно быть целым изображением JPEG, PNG, WebP или GIF приемлемого размера; HEIC и AVIF не принимаются"};
  case fault::exclusive:
    return {"不能与另一个参数同时使用", "cannot be used together with the other parameter",
            "нельзя указывать вместе с другим параметром"};
  case fault::blank:
    return {"没有可见内容", "shows nothing", "не содержит видимых символов"};
  case fault::oneself:
    return {"不能是自己", "cannot be yourself", "нельзя указывать самого себя"};
  case fault::too_many:
    return {"数量已达上限", "is one too many", "превышает допустимое количество"};
  case fault::not_a_webhook_secret:
    return {"必须是 whsec_ 加上 24 至 64 字节的 Base64", "must be whsec_ and 24 to 64 bytes in Base64",
            "должно быть whsec_ и от 24 до 64 байтов в Base64"};
  }
  return {};
}

constexpr std::size_t fault_count = [] {
  std::size_t n = 0;
  while (!texts_of(static_cast<fault>(n))[0].empty())
    ++n;
  return n;
}();

constexpr auto faults = [] {
  std::array<fault, fault_count> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<fault>(i);
  return out;
}();

constexpr texts texts_of(phrase x) {
  switch (x) {
  case phrase::connected:
    return {"连接成功", "Connected", "Соединение установлено"};
  case phrase::message_sent:
    return {"消息发送成功", "Message sent", "Сообщение отправлено"};
  case phrase::websocket_connected:
    return {"WebSocket连接成功", "WebSocket connected", "Соединение WebSocket установлено"};
  case phrase::test_connected:
    return {"测试连接成功", "Test connection established", "Тестовое соединение установлено"};
  }
  return {};
}

std::string decimal(double x) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), x, std::chars_format::fixed);
  return error == std::errc() ? std::string(digits.data(), end) : std::string("…");
}

/// The unit after a number that is not above 1, or is; Russian has the genitive of both after "не менее" and "не
/// более".
std::string_view unit_after(double count, length_unit unit, language lang) {
  using forms = std::array<texts, 2>; // one, several
  static constexpr forms characters{{{" 个字符", " character", " символа"}, {" 个字符", " characters", " символов"}}};
  static constexpr forms bytes{{{" 个字节", " byte", " байта"}, {" 个字节", " bytes", " байт"}}};
  if (unit == length_unit::none)
    return {};
  const auto& all = unit == length_unit::bytes ? bytes : characters;
  return all[count > 1 ? 1 : 0][static_cast<std::size_t>(lang)];
}

/// ": at least 8 bytes", by the end that was missed; both for a number.
std::string describe_bound(fault what, const allowed_range& allowed, language lang) {
  static constexpr texts least{"：至少 ", ": at least ", ": не менее "};
  static constexpr texts most{"：最多 ", ": at most ", ": не более "};
  static constexpr texts from{"：", ": from ", ": от "};
  static constexpr texts to{" 至 ", " to ", " до "};
  const auto at = static_cast<std::size_t>(lang);
  if (what == fault::out_of_range)
    return std::string(from[at]) + decimal(allowed.min) + std::string(to[at]) + decimal(allowed.max);
  const auto end = what == fault::too_short ? allowed.min : allowed.max;
  return std::string((what == fault::too_short ? least : most)[at]) + decimal(end) +
         std::string(unit_after(end, allowed.unit, lang));
}

} // namespace

std::span<const fault> all_faults() {
  return faults;
}

std::string_view text(fault x, language lang) {
  return texts_of(x)[static_cast<std::size_t>(lang)];
}

std::string describe(const field_fault& x, language lang) {
  std::string out(text(x.what, lang));
  if (x.allowed)
    out += describe_bound(x.what, *x.allowed, lang);
  return out;
}

std::string_view text(phrase x, language lang) {
  return texts_of(x)[static_cast<std::size_t>(lang)];
}

std::string_view reason_phrase(int status) {
  switch (status) {
  case 101:
    return "Switching Protocols";
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  case 206:
    return "Partial Content";
  case 302:
    return "Found";
  case 304:
    return "Not Modified";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 408:
    return "Request Timeout";
  case 409:
    return "Conflict";
  case 410:
    return "Gone";
  case 412:
    return "Precondition Failed";
  case 413:
    return "Content Too Large";
  case 415:
    return "Unsupported Media Type";
  case 416:
    return "Range Not Satisfiable";
  case 417:
    return "Expectation Failed";
  case 422:
    return "Unprocessable Content";
  case 426:
    return "Upgrade Required";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large"; // RFC 6585 §5
  case 460:                                   // tus 1.0, extension Checksum
    return "Checksum Mismatch";
  case 500:
    return "Internal Server Error";
  case 501:
    return "Not Implemented";
  case 503:
    return "Service Unavailable";
  default:
    return "Unknown Status";
  }
}

} // namespace parley
