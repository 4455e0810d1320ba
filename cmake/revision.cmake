# What --version and the manifest say of this build; known to one source file, so that a commit rebuilds only that.
set(revision unknown)
find_package(Git QUIET)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --abbrev=12 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(revision ${described})
  endif()
endif()
set(kind ${CMAKE_BUILD_TYPE})
if(TAUBAR_PORTABLE_FP)
  string(APPEND kind ", portable floating point")
endif()
set_source_files_properties(sim/report/version.cpp PROPERTIES COMPILE_DEFINITIONS
  "TAUBAR_VERSION=\"${PROJECT_VERSION}\";TAUBAR_REVISION=\"${revision}\";TAUBAR_BUILD_KIND=\"${kind}\";TAUBAR_COMPILER=\"${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\"")
