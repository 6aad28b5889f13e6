#include "protocol/field_reader.hpp"

#include "protocol/json_reader.hpp"
#include "protocol/raw_member.hpp"
#include "protocol/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace parley {

namespace {

/// True for those beyond 64 bits, too, which the parser gives as a double.
bool is_integer(const nlohmann::json& number) {
  constexpr double beyond_fractions = 9'007'199'254'740'992; // 2^53
  return number.is_number_integer() || (number.is_number_float() && std::abs(number.get<double>()) >= beyond_fractions);
}

} // namespace

field_reader::field_reader(std::string_view json) : body_(json) {
  auto document = parse_json(json);
  if (!document) {
    is_json_ = false;
    return;
  }
  if (!document->is_object()) {
    refuse("", fault::not_an_object);
    return;
  }
  document_ = std::make_unique<nlohmann::json>(std::move(*document));
  object_ = document_.get();
}

field_reader::field_reader(field_reader& parent, std::string_view key) : faults_(parent.faults_) {
  const auto* value = parent.find(key, need::optional);
  if (value == nullptr)
    return;
  if (!value->is_object()) {
    parent.refuse(key, fault::not_an_object);
    return;
  }
  object_ = value;
  prefix_ = parent.prefix_;
  prefix_ += key;
  prefix_ += '.';
}

field_reader::~field_reader() = default;

bool field_reader::has(std::string_view key) const {
  return object_ != nullptr && find_member(*object_, key) != nullptr;
}

bool field_reader::names(std::string_view key) const {
  return object_ != nullptr && object_->contains(key);
}

std::optional<std::string> field_reader::text(std::string_view key, need how) {
  const auto* value = find(key, how);
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_string()) {
    refuse(key, fault::not_a_string);
    return std::nullopt;
  }
  const auto& out = value->get_ref<const std::string&>();
  if (out.find('\0') != std::string::npos) {
    refuse(key, fault::bad_characters);
    return std::nullopt;
  }
  return out;
}

std::optional<std::string> field_reader::text(std::string_view key, need how, std::size_t min, std::size_t max) {
  auto out = text(key, how);
  if (out)
    check_length(key, count_characters(*out), min, max);
  return out;
}

std::optional<std::string> field_reader::visible_text(std::string_view key, need how, std::size_t max) {
  auto out = text(key, how);
  if (!out)
    return out;
  if (!out->empty() && says_nothing(*out))
    refuse(key, fault::blank);
  else
    check_length(key, count_characters(*out), 1, max);
  return out;
}

std::optional<bool> field_reader::boolean(std::string_view key) {
  const auto* value = find(key, need::optional);
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_boolean()) {
    refuse(key, fault::not_a_boolean);
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<std::int64_t> field_reader::row_id(std::string_view key, need how) {
  const auto* value = find(key, how);
  if (value == nullptr)
    return std::nullopt;
  const auto out = to_integer(*value, 1);
  if (!out)
    refuse(key, is_integer(*value) ? fault::out_of_range : fault::not_an_integer);
  return out;
}

std::vector<std::int64_t> field_reader::row_ids(std::string_view key, std::size_t max) {
  std::vector<std::int64_t> out;
  const auto* value = find(key, need::optional);
  if (value == nullptr)
    return out;
  if (!value->is_array()) {
    refuse(key, fault::not_a_list);
    return out;
  }
  if (value->size() > max) {
    refuse(key, fault::too_many);
    return out;
  }
  for (const auto& one : *value) {
    const auto number = to_integer(one, 1);
    if (!number) {
      refuse(key, is_integer(one) ? fault::out_of_range : fault::not_an_integer);
      break;
    }
    out.push_back(*number);
  }
  return out;
}

std::vector<std::string> field_reader::texts(std::string_view key, std::size_t max) {
  std::vector<std::string> out;
  const auto* value = find(key, need::optional);
  if (value == nullptr)
    return out;
  if (!value->is_array() || value->size() > max) {
    refuse(key, value->is_array() ? fault::too_many : fault::not_a_list);
    return out;
  }
  for (const auto& one : *value) {
    if (!one.is_string()) {
      refuse(key, fault::not_a_string);
      break;
    }
    out.push_back(one.get<std::string>());
  }
  return out;
}

bool field_reader::is_empty_text(std::string_view key) const {
  const auto* value = object_ == nullptr ? nullptr : find_member(*object_, key);
  return value != nullptr && value->is_string() && value->get_ref<const std::string&>().empty();
}

bool field_reader::has_entries(std::string_view key) const {
  const auto* value = object_ == nullptr ? nullptr : find_member(*object_, key);
  return value != nullptr && !value->empty();
}

std::optional<double> field_reader::real(std::string_view key, double min, double max) {
  const auto* value = find(key, need::optional);
  if (value == nullptr)
    return std::nullopt;
  const auto out = to_real(*value);
  if (!out)
    refuse(key, fault::not_a_number);
  else if (*out < min || *out > max)
    refuse(key, fault::out_of_range, allowed_range{min, max});
  return out;
}

std::optional<timestamp> field_reader::time(std::string_view key) {
  const auto value = text(key, need::optional);
  if (!value)
    return std::nullopt;
  const auto out = parse_time(*value);
  if (!out)
    refuse(key, fault::not_a_time);
  return out;
}

std::optional<std::string> field_reader::json(std::string_view key, need how) {
  assert(object_ == nullptr || document_ != nullptr);
  if (!names(key)) {
    if (object_ != nullptr && how == need::required)
      refuse(key, fault::required);
    return std::nullopt;
  }
  const auto out = raw_member(body_, key);
  if (holds_nul(out)) {
    refuse(key, fault::bad_characters);
    return std::nullopt;
  }
  return std::string{out};
}

void field_reader::refuse_unread_nul() {
  if (document_ == nullptr || !holds_nul(body_))
    return;
  const auto is_told = [this](std::string_view key) {
    return std::ranges::any_of(*faults_, [key](const field_fault& x) {
      return x.what == fault::bad_characters && std::string_view(x.field).substr(0, x.field.find('.')) == key;
    });
  };
  for (const auto& [key, value] : document_->items())
    if (!is_told(key) && holds_nul(value.dump()))
      refuse(key, fault::bad_characters);
  if (faults_->empty()) // it was in a name, or in a member that a later one of the same name hides
    refuse("", fault::bad_characters);
}

void field_reader::refuse(std::string_view key, fault what, std::optional<allowed_range> allowed) {
  faults_->push_back({prefix_ + std::string{key}, what, allowed});
}

void field_reader::check_length(std::string_view key, std::size_t length, std::size_t min, std::size_t max,
                                length_unit unit) {
  const allowed_range allowed{static_cast<double>(min), static_cast<double>(max), unit};
  if (length < min)
    refuse(key, fault::too_short, allowed);
  else if (length > max)
    refuse(key, fault::too_long, allowed);
}

const nlohmann::json* field_reader::find(std::string_view key, need how) {
  if (object_ == nullptr)
    return nullptr;
  const auto* out = find_member(*object_, key);
  if (out == nullptr && how == need::required)
    refuse(key, fault::required);
  return out;
}

} // namespace parley
