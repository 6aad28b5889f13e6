#include "storage/postgres/foreign.hpp"

#include "storage/postgres/link.hpp"
#include "storage/postgres/transfer_rows.hpp"

namespace parley::storage::postgres {
namespace {

std::string names_of(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& x : all)
    out.append(out.empty() ? "" : ", ").append(sqlite::quoted_name(x));
  return out;
}

class foreign_server final : public foreign_database {
public:
  explicit foreign_server(std::string_view url) : link_(connect(url)) {
    execute(link_.get(), "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'");
    execute(link_.get(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  std::vector<foreign_table> tables() override {
    std::vector<foreign_table> out;
    const auto rows = execute(link_.get(), "SELECT c.table_name, c.column_name FROM information_schema.columns c "
                                           "JOIN information_schema.tables t USING (table_schema, table_name) "
                                           "WHERE t.table_type = 'BASE TABLE' AND "
                                           "c.table_schema = ANY (current_schemas(false)) "
                                           "ORDER BY c.table_name, c.ordinal_position");
    for (int i = 0; i < PQntuples(rows.get()); ++i) {
      const std::string table = PQgetvalue(rows.get(), i, 0);
      if (out.empty() || out.back().name != table)
        out.push_back({table, {}});
      out.back().columns.emplace_back(PQgetvalue(rows.get(), i, 1));
    }
    return out;
  }

  void read(const std::string& table, const std::vector<std::string>& columns, const std::vector<std::string>& order,
            const std::function<void(row_text&)>& take) override {
    copy_out(link_.get(),
             "SELECT " + names_of(columns) + " FROM " + sqlite::quoted_name(table) +
               (order.empty() ? "" : " ORDER BY " + names_of(order)),
             take);
  }

private:
  own_connection link_;
};

} // namespace

std::unique_ptr<foreign_database> open_foreign(std::string_view url) {
  return std::make_unique<foreign_server>(url);
}

} // namespace parley::storage::postgres
