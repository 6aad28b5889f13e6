#include "load/journey/script.hpp"

#include <algorithm>

namespace parley::load {

namespace {

/// Takes one field off the front; what follows it is a comma, a line end or nothing. False where its quotes are wrong.
bool take_field(std::string_view& rest, std::string& to) {
  if (!rest.starts_with('"')) {
    const std::size_t end = std::min(rest.find_first_of(",\n"), rest.size());
    to = rest.substr(0, end);
    if (to.ends_with('\r') && (end == rest.size() || rest[end] == '\n'))
      to.pop_back();
    rest.remove_prefix(end);
    return to.find('"') == std::string::npos;
  }
  rest.remove_prefix(1);
  for (;;) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos)
      return false;
    to.append(rest.substr(0, quote));
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"'))
      break;
    to.push_back('"');
    rest.remove_prefix(1);
  }
  if (rest.starts_with("\r\n"))
    rest.remove_prefix(1);
  return rest.empty() || rest.front() == ',' || rest.front() == '\n';
}

} // namespace

tl::expected<std::vector<std::vector<std::string>>, std::string> parse_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  while (!text.empty()) {
    std::vector<std::string>& row = rows.emplace_back();
    const std::string number = std::to_string(rows.size());
    for (bool more = true; more;) {
      if (!take_field(text, row.emplace_back()))
        return tl::unexpected("row " + number + " has a double quote where none may stand, or one that does not end");
      more = text.starts_with(',');
      if (!text.empty())
        text.remove_prefix(1);
    }
    if (row.size() != rows.front().size())
      return tl::unexpected("row " + number + " has " + std::to_string(row.size()) + " fields, the first one " +
                            std::to_string(rows.front().size()));
  }
  return rows;
}

} // namespace parley::load
