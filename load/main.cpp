// parley-load: load for a Parley server, and a judge of what it does under it.
#include "load/connect.hpp"
#include "load/fanout.hpp"
#include "load/options.hpp"
#include "load/send.hpp"

#include <iostream>

namespace {

parley::load::exit_code run(const parley::load::fanout_options& of) {
  return parley::load::run_fanout(of);
}
parley::load::exit_code run(const parley::load::connect_options& of) {
  return parley::load::run_connect(of);
}
parley::load::exit_code run(const parley::load::send_options& of) {
  return parley::load::run_send(of);
}

} // namespace

int main(int argc, char** argv) {
  const auto options = parley::load::parse_options(argc, argv);
  if (!options) {
    const auto& [code, text] = options.error();
    if (code == parley::load::exit_code::good)
      std::cout << text;
    else
      std::cerr << "parley-load: " << text << std::endl;
    return static_cast<int>(code);
  }
  return static_cast<int>(std::visit([](const auto& of) { return run(of); }, *options));
}
