// What uploads and downloads are steered by: the fields of tus 1.0, `Range`, and dates.
#include "net/http/http_date.hpp"
#include "net/http/ranges.hpp"
#include "net/http/uploads_metadata.hpp"
#include "protocol/text.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <limits>

namespace parley::net {
namespace {

using fuzz::require;

void check_metadata(std::string_view field) {
  const auto read = read_metadata(field);
  if (!read)
    return;
  for (const auto& [key, value] : *read) {
    require(!key.empty() && key.find_first_of(" ,") == std::string::npos, "a key is one word");
    require(!value || (is_utf8(*value) && value->find('\0') == std::string::npos), "a value is text");
    require(std::ranges::count(*read, key, &upload_metadata::value_type::first) == 1, "each key comes once");
  }
  auto texts = *read;
  for (auto& [key, value] : texts)
    value = value.value_or(std::string());
  require(read_metadata(write_metadata(texts)) == texts, "what is written reads back as it was");
}

void check_checksum(std::string_view field) {
  if (const auto read = read_checksum(field))
    require(!read->digest.empty() && (read->algorithm == "sha1" || read->algorithm == "sha256"), "a checksum is whole");
}

void check_concat(std::string_view field) {
  const auto read = read_concat(field);
  if (!read)
    return;
  require(read->is_whole != read->parts.empty(), "a whole has parts, a part has none");
  for (const auto& id : read->parts)
    require(!id.empty() && id.find(' ') == std::string::npos, "a part is one word");
}

void check_count(std::string_view field) {
  const auto count = read_byte_count(field);
  if (!count) {
    require(count.error() == fault::not_an_integer, "a field that is there is not missing");
    return;
  }
  auto digits = field;
  const bool is_negative = digits.starts_with('-');
  digits.remove_prefix(is_negative ? 1 : 0);
  require(!digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos, "a count is digits");
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() < 19)
    require(std::to_string(*count) == (digits.empty() ? "0" : (is_negative ? "-" : "") + std::string(digits)),
            "a count has its value");
  else
    require(is_negative ? *count < 0 : *count >= 1'000'000'000'000'000'000, "a large count stays large");
}

void check_range(std::string_view field, std::uint64_t size) {
  const auto wish = read_range(field, size);
  require(wish == read_range(" " + std::string(field) + "\t", size), "white space around a field means nothing");
  switch (wish.what) {
  case range_wish::everything:
  case range_wish::unsatisfiable:
    require(wish.part == byte_range{}, "no part is named where there is none");
    break;
  case range_wish::part:
    require(wish.part.length >= 1 && wish.part.first < size && wish.part.length <= size - wish.part.first,
            "a part lies within the file");
    const auto last = wish.part.first + wish.part.length - 1;
    const auto spelled = "bytes=" + std::to_string(wish.part.first) + "-" + std::to_string(last);
    require(read_range(spelled, size) == wish, "the part reads back as it was");
    break;
  }
  // The same wish on a file of one byte more: what was to be had is to be had still.
  if (wish.what == range_wish::part && size < std::numeric_limits<std::uint64_t>::max())
    require(read_range(field, size + 1).what == range_wish::part, "a longer file has the part as well");
}

void check_date(std::string_view field) {
  const auto date = read_http_date(field);
  if (!date)
    return;
  const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*date)).year();
  if (year >= std::chrono::year(1900) && year <= std::chrono::year(9999))
    require(read_http_date(http_date(*date)) == date, "a date that is written reads back as it was");
}

} // namespace
} // namespace parley::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  fuzz::input in(data, size);
  switch (in.byte() % 6) {
  case 0:
    net::check_metadata(in.rest());
    break;
  case 1:
    net::check_count(in.rest());
    break;
  case 2: {
    const auto length = in.number() >> (in.byte() % 64);
    net::check_range(in.rest(), length);
    break;
  }
  case 3:
    net::check_date(in.rest());
    break;
  case 4:
    net::check_checksum(in.rest());
    break;
  default:
    net::check_concat(in.rest());
  }
  return 0;
}
