#include "storage/postgres/append.hpp"

#include "protocol/json_writer.hpp"
#include "storage/postgres/link.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <system_error>

namespace parley::storage::postgres {
namespace {

constexpr const char* alone_name = "parley_append_alone";
constexpr const char* within_name = "parley_append";

/// What a row of the answer says, in its column `kind`.
enum kind : std::int64_t { stored = 0, named_before = 1, writer_lives = 2 };

/// `d` are the drafts, `o` their order; `p` those whose client_msg_id is known; `n` gets an id each for what is left.
/// The order of ids comes from `o`, for RETURNING promises none.
const std::string drafts_and_ids =
  "d AS MATERIALIZED (SELECT * FROM json_to_recordset($1) AS x(o int, r bigint, s bigint, g text, t int, a bigint, "
  "c text, k text)), "
  "p AS MATERIALIZED (SELECT DISTINCT ON (d.o) d.o, m.id FROM d JOIN messages m ON m.room_id = d.r "
  "AND m.sender_id = d.s AND m.client_msg_id = d.k AND m.guest = d.g AND m.sent_at >= d.a - " +
  std::to_string(std::chrono::milliseconds(sql::repeat_window).count()) +
  " ORDER BY d.o, m.id), "
  "n AS MATERIALIZED (SELECT nextval('messages_id_seq') AS id, z.* FROM (SELECT d.* FROM d JOIN rooms ON "
  "rooms.id = d.r WHERE NOT EXISTS (SELECT 1 FROM p WHERE p.o = d.o)";

const std::string insert_them =
  " ORDER BY d.o) z), "
  "i AS (INSERT INTO messages (id, room_id, sender_id, guest, content, type, sent_at, client_msg_id) "
  "SELECT id, r, s, g, c, t, a, k FROM n)";

const std::string answer_them = " SELECT 0 AS kind, o, id FROM n UNION ALL SELECT 1, o, id FROM p";

const std::string statement_within = "WITH " + drafts_and_ids + insert_them + answer_them;

const std::string statement_alone =
  "WITH f AS MATERIALIZED (SELECT id FROM nodes WHERE id = $2 FOR KEY SHARE), " + drafts_and_ids +
  " AND EXISTS (SELECT 1 FROM f)" + insert_them +
  ", b AS (INSERT INTO commits (node_id, batch, ids) SELECT f.id, $3, (SELECT array_agg(ARRAY[o, id] ORDER BY o) "
  "FROM n) FROM f)" +
  answer_them + " UNION ALL SELECT 2, 0, id FROM f";

/// JSON text of the drafts, in the form that `drafts_and_ids` reads.
std::string encode_drafts(std::span<const message_draft> drafts) {
  std::string out = "[";
  std::int64_t order = 0;
  for (const auto& x : drafts) {
    json_writer row(160 + x.post.content.size());
    row.begin_object();
    row.number("o", order);
    row.number("r", x.room);
    row.number("s", x.sender.id);
    row.text("g", x.guest);
    row.number("t", static_cast<std::int64_t>(x.post.type));
    row.number("a", x.sent_at.time_since_epoch().count());
    row.text("c", x.post.content);
    row.text_or_null("k", x.post.client_msg_id);
    row.end_object();
    out.append(order == 0 ? "" : ",").append(row.take());
    ++order;
  }
  return out + "]";
}

sql::placed& at(std::vector<sql::placed>& all, std::int64_t order) {
  return all.at(static_cast<std::size_t>(order));
}

} // namespace

void prepare_append(PGconn* conn) {
  check(conn, PQprepare(conn, alone_name, statement_alone.c_str(), 0, nullptr));
  check(conn, PQprepare(conn, within_name, statement_within.c_str(), 0, nullptr));
}

std::optional<std::vector<sql::placed>> send_append(PGconn* conn, std::span<const message_draft> drafts,
                                                    std::int64_t node, std::int64_t batch, bool alone) {
  const auto json = encode_drafts(drafts);
  const auto me = std::to_string(node);
  const auto name = std::to_string(batch);
  const char* values[] = {json.c_str(), me.c_str(), name.c_str()};
  const auto rows = check(conn, PQexecPrepared(conn, alone ? alone_name : within_name, alone ? 3 : 1,
                                               static_cast<const char* const*>(values), nullptr, nullptr, 0));
  std::vector<sql::placed> out(drafts.size());
  bool lives = !alone;
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    const auto what = number_in(rows, row, 0);
    if (what == writer_lives)
      lives = true;
    else
      at(out, number_in(rows, row, 1)) = {what == stored ? sql::placed::how::stored : sql::placed::how::named_before,
                                          number_in(rows, row, 2)};
  }
  return lives ? std::optional(std::move(out)) : std::nullopt;
}

std::vector<sql::placed> placed_by(std::string_view ids, std::span<const message_draft> drafts) {
  std::vector<sql::placed> out(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i)
    if (drafts[i].post.client_msg_id)
      out[i].outcome = sql::placed::how::named_before;
  std::int64_t pair[2] = {};
  int part = 0;
  for (const char* next = ids.data(); next != ids.data() + ids.size();) {
    const auto [end, fault] = std::from_chars(next, ids.data() + ids.size(), pair[part]);
    if (fault != std::errc()) {
      ++next;
      continue;
    }
    next = end;
    part = 1 - part;
    if (part == 0)
      at(out, pair[0]) = {sql::placed::how::stored, pair[1]};
  }
  return out;
}

} // namespace parley::storage::postgres
