# Writes the numbered migrations of SCHEMA_DIR, with a SHA-256 checksum each, into the C++ source file OUTPUT. Those in a
# folder are of the dialect with its name alone, in place of one of all with the same number and name.
set(files "")
foreach(folder "" sqlite/ postgres/)
  file(GLOB some RELATIVE ${SCHEMA_DIR} ${SCHEMA_DIR}/${folder}*.sql)
  list(SORT some)
  list(APPEND files ${some})
endforeach()

set(entries "")
foreach(path IN LISTS files)
  set(file ${SCHEMA_DIR}/${path})
  get_filename_component(folder ${path} DIRECTORY)
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${stem}.sql is not named like 0001_what_it_does.sql")
  endif()
  set(number ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  # Numbers may be left out: branches that take one each are merged in any order, and what is missing is applied. But one
  # that a dialect has for itself is taken for all, or the others' would be skipped there.
  if(DEFINED stem_of_${number} AND NOT stem_of_${number} STREQUAL stem)
    message(FATAL_ERROR "Two migrations have one number: ${stem_of_${number}}.sql and ${stem}.sql")
  endif()
  set(stem_of_${number} ${stem})
  string(REGEX REPLACE "^0+" "" version ${number})
  file(SHA256 ${file} checksum)
  file(READ ${file} text)
  if(text MATCHES "^-- breaks: ([0-9]+)\n")
    set(breaks ${CMAKE_MATCH_1})
  else()
    set(breaks 2147483647) # whoever does not know it
  endif()
  string(APPEND entries "  {${version}, ${breaks}, \"${folder}\", \"${name}\", \"${checksum}\", R\"migration(${text})migration\"},\n")
endforeach()
if(entries STREQUAL "")
  message(FATAL_ERROR "No migration in ${SCHEMA_DIR}")
endif()

file(WRITE ${OUTPUT} "// Made by storage/embed_schema.cmake from storage/schema; do not edit.
#include \"storage/sql/migrations.hpp\"

namespace parley::storage::sql {
namespace {

constexpr migration texts[] = {
${entries}};

} // namespace

std::span<const migration> embedded_migrations() {
  return texts;
}

} // namespace parley::storage::sql
")
