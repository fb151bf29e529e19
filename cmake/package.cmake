# The emulator as a library: find_package(halfstep) gives halfstep::format, and pkg-config knows `halfstep`.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(halfstep_format PROPERTIES EXPORT_NAME format)
set_target_properties(halfstep_exact PROPERTIES EXPORT_NAME exact)
install(TARGETS halfstep_format halfstep_exact EXPORT halfstep COMPONENT library
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/halfstep/format DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/halfstep COMPONENT library
        FILES_MATCHING PATTERN "*.hpp")
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/halfstep)
install(EXPORT halfstep NAMESPACE halfstep:: FILE halfstepConfig.cmake DESTINATION ${package_folder} COMPONENT library)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/halfstepConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/halfstepConfigVersion.cmake DESTINATION ${package_folder} COMPONENT library)

configure_file(cmake/halfstep.pc.in ${PROJECT_BINARY_DIR}/halfstep.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/halfstep.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
