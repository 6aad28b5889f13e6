# Writes the bill of materials of a program as CycloneDX 1.5 in JSON: every shared library that it is linked to, also
# through others, the libraries that are headers only, and the npm modules that are embedded. Works without a network.
#
# cmake -DPROGRAM=… -DVERSION=… -DOUTPUT=… -DNPM_LOCK=package-lock.json -DWEB=web -P write_sbom.cmake
#
# What Debian installed is named as Debian names it, with the version of the package; elsewhere a file is known by its
# name alone. `parley:component` and `parley:built-with` repeat the row of `parley --version --verbose`.
cmake_minimum_required(VERSION 3.25)

# The name in `--version --verbose`, a pattern for the library's file (or a header, where there is none), the licence.
set(known
  "boost|boost/version.hpp|BSL-1.0"
  "caf|libcaf_.*|BSD-3-Clause"
  "cli11|CLI/CLI.hpp|BSD-3-Clause"
  "expected|tl/expected.hpp|CC0-1.0"
  "fmt|libfmt.*|MIT"
  "giflib|libgif|MIT"
  "glibc|(libc|libm|libpthread|libresolv|librt|libdl|ld-linux.*)|LGPL-2.1-or-later"
  "libjpeg-turbo|libjpeg|IJG"
  "libpng|libpng16.*|libpng-2.0"
  "libpq|libpq|PostgreSQL"
  "libwebp|lib(webp|webpdemux|sharpyuv).*|BSD-3-Clause"
  "libxcrypt|libcrypt|LGPL-2.1-or-later"
  "nlohmann-json|nlohmann/json.hpp|MIT"
  "openssl|lib(ssl|crypto)|Apache-2.0"
  "prometheus-cpp|libprometheus-cpp.*|MIT"
  "soci|libsoci_.*|BSL-1.0"
  "spdlog|libspdlog.*|MIT"
  "sqlite|libsqlite3|blessing"
  "tomlplusplus|libtomlplusplus|MIT"
  "utf8proc|libutf8proc|MIT"
  "|lib(stdc\\+\\+|gcc_s).*|GPL-3.0-or-later WITH GCC-exception-3.1"
  "|lib(asan|ubsan|tsan)|Apache-2.0 WITH LLVM-exception"
  "|libz|Zlib"
  # What libpq brings along in Debian's build of it.
  "|lib(gssapi_krb5|krb5|k5crypto|krb5support|com_err|ffi)|MIT"
  "|lib(ldap|lber).*|OLDAP-2.8"
  "|libsasl2|BSD-4-Clause"
  "|lib(gnutls|tasn1|keyutils)|LGPL-2.1-or-later"
  "|lib(nettle|hogweed|gmp|idn2|unistring)|GPL-2.0-or-later OR LGPL-3.0-or-later"
  "|libp11-kit|BSD-3-Clause")

find_program(DPKG_QUERY dpkg-query)
set(distribution "")
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release facts REGEX "^(ID|VERSION_ID)=")
  foreach(fact IN LISTS facts)
    string(REGEX MATCH "^([A-Z_]+)=\"?([^\"]*)" ignored "${fact}")
    set(os_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
  endforeach()
endif()

# As a JSON string.
function(quote out text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  set(${out} "\"${text}\"" PARENT_SCOPE)
endfunction()

# As a part of a package URL.
function(escape out text)
  string(REPLACE "%" "%25" text "${text}")
  string(REPLACE "+" "%2B" text "${text}")
  string(REPLACE ":" "%3A" text "${text}")
  string(REPLACE "@" "%40" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# The Debian package that a file is of, and its version and architecture; empty where nothing knows.
function(find_package_of file)
  set(package "" PARENT_SCOPE)
  if(NOT DPKG_QUERY)
    return()
  endif()
  file(REAL_PATH ${file} real)
  string(REGEX REPLACE "^/usr/lib" "/lib" merged "${real}") # of one folder under two names, the database knows one
  foreach(path IN ITEMS ${real} ${merged} ${file})
    execute_process(COMMAND ${DPKG_QUERY} -S ${path} OUTPUT_VARIABLE owner RESULT_VARIABLE fault ERROR_QUIET)
    if(fault EQUAL 0)
      string(REGEX MATCH "^[^,:]+(:[a-z0-9]+)?" owner "${owner}")
      execute_process(COMMAND ${DPKG_QUERY} -W "-f=\${Package}|\${Version}|\${Architecture}" ${owner}
        OUTPUT_VARIABLE about COMMAND_ERROR_IS_FATAL ANY)
      string(REPLACE "|" ";" about "${about}")
      list(GET about 0 name)
      list(GET about 1 version)
      list(GET about 2 architecture)
      set(package ${name} PARENT_SCOPE)
      set(version ${version} PARENT_SCOPE)
      set(architecture ${architecture} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# Adds a component to `components`, or the file to the one that has its reference already.
function(add_component reference name version licence hash)
  quote(json_reference "${reference}")
  if(NOT reference IN_LIST references)
    list(APPEND references "${reference}")
    quote(json_name "${name}")
    set(text "{\"type\":\"library\",\"bom-ref\":${json_reference},\"name\":${json_name},\"purl\":${json_reference}}")
    if(NOT version STREQUAL "")
      quote(json_version "${version}")
      string(JSON text SET "${text}" version ${json_version})
    endif()
    if(licence MATCHES " ")
      quote(json_licence "${licence}")
      string(JSON text SET "${text}" licenses "[{\"expression\":${json_licence}}]")
    elseif(NOT licence STREQUAL "")
      quote(json_licence "${licence}")
      string(JSON text SET "${text}" licenses "[{\"license\":{\"id\":${json_licence}}}]")
    endif()
    if(NOT hash STREQUAL "")
      string(JSON text SET "${text}" hashes "[{\"alg\":\"SHA-512\",\"content\":\"${hash}\"}]")
    endif()
    string(JSON text SET "${text}" properties "[]")
    string(JSON count LENGTH "${components}")
    string(JSON components SET "${components}" ${count} "${text}")
    set(references "${references}" PARENT_SCOPE)
  endif()
  list(FIND references "${reference}" at)
  foreach(property IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.*)$" ignored "${property}")
    quote(value "${CMAKE_MATCH_2}")
    set(entry "{\"name\":\"parley:${CMAKE_MATCH_1}\",\"value\":${value}}")
    string(JSON have GET "${components}" ${at} properties)
    string(FIND "${have}" "${value}" twice)
    if(twice EQUAL -1)
      string(JSON count LENGTH "${components}" ${at} properties)
      string(JSON components SET "${components}" ${at} properties ${count} "${entry}")
    endif()
  endforeach()
  set(components "${components}" PARENT_SCOPE)
endfunction()

# Base64 with padding (RFC 4648 §4), as `integrity` has it, to hexadecimal digits.
function(base64_to_hex out text)
  set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  set(digits 0123456789abcdef)
  string(LENGTH "${text}" length)
  set(hex "")
  math(EXPR last "${length} - 1")
  foreach(i RANGE 0 ${last} 4)
    set(group 0)
    set(bytes 3)
    foreach(j RANGE 0 3)
      math(EXPR at "${i} + ${j}")
      string(SUBSTRING "${text}" ${at} 1 letter)
      if(letter STREQUAL "=")
        math(EXPR bytes "${bytes} - 1")
        set(sextet 0)
      else()
        string(FIND ${alphabet} "${letter}" sextet)
      endif()
      math(EXPR group "${group} * 64 + ${sextet}")
    endforeach()
    foreach(shift IN ITEMS 20 16 12 8 4 0)
      math(EXPR nibble "(${group} >> ${shift}) & 15")
      math(EXPR position "(20 - ${shift}) / 8")
      if(position LESS bytes)
        string(SUBSTRING ${digits} ${nibble} 1 digit)
        string(APPEND hex ${digit})
      endif()
    endforeach()
  endforeach()
  set(${out} ${hex} PARENT_SCOPE)
endfunction()

# A library or a header, by the file that the program takes.
function(add_file file what)
  set(component "")
  set(licence "")
  set(bare ${what})
  if(NOT what MATCHES "/") # a library: its name without what follows `.so`
    string(REGEX REPLACE "\\.so.*$" "" bare "${what}")
  endif()
  foreach(row IN LISTS known)
    string(REPLACE "|" ";" row "${row}")
    list(GET row 1 pattern)
    list(LENGTH row size)
    # A pattern may hold bars of its own.
    math(EXPR end "${size} - 1")
    list(GET row ${end} row_licence)
    list(GET row 0 row_component)
    list(SUBLIST row 1 -1 pattern)
    list(POP_BACK pattern)
    list(JOIN pattern "|" pattern)
    if(bare MATCHES "^(${pattern})$")
      set(component "${row_component}")
      set(licence "${row_licence}")
    endif()
  endforeach()
  set(properties "file=${what}")
  set(built_with "")
  if(NOT component STREQUAL "" AND versions MATCHES "\n${component} +([^ \n]+)")
    set(built_with ${CMAKE_MATCH_1})
    list(PREPEND properties "component=${component}" "built-with=${built_with}")
  endif()
  find_package_of(${file})
  if(package STREQUAL "")
    string(REGEX REPLACE "\\.so.*$" "" package "${what}")
    set(version "${built_with}")
    escape(reference "${package}")
    set(reference "pkg:generic/${reference}@${version}")
  else()
    escape(purl_name "${package}")
    escape(purl_version "${version}")
    set(reference "pkg:deb/${os_ID}/${purl_name}@${purl_version}?arch=${architecture}&distro=${os_ID}-${os_VERSION_ID}")
  endif()
  add_component("${reference}" "${package}" "${version}" "${licence}" "" ${properties})
  set(components "${components}" PARENT_SCOPE)
  set(references "${references}" PARENT_SCOPE)
endfunction()

set(components "[]")
set(references "")
execute_process(COMMAND ${PROGRAM} --version --verbose OUTPUT_VARIABLE versions COMMAND_ERROR_IS_FATAL ANY)

file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${PROGRAM}
  RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR missing)
if(missing)
  message(FATAL_ERROR "${PROGRAM} is linked to what is not there: ${missing}")
endif()
list(SORT libraries)
foreach(library IN LISTS libraries)
  get_filename_component(name ${library} NAME)
  add_file(${library} ${name})
endforeach()
foreach(row IN LISTS known)
  string(REGEX MATCH "^[^|]*\\|([^|]*/[^|]*)\\|" ignored "${row}")
  if(CMAKE_MATCH_1)
    set(header ${CMAKE_MATCH_1})
    find_path(folder ${header} PATHS /usr/local/include /usr/include NO_CACHE)
    if(folder)
      add_file(${folder}/${header} ${header})
    endif()
    unset(folder)
  endif()
endforeach()

# A module of npm, by the entry of its lock file; the rest of a lock file is not shipped.
function(add_module lock name)
  string(JSON version GET "${lock}" packages node_modules/${name} version)
  string(JSON licence GET "${lock}" packages node_modules/${name} license)
  string(JSON integrity GET "${lock}" packages node_modules/${name} integrity)
  string(REGEX REPLACE "^sha512-" "" integrity "${integrity}")
  base64_to_hex(hash "${integrity}")
  escape(purl_name "${name}")
  add_component("pkg:npm/${purl_name}@${version}" ${name} ${version} "${licence}" ${hash} ${ARGN})
  set(components "${components}" PARENT_SCOPE)
  set(references "${references}" PARENT_SCOPE)
endfunction()

file(READ ${NPM_LOCK} lock)
add_module("${lock}" swagger-ui-dist "file=docs/swagger-ui-bundle.js" "file=docs/swagger-ui.css")
# The application, if it is part of the program: its build lists the modules that it took.
if(EXISTS ${WEB}/app/dist/modules.txt)
  file(READ ${WEB}/package-lock.json lock)
  file(STRINGS ${WEB}/app/dist/modules.txt modules)
  foreach(module IN LISTS modules)
    add_module("${lock}" ${module} "file=app/assets")
  endforeach()
endif()

set(self "pkg:generic/parley@${VERSION}")
set(depends "[]")
set(dependencies "[]")
set(count 0)
foreach(reference IN LISTS references)
  quote(reference "${reference}")
  string(JSON depends SET "${depends}" ${count} ${reference})
  math(EXPR count "${count} + 1")
endforeach()
string(JSON dependencies SET "${dependencies}" 0 "{\"ref\":\"${self}\",\"dependsOn\":${depends}}")

# No time and a number that follows from the content: the same build gives the same bytes.
string(UUID serial NAMESPACE 6ba7b811-9dad-11d1-80b4-00c04fd430c8 NAME "${versions}${components}" TYPE SHA1)
string(REGEX MATCH "revision +([^\n]+)" ignored "${versions}")
set(revision "${CMAKE_MATCH_1}")
set(document "{\"$schema\":\"http://cyclonedx.org/schema/bom-1.5.schema.json\",\"bomFormat\":\"CycloneDX\",
  \"specVersion\":\"1.5\",\"serialNumber\":\"urn:uuid:${serial}\",\"version\":1,
  \"metadata\":{\"component\":{\"type\":\"application\",\"bom-ref\":\"${self}\",\"name\":\"parley\",
    \"version\":\"${VERSION}\",\"purl\":\"${self}\",\"licenses\":[{\"license\":{\"id\":\"MIT\"}}],
    \"properties\":[{\"name\":\"parley:revision\",\"value\":\"${revision}\"}]}},
  \"components\":${components},\"dependencies\":${dependencies}}")
string(JSON document SET "${document}" version 1) # checks and formats all of it
file(WRITE ${OUTPUT} "${document}\n")
