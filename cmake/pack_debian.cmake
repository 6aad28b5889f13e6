# Run by cpack before it packs: gives each package what Debian's policy asks for beyond an installation.
# SOURCE_DATE_EPOCH decides the date where it is set.
cmake_minimum_required(VERSION 3.25)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(version "${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")

# One paragraph of a copyright file in Debian's form, indented, where a dot stands for an empty line.
file(READ ${CPACK_PARLEY_SOURCE}/LICENSE license)
string(FIND "${license}" "Permission is" begin) # behind the name and the line of the copyright
string(SUBSTRING "${license}" ${begin} -1 license)
string(STRIP "${license}" license)
string(REGEX REPLACE "\n(.)" "\n \\1" license "${license}")
string(REGEX REPLACE "\n\n" "\n .\n" license "${license}")

foreach(component parley load)
  set(top ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${component})
  set(name parley)
  if(component STREQUAL "load")
    set(name parley-load)
  endif()
  set(documents ${top}/usr/share/doc/${name})
  file(MAKE_DIRECTORY ${documents})
  file(WRITE ${documents}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
       "Files: *\nCopyright: 2026 The Parley authors\nLicense: Expat\n ${license}\n")
  file(WRITE ${documents}/changelog.Debian "${name} (${version}) stable; urgency=medium\n\n"
       "  * What is new stands in the changelog of Parley itself.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
  set(packed ${documents}/changelog.Debian)

  if(component STREQUAL "parley")
    file(REMOVE ${documents}/LICENSE)
    file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
    list(APPEND packed ${documents}/changelog)
    # The package makes the user, so that its number stays and the data lie where their name says.
    foreach(unit parley parley-backup)
      set(path ${top}/usr/lib/systemd/system/${unit}.service)
      file(READ ${path} text)
      string(REGEX REPLACE "DynamicUser=yes\n(User=parley\n)?" "User=parley\nGroup=parley\n" text "${text}")
      file(WRITE ${path} "${text}")
    endforeach()
  endif()
  file(GLOB programs ${top}/usr/bin/*)
  execute_process(COMMAND strip --remove-section=.comment ${programs} COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB pages ${top}/usr/share/man/*/*)
  foreach(file ${packed} ${pages})
    execute_process(COMMAND gzip --best --no-name --force ${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  # Whatever umask the packer has.
  file(GLOB_RECURSE files LIST_DIRECTORIES true ${top}/usr/share/*)
  foreach(file ${files})
    if(IS_DIRECTORY ${file})
      file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    else()
      file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    endif()
  endforeach()
endforeach()
