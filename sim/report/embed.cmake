# cmake -DOUTPUT=assets.cpp "-DASSETS=name=path;name=path,path" -P embed.cmake
# Writes the files of each asset, one after the other, as one raw string literal; no path gives an
# empty text.
set(text "// Generated from web/ by sim/report/embed.cmake.\n#include \"assets.hpp\"\n\nnamespace halfstep::assets {\n\n")
foreach(asset IN LISTS ASSETS)
  string(REGEX MATCH "^([a-z_]+)=(.*)$" matched "${asset}")
  set(name "${CMAKE_MATCH_1}")
  string(REPLACE "," ";" paths "${CMAKE_MATCH_2}")
  string(APPEND text "extern const std::string_view ${name} =")
  foreach(path IN LISTS paths)
    file(READ "${path}" content)
    string(APPEND text " R\"halfstep(${content})halfstep\"")
  endforeach()
  string(APPEND text " \"\";\n\n")
endforeach()
string(APPEND text "}  // namespace halfstep::assets\n")
file(WRITE "${OUTPUT}" "${text}")
