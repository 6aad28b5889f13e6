# Helpers that give every target of Parley the same warnings, include root and sanitizers.

set(PARLEY_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)

function(parley_compile_options target)
  if(PARLEY_WERROR)
    target_compile_options(${target} PRIVATE ${PARLEY_WARNINGS})
  endif()
  if(NOT PARLEY_SANITIZE)
    # Where it optimises, g++ takes what the move of an expected leaves alone for a use of it.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  endif()
  if(CMAKE_UNITY_BUILD)
    # What would be the names and types of one source are those of its neighbours too.
    target_compile_options(${target} PRIVATE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  if(PARLEY_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(PARLEY_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${PARLEY_SANITIZE})
    if(PARLEY_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Asio has fences, which ThreadSanitizer does not see; what they order, its locks order as well.
      target_compile_options(${target} PUBLIC -Wno-tsan)
    endif()
  endif()
endfunction()

# What runs when a server starts and ends, or not at all, or once for what many hear: a release optimises it less, in a
# sixth to a quarter less of the compiler's time.
function(parley_optimise_less target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# Where CMAKE_UNITY_BUILD compiles several sources as one, these of the target are compiled alone: they have a name in
# an unnamed namespace that another source has too. `ALL` leaves out every source.
function(parley_compile_alone target)
  if("${ARGN}" STREQUAL ALL)
    set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  elseif(ARGN)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# parley_library(name SOURCES … LINKS … [ALONE …]): the static library of one folder. `LINKS` are the arrows it may
# follow, `ALONE` is for parley_compile_alone.
function(parley_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS;ALONE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  parley_compile_options(${name})
  parley_compile_alone(${name} ${arg_ALONE})
endfunction()

# parley_test(name SOURCES … LINKS … [ALONE …] [TIMEOUT s] [SHARDS n]): one GoogleTest program, one CTest entry, or n
# that each run a part of its tests and may run side by side. As every entry, it names in REQUIRED_FILES what has to be
# built for it, which is what `script/test -R name` builds.
function(parley_test name)
  cmake_parse_arguments(arg "" "TIMEOUT;SHARDS" "SOURCES;LINKS;ALONE" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gtest_main GTest::gmock)
  parley_compile_options(${name})
  parley_compile_alone(${name} ${arg_ALONE})
  set(entries ${name})
  if(arg_SHARDS)
    set(entries)
    math(EXPR last "${arg_SHARDS} - 1")
    foreach(index RANGE ${last})
      list(APPEND entries ${name}_${index})
    endforeach()
  endif()
  foreach(entry ${entries})
    add_test(NAME ${entry} COMMAND ${name})
    set_tests_properties(${entry} PROPERTIES TIMEOUT ${arg_TIMEOUT} REQUIRED_FILES $<TARGET_FILE:${name}>)
    if(arg_SHARDS)
      string(REPLACE ${name}_ "" index ${entry})
      # Each has its own file of results: GoogleTest would choose one name for programs that begin at the same time.
      set_tests_properties(${entry} PROPERTIES ENVIRONMENT
        "GTEST_TOTAL_SHARDS=${arg_SHARDS};GTEST_SHARD_INDEX=${index};GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/results/${entry}.xml")
    endif()
  endforeach()
endfunction()
