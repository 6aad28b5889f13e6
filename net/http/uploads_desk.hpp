// Which uploads are being written to now.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

namespace parley::net {

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

  /// nullopt if somebody holds it.
  std::optional<hold> take(std::string id);

private:
  std::mutex mutex_;
  std::unordered_set<std::string> held_;
};

} // namespace parley::net
