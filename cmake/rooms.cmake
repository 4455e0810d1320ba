# A room is a folder of the house: one library of all its sources, with the rooms it may look into.

add_library(taubar_flags INTERFACE)
target_compile_options(taubar_flags INTERFACE
  -Wall -Wextra $<$<NOT:$<BOOL:$<TARGET_PROPERTY:TAUBAR_NAMES_MEET>>>:-Wshadow>
  $<$<BOOL:${TAUBAR_WERROR}>:-Werror>
  # False alarms of GCC 12 on "literal" + std::string(…) and on Eigen's vectors at -O3.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-use-after-free>
  # Bit-equal results at every optimisation level (README, "Determinism"): no contraction to fused multiply-add.
  -ffp-contract=off)
if(TAUBAR_PORTABLE_FP)
  set(taubar_eigen EIGEN_DONT_VECTORIZE)  # changes how Eigen aligns, so users of an installed room must share it
endif()

set_property(GLOBAL PROPERTY TAUBAR_ROOMS)

# taubar_room(FOLDER LINKS public libraries… PRIVATE private libraries… HEADERS private libraries without objects…
#             APART header)
# Who uses an installed room needs its public and private libraries, to link, but not those of HEADERS. Files of a room
# APART are always compiled one by one, because they give the same names to their own helpers; where others are compiled
# together, these at least read the header that all of them include, compiled once.
function(taubar_room folder)
  cmake_parse_arguments(ROOM "" "APART" "LINKS;PRIVATE;HEADERS" ${ARGN})
  get_filename_component(name ${folder} NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  if(sources)
    add_library(taubar_${name} STATIC ${sources})
    target_include_directories(taubar_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/taubar>)
    target_link_libraries(taubar_${name} PUBLIC ${ROOM_LINKS} PRIVATE ${ROOM_PRIVATE})
    foreach(library IN LISTS ROOM_HEADERS ITEMS taubar_flags)
      target_link_libraries(taubar_${name} PRIVATE $<BUILD_INTERFACE:${library}>)
    endforeach()
    target_compile_features(taubar_${name} PUBLIC cxx_std_20)
    target_compile_definitions(taubar_${name} PUBLIC ${taubar_eigen})
    if(TAUBAR_UNITY AND ROOM_APART)
      target_precompile_headers(taubar_${name} PRIVATE ${PROJECT_SOURCE_DIR}/${ROOM_APART})
    elseif(TAUBAR_UNITY)
      set_target_properties(taubar_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    endif()
  else()
    add_library(taubar_${name} INTERFACE)
    target_include_directories(taubar_${name} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/taubar>)
    target_link_libraries(taubar_${name} INTERFACE ${ROOM_LINKS})
  endif()
  set_target_properties(taubar_${name} PROPERTIES EXPORT_NAME ${name})
  set_property(GLOBAL APPEND PROPERTY TAUBAR_ROOMS taubar_${name})
endfunction()
