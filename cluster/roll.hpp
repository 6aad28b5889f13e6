// The table of nodes, read and kept: who lives, who is dead, which room lives where. On a thread of its own.
#pragma once

#include "cluster/interfaces.hpp"
#include "storage/ports.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <unordered_map>

namespace parley::cluster {

/// Whose beats stand still is dead: by this process's clock, between questions of its own that were answered, so that
/// nobody is dead for having been silent while the database was away.
class death_watch {
public:
  explicit death_watch(std::chrono::milliseconds term) : term_(term) {}

  /// Two looks that are further apart than this tell nothing of what was between them.
  static constexpr std::chrono::milliseconds longest_gap{600};

  /// What the table shows now; which of them is dead. `has_link` says of an incarnation whether a link with it stands.
  template <class HasLink>
  std::vector<storage::node_row> look(const std::vector<storage::node_row>& rows, std::int64_t self, moment now,
                                      HasLink has_link);

private:
  struct seen {
    std::int64_t beats = 0;
    moment since{}; ///< of the first look that saw these beats, none of which came late
    int looks = 0;  ///< that saw them
  };

  std::chrono::milliseconds term_;
  moment last_{};
  std::unordered_map<std::int64_t, seen> seen_;
};

class roll final : public roll_actor::base {
public:
  static constexpr std::chrono::milliseconds between_looks{300};
  /// After a death, clients have so long to bring the rooms of the dead one back to life elsewhere.
  static constexpr std::chrono::seconds before_forgetting{3};
  /// How often whoever tries nothing any more is forgotten.
  static constexpr std::chrono::minutes between_sweeps{1};

  roll(caf::actor_config& cfg, std::unique_ptr<storage::node_table> table, storage::node_row self, mesh_actor mesh,
       std::chrono::milliseconds term, time_source now, std::function<std::int64_t()> connections);

  const char* name() const override { return "roll"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  /// What the table says, or the code if it does not answer.
  template <class Question>
  auto answer(error_code otherwise, Question question) -> caf::result<decltype(question())>;
  /// One line, until the table answers again.
  void complain(const storage::storage_error& reason);
  void look();
  void fence(const storage::node_row& dead);

  std::unique_ptr<storage::node_table> table_;
  storage::node_row self_;
  mesh_actor mesh_;
  death_watch watch_;
  time_source now_;
  std::unordered_map<std::int64_t, bool> links_;
  std::function<std::int64_t()> connections_;
  std::int64_t shown_ = 0; ///< of them
  roll_figures figures_;
  moment forget_at_ = moment::max(); ///< homes of the dead
  moment sweep_at_{};                ///< attempts
  bool announced_ = false;
  bool failing_ = false;
};

template <class HasLink>
std::vector<storage::node_row> death_watch::look(const std::vector<storage::node_row>& rows, std::int64_t self,
                                                 moment now, HasLink has_link) {
  const bool late = last_ == moment{} || now - last_ > longest_gap;
  last_ = now;
  std::vector<storage::node_row> dead;
  std::unordered_map<std::int64_t, seen> next;
  for (const auto& row : rows) {
    if (row.id == self)
      continue;
    const auto before = seen_.find(row.id);
    auto& its = next[row.id];
    its = {row.beats, now, 1};
    if (before == seen_.end() || before->second.beats != row.beats || late)
      continue;
    its = before->second;
    ++its.looks;
    const bool is_cut_off = row.is_gone && !has_link(row.id) && its.looks > 2;
    if (is_cut_off || now - its.since >= term_)
      dead.push_back(row);
  }
  seen_ = std::move(next);
  return dead;
}

} // namespace parley::cluster
