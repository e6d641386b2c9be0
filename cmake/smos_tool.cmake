# One tool: smos_tool(smos-x LAYERS ...) makes the program from tools/smos-x/*.cpp.
# --as-needed drops every shared library that the program's own objects do not use, so a tool loads
# only what its layers touch.
function(smos_tool name)
  cmake_parse_arguments(tool "" "" "LAYERS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_executable(${name} ${sources})
  target_link_options(${name} PRIVATE -Wl,--as-needed)
  foreach(layer IN LISTS tool_LAYERS)
    target_link_libraries(${name} PRIVATE smos_${layer})
  endforeach()
  target_compile_definitions(${name} PRIVATE SMOS_VERSION="${PROJECT_VERSION}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  set_property(GLOBAL APPEND PROPERTY smos_tools ${name})
endfunction()

# The part of a tool that is loaded when it is needed: smos_module(smos-x LAYERS ...) makes
# lib/smos/smos-x.so from tools/smos-x/module/*.cpp; only its one symbol is visible.
function(smos_module name)
  cmake_parse_arguments(module "" "" "LAYERS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/module/*.cpp)
  add_library(${name}-module MODULE ${sources})
  target_link_options(${name}-module PRIVATE -Wl,--as-needed -Wl,--exclude-libs,ALL)
  foreach(layer IN LISTS module_LAYERS)
    target_link_libraries(${name}-module PRIVATE smos_${layer})
  endforeach()
  set_target_properties(${name}-module PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/smos)
  add_dependencies(${name} ${name}-module)
  install(TARGETS ${name}-module LIBRARY DESTINATION lib/smos)
endfunction()
