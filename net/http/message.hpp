// One HTTP request and its answer, as handlers see them: nothing of the socket or of the parser.
#pragma once

#include "auth/token.hpp"
#include "net/http/body_source.hpp"
#include "net/http/file_pool.hpp"
#include "protocol/http_codec.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// The head of a request as it came (RFC 9112), its syntax checked.
struct request_head {
  std::string method;            ///< as the client wrote it; case matters
  std::string target;            ///< as the client wrote it
  header_list fields;            ///< `Host` is that of an absolute target, where there is one (RFC 9112 §3.2.2)
  bool is_http_1_0 = false;      ///< else 1.1, or a later 1.x that is served as such
  bool keep_alive = true;        ///< by version and `Connection`
  bool has_body = false;         ///< of one byte or more, or chunked
  bool expects_continue = false; ///< waits for `100 Continue` before it sends the body
  /// What the request needs and this server has not: 417 for an unknown `Expect` (RFC 9110 §10.1.1), 501 for an unknown
  /// transfer coding (RFC 9112 §6.1). The connection ends.
  std::optional<int> refused = std::nullopt;

  /// The first field of that name, whatever its case.
  std::optional<std::string_view> find(std::string_view name) const;

  /// True if the comma-separated lists of all fields of that name hold `token`, whatever its case.
  bool lists(std::string_view name, std::string_view token) const;
};

/// A `{name}` of a route's pattern with the decoded segment that stood there.
struct path_parameter {
  std::string_view name; ///< of the route table
  std::string value;
};

struct request {
  const request_head* head = nullptr; ///< as it came; outlives the request
  body_source* stream = nullptr;      ///< instead of `body` if the route streams; never null there
  std::string method;                 ///< of the route: `GET` for a `HEAD` that has no route of its own
  std::string path;                   ///< without the query, still percent-encoded
  std::vector<path_parameter> parameters;
  query_parameters query;
  std::string body;
  std::optional<std::string> bearer; ///< of `Authorization: Bearer`
  auth::access_claims caller;        ///< checked; filled where the route asks for a user
  language lang = language::zh;
  std::string address;        ///< of the client, without the port; by the word of trusted proxies
  std::string called;         ///< the host, perhaps with a port, by which a trusted proxy was called; empty without one
  bool called_by_tls = false; ///< by the word of that proxy
};

/// Bytes of a file, all of which are there.
struct file_part {
  shared_file file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct response {
  int status = 200;
  std::string content_type; ///< left out where there is no body
  std::string body;
  header_list extra;                            ///< a `Cache-Control` in here stands for `no-store`
  std::optional<file_part> file = std::nullopt; ///< instead of `body`
  error_code refused = error_code::none;        ///< what its problem document says
};

/// Why a request is not done, with what its problem document needs beside the code.
struct refusal {
  problem what;
  std::optional<std::chrono::seconds> retry_after; ///< for 429 and 503
  header_list extra;

  refusal(error_code code) : what(code) {}   // NOLINT(google-explicit-constructor)
  refusal(problem p) : what(std::move(p)) {} // NOLINT(google-explicit-constructor)
  refusal(error_code code, header_list more) : what(code), extra(std::move(more)) {}
};

using answer = tl::expected<response, refusal>;

/// An answer with a JSON document.
response json(int status, std::string document);

/// 204.
response no_content();

/// The problem document, with `WWW-Authenticate` on 401 and `Retry-After` on 429 and 503.
response to_response(const refusal& why, language lang);

/// The integer of the parameter `name`, 422 where the segment is not an id of a row.
tl::expected<std::int64_t, refusal> path_number(const request& from, std::string_view name);

} // namespace parley::net
