// What RapidCheck draws for the protocol's properties.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

namespace parley::test {

inline void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

/// Any code point but surrogates; each length of UTF-8 is drawn often, controls and quotes too.
inline rc::Gen<std::uint32_t> code_point() {
  return rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0, 0x20),
                        rc::gen::element<std::uint32_t>('"', '\\', '/', 0x7f, 0x2028, 0xfffd),
                        rc::gen::inRange<std::uint32_t>(0x80, 0x800), rc::gen::inRange<std::uint32_t>(0x800, 0xd800),
                        rc::gen::inRange<std::uint32_t>(0xe000, 0x10000),
                        rc::gen::inRange<std::uint32_t>(0x10000, 0x110000));
}

/// Well-formed UTF-8 of any content, U+0000 included.
inline rc::Gen<std::string> utf8_text() {
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(code_point()),
                      [](const std::vector<std::uint32_t>& characters) {
                        std::string out;
                        for (std::uint32_t c : characters)
                          append_utf8(out, c);
                        return out;
                      });
}

} // namespace parley::test
