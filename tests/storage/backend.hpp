// The back ends that the storage suite runs on.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace parley::storage::testing {

/// One fresh database, without a schema; it goes when the object does.
class trial_database {
public:
  virtual ~trial_database() = default;

  virtual std::string url() const = 0;
  /// Runs SQL past the port, on a connection of its own, and commits it.
  virtual void execute(const std::string& sql) = 0;
  /// The first column of the first row.
  virtual std::int64_t number(const std::string& sql) = 0;
  /// What `{{identity}}` stands for in a migration.
  virtual std::string identity_column() const = 0;
  /// True where a transaction waits for another one, or where nobody could tell.
  virtual bool somebody_waits() = 0;
  /// Runs `step` while the database cannot store anything.
  virtual void while_broken(const std::function<void()>& step) = 0;
};

struct backend {
  std::string name;
  std::function<std::unique_ptr<trial_database>()> make;

  friend void PrintTo(const backend& x, std::ostream* out) { *out << x.name; }
};

/// A further back end joins the suite by one more entry here.
std::vector<backend> all_backends();

/// For INSTANTIATE_TEST_SUITE_P.
inline std::string backend_name(const ::testing::TestParamInfo<backend>& x) {
  return x.param.name;
}

std::unique_ptr<trial_database> make_sqlite_trial();
std::unique_ptr<trial_database> make_postgres_trial();

} // namespace parley::storage::testing
