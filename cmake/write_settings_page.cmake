# Writes the manual page parley.toml(5) from the sample configuration, which a test holds equal to the table of settings:
# cmake -DSAMPLE=config/parley.toml -DVERSION=… -DOUTPUT=… -P write_settings_page.cmake
cmake_minimum_required(VERSION 3.25)

# The text as roff takes it: no line that begins a request, no character of its own meaning.
function(escape out text)
  string(REPLACE "\\" "\\e" text "${text}")
  string(REPLACE "-" "\\-" text "${text}")
  string(REGEX REPLACE "^([.'])" "\\\\&\\1" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Brackets and semicolons would make lists of CMake's of the lines: control characters stand in for them meanwhile.
string(ASCII 1 semicolon)
string(ASCII 2 opening)
string(ASCII 3 closing)
file(READ ${SAMPLE} text)
string(REPLACE ";" "${semicolon}" text "${text}")
string(REPLACE "[" "${opening}" text "${text}")
string(REPLACE "]" "${closing}" text "${text}")
string(REPLACE "\n" ";" lines "${text}")

set(page ".\\\" Made from config/parley.toml.\n.TH PARLEY.TOML 5 \"\" \"Parley ${VERSION}\" \"File Formats Manual\"\n.SH NAME\n"
         "parley.toml \\- the settings of the Parley server\n.SH DESCRIPTION\n"
         "A TOML file that\n.B parley serve \\-\\-config\n.I FILE\nreads. "
         "What is missing in it keeps its default, and an unknown key stops the start. "
         "Each key can be given as\n.BI \\-\\-set\\  section.key=value\nand as\n.B PARLEY_SECTION_KEY\n"
         "in the environment too, which go before the file.\n")
string(JOIN "" page ${page})
set(section "")
set(words "")
set(takes "")
foreach(line IN LISTS lines)
  string(REPLACE "${semicolon}" ";" line "${line}")
  string(REPLACE "${opening}" "[" line "${line}")
  string(REPLACE "${closing}" "]" line "${line}")
  if(line MATCHES "^\\[(.*)\\]$")
    set(section "${CMAKE_MATCH_1}.")
    escape(name "${CMAKE_MATCH_1}")
    string(APPEND page ".SH ${name}\n")
  elseif(line MATCHES "^# takes: (.*)$")
    set(takes "${CMAKE_MATCH_1}")
  elseif(line MATCHES "^# (.*)$")
    string(APPEND words "${CMAKE_MATCH_1} ")
  elseif(line MATCHES "^#? ?([a-z_]+) = (.*)$" AND NOT takes STREQUAL "")
    escape(name "${section}${CMAKE_MATCH_1}")
    escape(default "${CMAKE_MATCH_2}")
    string(STRIP "${words}" words)
    escape(words "${words}")
    escape(takes "${takes}")
    if(section STREQUAL "" AND NOT page MATCHES "\n.SH SETTINGS")
      string(APPEND page ".SH SETTINGS\n")
    endif()
    string(APPEND page ".TP\n.B ${name}\n${words}.\nTakes ${takes}; the default is ${default}\n")
    set(words "")
    set(takes "")
  else()
    set(words "")
  endif()
endforeach()
string(APPEND page ".SH SEE ALSO\n.BR parley (1)\n")
file(WRITE ${OUTPUT} "${page}")
