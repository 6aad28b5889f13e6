// A database reader: one reading connection on its own thread.
#pragma once

#include "actors/interfaces/database.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace parley {

/// Runs read jobs one after the other. Who asks must bound how much it asks (a connection has one request at a time).
class db_reader final : public db_reader_actor::base {
public:
  db_reader(caf::actor_config& cfg, std::unique_ptr<storage::reader> store)
    : db_reader_actor::base(cfg), store_(std::move(store)) {}

  const char* name() const override { return "db_reader"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override { store_.reset(); }

private:
  std::unique_ptr<storage::reader> store_;
};

} // namespace parley
