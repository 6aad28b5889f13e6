#include "net/http/subprotocol.hpp"

#include "net/http/fields.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace parley::net {

namespace {

constexpr std::string_view own_protocol = "parley.v1";

bool carries_token(std::string_view name) {
  return same_token(name, "bearer") || same_token(name, "access_token");
}

/// What is offered, in order, from all fields (RFC 6455 §11.3.4).
std::vector<std::string_view> read_offer(const request_head& head) {
  std::vector<std::string_view> out;
  for (const auto& [field, value] : head.fields) {
    if (!same_token(field, "Sec-WebSocket-Protocol"))
      continue;
    for (auto rest = std::string_view(value); !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      if (const auto one = trim(rest.substr(0, comma)); !one.empty())
        out.push_back(one);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return out;
}

} // namespace

subprotocol_choice choose_subprotocol(const request_head& head) {
  const auto offer = read_offer(head);
  subprotocol_choice out;
  for (auto at = offer.begin(); at != offer.end(); ++at) {
    if (*at == own_protocol)
      out.chosen = own_protocol;
    if (!carries_token(*at) || at + 1 == offer.end() || out.token)
      continue;
    const auto next = *(at + 1);
    if (next == own_protocol || carries_token(next))
      continue;
    out.token = next;
    if (out.chosen.empty())
      out.chosen = *at;
    ++at; // a token is no offer, whatever it spells
  }
  return out;
}

} // namespace parley::net
