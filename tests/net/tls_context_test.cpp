// Which files a tls_context takes, and in what words it refuses the others.
#include "net/tls_context.hpp"
#include "tests/net/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>
#include <stdexcept>

namespace parley::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class a_tls_context : public testing::Test {
protected:
  /// What it says of these files; empty where it takes them.
  static std::string fault(const tls_files& files) {
    try {
      const tls_context context({files});
      return {};
    } catch (const std::runtime_error& reason) {
      return reason.what();
    }
  }

  /// What it logs of these files.
  static std::string log_of(const tls_files& files) {
    std::ostringstream out;
    auto before = spdlog::default_logger();
    spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(out)));
    const auto broken = fault(files);
    spdlog::set_default_logger(std::move(before));
    EXPECT_THAT(broken, IsEmpty());
    return out.str();
  }

  tls_files with_certificate(std::string path) const { return {std::move(path), own_.files().key}; }
  tls_files with_key(std::string path) const { return {own_.files().certificate, std::move(path)}; }

  test::certificate own_;
};

TEST_F(a_tls_context, takes_a_certificate_with_its_key_and_has_nothing_to_say) {
  EXPECT_THAT(log_of(own_.files()), IsEmpty());
}

TEST_F(a_tls_context, names_the_setting_whose_file_is_missing) {
  EXPECT_THAT(fault(with_certificate("nowhere/c.pem")),
              AllOf(StartsWith("tls.certificate: \"nowhere/c.pem\" cannot be read: "), HasSubstr("No such file")));
  EXPECT_THAT(fault(with_key("nowhere/k.pem")),
              AllOf(StartsWith("tls.key: \"nowhere/k.pem\" cannot be read: "), HasSubstr("No such file")));
}

TEST_F(a_tls_context, refuses_a_folder_and_an_empty_file) {
  const auto folder = std::filesystem::temp_directory_path().string();
  EXPECT_THAT(fault(with_certificate(folder)), AllOf(StartsWith("tls.certificate: "), HasSubstr("cannot be read")));
  EXPECT_THAT(fault(with_key(folder)), AllOf(StartsWith("tls.key: "), HasSubstr("cannot be read")));
  EXPECT_THAT(fault(with_certificate(own_.write("empty.pem", ""))),
              AllOf(StartsWith("tls.certificate: "), HasSubstr("is empty")));
}

TEST_F(a_tls_context, refuses_what_is_not_pem) {
  const auto text = own_.write("text.pem", "not a certificate\n");
  EXPECT_THAT(fault(with_certificate(text)),
              AllOf(StartsWith("tls.certificate: "), HasSubstr("holds no PEM certificate")));
  EXPECT_THAT(fault(with_key(text)), AllOf(StartsWith("tls.key: "), HasSubstr("holds no PEM private key")));
}

TEST_F(a_tls_context, refuses_files_in_each_others_place) {
  EXPECT_THAT(fault(with_certificate(own_.files().key)), StartsWith("tls.certificate: "));
  EXPECT_THAT(fault(with_key(own_.files().certificate)), StartsWith("tls.key: "));
}

TEST_F(a_tls_context, refuses_a_certificate_that_is_cut_short) {
  const auto cut = own_.write("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  EXPECT_THAT(fault(with_certificate(cut)), AllOf(StartsWith("tls.certificate: "), HasSubstr("cannot be used")));
}

TEST_F(a_tls_context, refuses_the_key_of_another_certificate) {
  const test::certificate other;
  EXPECT_THAT(fault(with_key(other.files().key)),
              AllOf(StartsWith("tls.key: "), HasSubstr("does not belong to the certificate")));
}

TEST_F(a_tls_context, asks_nobody_for_a_passphrase) {
  EXPECT_THAT(fault(with_key(own_.locked_key())), AllOf(StartsWith("tls.key: "), HasSubstr("without a passphrase")));
}

TEST_F(a_tls_context, says_it_in_one_line) {
  for (const auto& files : {with_certificate("nowhere"), with_key("nowhere"), with_key(own_.write("x", "x"))})
    EXPECT_THAT(fault(files), Not(HasSubstr("\n")));
}

TEST_F(a_tls_context, warns_where_others_may_read_the_key) {
  using std::filesystem::perms;
  for (const auto others : {perms::group_read, perms::others_read}) {
    std::filesystem::permissions(own_.files().key, perms::owner_read | others);
    EXPECT_THAT(log_of(own_.files()), AllOf(HasSubstr("warning"), HasSubstr("tls.key: others than the owner")));
  }
}

} // namespace
} // namespace parley::net
