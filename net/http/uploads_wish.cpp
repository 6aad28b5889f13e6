#include "net/http/uploads_wish.hpp"

#include "net/http/fields.hpp"
#include "net/http/files_access.hpp"
#include "net/http/videos_access.hpp"
#include "net/http/videos_format.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace parley::net {

namespace {

/// The first of the keys that is there with a text. A value that is none is a fault.
std::optional<std::string> find_value(const upload_metadata& from, std::span<const std::string_view> keys,
                                      std::vector<field_fault>& faults) {
  for (const auto key : keys) {
    const auto found = std::ranges::find(from, key, &upload_metadata::value_type::first);
    if (found == from.end())
      continue;
    if (found->second)
      return found->second;
    faults.push_back({"Upload-Metadata", fault::bad_characters});
    return std::string();
  }
  return std::nullopt;
}

/// Told by content later.
constexpr std::string_view untold_type = "application/octet-stream";

/// A file may have a longer name than a video's title.
std::string cut_to_title(std::string name) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < name.size(); ++at)
    if ((static_cast<unsigned char>(name[at]) & 0xC0U) != 0x80U && ++characters > limits::video_title_max) {
      name.resize(at);
      break;
    }
  return name;
}

/// A film unless `purpose` says `file`.
void read_purpose(const upload_metadata& from, storage::upload& out, std::vector<field_fault>& faults) {
  constexpr std::array<std::string_view, 1> purpose_key{"purpose"};
  const auto purpose = find_value(from, purpose_key, faults);
  out.is_attachment = purpose == "file";
  if (purpose && !purpose->empty() && purpose != "file" && purpose != "video")
    faults.push_back({"purpose", fault::not_a_choice});
}

/// The name of a file of a message, and what its sender says it is.
void read_file(const upload_metadata& from, storage::upload& out, std::vector<field_fault>& faults) {
  constexpr std::array<std::string_view, 3> name_keys{"name", "filename", "title"};
  constexpr std::array<std::string_view, 2> type_keys{"filetype", "type"};
  const auto known_faults = faults.size();
  auto name = find_value(from, name_keys, faults);
  if (faults.size() == known_faults)
    if (const auto wrong = find_name_fault(name))
      faults.push_back({"name", *wrong});
  out.title = std::move(name).value_or(std::string());
  out.content_type = declared_type(find_value(from, type_keys, faults).value_or(std::string()));
  if (is_whole(out))
    faults.push_back({"Upload-Concat", fault::exclusive});
}

void read_film(std::string_view field, storage::upload& out, std::vector<field_fault>& faults) {
  constexpr std::array<std::string_view, 1> title_key{"title"};
  constexpr std::array<std::string_view, 2> name_keys{"name", "filename"};
  constexpr std::array<std::string_view, 2> type_keys{"filetype", "type"};
  const auto metadata = read_metadata(field);
  if (!metadata) {
    faults.push_back({"Upload-Metadata", fault::bad_characters});
    return;
  }
  const auto known_faults = faults.size();
  read_purpose(*metadata, out, faults);
  if (out.is_attachment) {
    read_file(*metadata, out, faults);
    return;
  }
  auto title = find_value(*metadata, title_key, faults);
  // An empty one says as little as none.
  if (faults.size() == known_faults && (!title || says_nothing(*title)))
    if (auto name = find_value(*metadata, name_keys, faults))
      title = cut_to_title(std::move(*name));
  if (faults.size() == known_faults)
    if (const auto wrong = find_title_fault(title))
      faults.push_back({"title", *wrong});
  out.title = std::move(title).value_or(std::string());
  const auto type = find_value(*metadata, type_keys, faults);
  if (!type)
    faults.push_back({"filetype", fault::required});
  // Browsers give an empty one for a file that they do not know.
  out.content_type = type && type->empty() ? std::string(untold_type) : media_type(type.value_or(std::string()));
}

/// Reads the length, which the parts tell where the upload is a whole of them.
void read_length(const request& from, storage::upload& out, std::vector<field_fault>& faults) {
  const auto given = from.head->find("Upload-Length");
  if (const auto deferred = from.head->find("Upload-Defer-Length")) {
    if (given)
      faults.push_back({"Upload-Defer-Length", fault::exclusive});
    else if (trim(*deferred) != "1")
      faults.push_back({"Upload-Defer-Length", fault::not_a_choice});
    return;
  }
  const auto length = read_bytes(from, "Upload-Length");
  if (!length)
    faults.push_back(length.error());
  else if (*length < 1)
    faults.push_back({"Upload-Length", fault::out_of_range});
  else
    out.length = *length;
}

} // namespace

std::uint64_t bytes_max(const http_context& context, const storage::upload& x) {
  return x.is_attachment ? context.options.file_bytes : context.options.video_bytes;
}

error_code too_long(const storage::upload& x) {
  return x.is_attachment ? error_code::file_too_large : error_code::payload_too_large;
}

bool is_part(const storage::upload& x) {
  return x.concat == "partial";
}

bool is_whole(const storage::upload& x) {
  return x.concat.starts_with("final;");
}

tl::expected<std::int64_t, field_fault> read_bytes(const request& from, std::string_view name) {
  return read_byte_count(from.head->find(name)).map_error([name](fault what) {
    return field_fault{std::string(name), what};
  });
}

tl::expected<std::optional<upload_checksum>, refusal> read_checksum_field(const request& from) {
  const auto field = from.head->find("Upload-Checksum");
  if (!field)
    return std::nullopt;
  auto read = read_checksum(*field);
  if (read)
    return std::optional(std::move(*read));
  if (read.error() == fault::not_a_choice)
    return tl::unexpected<refusal>(refusal(error_code::bad_request));
  return tl::unexpected<refusal>(problem({{"Upload-Checksum", read.error()}}));
}

tl::expected<upload_wish, refusal> read_upload_wish(const http_context& context, const request& from) {
  upload_wish out;
  std::vector<field_fault> faults;
  if (const auto field = from.head->find("Upload-Concat")) {
    if (auto concat = read_concat(*field)) {
      out.what.concat = trim(*field);
      out.parts = std::move(concat->parts);
    } else {
      faults.push_back({"Upload-Concat", fault::not_a_choice});
    }
  }
  if (out.parts.empty())
    read_length(from, out.what, faults);
  const auto metadata = trim(from.head->find("Upload-Metadata").value_or(std::string_view()));
  out.what.metadata = metadata;
  if (!is_part(out.what)) {
    read_film(metadata, out.what, faults);
  } else {
    out.what.content_type = untold_type;
    if (!read_metadata(metadata))
      faults.push_back({"Upload-Metadata", fault::bad_characters});
  }
  if (!faults.empty())
    return tl::unexpected<refusal>(problem(std::move(faults)));
  if (!out.what.is_attachment && !is_video_type(out.what.content_type))
    return tl::unexpected<refusal>(error_code::unsupported_media_type);
  if (static_cast<std::uint64_t>(out.what.length.value_or(0)) > bytes_max(context, out.what))
    return tl::unexpected<refusal>(too_long(out.what));
  return out;
}

} // namespace parley::net
