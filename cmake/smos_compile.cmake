# Flags that every target of ours is compiled with.
add_library(smos_compile INTERFACE)
target_include_directories(smos_compile INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_features(smos_compile INTERFACE cxx_std_20)
set(smos_cxx_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast)
if(SMOS_WERROR)
  list(APPEND smos_cxx_warnings -Werror)
endif()
target_compile_options(smos_compile INTERFACE
  # The same bits on every machine: no compiler may fuse a multiplication with an addition.
  "$<$<COMPILE_LANGUAGE:CXX>:${smos_cxx_warnings};-ffp-contract=off>"
  "$<$<COMPILE_LANGUAGE:CXX>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
if(SMOS_SANITIZE)
  target_compile_options(smos_compile INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(smos_compile INTERFACE -fsanitize=address,undefined)
endif()
