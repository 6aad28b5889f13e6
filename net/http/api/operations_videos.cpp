// Videos and resumable uploads (tus 1.0).
#include "net/http/api/operation.hpp"

namespace parley::net::api {

namespace {

using enum error_code;

constexpr parameter tus_resumable{"Tus-Resumable", "Text", "`1.0.0`", true, true};

constexpr parameter upload_checksum{"Upload-Checksum", "Text", "`sha1` or `sha256`, and the body's digest in Base64.",
                                    true};

documented_answer tus_options() {
  return {204,
          "Versions, extensions, algorithms and the largest size.",
          {},
          {},
          {"Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Checksum-Algorithm", "Tus-Max-Size"}};
}

documented_answer other_checksum() {
  return {460, "The bytes have another checksum; none of them are kept.", "Problem", "application/problem+json"};
}

documented_answer other_version() {
  return {412, "`Tus-Resumable` names another version.", "Problem", "application/problem+json", {"Tus-Version"}};
}

std::vector<operation> of_videos() {
  return {
    {.name = "add_video",
     .tag = "Videos",
     .summary = "Stores a video, sent as it is, or a link to one",
     .parameters = {{"title", "Text", "Of a video that is sent as it is."}},
     .bodies = {{"VideoLink"},
                {"Bytes", "video/mp4"},
                {"Bytes", "video/quicktime"},
                {"Bytes", "video/x-m4v"},
                {"Bytes", "video/3gpp"},
                {"Bytes", "video/webm"},
                {"Bytes", "video/x-matroska"},
                {"Bytes", "video/ogg"},
                {"Bytes", "application/octet-stream"}},
     .answers = {{201, "The new video.", "Video"}},
     .errors = in_room({unsupported_media_type})},
    {.name = "list_videos",
     .tag = "Videos",
     .summary = "The videos of a room",
     .parameters = paged(),
     .answers = {{200, "A page of videos.", "VideoPage"}},
     .errors = in_room()},
    {.name = "delete_video",
     .tag = "Videos",
     .summary = "Deletes a video (who uploaded it, moderators, the owner)",
     .answers = {{204, "It is gone."}},
     .errors = {video_not_found, not_a_member, owner_only, moderator_only}},
    {.name = "show_video",
     .tag = "Videos",
     .summary = "The bytes of a video, to members: by a token, or by the signed query of `Video.url`",
     .parameters = {{"Range", "Text", "RFC 9110 §14.2", true}, {"If-Range", "Text", "RFC 9110 §13.1.5", true}},
     .answers = {{200, "All of it.", "Bytes", "video/*", {"ETag", "Accept-Ranges"}},
                 {206, "The range that was asked for.", "Bytes", "video/*", {"ETag", "Content-Range"}},
                 {302, "It is elsewhere: a link.", {}, {}, {"Location"}},
                 {304, "The client has it.", {}, {}, {"ETag"}},
                 {412, "A condition of the request does not hold.", "Problem", "application/problem+json"}},
     .errors = {video_not_found, not_a_member, auth_required, invalid_token, token_expired, forbidden, bad_token,
                range_not_satisfiable},
     .caller = caller_rule::optional},
  };
}

constexpr parameter range{"Range", "Text", "RFC 9110 §14.2", true};
constexpr parameter if_range{"If-Range", "Text", "RFC 9110 §13.1.5", true};

/// What is answered with the bytes of a file of a message, or of its thumbnail.
std::vector<documented_answer> parts_of_file(std::string_view media_type) {
  return {{200,
           "All of it.",
           "Bytes",
           media_type,
           {"ETag", "Accept-Ranges", "Content-Disposition", "Content-Security-Policy"}},
          {206,
           "The range that was asked for.",
           "Bytes",
           media_type,
           {"ETag", "Content-Range", "Content-Disposition", "Content-Security-Policy"}},
          {304, "The client has it.", {}, {}, {"ETag"}},
          {412, "A condition of the request does not hold.", "Problem", "application/problem+json"}};
}

std::vector<operation> of_attachments() {
  return {
    {.name = "add_file",
     .tag = "Files",
     .summary =
       "Stores a file, sent as it is, for a message of the room; it goes after 24 h without one. Pictures (JPEG, "
       "PNG, WebP, GIF) are checked and get a thumbnail",
     .parameters = {{"name", "Text", "What the file is called; 255 characters at most.", false, true}},
     .bodies = {{"Bytes", "*/*"}},
     .answers = {{201, "The new file.", "File"}},
     .errors = in_room({bad_image, file_too_large, rate_limited})},
    {.name = "show_file",
     .tag = "Files",
     .summary = "The bytes of a file, to who may see its message: by a token, or by the signed query of `File.url`",
     .parameters = {range, if_range},
     .answers = parts_of_file("*/*"),
     .errors = {file_not_found, not_a_member, auth_required, invalid_token, token_expired, range_not_satisfiable},
     .caller = caller_rule::optional},
    {.name = "show_thumbnail",
     .tag = "Files",
     .summary = "A picture made at most 512 pixels large: by a token, or by the signed query of `File.thumbnail_url`",
     .parameters = {range, if_range},
     .answers = parts_of_file("image/*"),
     .errors = {file_not_found, not_a_member, auth_required, invalid_token, token_expired, range_not_satisfiable},
     .caller = caller_rule::optional},
  };
}

std::vector<operation> of_uploads() {
  return {
    {.name = "describe_uploads", .tag = "Uploads", .summary = "What of tus is served", .answers = {tus_options()}},
    {.name = "describe_upload", .tag = "Uploads", .summary = "What of tus is served", .answers = {tus_options()}},
    {.name = "create_upload",
     .tag = "Uploads",
     .summary = "Begins a resumable upload of a video or a file, or makes a whole of parts",
     .parameters =
       {tus_resumable,
        {"Upload-Length", "Text", "Bytes; none where it is deferred, or of a whole.", true},
        {"Upload-Defer-Length", "Text", "`1`: the length comes with a later request.", true},
        {"Upload-Concat", "Text", "`partial`, or `final;` and the addresses of the parts.", true},
        {"Upload-Metadata", "Text",
         "In Base64: `title` (or `name`, `filename`) and `filetype` (or `type`); `purpose` `file` for a file of a "
         "message; the rest is given back.",
         true},
        upload_checksum},
     .bodies = {{"Bytes", "application/offset+octet-stream"}},
     .answers =
       {{201,
         "Where to send the bytes; with `Upload-Offset` where some came along, `Content-Location` where the video is "
         "complete, `Upload-Expires` where it is not.",
         {},
         {},
         {"Location", "Tus-Resumable"}},
        other_version(),
        other_checksum()},
     .errors = in_room({not_found, unsupported_media_type, upload_conflict, bad_image, file_too_large, rate_limited})},
    {.name = "show_upload",
     .tag = "Uploads",
     .summary = "How much of an upload is there (who began it)",
     .parameters = {tus_resumable},
     .answers =
       {{200,
         "So much is there; with `Upload-Length` or `Upload-Defer-Length`, and `Upload-Metadata`, `Upload-Concat`, "
         "`Upload-Expires` where there are such.",
         {},
         {},
         {"Upload-Offset", "Tus-Resumable"}},
        other_version()},
     .errors = {not_found, gone, forbidden, upload_conflict}},
    {.name = "append_upload",
     .tag = "Uploads",
     .summary = "Sends more of an upload (who began it)",
     .parameters = {tus_resumable,
                    {"Upload-Offset", "Text", "Where these bytes go.", true, true},
                    {"Upload-Length", "Text", "Bytes, where that was deferred.", true},
                    upload_checksum},
     .bodies = {{"Bytes", "application/offset+octet-stream"}},
     .answers = {{204, "Stored; with `Location` where all of it is there.", {}, {}, {"Upload-Offset", "Tus-Resumable"}},
                 other_version(),
                 other_checksum()},
     .errors = {not_found, gone, forbidden, not_a_member, room_not_found, upload_conflict, unsupported_media_type,
                bad_image, file_too_large, rate_limited}},
    {.name = "delete_upload",
     .tag = "Uploads",
     .summary = "Gives an upload up (who began it); of one that is complete, the video goes",
     .parameters = {tus_resumable},
     .answers = {{204, "It is gone.", {}, {}, {"Tus-Resumable"}}, other_version()},
     .errors = {not_found, gone, forbidden, upload_conflict}},
  };
}

} // namespace

std::vector<operation> video_operations() {
  auto out = of_videos();
  for (const auto& more : {of_attachments(), of_uploads()})
    out.insert(out.end(), more.begin(), more.end());
  return out;
}

} // namespace parley::net::api
