// The file of acknowledgements that a crash test compares with the database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// Appends; closed where it was made without a name.
class ack_file {
public:
  explicit ack_file(const std::string& name);
  ~ack_file();
  ack_file(const ack_file&) = delete;
  ack_file& operator=(const ack_file&) = delete;

  /// One write(2) a line: what stands in the file was acknowledged, even if this process is the one that dies.
  void append(std::uint64_t message_id, std::string_view client_msg_id);

  /// It could not be opened, or a line not be written.
  [[nodiscard]] bool failed() const { return failed_; }

private:
  int fd_;
  bool failed_;
};

} // namespace parley::load
