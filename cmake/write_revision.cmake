# cmake -DGIT=… -DSOURCES=… -DHEADER=… -P write_revision.cmake: the commit of the sources, as a macro in a header that is
# touched only when it changes. Sources without their own .git (an unpacked archive) have no revision, whatever
# repository they lie in.
set(revision unknown)
set(ENV{GIT_OPTIONAL_LOCKS} 0)  # a build only reads
if(GIT AND EXISTS ${SOURCES}/.git)
  execute_process(COMMAND ${GIT} describe --always --dirty --abbrev=12 WORKING_DIRECTORY ${SOURCES}
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(revision ${described})
  endif()
endif()
set(text "#define TAUBAR_REVISION \"${revision}\"\n")
if(EXISTS ${HEADER})
  file(READ ${HEADER} before)
endif()
if(NOT text STREQUAL "${before}")
  file(WRITE ${HEADER} "${text}")
endif()
