// Pictures of users, from the files of another back end into ours and back.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::moving {

/// Reads what another back end keeps of pictures: the path of a file below `folder`, as it stands in an address or on
/// the disk; or the picture itself in Base64, alone or as a data URL.
class picture_reader {
public:
  /// Without a folder only Base64 is read. A picture has at most `bytes_max`.
  picture_reader(std::optional<std::filesystem::path> folder, std::size_t bytes_max);

  /// The picture's bytes, as they are; nullopt where there is none. Nothing outside of the folder is read.
  std::optional<std::string> find(std::string_view said) const;

private:
  std::optional<std::string> read(const std::filesystem::path& file) const;

  std::optional<std::filesystem::path> folder_;
  std::size_t bytes_max_;
};

/// Puts pictures into our folder. What was put goes again with this object unless `keep` was called.
class picture_folder {
public:
  explicit picture_folder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  picture_folder(const picture_folder&) = delete;
  picture_folder& operator=(const picture_folder&) = delete;
  ~picture_folder();

  /// The address under which the server shows it. Throws std::runtime_error, one line, where it cannot be written.
  std::string put(std::string_view bytes, std::string_view extension);
  void keep();

private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;
};

/// The path of an address that the server gives a picture, below the folder of files; nullopt for any other text.
std::optional<std::string> picture_path(std::string_view url);

} // namespace parley::moving
