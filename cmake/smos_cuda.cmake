# CUDA or not: SMOS_CUDA=AUTO takes it where there is a compiler, ON insists, OFF never asks.
# Sets SMOS_WITH_CUDA.
if(NOT DEFINED SMOS_CUDA)
  set(SMOS_CUDA AUTO CACHE STRING "CUDA twins of the kernels: AUTO, ON or OFF")
endif()
if(NOT SMOS_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "SMOS_CUDA is '${SMOS_CUDA}': use AUTO, ON or OFF")
endif()

set(SMOS_WITH_CUDA OFF)
if(SMOS_CUDA STREQUAL "AUTO")
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(SMOS_WITH_CUDA ON)
  endif()
elseif(SMOS_CUDA STREQUAL "ON")
  set(SMOS_WITH_CUDA ON)
endif()

if(SMOS_WITH_CUDA)
  # Machine code for Ampere, machine code and PTX for Hopper: anything newer compiles the PTX.
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES "80-real;90")
  endif()
  # Linked in, and asks for the driver only when used: one binary with or without a GPU.
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  enable_language(CUDA)
  # CMake 3.25 does not know that nvcc has spoken C++20 since 12.0.
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
endif()
message(STATUS "CUDA twins: ${SMOS_WITH_CUDA} (SMOS_CUDA=${SMOS_CUDA})")
