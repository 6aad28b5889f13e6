#include "net/http/api/operation.hpp"

#include <algorithm>
#include <iterator>

namespace parley::net::api {

const std::vector<operation>& operations() {
  static const auto table = [] {
    std::vector<operation> out;
    for (auto make : {people_operations, room_operations, message_operations, video_operations, running_operations,
                      webhook_operations, socket_operations}) {
      auto some = make();
      out.insert(out.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return out;
  }();
  return table;
}

const operation* find_operation(std::string_view route_name) {
  const auto& table = operations();
  auto found = std::ranges::find(table, route_name, &operation::name);
  if (found == table.end() && route_name.starts_with("api_"))
    found = std::ranges::find(table, route_name.substr(4), &operation::name);
  return found == table.end() ? nullptr : &*found;
}

std::vector<parameter> paged(std::vector<parameter> others) {
  others.insert(others.begin(), {{"page", "PageNumber"}, {"size", "PageSize"}});
  return others;
}

std::vector<error_code> in_room(std::vector<error_code> others) {
  others.insert(others.begin(), {error_code::room_not_found, error_code::not_a_member});
  return others;
}

} // namespace parley::net::api
