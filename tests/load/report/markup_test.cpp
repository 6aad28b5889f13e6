// Text inside of HTML and XML.
#include "load/report/markup.hpp"

#include <gtest/gtest.h>

namespace parley::load {
namespace {

TEST(escaped_text, has_no_markup) {
  EXPECT_EQ(escaped(R"(<a href="x">b & c</a>)"), "&lt;a href=&quot;x&quot;&gt;b &amp; c&lt;/a&gt;");
}

TEST(escaped_text, is_what_xml_can_hold) {
  EXPECT_EQ(escaped("a\tb\r\nc\x01\x1f — d"), "a\tb\r\nc?? — d");
}

} // namespace
} // namespace parley::load
