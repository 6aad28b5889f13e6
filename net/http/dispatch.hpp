// From a request's head to its handler: target, route, token; and from whatever the handler does to one answer.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "net/http/routes.hpp"

#include <optional>
#include <string_view>

namespace parley::net {

/// What is to be done about a request, known from its head alone.
struct plan {
  request from;                  ///< the body is still to come
  const route* row = nullptr;    ///< null if `ready` is set
  std::optional<response> ready; ///< an answer that takes no handler
};

/// `peer` is the address at the socket's other end.
plan make_plan(const http_context& context, const request_head& head, std::string_view peer);

/// Who comes for the first time with a good token of an identity provider: `make_plan` takes nobody whom `let_in` has
/// not made a user before.
std::optional<stranger> find_stranger(const http_context& context, const request_head& head);
/// `none` where all was done that can be, else why the request has to come again.
boost::asio::awaitable<error_code> let_in(http_context& context, const request_head& head);

/// Runs the handler. What it throws is logged and answered with `internal`.
boost::asio::awaitable<response> run_handler(http_context& context, const plan& what);

} // namespace parley::net
