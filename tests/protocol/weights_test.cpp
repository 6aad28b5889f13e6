// Lists with weights.
#include "protocol/weights.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(a_media_type, has_the_weight_that_its_element_gives_it) {
  EXPECT_EQ(weight_of_type("text/plain", "text/plain"), 1000);
  EXPECT_EQ(weight_of_type("text/html;q=0.9 , Text/Plain ; version=0.0.4; q=0.3", "text/plain"), 300);
  EXPECT_EQ(weight_of_type("text/plain;q=0.2,text/plain;q=0.4,text/plain;q=0.3", "text/plain"), 400);
  EXPECT_EQ(weight_of_type("text/plain;q=0", "text/plain"), 0);
}

TEST(a_media_type, that_is_not_named_or_badly_weighed_has_none) {
  for (const char* accept : {"", "*/*", "text/*", "text/plainer", ",;,", "text/plain;q=2", "text/plain;q=a", "q=1"})
    EXPECT_FALSE(weight_of_type(accept, "text/plain")) << accept;
}

} // namespace
} // namespace parley
