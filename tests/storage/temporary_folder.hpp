// The tests' folder, by its short name.
#pragma once

#include "tests/support/temporary_folder.hpp"

namespace parley::storage::testing {

using test::temporary_folder;

} // namespace parley::storage::testing
