#include "moving/database_source.hpp"

#include "moving/line_source.hpp"
#include "moving/values.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace parley::moving {
namespace {

/// A table of theirs, and what its columns are to us.
struct known_table {
  std::string name;
  std::vector<std::pair<field, std::string>> columns;
  std::vector<std::string> rest;

  const std::string* column_of(field x) const {
    const auto found = std::ranges::find(columns, x, &std::pair<field, std::string>::first);
    return found != columns.end() ? &found->second : nullptr;
  }
};

known_table describe(const storage::foreign_table& from, kind of) {
  known_table out{.name = from.name, .columns = {}, .rest = from.columns};
  for (const auto& [what, names] : fields_of(of)) {
    for (const auto word : names) {
      const auto found = std::ranges::find_if(out.rest, [&](const auto& x) { return plain_word(x) == word; });
      if (found == out.rest.end())
        continue;
      out.columns.emplace_back(what, *found);
      out.rest.erase(found);
      break;
    }
  }
  return out;
}

const storage::foreign_table* find_table(const std::vector<storage::foreign_table>& all, kind of) {
  for (const auto word : tables_of(of)) {
    const auto found = std::ranges::find_if(all, [&](const auto& x) { return plain_word(x.name) == word; });
    if (found != all.end())
      return &*found;
  }
  return nullptr;
}

/// What tells that a database is ours.
constexpr std::string_view own_table = "schema_migrations";

class table_source final : public source {
public:
  explicit table_source(std::unique_ptr<storage::foreign_database> from) : from_(std::move(from)) {
    auto all = from_->tables();
    if (std::ranges::find(all, own_table, &storage::foreign_table::name) != all.end())
      throw std::runtime_error(
        "this is a database of Parley: parley export writes what parley import reads, and parley "
        "migrate --to-postgresql moves it whole");
    for (const auto x : all_kinds) {
      const auto* const found = find_table(all, x);
      if (found != nullptr)
        tables_.emplace(x, describe(*found, x));
    }
    if (!tables_.contains(kind::user))
      throw std::runtime_error("there is no table of users in it: none of users, user, accounts, auth_user");
    for (const auto& x : all)
      if (std::ranges::none_of(tables_, [&](const auto& known) { return known.second.name == x.name; }))
        others_.push_back(x.name);
  }

  id_survey survey(kind of, std::int64_t after) override {
    id_survey out;
    const auto known = tables_.find(of);
    if (known == tables_.end())
      return out;
    const auto* const id = known->second.column_of(field::id);
    const auto& counted = id != nullptr ? *id : known->second.columns.front().second;
    from_->read(known->second.name, {counted}, {},
                [&](const storage::row_text& row) { out.count(id != nullptr ? row[0] : std::nullopt, after); });
    is_numeric_[of] = out.numeric;
    return out;
  }

  void read(kind of, const std::function<void(record&)>& take) override {
    const auto known = tables_.find(of);
    if (known == tables_.end())
      return;
    std::vector<std::string> columns;
    for (const auto& x : known->second.columns)
      columns.push_back(x.second);
    record out;
    from_->read(known->second.name, columns, order_of(of, known->second), [&](storage::row_text& row) {
      out.clear(); // whoever took the last one may have added to it
      for (std::size_t i = 0; i < row.size(); ++i)
        out[known->second.columns[i].first] = std::move(row[i]);
      take(out);
    });
  }

  std::vector<leftover> find_leftovers() override {
    std::vector<leftover> out;
    for (const auto& x : others_)
      out.push_back({"table " + x, "nothing is known of it"});
    for (const auto& [of, known] : tables_)
      for (const auto& x : known.rest)
        out.push_back({"column " + known.name + "." + x, "no " + std::string(name(of)) + " has that here"});
    for (const auto x : {kind::room, kind::member, kind::message})
      if (!tables_.contains(x))
        out.push_back({"table " + std::string(tables_of(x).front()), "there is none"});
    return out;
  }

private:
  std::vector<std::string> order_of(kind of, const known_table& table) const {
    std::vector<std::string> out;
    const auto numeric = is_numeric_.find(of);
    if (numeric == is_numeric_.end() || !numeric->second)
      for (const auto x : {field::sent_at, field::created_at, field::joined_at})
        if (const auto* const column = table.column_of(x))
          out.push_back(*column);
    if (const auto* const id = table.column_of(field::id))
      out.push_back(*id);
    return out;
  }

  std::unique_ptr<storage::foreign_database> from_;
  std::map<kind, known_table> tables_;
  std::vector<std::string> others_;
  std::map<kind, bool> is_numeric_; ///< of those that were surveyed
};

} // namespace

void id_survey::count(const std::optional<std::string>& id, std::int64_t after) {
  ++rows;
  const auto number = id ? read_id(*id) : std::nullopt;
  numeric = numeric && number;
  if (!number)
    return;
  most = std::max(most, *number);
  if (*number > after)
    least_after = std::min(least_after.value_or(*number), *number);
}

std::unique_ptr<source> open_tables(std::unique_ptr<storage::foreign_database> from) {
  return std::make_unique<table_source>(std::move(from));
}

std::unique_ptr<source> open_source(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos)
    return open_lines(url);
  const auto driver = url.find('+');
  const auto plain = driver < scheme ? url.substr(0, driver) + url.substr(scheme) : url;
  return open_tables(storage::open_foreign(plain));
}

} // namespace parley::moving
