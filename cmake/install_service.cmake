# Installs the systemd unit and the configuration that it reads. Run by `cmake --install`, which knows the prefix;
# ParleyInstall.cmake sets `deploy`, `sample`, `binaries` and `work`.
set(prefix "${CMAKE_INSTALL_PREFIX}")
# As GNUInstallDirs has it: what belongs to the system itself is configured under /etc.
if(prefix STREQUAL "/usr" OR prefix STREQUAL "/")
  set(settings /etc/parley)
else()
  set(settings "${prefix}/etc/parley")
endif()

file(READ "${deploy}/parley.service" unit)
string(REPLACE "/usr/local/bin/parley" "${prefix}/${binaries}/parley" unit "${unit}")
string(REPLACE "/etc/parley/parley.toml" "${settings}/parley.toml" unit "${unit}")
file(WRITE "${work}/parley.service" "${unit}")
file(INSTALL "${work}/parley.service" DESTINATION "${prefix}/lib/systemd/system")

# An operator's settings are not overwritten.
if(EXISTS "$ENV{DESTDIR}${settings}/parley.toml")
  message(STATUS "Kept: $ENV{DESTDIR}${settings}/parley.toml")
else()
  file(INSTALL "${sample}" DESTINATION "${settings}")
endif()
