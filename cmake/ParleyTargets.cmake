# Helpers that give every target of Parley the same warnings, include root and sanitizers.

set(PARLEY_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual)

function(parley_compile_options target)
  target_compile_options(${target} PRIVATE ${PARLEY_WARNINGS})
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

# parley_library(name SOURCES … LINKS …): the static library of one folder. `LINKS` are the arrows it may follow.
function(parley_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  parley_compile_options(${name})
endfunction()

# parley_test(name SOURCES … LINKS … [TIMEOUT s]): one GoogleTest program, one CTest entry.
function(parley_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gtest_main GTest::gmock)
  parley_compile_options(${name})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()
