#include "storage/postgres/transfer_rows.hpp"

#include "storage/postgres/link.hpp"

#include <charconv>

namespace parley::storage::postgres {
namespace {

/// A field of COPY's text format (PostgreSQL's manual, COPY).
void append_field(std::string& out, const std::optional<std::string>& value) {
  if (!value) {
    out += "\\N";
    return;
  }
  for (const char c : *value) {
    switch (c) {
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += c;
    }
  }
}

char unescaped(char c) {
  switch (c) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  case 'v':
    return '\v';
  default:
    return c;
  }
}

row_text parse_line(std::string_view line) {
  row_text out;
  std::optional<std::string> field = std::string();
  for (std::size_t i = 0; i < line.size() && line[i] != '\n'; ++i) {
    if (line[i] == '\t') {
      out.push_back(std::move(field));
      field = std::string();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      if (line[i] == 'N')
        field.reset();
      else
        field->push_back(unescaped(line[i]));
    } else {
      field->push_back(line[i]);
    }
  }
  out.push_back(std::move(field));
  return out;
}

/// The same for every text of one number.
std::string canonical(const std::string& real) {
  double value = 0;
  std::from_chars(real.data(), real.data() + real.size(), value);
  std::array<char, 40> out{};
  return {out.data(), std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::hex).ptr};
}

/// FNV-1a, https://datatracker.ietf.org/doc/html/draft-eastlake-fnv.
std::uint64_t hash_of(std::string_view bytes, std::uint64_t basis) {
  for (const char c : bytes) {
    basis ^= static_cast<unsigned char>(c);
    basis *= 0x100000001b3;
  }
  return basis;
}

} // namespace

copy_in::copy_in(PGconn* to, const source_table& table) : to_(to), name_(table.name) {
  const answer begun(PQexec(to, ("COPY " + table.name + " (" + table.column_list() + ") FROM STDIN").c_str()), PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN)
    throw storage_error("COPY of " + name_ + ": " + one_line(PQerrorMessage(to)));
}

void copy_in::put(const row_text& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += i == 0 ? "" : "\t";
    append_field(line, row[i]);
  }
  line += '\n';
  if (PQputCopyData(to_, line.data(), static_cast<int>(line.size())) != 1)
    throw storage_error("COPY of " + name_ + ": " + one_line(PQerrorMessage(to_)));
}

void copy_in::end() {
  PQputCopyEnd(to_, nullptr);
  check(to_, PQgetResult(to_));
  while (PGresult* rest = PQgetResult(to_))
    PQclear(rest);
}

void row_sum::add(const row_text& row, const source_table& table) {
  std::string bytes;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto value = row[i] && table.is_real[i] ? std::optional(canonical(*row[i])) : row[i];
    bytes += value ? std::to_string(value->size()) + ":" + *value : "N";
  }
  ++rows;
  hash[0] += hash_of(bytes, 0xcbf29ce484222325);
  hash[1] += hash_of(bytes, 0x84222325cbf29ce4);
}

void copy_out(PGconn* from, const std::string& question, const std::function<void(row_text&)>& take) {
  const answer begun(PQexec(from, ("COPY (" + question + ") TO STDOUT").c_str()), PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT)
    throw storage_error("COPY: " + one_line(PQerrorMessage(from)));
  char* line = nullptr;
  for (int size = PQgetCopyData(from, &line, 0); size > 0; size = PQgetCopyData(from, &line, 0)) {
    auto row = parse_line({line, static_cast<std::size_t>(size)});
    PQfreemem(line);
    take(row);
  }
  while (PGresult* rest = PQgetResult(from))
    check(from, rest);
}

row_sum sum_of(PGconn* from, const source_table& table) {
  row_sum out;
  copy_out(from, "SELECT " + table.column_list() + " FROM " + table.name,
           [&](const row_text& row) { out.add(row, table); });
  return out;
}

} // namespace parley::storage::postgres
