#include "protocol/event_types.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace parley {

namespace {

constexpr std::size_t most_types = 40;

/// Names, each once, in the order in which they were first added.
struct type_list {
  std::array<std::string_view, most_types> names{};
  std::size_t size = 0;

  constexpr bool holds(std::string_view name) const {
    return std::find(names.begin(), names.begin() + size, name) != names.begin() + size;
  }

  constexpr void add(std::string_view name) {
    if (!holds(name))
      names[size++] = name;
  }

  constexpr bool is_complete() const { return size > 0 && !holds(""); }
  constexpr std::span<const std::string_view> view() const { return {names.data(), size}; }
};

template <class... Events>
struct pack {};

template <class... Left, class... Right>
constexpr pack<Left..., Right...> operator+(pack<Left...>, pack<Right...>) {
  return {};
}

template <class... Events>
constexpr pack<Events...> alternatives(const std::variant<Events...>*) {
  return {};
}

template <class Variant>
constexpr auto all_of = alternatives(static_cast<const Variant*>(nullptr));

template <class... Events>
constexpr type_list names_of(pack<Events...>) {
  type_list out;
  (out.add(type_of<Events>), ...);
  return out;
}

template <class... Events>
constexpr type_list flat_names_of(pack<Events...>) {
  type_list out;
  const auto add = [&out](const auto& names) {
    for (std::string_view name : names)
      out.add(name);
  };
  (add(flat_types_of<Events>), ...);
  return out;
}

constexpr pack<server_draining_reply, error_reply> anywhere;

constexpr auto client_replies = pack<client_connected_reply, hello_reply, push_reply, pong_reply>{} + anywhere;
constexpr auto task_replies = pack<task_connected_reply, task_status_reply, pong_reply>{} + anywhere;
constexpr auto simple_replies = pack<simple_connected_reply, echo_reply>{} + anywhere;
constexpr auto test_replies = pack<test_reply>{} + anywhere;

template <class... Some, class... Others>
constexpr bool hold_all(pack<Some...>, pack<Others...>) {
  const auto held = []<class X>(std::in_place_type_t<X>) { return (std::is_same_v<X, Some> || ...); };
  return (held(std::in_place_type<Others>) && ...);
}

static_assert(hold_all(client_replies + task_replies + simple_replies + test_replies, all_of<channel_reply>),
              "a reply is in no list");

constexpr auto envelope_types = names_of(all_of<room_event> + all_of<envelope_reply>);
constexpr auto chat_types = flat_names_of(all_of<room_event> + all_of<flat_reply>);
constexpr auto client_types = names_of(client_replies);
constexpr auto task_types = names_of(task_replies);
constexpr auto simple_types = names_of(simple_replies);
constexpr auto test_types = names_of(test_replies);
static_assert(envelope_types.is_complete() && chat_types.is_complete() && client_types.is_complete() &&
                task_types.is_complete() && simple_types.is_complete() && test_types.is_complete(),
              "an event or a reply has no type");

} // namespace

std::span<const std::string_view> envelope_event_types() {
  return envelope_types.view();
}

std::span<const std::string_view> chat_event_types() {
  return chat_types.view();
}

std::span<const std::string_view> client_event_types() {
  return client_types.view();
}

std::span<const std::string_view> task_event_types() {
  return task_types.view();
}

std::span<const std::string_view> simple_event_types() {
  return simple_types.view();
}

std::span<const std::string_view> test_event_types() {
  return test_types.view();
}

} // namespace parley
