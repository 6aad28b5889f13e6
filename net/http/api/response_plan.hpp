// Which statuses one operation may answer with, and what each holds.
#pragma once

#include "net/http/api/operation.hpp"
#include "net/http/routes.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net::api {

struct response_plan {
  int status = 0;
  std::vector<const documented_answer*> answers; ///< of `operations()`
  std::vector<error_code> codes;                 ///< of the problem document, in the order of the catalogue

  bool has_body() const;
  /// The headers that every such answer carries.
  std::vector<std::string_view> headers() const;
  std::string describe() const;
  /// Names the plan among those that are problem documents only.
  std::string shared_name() const;
};

/// By status. Under 0 stands what may happen to any request and has no status of its own here.
std::map<int, response_plan> plan_responses(const route& row, const operation& known);

} // namespace parley::net::api
