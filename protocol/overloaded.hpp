// The usual set of lambdas for std::visit.
#pragma once

namespace parley {

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>; // clang 14 does not deduce it for aggregates

} // namespace parley
