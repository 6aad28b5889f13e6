#include "cluster/peer_items.hpp"

#include "cluster/peer_fields.hpp"

#include <caf/make_counted.hpp>

#include <type_traits>

namespace parley::peer {

template <>
struct last_value<wire_shape> : std::integral_constant<wire_shape, wire_shape::flat> {};
template <>
struct last_value<join_policy> : std::integral_constant<join_policy, join_policy::invite> {};
template <>
struct last_value<history_policy> : std::integral_constant<history_policy, history_policy::none> {};
template <>
struct last_value<sync_mode> : std::integral_constant<sync_mode, sync_mode::off> {};
template <>
struct last_value<member_role> : std::integral_constant<member_role, member_role::owner> {};
template <>
struct last_value<message_type> : std::integral_constant<message_type, message_type::system> {};
template <>
struct last_value<notification_kind> : std::integral_constant<notification_kind, notification_kind::join_request> {};
template <>
struct last_value<notification_status> : std::integral_constant<notification_status, notification_status::rejected> {};
template <>
struct last_value<video_kind> : std::integral_constant<video_kind, video_kind::url> {};
template <>
struct last_value<refused::request> : std::integral_constant<refused::request, refused::request::sync> {};
template <>
struct last_value<leave_room::cause> : std::integral_constant<leave_room::cause, leave_room::cause::connection_lost> {};
template <>
struct last_value<error_code> : std::integral_constant<error_code, error_code::webhook_configured> {};

} // namespace parley::peer

namespace parley::cluster {

namespace {

/// An item is its place in the list, the length of its body in four bytes, and its body.
constexpr std::size_t length_bytes = 4;

class item_packer : public peer::basic_packer<item_packer> {
public:
  using basic_packer::basic_packer;
  using basic_packer::leaf;

  void leaf(const frame_ptr& x) {
    leaf(x != nullptr);
    if (x != nullptr)
      leaf(x->wire());
  }
  template <class T>
  void leaf(const stays<T>&) {}
};

class item_unpacker : public peer::basic_unpacker<item_unpacker> {
public:
  using basic_unpacker::basic_unpacker;
  using basic_unpacker::leaf;

  void leaf(frame_ptr& x) {
    bool is_there = false;
    leaf(is_there);
    x = is_there ? caf::make_counted<frame>(std::string(bytes())) : nullptr;
  }
  /// Its values are no row without holes.
  void leaf(close_code& x) {
    const auto value = number();
    if (value < 1000 || value > 4999)
      fail();
    else
      x = static_cast<close_code>(value);
  }
  template <class T>
  void leaf(const stays<T>&) {}
};

void put_length(std::string& batch, std::size_t at, std::size_t length) {
  for (std::size_t i = 0; i < length_bytes; ++i)
    batch[at + i] = static_cast<char>(length >> (8 * i) & 0xFF);
}

std::size_t length_at(std::string_view from) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    out |= static_cast<std::size_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  return out;
}

template <std::size_t... I>
void make_alternative(peer_item& x, std::size_t index, std::index_sequence<I...>) {
  (void)((index == I && (x.emplace<I>(), true)) || ...);
}

} // namespace

void pack_item(std::string& batch, peer_item& item) {
  batch.push_back(static_cast<char>(item.index()));
  const auto at = batch.size();
  batch.append(length_bytes, '\0');
  item_packer out(batch);
  std::visit([&out](auto& x) { out.pack(x); }, item);
  put_length(batch, at, batch.size() - at - length_bytes);
}

tl::expected<std::vector<peer_item>, std::string> unpack_items(std::string_view batch) {
  std::vector<peer_item> out;
  while (!batch.empty()) {
    const auto kind = static_cast<unsigned char>(batch.front());
    if (kind >= std::variant_size_v<peer_item>)
      return tl::unexpected("unknown item " + std::to_string(kind));
    batch.remove_prefix(1);
    const auto length = batch.size() < length_bytes ? batch.size() : length_at(batch);
    if (batch.size() < length_bytes || length > batch.size() - length_bytes)
      return tl::unexpected("item " + std::to_string(kind) + " is cut off");
    auto& item = out.emplace_back();
    make_alternative(item, kind, std::make_index_sequence<std::variant_size_v<peer_item>>());
    item_unpacker in(batch.substr(length_bytes, length));
    std::visit([&in](auto& x) { in.unpack(x); }, item);
    if (in.failed())
      return tl::unexpected("item " + std::to_string(kind) + " is broken");
    batch.remove_prefix(length_bytes + length);
  }
  return out;
}

} // namespace parley::cluster
