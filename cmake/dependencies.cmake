# Libraries as the distributions package them; every look-up tolerates what differs between them.
find_package(Threads REQUIRED)
find_package(Eigen3 CONFIG REQUIRED)  # no version: Eigen 5 refuses a request for 3.4
if(Eigen3_VERSION VERSION_LESS 3.4)
  message(FATAL_ERROR "Eigen >= 3.4 is needed, found ${Eigen3_VERSION}")
endif()
find_package(Boost 1.74 CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(nlohmann_json 3.10 CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(EXPAT REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(SQLite3 REQUIRED)
set(sqlite_library SQLite3::SQLite3)
if(NOT TARGET SQLite3::SQLite3)  # its name before CMake 4.3
  set(sqlite_library SQLite::SQLite3)
endif()

find_package(Spectra CONFIG QUIET)
if(NOT TARGET Spectra::Spectra)
  find_path(SPECTRA_INCLUDE_DIR Spectra/SymEigsSolver.h REQUIRED)
  add_library(taubar_spectra INTERFACE)
  target_include_directories(taubar_spectra SYSTEM INTERFACE ${SPECTRA_INCLUDE_DIR})
  add_library(Spectra::Spectra ALIAS taubar_spectra)
endif()

# xxHash ships no CMake package; its header alone is enough.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
add_library(taubar_xxhash INTERFACE)
target_include_directories(taubar_xxhash SYSTEM INTERFACE $<BUILD_INTERFACE:${XXHASH_INCLUDE_DIR}>)
target_compile_definitions(taubar_xxhash INTERFACE XXH_INLINE_ALL)

# Open MPI or MPICH or none: without it everything but replay works.
if(TAUBAR_WITH_MPI)
  find_package(MPI COMPONENTS CXX)
endif()
if(MPI_CXX_FOUND)
  set(mpi_library MPI::MPI_CXX)
endif()
