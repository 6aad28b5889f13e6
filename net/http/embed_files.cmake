# Puts files into a C++ source file, by the assembler's .incbin, so that their size costs the compiler nothing.

# parley_embed(OUTPUT FUNCTION path=file …): writes OUTPUT, which defines FUNCTION() of net/http/embedded.hpp.
function(parley_embed output function)
  set(blocks "")
  set(declarations "")
  set(entries "")
  set(files "")
  set(index 0)
  foreach(pair IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched "${pair}")
    set(path ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
    set(symbol parley_${function}_${index})
    string(APPEND blocks
      "  .global ${symbol}\n  .hidden ${symbol}\n${symbol}: .incbin \"${file}\"\n"
      "  .global ${symbol}_end\n  .hidden ${symbol}_end\n${symbol}_end: .byte 0\n")
    string(APPEND declarations "extern const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND entries "  {\"${path}\", {${symbol}, ${symbol}_end}},\n")
    list(APPEND files ${file})
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT "// Made by net/http/embed_files.cmake; do not edit.
#include \"net/http/embedded.hpp\"

#include <array>

__asm__(R\"(
  .section .rodata.parley_${function}, \"a\", @progbits
${blocks}  .previous
)\");

extern \"C\" {
#pragma GCC visibility push(hidden)
${declarations}#pragma GCC visibility pop
}

namespace parley::net {

std::span<const embedded_file> ${function}() {
  static const std::array<embedded_file, ${index}> files{{
${entries}  }};
  return files;
}

} // namespace parley::net
")
  # The target that compiles it belongs to the folder above, where the property has to be known.
  set_source_files_properties(${output} TARGET_DIRECTORY net PROPERTIES OBJECT_DEPENDS "${files}")
endfunction()
