// parley-load: load for a WebSocket server, and a judge of what it does under it.
#include "load/execute.hpp"

#include <iostream>

int main(int argc, char** argv) {
  using namespace parley::load;
  const std::vector<std::string> words(argv, argv + argc);
  const auto asked = parse_options({words.begin() + 1, words.end()});
  if (!asked) {
    const auto& [code, text] = asked.error();
    if (code == exit_code::good)
      std::cout << text;
    else
      std::cerr << "parley-load: " << text << std::endl;
    return static_cast<int>(code);
  }
  return static_cast<int>(std::visit([&](const auto& what) { return execute(what, words); }, *asked));
}
