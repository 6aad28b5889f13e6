// Other users, as everybody who is signed in may see them.
#include "net/http/access.hpp"
#include "net/http/cut_page.hpp"
#include "net/http/handlers.hpp"
#include "protocol/limits.hpp"

#include <algorithm>
#include <span>

namespace parley::net {

namespace {

struct user_listing {
  page_request at;
  std::string search;
  std::optional<std::vector<user_id>> ids; ///< these alone, if there is such a list
};

/// Those of the users who are there, by id.
page<user_brief> find_listed(storage::reader& reader, std::span<const user_id> ids, page_request at) {
  std::vector<user_brief> found;
  for (const auto id : ids)
    if (auto known = id == anonymous_user ? std::nullopt : reader.users().find(id))
      found.push_back({known->id, std::move(known->username), std::move(known->avatar_url)});
  return cut_page(found, at);
}

tl::expected<user_listing, refusal> decode_user_listing(const query_parameters& query) {
  user_listing out;
  std::vector<field_fault> faults;
  gather(decode_page(query), out.at, faults);
  gather(decode_search(query), out.search, faults);
  gather(decode_user_ids(query), out.ids, faults);
  if (out.ids && std::ranges::find(query, "size", &query_parameters::value_type::first) == query.end())
    out.at.size = limits::page_size_max; // whoever lists them wants them all
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  return out;
}

} // namespace

handled show_user(http_context& context, const request& from) {
  const auto id = path_number(from, "user_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = user_id(*id)](storage::reader& reader) { return reader.users().find(id); };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  if (!*found)
    co_return tl::unexpected<refusal>(error_code::user_not_found);
  auto& known = **found;
  std::vector<user_id> ids(1, known.id);
  auto online = co_await ask_online(context, std::move(ids));
  if (!online)
    co_return tl::unexpected<refusal>(online.error());
  const user_view out{.user = {known.id, std::move(known.username), std::move(known.avatar_url)},
                      .online = online->front()};
  co_return json(200, encode(out));
}

handled list_users(http_context& context, const request& from) {
  auto wish = decode_user_listing(from.query);
  if (!wish)
    co_return tl::unexpected(std::move(wish.error()));
  auto find = [wish = std::move(*wish)](storage::reader& reader) {
    return wish.ids ? find_listed(reader, *wish.ids, wish.at) : reader.users().search(wish.search, wish.at);
  };
  auto found = co_await context.ask.read(std::move(find));
  if (!found)
    co_return tl::unexpected<refusal>(found.error());
  std::vector<user_id> ids;
  ids.reserve(found->items.size());
  for (const auto& one : found->items)
    ids.push_back(one.id);
  auto online = co_await ask_online(context, std::move(ids));
  if (!online)
    co_return tl::unexpected<refusal>(online.error());
  page<user_view> out{.items = {}, .total = found->total, .number = found->number, .size = found->size};
  for (std::size_t i = 0; i < found->items.size(); ++i)
    out.items.push_back({std::move(found->items[i]), online->at(i)});
  co_return json(200, encode(out));
}

} // namespace parley::net
