// A database that speaks SQL through SOCI, in one of its dialects.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/dialect.hpp"

#include <memory>

namespace parley::storage::sql {

/// No state that changes: any thread may open readers and writers.
class sql_database final : public database {
public:
  sql_database(std::shared_ptr<const dialect> kind, content_seal seal)
    : kind_(std::move(kind)), seal_(std::move(seal)) {}

  void migrate(timestamp now) override;
  std::vector<migration_status> migrations() override;
  std::unique_ptr<lease> join(std::function<void()> lost) override;
  std::unique_ptr<reader> open_reader() override;
  std::unique_ptr<writer> open_writer() override;

  const dialect& kind() const { return *kind_; }
  void require_existence() const;

private:
  std::shared_ptr<const dialect> kind_;
  content_seal seal_;
};

} // namespace parley::storage::sql
