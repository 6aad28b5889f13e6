#include "net/http/uploads_desk.hpp"

#include <algorithm>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t remembered = 1024;

} // namespace

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

void upload_desk::remember(finished_upload x) {
  const std::lock_guard guard(mutex_);
  finished_.push_back(std::move(x));
  if (finished_.size() > remembered)
    finished_.pop_front();
}

std::optional<finished_upload> upload_desk::find(std::string_view id) {
  const std::lock_guard guard(mutex_);
  const auto found = std::ranges::find(finished_, id, &finished_upload::id);
  if (found == finished_.end())
    return std::nullopt;
  return *found;
}

} // namespace parley::net
