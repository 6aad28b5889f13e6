# Installs the systemd units and the configuration that they read. Run by `cmake --install`, which knows the prefix;
# ParleyInstall.cmake sets `deploy`, `sample`, `binaries` and `work`.
set(prefix "${CMAKE_INSTALL_PREFIX}")
# As GNUInstallDirs has it: what belongs to the system itself is configured under /etc.
if(prefix STREQUAL "/usr" OR prefix STREQUAL "/" OR prefix MATCHES "^/opt/")
  set(settings /etc/parley)
else()
  set(settings "${prefix}/etc/parley")
endif()

foreach(unit IN ITEMS parley.service parley-backup.service)
  file(READ "${deploy}/${unit}" text)
  string(REPLACE "/usr/local/bin/parley" "${prefix}/${binaries}/parley" text "${text}")
  string(REPLACE "/etc/parley/parley.toml" "${settings}/parley.toml" text "${text}")
  file(WRITE "${work}/${unit}" "${text}")
  file(INSTALL "${work}/${unit}" DESTINATION "${prefix}/lib/systemd/system")
endforeach()
file(INSTALL "${deploy}/parley.socket" "${deploy}/parley-backup.timer" DESTINATION "${prefix}/lib/systemd/system")

# An operator's settings are not overwritten.
if(EXISTS "$ENV{DESTDIR}${settings}/parley.toml")
  message(STATUS "Kept: $ENV{DESTDIR}${settings}/parley.toml")
else()
  file(INSTALL "${sample}" DESTINATION "${settings}")
endif()
