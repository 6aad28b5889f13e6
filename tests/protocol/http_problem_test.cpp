#include "protocol/http_codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace parley {
namespace {

TEST(a_problem, is_the_document_that_the_contract_quotes) {
  EXPECT_EQ(encode(problem{error_code::room_not_found}, language::zh),
            R"({"type":"about:blank","title":"Not Found","status":404,"detail":"房间不存在","code":"room_not_found"})");
}

TEST(a_problem, names_each_faulty_field_in_the_clients_language) {
  const problem p{{{"username", fault::too_short}, {"config.history", fault::not_a_choice}}};
  EXPECT_EQ(encode(p, language::en), R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
                                     R"("detail":"The request has invalid fields","code":"validation_failed",)"
                                     R"("errors":[{"field":"username","message":"is too short"},)"
                                     R"({"field":"config.history","message":"is not one of the allowed values"}]})");
  EXPECT_NE(encode(p, language::ru), encode(p, language::zh));
}

/// The text of the only fault that `done` has.
template <class T>
std::string only_fault(const decoded<T>& done, language lang) {
  EXPECT_FALSE(done);
  EXPECT_EQ(done.error().fields.size(), 1U);
  return describe(done.error().fields.at(0), lang);
}

TEST(a_problem, names_the_bound_that_was_missed) {
  const auto short_password = decode_registration(R"({"username":"someone","email":"a@b.cd","password":"short"})");
  EXPECT_EQ(only_fault(short_password, language::en), "is too short: at least 8 bytes");
  EXPECT_EQ(only_fault(short_password, language::ru), "слишком короткое значение: не менее 8 байт");
  EXPECT_EQ(only_fault(short_password, language::zh), "内容过短：至少 8 个字节");
  EXPECT_NE(encode(short_password.error(), language::en).find("at least 8 bytes"), std::string::npos);
  const auto long_name =
    decode_registration(R"({"username":")" + std::string(33, 'a') + R"(","email":"a@b.cd","password":"long enough"})");
  EXPECT_EQ(only_fault(long_name, language::en), "is too long: at most 32 characters");
  EXPECT_EQ(only_fault(decode_page({{"page", "0"}}), language::en), "is out of range: from 1 to 1000000000");
}

TEST(a_problem, may_have_another_status_than_its_code) {
  problem p{error_code::upload_conflict};
  p.status = 412;
  const auto document = nlohmann::json::parse(encode(p, language::en));
  EXPECT_EQ(document.at("status"), 412);
  EXPECT_EQ(document.at("title"), "Precondition Failed");
  EXPECT_EQ(document.at("code"), "upload_conflict");
}

TEST(every_problem, is_json_with_its_own_status) {
  for (language lang : all_languages) {
    for (error_code x : all_error_codes()) {
      const auto document = nlohmann::json::parse(encode(problem{x}, lang));
      EXPECT_EQ(document.at("status"), http_status(x));
      EXPECT_EQ(document.at("code"), std::string{name(x)});
      EXPECT_EQ(document.contains("errors"), http_status(x) == 422);
    }
  }
}

} // namespace
} // namespace parley
