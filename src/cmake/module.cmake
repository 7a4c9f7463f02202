# deploy_module(NAME [DEPS module...] [LIBS target...] [EMBED glob...] [PCH header...])
#
# Builds src/NAME/*.cpp into the static library liteship_NAME. DEPS name the modules it may use;
# they are written to layers.txt, which tests/layering.sh compares with the #include lines.
# PCH names headers that cost seconds in every file (CLI11 4.6 s, nlohmann-json 2 s) and are compiled
# once instead.
# EMBED compiles text files in: liteship::embedded_NAME(path) finds them by path below the root.
set(LITESHIP_LAYERS "" CACHE INTERNAL "")

function(deploy_module name)
  cmake_parse_arguments(arg "" "" "DEPS;LIBS;EMBED;PCH" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  if(arg_EMBED)
    deploy_embed(${name} generated ${arg_EMBED})
    list(APPEND sources ${generated})
  endif()
  set(target liteship_${name})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/include
                             PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  target_compile_definitions(${target} PRIVATE LITESHIP_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${target} PUBLIC ${fmt} nlohmann_json::nlohmann_json
                        PRIVATE liteship_options Threads::Threads)
  foreach(dep IN LISTS arg_DEPS)
    target_link_libraries(${target} PUBLIC liteship_${dep})
  endforeach()
  target_link_libraries(${target} PRIVATE ${arg_LIBS})
  if(arg_PCH)
    target_precompile_headers(${target} PRIVATE ${arg_PCH})
  endif()
  list(JOIN arg_DEPS " " deps)
  set(LITESHIP_LAYERS "${LITESHIP_LAYERS}${name}: ${deps}|" CACHE INTERNAL "")
endfunction()

function(deploy_embed name out)
  set(globs ${ARGN})
  list(TRANSFORM globs PREPEND ${CMAKE_SOURCE_DIR}/)
  file(GLOB files CONFIGURE_DEPENDS ${globs})
  set(output ${CMAKE_BINARY_DIR}/generated/embedded_${name}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DROOT=${CMAKE_SOURCE_DIR} -DOUT=${output}
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/src/cmake/embed.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/src/cmake/embed.cmake
    VERBATIM)
  set(${out} ${output} PARENT_SCOPE)
endfunction()

function(deploy_write_layers path)
  string(REPLACE "|" "\n" text "${LITESHIP_LAYERS}")
  file(WRITE ${path} "${text}")
endfunction()
