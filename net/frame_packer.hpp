// Compresses what clients are told (RFC 7692 §7.2.1): each frame once a thread, for all connections that take it so.
#pragma once

#include "actors/frame.hpp"
#include "net/deflate_terms.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct z_stream_s;

namespace parley::net {

/// The window of one client's inflater, as far as we know and use it.
class peer_window {
public:
  peer_window() = default;
  explicit peer_window(const deflate_terms& terms) : bits_(terms.window_bits), keeps_(terms.keeps_context ? 1 : 0) {}

  /// False: the client was told that nothing is compressed, either way.
  bool is_open() const { return bits_ != 0; }

private:
  friend class frame_packer;

  std::uint64_t last_ : 48 = 0; ///< the number of the frame of a chain that it ends with; 0: of another one, or none
  std::uint64_t bits_ : 8 = 0;
  std::uint64_t keeps_ : 1 = 0;
};

/// Each I/O thread has one and uses it alone. A client's window ends with the last frame that was compressed for it.
/// Whoever heard the frame of a chain that came before this one is sent what was compressed with that one's help, the
/// same bytes for all of them; any other is sent what was compressed without help, once more the same bytes for all.
/// So no connection has a deflater, or needs to be told apart from others.
///
/// Frames of different chains never help each other: how short a frame becomes would tell those who can see sizes and
/// speak in one room what is said in another.
class frame_packer {
public:
  /// Longer frames go as they are: a thread would be held up for longer than half a millisecond.
  static constexpr std::size_t frame_bytes_max = 65'536;
  /// Longer frames of a chain are compressed as if they were of none. A chain keeps four frames at most.
  static constexpr std::size_t chained_bytes_max = 2048;
  /// So many chains have their last frame remembered; of two that fall on one place, neither has help.
  static constexpr std::size_t chains = 4093;

  /// Frames under `min_bytes` go as they are.
  explicit frame_packer(std::size_t min_bytes);
  frame_packer(const frame_packer&) = delete;
  frame_packer& operator=(const frame_packer&) = delete;
  ~frame_packer();

  /// The frame as it goes to a client with the window `of`, right behind what was packed for it before: `plain` itself
  /// where it is not worth it.
  frame_ptr pack(const frame_ptr& plain, peer_window& of);

  /// The same for a frame that nobody else is sent, as in a replay. `before` is what was packed last for this client by
  /// this call, or null.
  frame_ptr pack_alone(const frame_ptr& plain, const frame_ptr& before, peer_window& of);

  /// How many frames it has compressed.
  std::uint64_t packed() const { return packed_; }

private:
  /// A frame with what was made of it so far.
  struct place {
    frame_ptr plain;
    std::uint64_t number = 0; ///< of `plain`; never 0 where it is of a chain
    frame_ptr alone;          ///< without help
    frame_ptr helped;         ///< with that of `before`
    frame_ptr before;         ///< the frame of the chain that came before; null if there is none
    std::uint64_t number_before = 0;
  };
  struct ending {
    void operator()(z_stream_s* x) const;
  };

  bool is_worth(const frame& x) const;
  place& find_place(const frame_ptr& plain);
  /// `plain` itself if that is no longer, or there is no memory.
  frame_ptr compress(const frame_ptr& plain, std::string_view help);
  bool begin();

  std::size_t min_bytes_;
  std::uint64_t last_number_ = 0;
  std::uint64_t packed_ = 0;
  place unchained_;                            ///< the last frame of no chain
  std::vector<place> chains_;                  ///< empty until it is used
  std::unique_ptr<z_stream_s, ending> stream_; ///< null until it is used
  std::string out_;
};

} // namespace parley::net
