#include "app/documents.hpp"

#include "app/version.hpp"
#include "net/http/api/asyncapi.hpp"
#include "net/http/api/openapi.hpp"
#include "protocol/close_code.hpp"
#include "protocol/error_code.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace parley::app {

namespace {

constexpr std::array<std::pair<close_code, std::string_view>, 15> close_codes{{
  {close_code::normal, "normal"},
  {close_code::going_away, "going_away"},
  {close_code::protocol_violation, "protocol_violation"},
  {close_code::unsupported_data, "unsupported_data"},
  {close_code::invalid_utf8, "invalid_utf8"},
  {close_code::too_big, "too_big"},
  {close_code::server_failed, "server_failed"},
  {close_code::malformed, "malformed"},
  {close_code::unauthenticated, "unauthenticated"},
  {close_code::forbidden, "forbidden"},
  {close_code::no_room, "no_room"},
  {close_code::heartbeat_missed, "heartbeat_missed"},
  {close_code::replaced, "replaced"},
  {close_code::slow_consumer, "slow_consumer"},
  {close_code::rate_limit, "rate_limit"},
}};

std::string make_codes() {
  nlohmann::ordered_json out{{"errors", nlohmann::json::array()}, {"close_codes", nlohmann::json::array()}};
  for (const auto code : all_error_codes()) {
    nlohmann::ordered_json texts;
    for (const auto lang : all_languages)
      texts[std::string(name(lang))] = text(code, lang);
    out["errors"].push_back({{"code", name(code)}, {"status", http_status(code)}, {"text", std::move(texts)}});
  }
  for (const auto& [code, called] : close_codes)
    out["close_codes"].push_back({{"code", static_cast<int>(code)}, {"name", called}});
  return out.dump(2);
}

} // namespace

std::string make_document(document which) {
  switch (which) {
  case document::openapi:
    return net::api::make_openapi(net::routes(), version);
  case document::asyncapi:
    return net::api::make_asyncapi(net::routes(), version);
  case document::codes:
    break;
  }
  return make_codes();
}

} // namespace parley::app
