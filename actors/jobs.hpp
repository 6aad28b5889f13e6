// Work for the database threads: one closure a request, its result kept inside it until the asker reads it.
#pragma once

#include "storage/ports.hpp"

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace parley {

/// One step of a database thread. It is run once; the asker looks at it again only after the answer has come, so
/// that the message pass is all the synchronisation there is.
template <class Access>
class database_job {
public:
  virtual ~database_job() = default;

  /// May throw storage::storage_error: then nothing of it happened.
  virtual void run(Access& access) = 0;
};

using read_job = std::shared_ptr<database_job<storage::reader>>;
using write_job = std::shared_ptr<database_job<storage::writer>>;

/// A job made of a function, with what the function returned.
template <class Access, class Step>
class stepped_job final : public database_job<Access> {
public:
  using value_type = std::invoke_result_t<Step&, Access&>;

  explicit stepped_job(Step step) : step_(std::move(step)) {}

  void run(Access& access) override { value_.emplace(step_(access)); }

  /// Only after the job was answered as done.
  value_type& value() { return *value_; }

private:
  Step step_;
  std::optional<value_type> value_;
};

/// `step(storage::reader&)` must return a value.
template <class Step>
auto make_read_job(Step step) {
  return std::make_shared<stepped_job<storage::reader, Step>>(std::move(step));
}

/// `step(storage::writer&)` must return a value; it runs inside the open transaction.
template <class Step>
auto make_write_job(Step step) {
  return std::make_shared<stepped_job<storage::writer, Step>>(std::move(step));
}

} // namespace parley
