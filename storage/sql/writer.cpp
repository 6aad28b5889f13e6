#include "storage/sql/writer.hpp"

namespace parley::storage::sql {

std::vector<result<appended>> sql_writer::store(std::span<const message_draft> drafts) {
  if (book_.is_idle())
    if (auto out = messages_.store(drafts))
      return std::move(*out);
  return writer::store(drafts);
}

erasure sql_writer::erase(std::chrono::milliseconds patience) {
  const auto out = eraser_->erase(patience);
  if (out == erasure::done)
    link_.erased();
  else
    link_.owe_erasure();
  return out;
}

void sql_writer::ping() {
  ping_.one();
  link_.touch();
}

} // namespace parley::storage::sql
