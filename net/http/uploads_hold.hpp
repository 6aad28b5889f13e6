// Which upload a request writes to: on this node and, of several, on all.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"
#include "net/http/uploads_desk.hpp"

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include <string>

namespace parley::net {

/// Nobody else, on whatever node, holds the upload while this lives.
class upload_hold {
public:
  upload_hold(upload_desk::hold here, cluster_actor cluster, std::string id)
    : here_(std::move(here)), cluster_(std::move(cluster)), id_(std::move(id)) {}
  upload_hold(upload_hold&&) noexcept = default;
  upload_hold& operator=(upload_hold&&) = delete;
  ~upload_hold();

private:
  upload_desk::hold here_;
  cluster_actor cluster_; ///< null where the node is alone
  std::string id_;
};

/// `upload_conflict` where somebody holds it; `rate_limited` where the database does not answer. The id has to outlive
/// the answer.
boost::asio::awaitable<tl::expected<upload_hold, refusal>> hold_upload(http_context& context, const std::string& id);

} // namespace parley::net
