# One layer of the house: smos_layer(name DEPENDS layer... PACKAGES imported-target...)
# makes the static library smos_<name> from libsmos/<name>/*.cpp and its rooms.
function(smos_layer name)
  cmake_parse_arguments(layer "" "" "DEPENDS;PACKAGES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*/*.cpp)
  add_library(smos_${name} STATIC ${sources})
  target_link_libraries(smos_${name} PUBLIC smos_compile fmt::fmt)
  # Grouped by the first word of the file name: a program that needs scout.cpp must not get the
  # FFmpeg of render.cpp with it.
  set_target_properties(smos_${name} PROPERTIES UNITY_BUILD ${SMOS_UNITY} UNITY_BUILD_MODE GROUP)
  foreach(source IN LISTS sources)
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_.*" "" family ${stem})
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${name}_${family})
  endforeach()
  foreach(dependency IN LISTS layer_DEPENDS)
    target_link_libraries(smos_${name} PUBLIC smos_${dependency})
  endforeach()
  target_link_libraries(smos_${name} PRIVATE ${layer_PACKAGES})
endfunction()
