#include "net/http/uploads_desk.hpp"

#include <utility>

namespace parley::net {

upload_desk::hold::hold(hold&& other) noexcept
  : desk_(std::exchange(other.desk_, nullptr)), id_(std::move(other.id_)) {}

upload_desk::hold::~hold() {
  if (desk_ == nullptr)
    return;
  const std::lock_guard guard(desk_->mutex_);
  desk_->held_.erase(id_);
}

std::optional<upload_desk::hold> upload_desk::take(std::string id) {
  const std::lock_guard guard(mutex_);
  if (!held_.insert(id).second)
    return std::nullopt;
  return hold(*this, std::move(id));
}

} // namespace parley::net
