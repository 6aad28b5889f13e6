#include "tests/support/postgres_server.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace parley::test {

namespace {

namespace fs = std::filesystem;

/// The folder of Debian's newest server programs that are new enough; empty where there is none.
fs::path programs() {
  fs::path best;
  int newest = 14;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && fs::exists(entry.path() / "bin/initdb")) {
      newest = version;
      best = entry.path() / "bin";
    }
  }
  return best;
}

/// Whom the server runs as: PostgreSQL refuses to be root.
const passwd* ordinary_user() {
  if (::geteuid() != 0)
    return nullptr;
  const auto* nobody = ::getpwnam("nobody");
  if (nobody == nullptr)
    throw std::runtime_error("there is no user nobody");
  return nobody;
}

pid_t run(const std::vector<std::string>& command, const fs::path& log) {
  const auto* who = ordinary_user();
  std::vector<char*> words;
  for (const auto& x : command)
    words.push_back(const_cast<char*>(x.c_str())); // execv does not write them
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0)
    return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0666);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  if (who != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(who->pw_gid) != 0 || ::setuid(who->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which takes it away
  ::chdir("/");
  ::execv(words.front(), words.data());
  ::_exit(127);
}

void await_success(pid_t child, const fs::path& log) {
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return;
  std::ifstream text(log);
  throw std::runtime_error("PostgreSQL for tests: " + std::string(std::istreambuf_iterator<char>(text), {}));
}

} // namespace

bool postgres_server::is_installed() {
  return !programs().empty();
}

postgres_server& postgres_server::shared() {
  static postgres_server one;
  return one;
}

postgres_server::postgres_server(bool durable) : durable_(durable) {
  if (!is_installed())
    throw std::runtime_error("PostgreSQL is not installed: script/bootstrap test");
  std::string name = (fs::temp_directory_path() / "parley-postgres-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder");
  folder_ = name;
  if (const auto* who = ordinary_user(); who != nullptr && ::chown(name.c_str(), who->pw_uid, who->pw_gid) != 0)
    throw std::runtime_error("the temporary folder cannot be given away");
  await_success(run({programs() / "initdb", "--pgdata=" + name + "/data", "--username=postgres", "--auth=trust",
                     "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"},
                    folder_ / "log"),
                folder_ / "log");
  start();
}

postgres_server::~postgres_server() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string postgres_server::url(const std::string& database) const {
  std::string host;
  for (const char c : folder_.string())
    host += c == '/' ? std::string("%2F") : std::string(1, c);
  return "postgresql://postgres@" + host + "/" + database;
}

void postgres_server::start() {
  const auto on = durable_ ? "on" : "off";
  process_ = run({programs() / "postgres", "-D", folder_ / "data", "-k", folder_, "-c", "listen_addresses=", "-c",
                  std::string("fsync=") + on, "-c", std::string("full_page_writes=") + on, "-c", "max_connections=60",
                  "-c", "shared_buffers=32MB", "-c", "log_min_messages=fatal"},
                 folder_ / "log");
  for (int i = 0; i < 600; ++i) {
    if (PQping(url("postgres").c_str()) == PQPING_OK)
      return;
    ::poll(nullptr, 0, 50);
  }
  throw std::runtime_error("PostgreSQL for tests does not answer");
}

void postgres_server::stop() {
  if (process_ < 0)
    return;
  ::kill(process_, SIGQUIT);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void postgres_server::crash_and_start_again() {
  stop(); // SIGQUIT is PostgreSQL's own crash: nothing is written, the next start recovers
  start();
}

} // namespace parley::test
