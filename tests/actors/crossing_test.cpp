// What can cross from one node to another: every field is shown, and each is something that bytes can carry.
#include "actors/crossing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <variant>

namespace parley::test {
namespace {

/// Follows fields down to what can be packed without knowing it; anything else (a handle, a pointer) does not compile.
struct packer {
  template <class... T>
  void operator()(T&&... fields) {
    (pack(fields), ...);
  }

  template <class T>
  void pack(T& x) {
    if constexpr (requires { each_field(*this, x); })
      each_field(*this, x);
    else
      pack_leaf(x);
  }
  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void pack_leaf(T&) {}
  void pack_leaf(std::string&) {}
  void pack_leaf(frame_ptr&) {} // as wire bytes
  template <class Clock>
  void pack_leaf(std::chrono::time_point<Clock, std::chrono::milliseconds>&) {}
  template <class T>
  void pack_leaf(std::optional<T>& x) {
    pack(x.emplace());
  }
  template <class T>
  void pack_leaf(std::vector<T>& x) {
    pack(x.emplace_back());
  }
  template <class... T>
  void pack_leaf(std::variant<T...>& x) {
    (pack(x.template emplace<T>()), ...);
  }
  template <class T>
  void pack_leaf(stays<T>&) {}
};

/// Whether the fields that are shown lie one behind the other, with no more between them than alignment takes.
class layout {
public:
  explicit layout(const void* begin) : end_(static_cast<const std::byte*>(begin)), begin_(end_) {}

  template <class... T>
  void operator()(T&&... fields) {
    (add(fields), ...);
  }
  /// Whether the bytes are those of one type of this size.
  bool is_whole(std::size_t size, std::size_t alignment) const {
    return holds_ && (end_ == begin_ || aligned(end_, alignment) == begin_ + size);
  }

private:
  template <class T>
  void add(T& field) {
    add_at(&field, sizeof(T), alignof(T));
  }
  template <class T>
  void add(stays<T>& field) {
    add_at(&field.here, sizeof(T), alignof(T));
  }
  void add_at(const void* at, std::size_t size, std::size_t alignment) {
    holds_ = holds_ && at == aligned(end_, alignment);
    end_ = static_cast<const std::byte*>(at) + size;
  }
  const std::byte* aligned(const std::byte* at, std::size_t alignment) const {
    const auto offset = static_cast<std::size_t>(at - begin_);
    return begin_ + (offset + alignment - 1) / alignment * alignment;
  }

  const std::byte* end_;
  const std::byte* begin_;
  bool holds_ = true;
};

template <class T>
bool shows_every_field() {
  T x{};
  packer down;
  down.pack(x);
  layout fields(&x);
  each_field(fields, x);
  return fields.is_whole(sizeof(T), alignof(T));
}

#define EXPECT_WHOLE(type) EXPECT_TRUE(shows_every_field<parley::type>()) << #type;

TEST(crossing_suite, every_message_that_can_cross_shows_every_field){PARLEY_CROSSING_MESSAGES(EXPECT_WHOLE)}

TEST(crossing_suite, so_does_what_they_are_made_of) {
  EXPECT_WHOLE(origin)
  EXPECT_WHOLE(user_brief)
  EXPECT_WHOLE(room)
  EXPECT_WHOLE(room_config)
  EXPECT_WHOLE(occupancy)
  EXPECT_WHOLE(member_view)
  EXPECT_WHOLE(notification)
  EXPECT_WHOLE(video)
  EXPECT_WHOLE(attachment)
  EXPECT_WHOLE(sync_state)
  EXPECT_WHOLE(post_draft)
  EXPECT_WHOLE(post_receipt)
  EXPECT_WHOLE(room_patch)
  EXPECT_WHOLE(config_patch)
  EXPECT_WHOLE(member_patch)
}

struct with_one_forgotten {
  std::int64_t first = 0;
  bool forgotten = false;
  std::int64_t last = 0;
};

TEST(crossing_suite, a_field_that_was_forgotten_is_found) {
  with_one_forgotten x;
  layout all(&x);
  all(x.first, x.forgotten, x.last);
  EXPECT_TRUE(all.is_whole(sizeof(x), alignof(with_one_forgotten)));
  layout two(&x);
  two(x.first, x.last);
  EXPECT_FALSE(two.is_whole(sizeof(x), alignof(with_one_forgotten)));
}

} // namespace
} // namespace parley::test
