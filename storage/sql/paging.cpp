#include "storage/sql/paging.hpp"

#include "protocol/text.hpp"

namespace parley::storage::sql {

std::string like_pattern(std::string_view search) {
  std::string out = "%";
  for (const char c : fold(search)) {
    if (c == '%' || c == '_' || c == '!')
      out.push_back('!');
    out.push_back(c);
  }
  return out + "%";
}

} // namespace parley::storage::sql
