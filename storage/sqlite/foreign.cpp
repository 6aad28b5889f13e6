#include "storage/sqlite/foreign.hpp"

#include "storage/sqlite/source_file.hpp"

namespace parley::storage::sqlite {
namespace {

std::string names(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& x : all)
    out.append(out.empty() ? "" : ", ").append(quoted_name(x));
  return out;
}

class foreign_file final : public foreign_database {
public:
  foreign_file(const std::filesystem::path& file, file_owner whose) : file_(file, whose) {}

  std::vector<foreign_table> tables() override {
    std::vector<foreign_table> out;
    file_.each("SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND "
               "t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid",
               [&](row_text& x) {
                 if (out.empty() || out.back().name != *x[0])
                   out.push_back({*x[0], {}});
                 out.back().columns.push_back(std::move(*x[1]));
               });
    return out;
  }

  void read(const std::string& table, const std::vector<std::string>& columns, const std::vector<std::string>& order,
            const std::function<void(row_text&)>& take) override {
    file_.each("SELECT " + names(columns) + " FROM " + quoted_name(table) +
                 (order.empty() ? "" : " ORDER BY " + names(order)),
               take);
  }

private:
  source_file file_;
};

} // namespace

std::unique_ptr<foreign_database> open_foreign(const std::filesystem::path& file, file_owner whose) {
  return std::make_unique<foreign_file>(file, whose);
}

} // namespace parley::storage::sqlite
