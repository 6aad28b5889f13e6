#include "config/describe.hpp"

#include "config/key.hpp"

namespace parley::config {

std::string describe(const loaded_settings& loaded) {
  std::string out;
  for (const auto& key : all_keys()) {
    ((out += key.name) += " = ") += render_masked(key, loaded.values);
    ((out += "  # ") += name(loaded.origins.find(key.name)->second)) += '\n';
  }
  return out;
}

} // namespace parley::config
