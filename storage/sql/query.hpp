// A prepared statement that is kept, with the variables it is bound to.
#pragma once

#include "protocol/ids.hpp"
#include "protocol/time.hpp"
#include "storage/sql/connection.hpp"

#include <soci/soci.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parley::storage::sql {

using integer = std::int64_t;

// -- values as columns hold them -------------------------------------------------------

template <class T>
requires std::is_integral_v<T> || std::is_enum_v<T>
constexpr integer to_integer(T x) {
  return static_cast<integer>(x);
}

template <class Tag>
constexpr integer to_integer(id<Tag> x) {
  return x.value;
}

inline integer to_integer(timestamp x) {
  return x.time_since_epoch().count();
}

inline timestamp to_time(integer milliseconds) {
  return timestamp{std::chrono::milliseconds{milliseconds}};
}

/// A column that may be NULL.
template <class T>
struct nullable {
  T value{};
  soci::indicator state = soci::i_null;

  bool is_null() const { return state == soci::i_null; }
  std::optional<T> get() const { return is_null() ? std::nullopt : std::optional<T>{value}; }
};

/// Rows are structs with a member template `columns(visit)` that calls `visit` with each field, in the order of SELECT.
struct no_row {
  static constexpr bool changes = true;

  template <class Visit>
  void columns(Visit&&) {}
};

/// One column.
template <class T>
struct scalar {
  T value{};

  template <class Visit>
  void columns(Visit&& visit) {
    visit(value);
  }
};

/// What a statement that inserts one row answers by `RETURNING id`; nothing where it inserted none.
struct new_id : scalar<integer> {
  static constexpr bool changes = true;
};

/// Whether the statement of such a row changes the database.
template <class Row>
concept of_change = requires {
  Row::changes;
};

// -- parameters ------------------------------------------------------------------------

template <class T>
struct parameter;

template <>
struct parameter<integer> {
  integer value = 0;

  template <class T>
  void set(const T& x) {
    value = to_integer(x);
  }
  auto use(const std::string& name) { return soci::use(value, name); }
  void bind(statement& to, int place) const { to.bind(place, value); }
};

template <>
struct parameter<double> {
  double value = 0;

  void set(double x) { value = x; }
  auto use(const std::string& name) { return soci::use(value, name); }
  void bind(statement& to, int place) const { to.bind(place, value); }
};

template <>
struct parameter<std::string> {
  std::string value;

  void set(std::string_view x) { value.assign(x); }
  auto use(const std::string& name) { return soci::use(value, name); }
  void bind(statement& to, int place) const { to.bind(place, std::string_view(value)); }
};

template <class T>
struct parameter<std::optional<T>> {
  parameter<T> inner;
  soci::indicator state = soci::i_null;

  template <class U>
  void set(const std::optional<U>& x) {
    state = x ? soci::i_ok : soci::i_null;
    if (x)
      inner.set(*x);
  }
  auto use(const std::string& name) { return soci::use(inner.value, state, name); }
  void bind(statement& to, int place) const {
    if (state == soci::i_ok)
      inner.bind(to, place);
    else
      to.bind_null(place);
  }
};

// -- columns ---------------------------------------------------------------------------

inline void read(statement& from, int column, integer& out) {
  out = from.integer_at(column);
}
inline void read(statement& from, int column, double& out) {
  out = from.real_at(column);
}
inline void read(statement& from, int column, std::string& out) {
  out.assign(from.text_at(column));
}
template <class T>
void read(statement& from, int column, nullable<T>& out) {
  out.state = from.is_null(column) ? soci::i_null : soci::i_ok;
  if (!out.is_null())
    read(from, column, out.value);
}

// -- the statement -----------------------------------------------------------------------

/// Parameters are named in the text as `:name` and given to each call in the order of `names`. `Args` are `integer`,
/// `double`, `std::string` or an optional of these. The statement is prepared at its first use. A failure, the caller's
/// own in `on_row` included, drops it, for it may stand amid its rows and hold an old snapshot; the next use prepares
/// it again. A statement that changes something is refused outside of a transaction. Throws `storage_error`.
template <class Row, class... Args>
class query : private prepared {
public:
  using names = std::array<const char*, sizeof...(Args)>;

  query(connection& link, std::string text, names parameters)
    : link_(link), text_(std::move(text)), names_(parameters) {
    link_.enrol(*this);
  }
  ~query() override { link_.strike(*this); }

  query(const query&) = delete;
  query& operator=(const query&) = delete;

  /// The first row. The statement ends here, so that it holds no snapshot open.
  template <class... In>
  std::optional<Row> one(const In&... in) {
    std::optional<Row> first;
    each(
      [&](Row& row) {
        if (!first)
          first.emplace(std::move(row));
      },
      in...);
    return first;
  }

  /// Calls `on_row` with each row; it may move out of it.
  template <class OnRow, class... In>
  void each(OnRow&& on_row, const In&... in) {
    bool told = false;
    const auto ask = [&] {
      for (bool more = start(in...); more; more = next()) {
        told = true;
        on_row(row_);
      }
    };
    if constexpr (!of_change<Row>)
      if (!link_.in_transaction() && try_on_old_connection(ask, told))
        return;
    attempt(ask);
  }

  /// The number of rows changed.
  template <class... In>
  integer run(const In&... in) {
    return attempt([&]() -> integer {
      for (bool more = start(in...); more; more = next())
        continue;
      return own_ ? own_->rows_changed() : statement_->get_affected_rows();
    });
  }

private:
  void forget() override {
    own_.reset();
    statement_.reset();
  }

  template <class... In>
  bool start(const In&... in) {
    static_assert(sizeof...(In) == sizeof...(Args));
    if constexpr (of_change<Row>)
      link_.require_transaction();
    else if (!link_.in_transaction())
      link_.revive();
    std::apply([&](auto&... slot) { (slot.set(in), ...); }, parameters_);
    constexpr auto all = std::index_sequence_for<Args...>{};
    if (!own_ && !statement_)
      prepare(all);
    if (!own_)
      return statement_->execute(true);
    bind(all);
    return next();
  }

  /// The next row is in `row_`.
  bool next() {
    if (!own_)
      return statement_->fetch();
    if (!own_->step())
      return false;
    int column = 0;
    row_.columns([&](auto& out) { read(*own_, column++, out); });
    return true;
  }

  template <std::size_t... I>
  void bind(std::index_sequence<I...>) {
    (std::get<I>(parameters_).bind(*own_, places_[I]), ...);
  }

  template <std::size_t... I>
  void prepare(std::index_sequence<I...>) {
    own_ = link_.prepare(text_);
    if (own_) {
      places_ = {own_->place_of(names_[I])...};
      return;
    }
    statement_.emplace(link_.session());
    (statement_->exchange(std::get<I>(parameters_).use(names_[I])), ...);
    row_.columns([&](auto& column) {
      if constexpr (requires { column.state; })
        statement_->exchange(soci::into(column.value, column.state));
      else
        statement_->exchange(soci::into(column));
    });
    statement_->alloc();
    statement_->prepare(text_);
    statement_->define_and_bind();
  }

  /// False where the connection turns out to be broken and nobody was told anything: the question may be asked again.
  template <class Ask>
  bool try_on_old_connection(const Ask& ask, const bool& told) {
    try {
      attempt(ask);
      return true;
    } catch (const storage_error&) {
      if (told || !link_.is_broken())
        throw;
      return false;
    }
  }

  template <class Step>
  decltype(auto) attempt(Step&& step) {
    const connection::call waits(link_);
    try {
      return translated(text_, std::forward<Step>(step));
    } catch (...) {
      forget();
      throw;
    }
  }

  connection& link_;
  std::string text_;
  names names_;
  std::array<int, sizeof...(Args)> places_{};
  std::tuple<parameter<Args>...> parameters_;
  Row row_;
  std::unique_ptr<statement> own_;           ///< of a database whose statements are not SOCI's
  std::optional<soci::statement> statement_; ///< of another one
};

/// A statement that changes rows and answers none.
template <class... Args>
using change = query<no_row, Args...>;

/// Asks the database something that it can always answer.
class ping_query : public query<scalar<integer>> {
public:
  explicit ping_query(connection& link) : query(link, "SELECT COUNT(*) FROM schema_migrations", {}) {}
};

} // namespace parley::storage::sql
