#include "net/http/upgrade.hpp"

#include "net/http/access.hpp"

#include <utility>

namespace parley::net {

upgraded open_upgraded(socket_kind kind, const request& from, std::optional<std::string> carried, stream socket,
                       std::string leftover) {
  if (from.address != socket.address())
    socket.set_address(from.address);
  upgraded out{.socket = std::move(socket),
               .leftover = std::move(leftover),
               .kind = kind,
               .subject = from.parameters.empty() ? std::string() : from.parameters.front().value,
               .token = from.bearer,
               .lang = from.lang};
  if (!out.token)
    out.token = std::move(carried);
  if (!out.token)
    out.token = find_parameter(from.query, "token");
  if (const auto lang = find_parameter(from.query, "lang"))
    out.lang = parse_language(*lang).value_or(from.lang);
  if (const auto name = find_parameter(from.query, "name"))
    out.guest_name = *name;
  return out;
}

} // namespace parley::net
