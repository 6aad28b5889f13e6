// Which uploads are being written to now, and which have become videos a short while ago.
#pragma once

#include "protocol/ids.hpp"

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace parley::net {

struct finished_upload {
  std::string id;
  user_id user;
  video_id made;
  std::int64_t length = 0; ///< bytes
};

/// One a node. Any thread.
class upload_desk {
public:
  /// Nobody else holds the upload while this lives.
  class hold {
  public:
    hold(hold&& other) noexcept;
    hold& operator=(hold&&) = delete;
    ~hold();

  private:
    friend class upload_desk;
    hold(upload_desk& desk, std::string id) : desk_(&desk), id_(std::move(id)) {}

    upload_desk* desk_;
    std::string id_;
  };

  /// nullopt where somebody holds it.
  std::optional<hold> take(std::string id);

  /// A client that lost the last answer asks once more: it is told that nothing is missing. The oldest of more than a
  /// thousand is forgotten.
  void remember(finished_upload x);
  std::optional<finished_upload> find(std::string_view id);

private:
  std::mutex mutex_;
  std::unordered_set<std::string> held_;
  std::list<finished_upload> finished_; ///< the latest last
};

} // namespace parley::net
