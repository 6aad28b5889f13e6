#include "net/http/api/response_plan.hpp"

#include <algorithm>
#include <array>

namespace parley::net::api {

namespace {

using enum error_code;

/// What may become of a request whatever it asks for.
constexpr std::array of_any_request{bad_request,       request_timeout, head_too_large, server_full, payload_too_large,
                                    validation_failed, rate_limited,    draining,       internal};

bool takes_json(const operation& known) {
  return std::ranges::find(known.bodies, "application/json", &request_body::media_type) != known.bodies.end();
}

/// The errors that follow from what the tables say of the route, behind its own.
std::vector<error_code> errors_of(const route& row, const operation& known) {
  auto out = known.errors;
  if (row.auth != route_auth::none)
    out.insert(out.end(), {auth_required, invalid_token, token_expired});
  if (row.auth == route_auth::admin)
    out.push_back(admin_only);
  if (takes_json(known))
    out.push_back(bad_json);
  if (!known.bodies.empty())
    out.push_back(unsupported_media_type);
  if (!known.bodies.empty() || !known.parameters.empty() || row.pattern.find('{') != std::string::npos)
    out.push_back(validation_failed);
  return out;
}

void add_code(response_plan& to, error_code code) {
  const auto place = std::ranges::lower_bound(to.codes, code);
  if (place == to.codes.end() || *place != code)
    to.codes.insert(place, code);
}

} // namespace

bool response_plan::has_body() const {
  return !codes.empty() || std::ranges::any_of(answers, [](const auto* x) { return !x->schema.empty(); });
}

std::vector<std::string_view> response_plan::headers() const {
  if (!answers.empty())
    return answers.front()->headers;
  switch (status) {
  case 401:
    return {"WWW-Authenticate"};
  case 426:
    return {"Upgrade"};
  case 429:
  case 503:
    return {"Retry-After"};
  default:
    return {};
  }
}

std::string response_plan::describe() const {
  if (!answers.empty())
    return std::string(answers.front()->what);
  if (status == 0)
    return "What may become of any request.";
  std::string out;
  for (const auto code : codes)
    out.append(out.empty() ? "" : " ").append(text(code, language::en)).append(".");
  return out;
}

std::string response_plan::shared_name() const {
  if (status == 0)
    return "any_request";
  std::string out;
  for (const auto code : codes)
    out.append(out.empty() ? "" : ".").append(name(code));
  return out;
}

std::map<int, response_plan> plan_responses(const route& row, const operation& known) {
  std::map<int, response_plan> out;
  for (const auto& answer : known.answers)
    out[answer.status].answers.push_back(&answer);
  for (const auto code : errors_of(row, known))
    add_code(out[http_status(code)], code);
  for (const auto code : of_any_request) {
    add_code(out[0], code);
    // A status that is listed hides what is said under 0.
    if (const auto listed = out.find(http_status(code)); listed != out.end())
      add_code(listed->second, code);
  }
  for (auto& [status, plan] : out)
    plan.status = status;
  return out;
}

} // namespace parley::net::api
