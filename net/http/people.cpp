// Other users, as everybody who is signed in may see them.
#include "net/http/access.hpp"
#include "net/http/handlers.hpp"

namespace parley::net {

handled show_user(http_context& context, const request& from) {
  const auto id = path_number(from, "user_id");
  if (!id)
    co_return tl::unexpected(id.error());
  auto find = [id = user_id(*id)](storage::reader& reader) { return reader.find_user(id); };
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
  const auto at = decode_page(from.query);
  const auto search = decode_search(from.query);
  if (!at || !search) {
    problem faults(std::vector<field_fault>{});
    for (const auto* part : {at ? nullptr : &at.error(), search ? nullptr : &search.error()})
      if (part != nullptr)
        faults.fields.insert(faults.fields.end(), part->fields.begin(), part->fields.end());
    co_return tl::unexpected<refusal>(std::move(faults));
  }
  auto find = [search = *search, at = *at](storage::reader& reader) { return reader.find_users(search, at); };
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
