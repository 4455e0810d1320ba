# Each TEST_CASE becomes a test of ctest, whatever its name says. Catch2's own catch_discover_tests cuts a name at ";" and
# joins names after an unclosed "[": such tests would be reported as passed without having run.

# taubar_discover_tests(TARGET PREFIX): lists the cases of a test program whenever it is linked.
function(taubar_discover_tests target prefix)
  set(listed ${CMAKE_CURRENT_BINARY_DIR}/${target}_cases.cmake)
  add_custom_command(TARGET ${target} POST_BUILD BYPRODUCTS ${listed} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${target}> -DPREFIX=${prefix} -DLISTED=${listed}
            -DCATCH_VERSION=${Catch2_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/list_tests.cmake)
  set(include_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake)
  file(WRITE ${include_file} "if(EXISTS [==[${listed}]==])
  include([==[${listed}]==])
else()
  add_test([==[${prefix}: is not built]==] ${target}_is_not_built)
endif()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_file})
endfunction()
