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
