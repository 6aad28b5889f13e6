# What `cmake --install` puts where: programs, systemd units, the configuration, manual pages, completions. What belongs to
# parley-load is the component `load`, for a package of its own.
include(GNUInstallDirs)

install(TARGETS parley RUNTIME COMPONENT parley)
install(TARGETS parley-load RUNTIME COMPONENT load)

# The units and the configuration that they read depend on the prefix, which --prefix may still change.
install(FILES config/parley.toml deploy/grafana/parley.json deploy/prometheus/parley.rules.yml
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT parley)
install(CODE "
  set(deploy \"${CMAKE_SOURCE_DIR}/deploy\")
  set(sample \"${CMAKE_SOURCE_DIR}/config/parley.toml\")
  set(binaries \"${CMAKE_INSTALL_BINDIR}\")
  set(work \"${CMAKE_BINARY_DIR}/install\")" COMPONENT parley)
install(SCRIPT cmake/install_service.cmake COMPONENT parley)

set(settings_page ${CMAKE_BINARY_DIR}/install/parley.toml.5)
add_custom_command(
  OUTPUT ${settings_page}
  COMMAND ${CMAKE_COMMAND} -DSAMPLE=${CMAKE_SOURCE_DIR}/config/parley.toml -DVERSION=${PROJECT_VERSION}
          -DOUTPUT=${settings_page} -P ${CMAKE_SOURCE_DIR}/cmake/write_settings_page.cmake
  DEPENDS config/parley.toml cmake/write_settings_page.cmake
  COMMENT "Writing parley.toml(5)"
  VERBATIM)
add_custom_target(parley-settings-page ALL DEPENDS ${settings_page})
install(FILES deploy/man/parley.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT parley)
install(FILES deploy/man/parley-load.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT load)
install(FILES ${settings_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT parley)

set(completions ${CMAKE_SOURCE_DIR}/deploy/completions)
foreach(program parley parley-load)
  set(component parley)
  if(program STREQUAL "parley-load")
    set(component load)
  endif()
  # Shells look for a file of the program's own name.
  install(FILES ${completions}/parley.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program}
          COMPONENT ${component})
  install(FILES ${completions}/parley.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
          RENAME ${program}.fish COMPONENT ${component})
endforeach()
install(FILES ${completions}/_parley DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT parley)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT parley)
