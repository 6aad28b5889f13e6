// The command line of parley.
#include "app/backup.hpp"
#include "app/build_info.hpp"
#include "app/commands.hpp"
#include "app/doctor.hpp"
#include "app/documents.hpp"
#include "app/health.hpp"
#include "app/import.hpp"
#include "app/serve.hpp"
#include "app/transfer.hpp"
#include "app/usage.hpp"
#include "app/version.hpp"
#include "config/command_line.hpp"
#include "config/describe.hpp"
#include "config/load.hpp"
#include "net/http/routes.hpp"
#include "protocol/whole_number.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr int usage_error = 2;

using command = std::function<int(const parley::config::loaded_settings&)>;

/// A standard stream that is closed would become the next file that is opened, and get what is meant for the stream.
void open_closed_streams() {
  int lowest = ::open("/dev/null", O_RDWR);
  while (lowest >= 0 && lowest <= STDERR_FILENO)
    lowest = ::open("/dev/null", O_RDWR);
  if (lowest >= 0)
    ::close(lowest);
}

/// What is wrong with a user's id; empty where nothing is.
std::string is_no_id(const std::string& text) {
  const auto id = parley::whole_number<std::int64_t>(text);
  return id && *id >= 1 ? std::string()
                        : "\"" + text + "\" is no user's id, a whole number from 1 to 9223372036854775807";
}

int run(const parley::config::sources& from, const command& what) {
  auto loaded = parley::config::load(from);
  if (!loaded) {
    std::fprintf(stderr, "parley: %s\n", loaded.error().c_str());
    return usage_error;
  }
  try {
    return what(*loaded);
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "parley: %s\n", reason.what());
    return 1;
  }
}

} // namespace

int main(int argc, char** argv) {
  namespace app = parley::app;
  open_closed_streams();
  // Whatever is made from here on, the data folder and files of tokens among it, is this user's alone.
  umask(S_IRWXG | S_IRWXO);
  CLI::App cli{"Parley: a server for rooms of people", "parley"};
  cli.require_subcommand(1);
  bool verbose = false;
  auto* in_full = cli.add_flag("--verbose", verbose, "With --version: what it was built with and runs with");
  in_full->needs(cli.set_version_flag("--version", [&] { return verbose ? app::describe_build() : app::version; }));
  parley::config::sources from;
  from.environment = parley::config::read_environment(environ);
  command chosen;

  auto subcommand = [&](CLI::App& parent, const char* name, const char* help) {
    auto* out = parent.add_subcommand(name, help);
    parley::config::add_common_options(*out, from);
    return out;
  };

  auto* serve = subcommand(cli, "serve", "Run a node");
  parley::config::add_server_options(*serve, from);
  serve->callback([&] { chosen = app::serve; });

  auto* routes = subcommand(cli, "routes", "Print every route: METHOD PATH AUTH NAME");
  routes->callback([&] {
    chosen = [](const auto&) {
      std::fputs(parley::net::describe_routes().c_str(), stdout);
      return 0;
    };
  });

  bool status_only = false;
  auto* migrate = subcommand(cli, "migrate", "Bring the schema up");
  migrate->add_flag("--status", status_only, "Only show which migrations are applied");
  std::string copy_to;
  migrate->add_option("--to-postgresql", copy_to, "Copy the SQLite database there, ids kept; a stopped copy goes on")
    ->type_name("URL")
    ->excludes("--status");
  migrate->callback([&] {
    chosen = [&](const auto& s) { return copy_to.empty() ? app::migrate(s, status_only) : app::transfer(s, copy_to); };
  });

  auto* user = cli.add_subcommand("user", "Manage users");
  user->require_subcommand(1);
  app::new_account account;
  auto* create = subcommand(*user, "create", "Create a user; the password comes from standard input");
  create->add_option("--username", account.username)->required();
  create->add_option("--email", account.email)->required();
  create->add_flag("--admin", account.admin);
  create->callback([&] { chosen = [&](const auto& s) { return app::create_user(s, account); }; });
  std::string promoted;
  auto* promote = subcommand(*user, "promote", "Make a user an administrator");
  promote->add_option("username", promoted)->required();
  promote->callback([&] { chosen = [&](const auto& s) { return app::promote_user(s, promoted); }; });

  std::string renewed;
  auto* passwd = subcommand(*user, "passwd", "Set a user's password, from standard input, and end all its sessions");
  passwd->add_option("username", renewed)->required();
  passwd->callback([&] { chosen = [&](const auto& s) { return app::change_password(s, renewed); }; });

  std::int64_t token_user = 0;
  std::int64_t token_minutes = 0;
  auto* token = subcommand(cli, "token", "Print an access token");
  token->add_option("--user", token_user, "The user's id")->required()->check(CLI::Validator(is_no_id, "ID"));
  token->add_option("--minutes", token_minutes, "Its lifetime")
    ->check(CLI::Range(std::int64_t{1}, app::token_minutes_max));
  token->callback([&] { chosen = [&](const auto& s) { return app::print_token(s, token_user, token_minutes); }; });

  app::fixture_plan plan;
  auto* fixtures = subcommand(cli, "fixtures", "Fill an empty database for load tests");
  fixtures->add_option("--users", plan.users)->required()->check(CLI::Range(1, 1'000'000));
  fixtures->add_option("--rooms", plan.rooms)->required()->check(CLI::Range(0, 1'000'000));
  fixtures->add_option("--tokens", plan.tokens, "The file for the access tokens, one a line")->required();
  fixtures->callback([&] { chosen = [&](const auto& s) { return app::make_fixtures(s, plan); }; });

  app::backup_wish copies;
  auto* backup = subcommand(cli, "backup", "Copy database and files of one moment, also while the server runs");
  backup->add_option("folder", copies.folder, "The new folder; with --keep the folder of several backups")->required();
  backup->add_option("--keep", copies.keep, "Make a folder of this moment in it, and keep the newest N")
    ->check(CLI::Range(1, 1'000'000));
  backup->callback([&] { chosen = [&](const auto& s) { return app::back_up(s, copies); }; });

  std::string restored;
  auto* restore = subcommand(cli, "restore", "Fill an empty data folder from a backup");
  restore->add_option("folder", restored, "The folder that parley backup made")->required();
  restore->callback([&] { chosen = [&](const auto& s) { return app::restore(s, restored); }; });

  app::import_wish wish;
  auto* incoming =
    subcommand(cli, "import", "Bring users, rooms and messages of another chat in; a stopped one goes on");
  incoming
    ->add_option("source", wish.from, "sqlite:///FILE or postgresql://… of the other back end, or a file of NDJSON")
    ->required();
  incoming->add_flag("--dry-run", wish.only_look, "Only report what would come, and what would not");
  incoming->add_option("--report", wish.report, "The new file for every note, a line of JSON each");
  incoming->add_option("--files", wish.files, "The folder that holds their pictures");
  incoming->add_option("--passwords", wish.passwords, "Make new passwords where a hash cannot be taken; the new file");
  incoming->add_option("--as", wish.name, "The name of the source, where there are several")->capture_default_str();
  incoming->callback([&] { chosen = [&](const auto& s) { return app::import_from(s, wish); }; });

  std::string exported;
  auto* out = subcommand(cli, "export", "Write users, rooms and messages as NDJSON, which parley import reads");
  out->add_option("file", exported, "The new file, or - for standard output")->required();
  out->callback([&] { chosen = [&](const auto& s) { return app::export_to(s, exported); }; });

  std::string health_url;
  auto* health = subcommand(cli, "health", "Exit with 0 where the server's /readyz says that it is ready");
  health->add_option("url", health_url, "The server's address; by default the one that it would listen on");
  health->callback([&] {
    chosen = [&](const auto& s) {
      return app::check_health(health_url.empty() ? app::own_address(s.values) : health_url);
    };
  });

  auto* doctor = subcommand(cli, "doctor", "Examine machine, settings and database, and say what to mend");
  doctor->callback([&] { chosen = app::examine; });

  auto* api = subcommand(cli, "api", "Print what the server says of itself, as JSON");
  std::vector<app::document> wanted;
  auto* kind = api->add_option_group("document")->require_option(1);
  const auto offer = [&](const char* flag, app::document which, const char* help) {
    kind->add_flag_callback(
      flag, [&wanted, which] { wanted.push_back(which); }, help);
  };
  offer("--openapi", app::document::openapi, "Every route: OpenAPI 3.1, as /openapi.json");
  offer("--asyncapi", app::document::asyncapi, "Every frame: AsyncAPI 3.0, as /asyncapi.json");
  offer("--codes", app::document::codes, "Every error with its status and texts, and the close codes");
  api->callback([&] {
    chosen = [&](const auto&) {
      std::printf("%s\n", app::make_document(wanted.front()).c_str());
      return 0;
    };
  });

  auto* config = subcommand(cli, "config", "Print the effective configuration");
  config->callback([&] {
    chosen = [](const auto& s) {
      std::fputs(parley::config::describe(s).c_str(), stdout);
      return 0;
    };
  });

  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& reason) {
    if (reason.get_exit_code() == 0) // --help, --version
      return cli.exit(reason);
    std::fprintf(stderr, "parley: %s\n", app::explain_usage(cli, reason).c_str());
    return usage_error;
  }
  return run(from, chosen);
}
