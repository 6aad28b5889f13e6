// Batches that another node sends: whatever comes is refused in one line, or is items that pack to what unpacks to
// them.
#include "cluster/peer_items.hpp"

#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  // A buffer of exactly its size, so that a sanitizer sees a read past its end.
  const std::string batch(reinterpret_cast<const char*>(data), size);
  auto items = cluster::unpack_items(batch);
  if (!items) {
    fuzz::require(!items.error().empty() && items.error().find('\n') == std::string::npos, "a refusal is one line");
    return 0;
  }
  fuzz::require(items->size() <= size, "an item takes a byte at least");
  std::string packed;
  for (auto& x : *items)
    cluster::pack_item(packed, x);
  auto again = cluster::unpack_items(packed);
  fuzz::require(again.has_value() && again->size() == items->size(), "what was read can be packed and read again");
  std::string twice;
  for (auto& x : *again)
    cluster::pack_item(twice, x);
  fuzz::require(twice == packed, "and is the same then");
  return 0;
}
