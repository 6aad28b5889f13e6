#include "load/measure/snapshot.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace parley::load {

std::vector<std::uint8_t> snapshot_writer::write(const tally& now) {
  nlohmann::json histograms = nlohmann::json::object();
  for (const auto& [name, values] : now.histograms()) {
    histogram& told = told_[name];
    if (values.count() == told.count())
      continue;
    auto changes = values.changes_since(told);
    histograms[name] = {{"max", values.max()}, {"buckets", std::move(changes)}};
    told = values;
  }
  return nlohmann::json::to_msgpack({{"counts", now.counts()},
                                     {"maxima", now.maxima()},
                                     {"texts", now.texts()},
                                     {"histograms", std::move(histograms)}});
}

tl::expected<void, std::string> snapshot_reader::read(std::string_view bytes) {
  try {
    const auto told = nlohmann::json::from_msgpack(bytes);
    for (const auto& [name, value] : told.at("counts").items())
      latest_.count(name) = value.get<std::uint64_t>();
    for (const auto& [name, value] : told.at("maxima").items())
      latest_.maximum(name) = value.get<std::int64_t>();
    for (const auto& [name, value] : told.at("texts").items())
      latest_.first(name, value.get_ref<const std::string&>());
    for (const auto& [name, value] : told.at("histograms").items())
      if (!latest_.times(name).apply(value.at("buckets").get<histogram::changes>(),
                                     value.at("max").get<std::int64_t>()))
        return tl::unexpected(std::string("a snapshot with a bucket that no histogram has"));
    return {};
  } catch (const nlohmann::json::exception& fault) {
    return tl::unexpected(std::string("a snapshot that cannot be read: ") + fault.what());
  }
}

} // namespace parley::load
