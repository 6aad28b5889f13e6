// Bytes between two nodes: how numbers, texts, lists and choices are packed, and read again from whatever came. Knows
// no message; those show their fields by `each_field`.
#pragma once

#include "protocol/time.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace parley::peer {

/// The form of everything that this file and the messages' `each_field` make. Two nodes speak the highest that both
/// know.
inline constexpr std::uint32_t wire_version_min = 1;
inline constexpr std::uint32_t wire_version_max = 2;

/// A closed enumeration that crosses says here which value is its last; they begin at 0 without a hole.
template <class Enum>
struct last_value;

/// Unsigned numbers in groups of seven bits, the lowest first; the top bit says that another group follows.
inline void pack_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

/// Packs fields at the end of `out`. Signed numbers with small magnitudes are short (-1 is 1, 1 is 2). `Self` is the
/// class that derives from this one, whose further overloads of `leaf` are for types that this folder does not know.
template <class Self>
class basic_packer {
public:
  explicit basic_packer(std::string& out) : out_(out) {}

  template <class... T>
  void operator()(T&&... fields) {
    (pack(fields), ...);
  }

  template <class T>
  void pack(T& x) {
    auto& self = static_cast<Self&>(*this);
    if constexpr (requires { each_field(self, x); })
      each_field(self, x);
    else
      self.leaf(x);
  }

  void leaf(const bool& x) { out_.push_back(x ? 1 : 0); }
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void leaf(const T& x) {
    if constexpr (std::is_signed_v<T>)
      pack_number(out_,
                  static_cast<std::uint64_t>(x) << 1 ^ static_cast<std::uint64_t>(static_cast<std::int64_t>(x) >> 63));
    else
      pack_number(out_, x);
  }
  template <class T>
  requires std::is_enum_v<T>
  void leaf(const T& x) { pack_number(out_, static_cast<std::uint64_t>(x)); }
  void leaf(const double& x) {
    auto bits = std::bit_cast<std::uint64_t>(x);
    for (int i = 0; i < 8; ++i, bits >>= 8)
      out_.push_back(static_cast<char>(bits & 0xFF));
  }
  void leaf(std::string_view x) {
    pack_number(out_, x.size());
    out_.append(x);
  }
  void leaf(const std::string& x) { leaf(std::string_view(x)); }
  template <class Clock>
  void leaf(std::chrono::time_point<Clock, std::chrono::milliseconds>& x) {
    leaf(static_cast<std::int64_t>(x.time_since_epoch().count()));
  }
  template <class A, class B>
  void leaf(std::pair<A, B>& x) {
    (*this)(x.first, x.second);
  }
  template <class T>
  void leaf(std::optional<T>& x) {
    leaf(x.has_value());
    if (x)
      pack(*x);
  }
  template <class T>
  void leaf(std::vector<T>& x) {
    pack_number(out_, x.size());
    for (auto& one : x)
      pack(one);
  }
  template <class... T>
  void leaf(std::variant<T...>& x) {
    pack_number(out_, x.index());
    std::visit([this](auto& chosen) { this->pack(chosen); }, x);
  }

protected:
  std::string& out_;
};

/// Reads what `basic_packer` packed, from bytes that may be anything. After the first fault it reads nothing more, and
/// `failed` says so. It makes no more elements than there are bytes.
template <class Self>
class basic_unpacker {
public:
  explicit basic_unpacker(std::string_view from) : left_(from) {}

  bool failed() const { return failed_; }
  /// What was not read.
  std::string_view left() const { return left_; }

  template <class... T>
  void operator()(T&&... fields) {
    (unpack(fields), ...);
  }

  template <class T>
  void unpack(T& x) {
    if (failed_)
      return;
    auto& self = static_cast<Self&>(*this);
    if constexpr (requires { each_field(self, x); })
      each_field(self, x);
    else
      self.leaf(x);
  }

  void leaf(bool& x) {
    const auto value = number();
    x = value == 1;
    if (value > 1)
      fail();
  }
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void leaf(T& x) {
    const auto value = number();
    if constexpr (std::is_signed_v<T>) {
      const auto whole = static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
      x = static_cast<T>(whole);
      if (static_cast<std::int64_t>(x) != whole)
        fail();
    } else {
      x = static_cast<T>(value);
      if (x != value)
        fail();
    }
  }
  template <class T>
  requires std::is_enum_v<T>
  void leaf(T& x) {
    const auto value = number();
    if (value > static_cast<std::uint64_t>(last_value<T>::value))
      fail();
    else
      x = static_cast<T>(value);
  }
  void leaf(double& x) {
    if (left_.size() < 8) {
      fail();
      return;
    }
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i)
      bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(left_[i])) << (8 * i);
    left_.remove_prefix(8);
    x = std::bit_cast<double>(bits);
  }
  void leaf(std::string& x) { x.assign(bytes()); }
  template <class Clock>
  void leaf(std::chrono::time_point<Clock, std::chrono::milliseconds>& x) {
    std::int64_t count = 0;
    leaf(count);
    x = std::chrono::time_point<Clock, std::chrono::milliseconds>(std::chrono::milliseconds(count));
  }
  template <class A, class B>
  void leaf(std::pair<A, B>& x) {
    (*this)(x.first, x.second);
  }
  template <class T>
  void leaf(std::optional<T>& x) {
    bool is_there = false;
    leaf(is_there);
    x.reset();
    if (is_there)
      unpack(x.emplace());
  }
  template <class T>
  void leaf(std::vector<T>& x) {
    const auto count = number();
    x.clear();
    if (count > left_.size()) // each takes a byte at least
      fail();
    for (std::uint64_t i = 0; i < count && !failed_; ++i)
      unpack(x.emplace_back());
  }
  template <class... T>
  void leaf(std::variant<T...>& x) {
    choose(x, number(), std::index_sequence_for<T...>());
  }

protected:
  void fail() {
    failed_ = true;
    left_ = {};
  }

  /// A number; 0 after a fault. It has to be in its shortest form.
  std::uint64_t number() {
    std::uint64_t out = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (left_.empty())
        break;
      const auto group = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      if ((shift == 63 && group > 1) || (shift > 0 && group == 0))
        break;
      out |= static_cast<std::uint64_t>(group & 0x7F) << shift;
      if ((group & 0x80) == 0)
        return out;
    }
    fail();
    return 0;
  }

  /// A length and as many bytes, which live as long as what is read from.
  std::string_view bytes() {
    const auto size = number();
    if (size > left_.size())
      fail();
    const auto out = left_.substr(0, failed_ ? 0 : size);
    left_.remove_prefix(out.size());
    return out;
  }

private:
  template <class Variant, std::size_t... I>
  void choose(Variant& x, std::uint64_t index, std::index_sequence<I...>) {
    if (failed_ || index >= sizeof...(I)) {
      fail();
      return;
    }
    (void)((index == I && (unpack(x.template emplace<I>()), true)) || ...);
  }

  std::string_view left_;
  bool failed_ = false;
};

} // namespace parley::peer
