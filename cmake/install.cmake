# cmake --install: the program, the rooms as libraries taubar::base … taubar::report with taubar::core and taubar::sim
# above them, their headers, and a package for find_package(taubar).
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/taubar)

get_property(rooms GLOBAL PROPERTY TAUBAR_ROOMS)
install(TARGETS ${rooms} taubar_core taubar_sim EXPORT taubarTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/taubar)
install(DIRECTORY core sim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/taubar FILES_MATCHING PATTERN *.hpp)
if(TARGET taubar)
  install(TARGETS taubar RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

install(EXPORT taubarTargets NAMESPACE taubar:: DESTINATION ${package_dir})
configure_package_config_file(cmake/taubarConfig.cmake.in ${PROJECT_BINARY_DIR}/taubarConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/taubarConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/taubarConfig.cmake ${PROJECT_BINARY_DIR}/taubarConfigVersion.cmake
        DESTINATION ${package_dir})
