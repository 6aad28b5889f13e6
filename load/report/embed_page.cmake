# Puts the style and the scripts into FOLDER/page.html, and the page into the C++ source file OUTPUT.
file(READ ${FOLDER}/page.html page)
file(READ ${FOLDER}/page.css style)
file(READ ${FOLDER}/chart.js chart)
file(READ ${FOLDER}/page.js charts)
string(REPLACE "{{style}}" "${style}" page "${page}")
string(REPLACE "{{script}}" "${chart}\n${charts}" page "${page}")
foreach(hole title content data)
  if(NOT page MATCHES "{{${hole}}}")
    message(FATAL_ERROR "page.html has no {{${hole}}}")
  endif()
endforeach()
file(WRITE ${OUTPUT} "// Made by load/report/embed_page.cmake; do not edit.
#include \"load/report/page_template.hpp\"

namespace parley::load {

std::string_view page_template() {
  return R\"page(${page})page\";
}

} // namespace parley::load
")
