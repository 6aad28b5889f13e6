// A prepared statement by the database's own interface, for a database of which SOCI's costs more than its answers do.
#pragma once

#include <cstdint>
#include <string_view>

namespace parley::storage::sql {

/// Belongs to one connection, which outlives it; not thread-safe. Parameters stand where `place_of` says, columns
/// count from 0. Every failure is a `storage_error`, after which the
/// statement is of no use.
class statement {
public:
  virtual ~statement() = default;

  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  /// Where the parameter `:name` stands.
  virtual int place_of(const char* name) const = 0;

  virtual void bind(int place, std::int64_t x) = 0;
  virtual void bind(int place, double x) = 0;
  /// The text must stay where it is until the last row was asked for.
  virtual void bind(int place, std::string_view x) = 0;
  virtual void bind_null(int place) = 0;

  /// True where there is one more row, which is then the one that the columns are of. After the last one the
  /// statement holds no snapshot, and the next call begins anew.
  virtual bool step() = 0;

  virtual bool is_null(int column) = 0;
  /// A NULL is a failure: the query would have to expect it.
  virtual std::int64_t integer_at(int column) = 0;
  virtual double real_at(int column) = 0;
  /// Until the next `step`.
  virtual std::string_view text_at(int column) = 0;

  /// How many rows the statement inserted, updated or deleted; asked after its last `step`.
  virtual std::int64_t rows_changed() = 0;

protected:
  statement() = default;
};

} // namespace parley::storage::sql
