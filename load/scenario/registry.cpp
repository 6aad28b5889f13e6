#include "load/scenario/registry.hpp"

#include "load/scenario/chat.hpp"
#include "load/scenario/connect.hpp"
#include "load/scenario/fanout.hpp"
#include "load/scenario/http.hpp"
#include "load/scenario/journey.hpp"
#include "load/scenario/send.hpp"
#include "load/scenario/slow.hpp"
#include "load/scenario/storm.hpp"
#include "load/scenario/watch.hpp"

namespace parley::load {

std::vector<std::unique_ptr<scenario>> all_scenarios() {
  std::vector<std::unique_ptr<scenario>> all;
  all.push_back(std::make_unique<connect_scenario>());
  all.push_back(std::make_unique<fanout_scenario>());
  all.push_back(std::make_unique<send_scenario>());
  all.push_back(std::make_unique<chat_scenario>());
  all.push_back(std::make_unique<storm_scenario>());
  all.push_back(std::make_unique<slow_scenario>());
  all.push_back(std::make_unique<watch_scenario>());
  all.push_back(std::make_unique<http_scenario>());
  all.push_back(std::make_unique<journey_scenario>());
  return all;
}

} // namespace parley::load
