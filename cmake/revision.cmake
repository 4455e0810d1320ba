# What --version and the manifest say of this build; known to one source file, so that a commit rebuilds only that.
set(kind ${CMAKE_BUILD_TYPE})
if(TAUBAR_PORTABLE_FP)
  string(APPEND kind ", portable floating point")
endif()

# The revision is asked for at every build: an edit would otherwise leave a name without "-dirty" in manifests.
find_package(Git QUIET)
set(revision_header ${PROJECT_BINARY_DIR}/revision.hpp)
add_custom_target(taubar_revision BYPRODUCTS ${revision_header} COMMENT ""
  COMMAND ${CMAKE_COMMAND} -DGIT=${GIT_EXECUTABLE} -DSOURCES=${PROJECT_SOURCE_DIR} -DHEADER=${revision_header}
          -P ${PROJECT_SOURCE_DIR}/cmake/write_revision.cmake VERBATIM)
add_dependencies(taubar_report taubar_revision)
set_source_files_properties(sim/report/version.cpp PROPERTIES
  COMPILE_OPTIONS "-include;${revision_header}"
  OBJECT_DEPENDS ${revision_header}
  COMPILE_DEFINITIONS
  "TAUBAR_VERSION=\"${PROJECT_VERSION}\";TAUBAR_BUILD_KIND=\"${kind}\";TAUBAR_COMPILER=\"${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\"")
