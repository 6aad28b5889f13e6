#include "actors/db_reader.hpp"

#include <spdlog/spdlog.h>

namespace parley {

db_reader::behavior_type db_reader::make_behavior() {
  return {
    [this](read_request& x) -> caf::result<finished> {
      try {
        x.job->run(*store_);
        return finished{};
      } catch (const std::exception& reason) {
        spdlog::error("read failed: {}", reason.what());
        return caf::make_error(error_code::internal);
      }
    },
  };
}

} // namespace parley
