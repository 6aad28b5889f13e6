// The frame of numbered pages (wire contract §1). Inside `protocol/` only.
#pragma once

#include "protocol/json_writer.hpp"
#include "protocol/model.hpp"

#include <cstddef>
#include <string>

namespace parley {

/// An object of which `write(out)` writes the members; `size` is a guess of its bytes.
template <class Write>
std::string encode_object(std::size_t size, Write write) {
  json_writer out{size};
  out.begin_object();
  write(out);
  out.end_object();
  return out.take();
}

/// An array of objects; `write(out, x)` writes the members of one.
template <class Items, class Write>
void write_objects(json_writer& out, std::string_view key, const Items& items, Write write) {
  out.begin_array(key);
  for (const auto& x : items) {
    out.begin_object();
    write(out, x);
    out.end_object();
  }
  out.end_array();
}

/// `{"items":[…],"total","page","size"}`; `item_size` is a guess of the bytes of one. `write_more(out)` adds members.
template <class T, class Write, class More>
std::string encode_page(const page<T>& x, std::size_t item_size, Write write, More write_more) {
  return encode_object(64 + x.items.size() * item_size, [&](json_writer& out) {
    write_objects(out, "items", x.items, write);
    out.number("total", x.total);
    out.number("page", x.number);
    out.number("size", x.size);
    write_more(out);
  });
}

template <class T, class Write>
std::string encode_page(const page<T>& x, std::size_t item_size, Write write) {
  return encode_page(x, item_size, write, [](json_writer&) {});
}

} // namespace parley
