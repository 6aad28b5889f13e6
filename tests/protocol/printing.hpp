// How failed expectations show the protocol's values.
#pragma once

#include "protocol/http_codec.hpp"

#include <ostream>

namespace parley {

inline std::ostream& operator<<(std::ostream& out, error_code x) {
  return out << name(x);
}

inline std::ostream& operator<<(std::ostream& out, fault x) {
  return out << text(x, language::en);
}

inline std::ostream& operator<<(std::ostream& out, const field_fault& x) {
  return out << '"' << x.field << "\" " << x.what;
}

} // namespace parley

namespace parley::test {

/// The faults of a refused request; empty where it was taken or refused with another code.
template <class T>
std::vector<field_fault> faults_of(const decoded<T>& x) {
  return x || x.error().code != error_code::validation_failed ? std::vector<field_fault>{} : x.error().fields;
}

template <class T>
error_code code_of(const decoded<T>& x) {
  return x ? error_code::none : x.error().code;
}

using faults = std::vector<field_fault>;

} // namespace parley::test
