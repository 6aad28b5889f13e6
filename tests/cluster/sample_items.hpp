// One item of each kind and, within, one of each choice: filled by lot, the same for the same seed.
#pragma once

#include "cluster/peer_fields.hpp"

#include <random>
#include <type_traits>

namespace parley::cluster::test {

/// Fills fields by lot. `choose` says which alternative the next variant gets; -1 draws one.
class filler {
public:
  explicit filler(unsigned seed) : lot_(seed) {}

  template <class... T>
  void operator()(T&&... fields) {
    (fill(fields), ...);
  }

  template <class T>
  void fill(T& x) {
    if constexpr (requires { each_field(*this, x); })
      each_field(*this, x);
    else
      leaf(x);
  }

  void leaf(bool& x) { x = draw(2) == 1; }
  void leaf(std::string& x) { x.assign(draw(40), static_cast<char>(draw(256))); }
  void leaf(double& x) { x = static_cast<double>(draw(1'000'000)) / 7; }
  void leaf(close_code& x) { x = draw(2) == 0 ? close_code::going_away : close_code::slow_consumer; }
  void leaf(frame_ptr& x) { x = draw(4) == 0 ? nullptr : make_text_frame(std::string(draw(300), 'f')); }
  template <class T>
  requires std::is_integral_v<T>
  void leaf(T& x) { x = static_cast<T>(static_cast<std::uint64_t>(lot_()) << 32 | lot_()) >> draw(8 * sizeof(T)); }
  template <class T>
  requires std::is_enum_v<T>
  void leaf(T& x) { x = static_cast<T>(draw(2)); }
  template <class Clock>
  void leaf(std::chrono::time_point<Clock, std::chrono::milliseconds>& x) {
    x = std::chrono::time_point<Clock, std::chrono::milliseconds>(std::chrono::milliseconds(lot_()));
  }
  template <class A, class B>
  void leaf(std::pair<A, B>& x) {
    (*this)(x.first, x.second);
  }
  template <class T>
  void leaf(std::optional<T>& x) {
    if (draw(3) > 0)
      fill(x.emplace());
  }
  template <class T>
  void leaf(std::vector<T>& x) {
    x.resize(draw(4));
    for (auto& one : x)
      fill(one);
  }
  template <class... T>
  void leaf(std::variant<T...>& x) {
    emplace(x, draw(sizeof...(T)), std::index_sequence_for<T...>());
  }
  template <class T>
  void leaf(const stays<T>&) {}

  template <class Variant, std::size_t... I>
  void emplace(Variant& x, std::size_t index, std::index_sequence<I...>) {
    (void)((index == I && (fill(x.template emplace<I>()), true)) || ...);
  }

private:
  std::size_t draw(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(lot_); }

  std::mt19937 lot_;
};

template <std::size_t... I>
std::vector<peer_item> sample_items(unsigned seed, std::index_sequence<I...>) {
  std::vector<peer_item> out(sizeof...(I));
  filler by_lot(seed);
  (by_lot.fill(out[I].template emplace<I>()), ...);
  return out;
}

/// One of each kind. Over many seeds every order, question and answer is among them.
inline std::vector<peer_item> sample_items(unsigned seed) {
  return sample_items(seed, std::make_index_sequence<std::variant_size_v<peer_item>>());
}

} // namespace parley::cluster::test
