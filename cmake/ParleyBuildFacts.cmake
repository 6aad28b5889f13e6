# What a build is made of: facts for `parley --version --verbose`, and the bill of materials (CycloneDX).

# parley_give_build_facts(source): defines PARLEY_BUILD_… for that one source file. Nothing else may depend on the
# revision, or each commit would compile everything anew. It is the revision of the last configuration.
function(parley_give_build_facts source)
  set(revision unknown)
  find_package(Git QUIET)
  if(PARLEY_REVISION)
    set(revision ${PARLEY_REVISION})
  elseif(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${CMAKE_SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
      OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE fault)
    if(fault EQUAL 0)
      set(revision ${described})
    endif()
  endif()
  # What has no version in a header of its package, or has it in another one with each release.
  pkg_check_modules(LIBPQ QUIET libpq)
  pkg_check_modules(PROMETHEUS_CORE QUIET prometheus-cpp-core)
  pkg_check_modules(TOMLPLUSPLUS QUIET tomlplusplus)
  foreach(fact IN ITEMS
      "REVISION=${revision}"
      "COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
      "TYPE=${CMAKE_BUILD_TYPE}"
      "SANITIZE=${PARLEY_SANITIZE}"
      "JPEG=${jpeg_VERSION}"
      "LIBPQ=${LIBPQ_VERSION}"
      "PROMETHEUS=${PROMETHEUS_CORE_VERSION}"
      "TOML=${TOMLPLUSPLUS_VERSION}"
      "WEBP=${webp_VERSION}")
    string(REGEX MATCH "^([A-Z]+)=(.*)$" ignored "${fact}")
    if(CMAKE_MATCH_2 STREQUAL "")
      set(CMAKE_MATCH_2 none)
    endif()
    set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS PARLEY_BUILD_${CMAKE_MATCH_1}="${CMAKE_MATCH_2}")
  endforeach()
endfunction()

# parley_add_sbom(target): build/<preset>/<target>.cdx.json, written again whenever the program is linked again.
function(parley_add_sbom target)
  set(sbom ${CMAKE_BINARY_DIR}/${target}.cdx.json)
  set(lock ${CMAKE_SOURCE_DIR}/web/docs/package-lock.json)
  add_custom_command(
    OUTPUT ${sbom}
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DVERSION=${PROJECT_VERSION} -DOUTPUT=${sbom}
            -DNPM_LOCK=${lock} -DWEB=${CMAKE_SOURCE_DIR}/web -P ${CMAKE_SOURCE_DIR}/cmake/write_sbom.cmake
    DEPENDS ${target} ${lock} ${CMAKE_SOURCE_DIR}/cmake/write_sbom.cmake
    COMMENT "Writing the bill of materials"
    VERBATIM)
  add_custom_target(${target}-sbom ALL DEPENDS ${sbom})
endfunction()
