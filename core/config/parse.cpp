#include "core/config/parse.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "core/config/cursor.hpp"
#include "core/config/syntax_error.hpp"
#include "core/config/wording.hpp"

namespace taubar::config {
namespace {

/// Builds values and places from nlohmann's events.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, int depth_used, Parsed& result)
      : text_(text), cursor_(text), depth_used_(depth_used), result_(result) {}

  bool null() override { return scalar(nullptr); }
  bool boolean(bool value) override { return scalar(value); }
  bool number_integer(number_integer_t value) override { return scalar(value); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(value); }
  bool number_float(number_float_t value, const string_t& literal) override;
  bool string(string_t& value) override { return scalar(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // no such thing in a text

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override;

  bool parse_error(std::size_t position, const std::string& token, const Json::exception& error) override;

 private:
  /// A container that is being read.
  struct Frame {
    Json* value;
    PlaceTree* places;
    std::map<std::string, Place> keys;  ///< seen so far, with the place of the key
  };

  bool scalar(Json value);
  bool open(Json container);
  bool close();
  bool take(Place& place);
  Frame insert(Json value, Place place);
  bool complain(Place place, std::string pointer, std::string message) {
    result_.complaints.push_back({place, std::move(pointer), std::move(message)});
    return false;
  }
  std::string pointer() const;

  std::string_view text_;
  Cursor cursor_;
  int depth_used_;
  Parsed& result_;
  std::vector<Frame> open_;
  std::optional<std::string> key_;  ///< of the value that comes next
  bool drop_next_ = false;          ///< it belongs to a note or to a duplicate key
  int dropped_depth_ = 0;           ///< containers open inside what is dropped
  std::size_t values_ = 0;
};

// Of the value that comes next, or of the container that is open.
std::string Builder::pointer() const {
  std::string text;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const bool innermost = i + 1 == open_.size();
    const Json& container = *open_[i].value;
    if (container.is_array())
      text += fmt::format("/{}", container.size() - (innermost ? 0 : 1));
    else if (!innermost)
      text.append("/").append(escape_pointer(container.get_ref<const Json::object_t&>().back().first));
    else if (key_)
      text.append("/").append(escape_pointer(*key_));
  }
  return text;
}

// Takes the next token from the cursor; false if there are too many values.
bool Builder::take(Place& place) {
  place = cursor_.next_token();
  cursor_.skip_token();
  if (++values_ <= max_document_values) return true;
  return complain(place, "",
                  fmt::format("more than {} values; accepted are at most that many", max_document_values));
}

Builder::Frame Builder::insert(Json value, Place place) {
  if (open_.empty()) {
    result_.json = std::move(value);
    result_.places.place = place;
    return {&result_.json, &result_.places, {}};
  }
  Frame& parent = open_.back();
  parent.places->members.push_back({place, {}});
  Json* inserted = nullptr;
  if (parent.value->is_array()) {
    inserted = &parent.value->get_ref<Json::array_t&>().emplace_back(std::move(value));
  } else {
    // Straight into the underlying vector: key() has refused duplicates, and the ordered map would look for
    // them again, one by one.
    auto& members = parent.value->get_ref<Json::object_t&>();
    Json::object_t::Container& storage = members;
    inserted = &storage.emplace_back(std::move(*key_), std::move(value)).second;
    key_.reset();
  }
  return {inserted, &parent.places->members.back(), {}};
}

bool Builder::scalar(Json value) {
  Place place;
  if (!take(place)) return false;
  if (dropped_depth_ > 0) return true;
  if (drop_next_)
    drop_next_ = false;
  else
    insert(std::move(value), place);
  return true;
}

// nlohmann refuses what overflows; what underflows must be refused here.
bool Builder::number_float(number_float_t value, const string_t& literal) {
  const std::string_view digits = std::string_view(literal).substr(0, literal.find_first_of("eE"));
  const bool dropped = drop_next_ || dropped_depth_ > 0;
  if (!dropped && value == 0 && digits.find_first_of("123456789") != std::string_view::npos)
    complain(
        cursor_.next_token(), pointer(),
        fmt::format(
            "the number {} is too small for a double, which would read it as 0; write 0 if that is meant",
            printable(literal, 40)));
  return scalar(value);
}

bool Builder::open(Json container) {
  Place place;
  if (!take(place)) return false;
  const int depth = depth_used_ + static_cast<int>(open_.size()) + dropped_depth_ + 1;
  if (depth > max_document_depth)
    return complain(place, pointer(),
                    fmt::format("nested too deeply; accepted are at most {} levels", max_document_depth));
  if (drop_next_ || dropped_depth_ > 0) {
    drop_next_ = false;
    ++dropped_depth_;
  } else {
    Frame frame = insert(std::move(container), place);
    open_.push_back(std::move(frame));
  }
  return true;
}

bool Builder::close() {
  cursor_.next_token();
  cursor_.skip_token();
  if (dropped_depth_ > 0)
    --dropped_depth_;
  else
    open_.pop_back();
  return true;
}

bool Builder::key(string_t& name) {
  const Place place = cursor_.next_token();
  cursor_.skip_token();
  if (name.size() > max_key_bytes)
    return complain(place, pointer(),
                    fmt::format("a key of {} bytes; accepted are at most {}", name.size(), max_key_bytes));
  if (dropped_depth_ > 0) return true;
  key_ = name;
  drop_next_ = name.starts_with("//");
  if (drop_next_) return true;
  const auto [first, is_new] = open_.back().keys.emplace(name, place);
  if (is_new) return true;
  drop_next_ = true;
  complain(place, pointer(),
           fmt::format("the key {} stands twice, first at line {}, column {}; accepted is each key once",
                       in_quotes(name), first->second.line, first->second.column));
  return true;
}

bool Builder::parse_error(std::size_t position, const std::string& token, const Json::exception& error) {
  constexpr int number_overflow = 406;
  if (error.id == number_overflow)
    return complain(
        cursor_.next_token(), pointer(),
        fmt::format("the number {} overflows a double; accepted are magnitudes up to 1.7976931348623157e308",
                    printable(token, 40)));
  result_.is_json = false;
  const std::size_t last_read = std::min(position == 0 ? 0 : position - 1, text_.size());
  const bool is_mark = last_read < text_.size() && std::string_view("{}[],:").find(text_[last_read]) < 6;
  const bool unexpected = std::string_view(error.what()).find(" - unexpected ") != std::string_view::npos;
  const Place place = is_mark && unexpected ? cursor_.place_at(last_read) : cursor_.next_token();
  return complain(place, pointer(), explain(text_, cursor_.offset(), error.what()));
}

}  // namespace

Parsed parse_text(std::string_view text, int depth_used) {
  Parsed result;
  std::size_t offset = 0;
  if (const std::string message = refusal(text, offset); !message.empty()) {
    result.complaints.push_back({Cursor(text).place_at(offset), "", message});
    result.is_json = false;
    return result;
  }
  Builder builder(text, depth_used, result);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return result;
}

}  // namespace taubar::config
