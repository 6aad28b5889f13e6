// A database that speaks SQL through SOCI, in one of its dialects.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/dialect.hpp"

#include <memory>

namespace parley::storage::sql {

/// No state but the dialect: any thread may open readers and writers.
class sql_database final : public database {
public:
  explicit sql_database(std::shared_ptr<const dialect> kind) : kind_(std::move(kind)) {}

  void migrate(timestamp now) override;
  std::vector<migration_status> migrations() override;
  std::unique_ptr<reader> open_reader() override;
  std::unique_ptr<writer> open_writer() override;

private:
  void require_existence() const;

  std::shared_ptr<const dialect> kind_;
};

} // namespace parley::storage::sql
