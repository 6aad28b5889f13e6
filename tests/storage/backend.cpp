// Runs the suite of all files of this folder on each back end.
#include "tests/storage/backend.hpp"

#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {

std::vector<backend> all_backends() {
  return {
    {"sqlite", make_sqlite_trial},
#ifdef PARLEY_POSTGRESQL
    {"postgres", make_postgres_trial},
#endif
  };
}

INSTANTIATE_TEST_SUITE_P(backends, storage_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace parley::storage::testing
