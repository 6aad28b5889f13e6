// The one unit that looks at every library for its version, and the only one that is compiled anew for another
// revision: CMakeLists.txt gives the PARLEY_BUILD_… names to it alone.
#include "app/build_info.hpp"

#include "app/version.hpp"

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <caf/config.hpp>
#include <fmt/format.h>
#include <nlohmann/json_fwd.hpp>
#include <openssl/crypto.h>
#include <soci/version.h>
#include <spdlog/version.h>
#include <tl/expected.hpp>
#include <utf8proc.h>

#include <crypt.h>
#include <gif_lib.h>
#include <gnu/libc-version.h>
#include <iterator>
#include <png.h>
#include <sqlite3.h>
#include <string_view>
#include <vector>
#include <webp/decode.h>
#ifdef PARLEY_POSTGRESQL
#include <libpq-fe.h>
#endif

#define PARLEY_QUOTE(x) #x
#define PARLEY_TEXT(x) PARLEY_QUOTE(x)
#define PARLEY_DOTTED(major, minor, patch) PARLEY_TEXT(major) "." PARLEY_TEXT(minor) "." PARLEY_TEXT(patch)

namespace parley::app {

namespace {

constexpr auto unknown = "-";

struct component {
  const char* name;
  std::string built_with;
  std::string runs_with;
};

/// A number whose last two decimal places are the patch, and those before it, `minors` of them in all, the minor.
std::string split_number(unsigned number, unsigned minors) {
  return fmt::format("{}.{}.{}", number / 100 / minors, number / 100 % minors, number % 100);
}

/// libwebp packs its version into the bytes of a number.
std::string webp_version() {
  const auto packed = static_cast<unsigned>(WebPGetDecoderVersion());
  return fmt::format("{}.{}.{}", packed >> 16, packed >> 8 & 0xff, packed & 0xff);
}

#ifdef PARLEY_POSTGRESQL
/// Since PostgreSQL 10 the last four decimal places are the minor version.
std::string libpq_version() {
  return fmt::format("{}.{}", PQlibVersion() / 10'000, PQlibVersion() % 10'000);
}
#endif

/// In the order of their names. Those that run with `-` are templates, or do not tell.
std::vector<component> components() {
  return {
    {"boost", split_number(BOOST_VERSION, 1000), unknown},
    {"caf", split_number(CAF_VERSION, 100), unknown},
    {"cli11", CLI11_VERSION, unknown},
    {"expected", PARLEY_DOTTED(TL_EXPECTED_VERSION_MAJOR, TL_EXPECTED_VERSION_MINOR, TL_EXPECTED_VERSION_PATCH),
     unknown},
    {"fmt", split_number(FMT_VERSION, 100), unknown},
    {"giflib", PARLEY_DOTTED(GIFLIB_MAJOR, GIFLIB_MINOR, GIFLIB_RELEASE), unknown},
    {"glibc", PARLEY_TEXT(__GLIBC__) "." PARLEY_TEXT(__GLIBC_MINOR__), gnu_get_libc_version()},
    {"libjpeg-turbo", PARLEY_BUILD_JPEG, unknown},
    {"libpng", PNG_LIBPNG_VER_STRING, png_get_libpng_ver(nullptr)},
#ifdef PARLEY_POSTGRESQL
    {"libpq", PARLEY_BUILD_LIBPQ, libpq_version()},
#endif
    {"libwebp", PARLEY_BUILD_WEBP, webp_version()},
    {"libxcrypt", XCRYPT_VERSION_STR, unknown},
    {"nlohmann-json",
     PARLEY_DOTTED(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH), unknown},
    {"openssl", OPENSSL_VERSION_STR, OpenSSL_version(OPENSSL_VERSION_STRING)},
    {"prometheus-cpp", PARLEY_BUILD_PROMETHEUS, unknown},
    {"soci", split_number(SOCI_VERSION, 1000), unknown},
    {"spdlog", PARLEY_DOTTED(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH), unknown},
    {"sqlite", SQLITE_VERSION, sqlite3_libversion()},
    {"tomlplusplus", PARLEY_BUILD_TOML, unknown},
    {"utf8proc", PARLEY_DOTTED(UTF8PROC_VERSION_MAJOR, UTF8PROC_VERSION_MINOR, UTF8PROC_VERSION_PATCH),
     utf8proc_version()},
  };
}

} // namespace

std::string describe_build() {
  std::string out;
  const auto add = [at = std::back_inserter(out)]<class... Args>(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(at, form, std::forward<Args>(args)...);
  };
  add("parley {}\n", version);
  add("revision    {}\n", PARLEY_BUILD_REVISION);
  add("compiler    {}\n", PARLEY_BUILD_COMPILER);
  add("standard    C++{} ({})\n", __cplusplus / 100 % 100, __cplusplus);
  add("build type  {}\n", PARLEY_BUILD_TYPE);
  add("sanitizers  {}\n\n", PARLEY_BUILD_SANITIZE);
  add("{:<15} {:<12} {}", "component", "built-with", "runs-with");
  for (const auto& x : components())
    add("\n{:<15} {:<12} {}", x.name, x.built_with, x.runs_with);
  return out;
}

} // namespace parley::app
