#include "load/scenario/ack_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace parley::load {

ack_file::ack_file(const std::string& name)
  : fd_(name.empty() ? -1 : ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)),
    failed_(fd_ < 0 && !name.empty()) {}

ack_file::~ack_file() {
  if (fd_ >= 0)
    ::close(fd_);
}

void ack_file::append(std::uint64_t message_id, std::string_view client_msg_id) {
  if (fd_ < 0)
    return;
  const std::string line = std::to_string(message_id).append(" ").append(client_msg_id).append("\n");
  failed_ = failed_ || ::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size());
}

} // namespace parley::load
