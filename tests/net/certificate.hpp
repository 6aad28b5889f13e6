// A self-signed certificate, made anew for each run, as the files that tls_context reads.
#pragma once

#include "net/tls_context.hpp"
#include "tests/support/temporary_folder.hpp"

#include <string>
#include <string_view>

namespace parley::test {

/// Lives in a folder of its own, which goes with it.
class certificate {
public:
  /// For `localhost`, on P-256; the key's file is its owner's alone.
  certificate();
  certificate(const certificate&) = delete;
  certificate& operator=(const certificate&) = delete;

  const net::tls_files& files() const { return files_; }

  /// Writes another file beside them, and returns its path.
  std::string write(std::string_view name, std::string_view content) const;

  /// The same key under a passphrase, in a file beside them.
  std::string locked_key() const;

private:
  temporary_folder folder_;
  net::tls_files files_;
};

/// One for all tests that only need some.
const net::tls_context& some_tls();

} // namespace parley::test
