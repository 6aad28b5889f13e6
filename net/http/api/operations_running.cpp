// How the node does, its documents and files, and what administrators may do.
#include "net/http/api/operation.hpp"

namespace parley::net::api {

namespace {

using enum error_code;

std::vector<operation> of_files() {
  const documented_answer not_changed{304, "The client has it.", {}, {}, {"ETag"}};
  const documented_answer failed{412, "A condition of the request does not hold.", "Problem",
                                 "application/problem+json"};
  return {
    {.name = "show_home",
     .tag = "Files",
     .summary = "The page at the door",
     .answers = {{200, "The page.", "Text", "text/html", {"ETag"}}, not_changed, failed}},
    {.name = "show_docs",
     .tag = "Files",
     .summary = "A page to read and try the API",
     .answers = {{200, "The page.", "Text", "text/html", {"ETag"}}, not_changed, failed}},
    {.name = "show_app",
     .tag = "Files",
     .summary = "The application: sign up, make a room and talk",
     .answers = {{200, "The page.", "Text", "text/html", {"ETag"}}, not_changed, failed},
     .errors = {not_found}},
    {.name = "show_app_page",
     .tag = "Files",
     .summary = "The same page, for every address inside of the application",
     .answers = {{200, "The page.", "Text", "text/html", {"ETag"}}, not_changed, failed},
     .errors = {not_found}},
    {.name = "show_openapi",
     .tag = "Files",
     .summary = "The HTTP side of the API as OpenAPI 3.1: this document",
     .answers = {{200, "The document.", "AnyObject", "application/json", {"ETag"}}, not_changed, failed}},
    {.name = "show_asyncapi",
     .tag = "Files",
     .summary = "The WebSocket side of the API as AsyncAPI 3.0",
     .answers = {{200, "The document.", "AnyObject", "application/json", {"ETag"}}, not_changed, failed}},
    {.name = "show_static",
     .tag = "Files",
     .summary = "A file of the pages",
     .answers = {{200, "The file.", "Bytes", "*/*", {"ETag"}}, not_changed, failed},
     .errors = {not_found}},
    {.name = "show_avatar",
     .tag = "Files",
     .summary = "The picture of a user",
     .answers = {{200, "The picture.", "Bytes", "image/*", {"ETag"}}, not_changed, failed},
     .errors = {not_found}},
  };
}

std::vector<operation> of_health() {
  return {
    {.name = "show_status",
     .tag = "Running",
     .summary = "Numbers of this node, and which other nodes there are",
     .answers = {{200, "The numbers.", "ServerStatus"}}},
    {.name = "show_health",
     .tag = "Running",
     .summary = "Whether the process lives",
     .answers = {{200, "It does.", "Healthy"}, {503, "It does not.", "Unavailable"}}},
    {.name = "show_readiness",
     .tag = "Running",
     .summary = "Whether the node can serve",
     .answers = {{200, "It can.", "Ready"}, {503, "It cannot, because of what is named.", "Unavailable"}}},
    {.name = "show_metrics",
     .tag = "Running",
     .summary = "Numbers for Prometheus",
     .answers = {{200, "In the text format, or where `Accept` asks for it as OpenMetrics 1.0.0, with exemplars.",
                  "Text", "text/plain"},
                 {200, "", "Text", "application/openmetrics-text"}}},
  };
}

std::vector<operation> of_administration() {
  return {
    {.name = "show_overview",
     .tag = "Administration",
     .summary = "What the node has done and is doing",
     .answers = {{200, "The numbers.", "Overview"}}},
    {.name = "list_connections",
     .tag = "Administration",
     .summary = "Live sockets of all nodes",
     .parameters = paged({{"user_id", "Id", "Of this user only."}}),
     .answers = {{200, "A page of connections.", "ConnectionPage"}}},
    {.name = "close_connection",
     .tag = "Administration",
     .summary = "Closes a socket of any node with 4403",
     .answers = {{204, "It is being closed."}},
     .errors = {not_found}},
    {.name = "list_disconnects",
     .tag = "Administration",
     .summary = "Which sockets of all nodes were closed lately, and why",
     .parameters = paged({{"user_id", "Id", "Of this user only."}}),
     .answers = {{200, "A page of closed connections.", "DisconnectPage"}}},
    {.name = "drain_node",
     .tag = "Administration",
     .summary = "Ends the node as SIGTERM does",
     .answers = {{202, "It begins.", "DrainBegun"}}},
  };
}

} // namespace

std::vector<operation> running_operations() {
  auto out = of_files();
  for (auto& more : {of_health(), of_administration()})
    out.insert(out.end(), more.begin(), more.end());
  return out;
}

} // namespace parley::net::api
