# `cpack` in a build folder makes two Debian packages, parley and parley-load, for the Debian that it runs on. What a
# package has beyond an installation (copyright, changelogs, compressed manuals, a user of its own) is made by
# pack_debian.cmake, what it does when it comes and goes by deploy/debian.
set(PARLEY_PACKAGE_CONTACT "The Parley authors <parley@parley.invalid>" CACHE STRING
    "Who maintains the Debian packages, as \"Name <address>\"")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME parley)
set(CPACK_PACKAGE_CONTACT "${PARLEY_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_VENDOR "The Parley authors")
# The prefix of packages, whatever that of the build folder is; /etc/parley is outside of it.
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL parley load)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PARLEY_SOURCE ${CMAKE_SOURCE_DIR})
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/pack_debian.cmake)

# One release gives a package for each Debian, which differ by the libraries that they depend on: that of the newer one
# replaces that of the older when the machine is brought up.
set(parley_revision 1)
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release parley_os REGEX "^VERSION_ID=")
  if(parley_os MATCHES "^VERSION_ID=\"?([0-9.]+)")
    set(parley_revision "1~deb${CMAKE_MATCH_1}")
  endif()
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${parley_revision})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_PARLEY_PACKAGE_NAME parley)
set(CPACK_DEBIAN_PARLEY_PACKAGE_DEPENDS "adduser, debconf (>= 0.5) | debconf-2.0")
set(CPACK_DEBIAN_PARLEY_PACKAGE_SUGGESTS "nginx | httpd, parley-load, postgresql, prometheus")
set(CPACK_COMPONENT_PARLEY_DESCRIPTION "server for rooms of people: chat, presence, watching together
Parley serves chat over WebSocket and HTTP, presence, invitations,
notifications, task status and watching videos together, from one process
and one database: SQLite by itself, or PostgreSQL.
.
The installation starts no service: systemctl enable --now parley does,
once /etc/parley/parley.toml is as it should be.")
set(CPACK_DEBIAN_PARLEY_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(parley_control)
foreach(file IN ITEMS conffiles config postinst postrm prerm templates)
  list(APPEND parley_control ${CMAKE_SOURCE_DIR}/deploy/debian/${file})
endforeach()
set(CPACK_DEBIAN_PARLEY_PACKAGE_CONTROL_EXTRA ${parley_control})

set(CPACK_DEBIAN_LOAD_PACKAGE_NAME parley-load)
set(CPACK_DEBIAN_LOAD_PACKAGE_SUGGESTS parley)
set(CPACK_COMPONENT_LOAD_DESCRIPTION "load harness of the Parley server
parley-load talks to a server as many people do at once, measures how late
messages arrive, and checks that none is lost, forged or doubled.")

include(CPack)
