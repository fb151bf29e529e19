# The emulator as a library: find_package(halfstep) gives halfstep::format, and pkg-config knows `halfstep`.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

function(halfstep_package)
  set_target_properties(halfstep_format PROPERTIES EXPORT_NAME format VERSION ${PROJECT_VERSION}
                        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set_target_properties(halfstep_exact PROPERTIES EXPORT_NAME exact)
  install(TARGETS halfstep_format halfstep_exact EXPORT halfstep COMPONENT library
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_COMPONENT library
          INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(DIRECTORY include/halfstep/format DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/halfstep COMPONENT library
          FILES_MATCHING PATTERN "*.hpp")

  set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/halfstep)
  install(EXPORT halfstep NAMESPACE halfstep:: FILE halfstepConfig.cmake DESTINATION ${folder} COMPONENT library)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/halfstepConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/halfstepConfigVersion.cmake DESTINATION ${folder} COMPONENT library)

  # Paths from where halfstep.pc lies, which depends on the folder of libraries: lib, lib64, lib/x86_64-linux-gnu.
  set(pc_folder ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
  file(RELATIVE_PATH pc_to_libdir ${pc_folder} ${CMAKE_INSTALL_FULL_LIBDIR})
  file(RELATIVE_PATH pc_to_includedir ${pc_folder} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  configure_file(cmake/halfstep.pc.in ${PROJECT_BINARY_DIR}/halfstep.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/halfstep.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
endfunction()
