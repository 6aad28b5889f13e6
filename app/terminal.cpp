#include "app/terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace parley::app {

namespace {

using texts = std::array<std::string_view, all_languages.size()>; // zh, en, ru

constexpr texts texts_of(words x) {
  switch (x) {
  case words::password:
    return {"密码：", "Password: ", "Пароль: "};
  case words::password_again:
    return {"再次输入密码：", "Password again: ", "Пароль ещё раз: "};
  case words::passwords_differ:
    return {"两次输入的密码不一致", "the two passwords differ", "пароли не совпадают"};
  case words::no_password:
    return {"没有输入密码", "no password was given", "пароль не введён"};
  case words::no_database:
    return {"没有数据库 ", "there is no database ", "нет базы данных "};
  case words::no_secret:
    return {"没有密钥 ", "there is no secret ", "нет секрета "};
  case words::name_it:
    return {"请用 --data-dir 或 --db 指定服务器的数据", "name the server's with --data-dir or --db",
            "укажите базу сервера через --data-dir или --db"};
  }
  return {};
}

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile std::sig_atomic_t signal_that_came = 0;

/// As long as it lives, the terminal does not show what is typed, ^Z does not stop, and a signal that would end the
/// process waits for `wait_for_input`, whose end it is; it is raised again once all is as it was.
class hidden_typing {
public:
  explicit hidden_typing(int terminal) : terminal_(terminal) {
    signal_that_came = 0;
    struct sigaction note {};
    note.sa_handler = [](int signal) { signal_that_came = signal; };
    sigset_t held;
    sigemptyset(&held);
    for (std::size_t i = 0; i < before_.size(); ++i) {
      sigaction(ending_signals[i], &note, &before_[i]);
      sigaddset(&held, ending_signals[i]);
    }
    sigprocmask(SIG_BLOCK, &held, &mask_before_);
    if (tcgetattr(terminal_, &shown_) != 0)
      return;
    auto hidden = shown_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    hidden.c_cc[VSUSP] = _POSIX_VDISABLE;
    changed_ = tcsetattr(terminal_, TCSAFLUSH, &hidden) == 0;
  }
  hidden_typing(const hidden_typing&) = delete;
  hidden_typing& operator=(const hidden_typing&) = delete;
  ~hidden_typing() {
    if (changed_)
      tcsetattr(terminal_, TCSAFLUSH, &shown_);
    for (std::size_t i = 0; i < before_.size(); ++i)
      sigaction(ending_signals[i], &before_[i], nullptr);
    sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    if (signal_that_came != 0)
      static_cast<void>(std::raise(signal_that_came));
  }

  /// Until something can be read; false where a signal came, also one before this call.
  bool wait_for_input() const {
    pollfd one{terminal_, POLLIN, 0};
    while (ppoll(&one, 1, nullptr, &mask_before_) < 0) {
      if (errno != EINTR || signal_that_came != 0)
        return false;
    }
    return true;
  }

private:
  int terminal_;
  bool changed_ = false;
  sigset_t mask_before_{};
  termios shown_{};
  std::array<struct sigaction, ending_signals.size()> before_{};
};

/// What is typed up to the end of the line; nullopt at the end of input before anything was, or where a signal came.
std::optional<std::string> read_line(const hidden_typing& typing) {
  std::string out;
  for (char c = 0;;) {
    if (!typing.wait_for_input())
      return std::nullopt;
    const auto got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 || (got == 0 && out.empty()))
      return std::nullopt;
    if (got == 0 || c == '\n')
      return out;
    out += c;
  }
}

std::optional<std::string> ask(words prompt, language lang) {
  const auto shown = text(prompt, lang);
  const hidden_typing typing(STDIN_FILENO);
  std::fprintf(stderr, "%.*s", static_cast<int>(shown.size()), shown.data());
  std::fflush(stderr);
  auto out = read_line(typing);
  std::fputc('\n', stderr);
  return out;
}

} // namespace

language terminal_language() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const found = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): before there are threads
    const std::string_view value(found != nullptr ? found : "");
    if (!value.empty()) // `ru_RU.UTF-8`: the language ends before the territory, the encoding or the modifier
      return parse_language(value.substr(0, value.find_first_of("_.@"))).value_or(language::en);
  }
  return language::en;
}

std::string_view text(words x, language lang) {
  return texts_of(x)[static_cast<std::size_t>(lang)];
}

int refuse(const std::string& why) {
  std::fprintf(stderr, "parley: %s\n", why.c_str());
  return 1;
}

std::string not_there(words what, const std::filesystem::path& place) {
  const auto lang = terminal_language();
  return std::string(text(what, lang)) + place.string() + "; " + std::string(text(words::name_it, lang));
}

void show_rows(std::string_view table, std::int64_t done, std::int64_t all) {
  const bool whole = done >= all;
  const bool seen = ::isatty(STDERR_FILENO) != 0;
  if (!whole && !seen)
    return;
  const auto percent = all > 0 ? 100 * done / all : 100;
  std::fprintf(stderr, "%s%-18.*s %11lld of %lld rows (%lld %%)%s", seen ? "\r" : "", static_cast<int>(table.size()),
               table.data(), static_cast<long long>(done), static_cast<long long>(all), static_cast<long long>(percent),
               whole ? "\n" : "");
}

tl::expected<std::string, std::string> read_password(language lang) {
  const auto without = [&] { return tl::unexpected(std::string(text(words::no_password, lang))); };
  if (::isatty(STDIN_FILENO) == 0) {
    std::string line;
    if (!std::getline(std::cin, line))
      return without();
    return line;
  }
  const auto first = ask(words::password, lang);
  if (!first || first->empty())
    return without();
  const auto second = ask(words::password_again, lang);
  if (!second)
    return without();
  if (*first != *second)
    return tl::unexpected(std::string(text(words::passwords_differ, lang)));
  return *first;
}

} // namespace parley::app
