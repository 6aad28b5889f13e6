// Bounds of what clients may send. Defaults of the wire contract; the configuration may change the marked ones.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parley::limits {

inline constexpr std::size_t message_characters = 4000;   ///< code points of a message's content
inline constexpr std::size_t username_min = 3;            ///< characters
inline constexpr std::size_t username_max = 32;           ///< characters
inline constexpr std::size_t password_min = 8;            ///< bytes
inline constexpr std::size_t password_max = 72;           ///< bytes; bcrypt reads no more
inline constexpr std::size_t email_max = 254;             ///< bytes
inline constexpr std::size_t room_name_max = 100;         ///< characters
inline constexpr std::size_t room_description_max = 1000; ///< characters
inline constexpr std::size_t client_msg_id_max = 128;     ///< bytes
inline constexpr std::size_t path_id_bytes = 128;         ///< bytes of one id in a path
inline constexpr std::size_t request_id_bytes = 128;      ///< bytes of a frame's own `id`, as JSON
inline constexpr std::int64_t page_size_default = 20;
inline constexpr std::int64_t page_size_max = 100;
inline constexpr std::int64_t history_default = 50;
inline constexpr std::int64_t history_max = 200;
inline constexpr std::size_t replay_max = 1000; ///< messages that a resume replays at most

} // namespace parley::limits
