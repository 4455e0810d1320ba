# cmake -DPROGRAM=… -DPREFIX=… -DLISTED=… -DCATCH_VERSION=… -P list_tests.cmake: one add_test a TEST_CASE of PROGRAM.
if(CATCH_VERSION VERSION_LESS 3)
  set(list_options --list-test-names-only)
  set(must_match "-w NoTests")  # a name that no case has is a failure; later versions need no telling
else()
  set(list_options --list-tests --verbosity quiet)
  set(must_match "")
endif()
execute_process(COMMAND ${PROGRAM} ${list_options} OUTPUT_VARIABLE names ERROR_VARIABLE errors RESULT_VARIABLE status)
if(errors OR NOT status MATCHES "^[0-9]+$" OR NOT names)  # version 2 exits with the number of cases
  message(FATAL_ERROR "${PROGRAM} does not list its cases (${status}): ${errors}")
endif()

# CMake's lists know ";" and "[": both stand aside as control characters while the lines are taken apart.
string(ASCII 1 semicolon)
string(ASCII 2 open)
string(ASCII 3 close)
string(REPLACE ";" "${semicolon}" names "${names}")
string(REPLACE "[" "${open}" names "${names}")
string(REPLACE "]" "${close}" names "${names}")
string(REPLACE "\n" ";" names "${names}")

set(tests "")
foreach(name IN LISTS names)
  if(name STREQUAL "")
    continue()
  endif()
  string(REPLACE "${semicolon}" ";" name "${name}")
  string(REPLACE "," "\\," pattern "${name}")
  string(REPLACE "${open}" "\\[" pattern "${pattern}")
  string(REPLACE "${close}" "\\]" pattern "${pattern}")
  if(pattern MATCHES "^-")
    string(PREPEND pattern "*")  # else it would be taken for an option
  endif()
  string(REPLACE "${open}" "[" name "${name}")
  string(REPLACE "${close}" "]" name "${name}")
  string(APPEND tests "add_test([==[${PREFIX}: ${name}]==] [==[${PROGRAM}]==] [==[${pattern}]==] ${must_match})\n"
                      "set_tests_properties([==[${PREFIX}: ${name}]==] PROPERTIES TIMEOUT 600)\n")
endforeach()
file(WRITE ${LISTED} "${tests}")
