#include "storage/sql/writer.hpp"

namespace parley::storage::sql {

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
