// How a request's path finds its row.
#include "net/http/routes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace parley::net {

namespace {

/// Takes the first segment and its slash off an absolute path; nullopt at the end or before a trailing slash.
std::optional<std::string_view> next_segment(std::string_view& path) {
  if (path.size() < 2 || path.front() != '/')
    return std::nullopt;
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

/// `{name...}`, the last segment of its pattern.
bool takes_the_rest(std::string_view segment) {
  return segment.ends_with("...}");
}

/// Without the braces and dots.
std::string_view parameter_name(std::string_view segment) {
  segment.remove_prefix(1);
  return segment.substr(0, segment.find_first_of(".}"));
}

/// No pattern has more segments before its end.
constexpr std::size_t deepest = 16;

void add_method(std::string& allow, std::string_view method) {
  if (method == "OPTIONS") // every path has it
    return;
  if (!allow.empty())
    allow += ", ";
  allow += method;
  if (method == "GET")
    allow += ", HEAD";
}

} // namespace

/// One path on its way down the tree. Where a word and a parameter both lead on, both are tried.
class route_tree::walk {
public:
  walk(const route_tree& tree, std::string_view path) : tree_(tree) { go(0, path, 0); }

  const place* found() const { return found_; }

  /// Decoded; nullopt if it cannot be.
  std::optional<std::string> take(const parameter& x) {
    return x.takes_the_rest ? decode_path_segment(rests_[x.depth].substr(1)) : std::move(decoded_[x.depth]);
  }

private:
  void go(std::size_t at, std::string_view path, std::size_t depth) {
    const auto& here = tree_.nodes_[at];
    rests_[depth] = path;
    if (path.size() > 1 && path.front() == '/')
      arrive(here.rest);
    const auto segment = next_segment(path);
    if (!segment) {
      arrive(here.end);
      return;
    }
    if (segment->empty() || depth + 1 == deepest)
      return;
    if (here.words.empty() && here.parameter == 0)
      return;
    if (depth == known_) {
      decoded_[depth] = decode_path_segment(*segment);
      ++known_;
    }
    const auto& word = decoded_[depth];
    const auto next = std::ranges::find_if(here.words, [&](const auto& x) { return word == x.first; });
    if (next != here.words.end())
      go(next->second, path, depth + 1);
    if (here.parameter != 0)
      go(here.parameter, path, depth + 1);
  }

  void arrive(const place* at) {
    if (at != nullptr && (found_ == nullptr || at->rank < found_->rank))
      found_ = at;
  }

  const route_tree& tree_;
  const place* found_ = nullptr;
  std::size_t known_ = 0; ///< segments that are decoded
  std::array<std::optional<std::string>, deepest> decoded_;
  std::array<std::string_view, deepest> rests_; ///< of the path, from a segment's slash on
};

route_tree::route_tree(std::span<const route> table) : nodes_(1) {
  for (std::size_t rank = 0; rank < table.size(); ++rank)
    add(table[rank], rank);
  for (auto& x : places_)
    x.allow += ", OPTIONS";
}

void route_tree::add(const route& row, std::size_t rank) {
  std::size_t at = 0;
  std::size_t depth = 0;
  bool takes_rest = false;
  std::vector<parameter> parameters;
  std::string_view left = row.pattern;
  for (auto segment = next_segment(left); segment; segment = next_segment(left), ++depth) {
    takes_rest = takes_the_rest(*segment);
    if (is_parameter(*segment))
      parameters.push_back({parameter_name(*segment), depth, takes_rest});
    if (!takes_rest)
      at = child_of(at, *segment);
  }
  auto*& known = takes_rest ? nodes_[at].rest : nodes_[at].end;
  if (known == nullptr)
    known = &places_.emplace_back(place{rank, {}, std::move(parameters), {}});
  else if (known->rows.front()->pattern != row.pattern)
    return; // the one before it takes all its paths
  known->rows.push_back(&row);
  if (row.kind == route_kind::websocket)
    known->allow = "GET";
  else
    add_method(known->allow, row.method);
}

std::size_t route_tree::child_of(std::size_t parent, std::string_view segment) {
  const auto fresh = nodes_.size();
  auto& from = nodes_[parent];
  if (is_parameter(segment)) {
    if (from.parameter != 0)
      return from.parameter;
    from.parameter = fresh;
  } else {
    const auto known = std::ranges::find(from.words, segment, [](const auto& x) { return x.first; });
    if (known != from.words.end())
      return known->second;
    from.words.emplace_back(segment, fresh);
  }
  nodes_.emplace_back();
  return fresh;
}

route_match route_tree::find(std::string_view method, std::string_view path, std::size_t id_bytes_max) const {
  walk down(*this, path);
  const auto* const at = down.found();
  if (at == nullptr)
    return {};
  route_match out;
  out.allow = at->allow;
  for (const auto* row : at->rows) {
    const bool stands_in = method == "HEAD" && row->method == "GET" && row->kind == route_kind::http;
    if (row->method == method || (stands_in && out.row == nullptr))
      out.row = row;
  }
  if (out.row == nullptr)
    return out;
  for (const auto& x : at->parameters) {
    auto value = down.take(x);
    if (!value)
      out.faults.push_back({std::string(x.name), fault::bad_characters});
    else if (value->size() > id_bytes_max)
      out.faults.push_back({std::string(x.name), fault::too_long});
    else
      out.parameters.push_back({x.name, std::move(*value)});
  }
  return out;
}

} // namespace parley::net
