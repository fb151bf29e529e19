// The text of a configuration, character by character for nlohmann's parser, with what that parser
// does not tell: the line and column where the present token begins. On the way the numbers that
// Python reads and JSON has not (NaN, Infinity, 1e999) are handed over as a zero of the same length,
// and kept for whoever receives that zero.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

#include "halfstep/config/config_node.hpp"

namespace halfstep {

class TextCursor {
public:
    explicit TextCursor(std::string_view text) : text_(text) {}

    bool done() const { return at_ >= text_.size(); }
    char current();
    void advance();

    ConfigPlace here() const { return here_; }    // of the next character
    ConfigPlace token() const { return token_; }  // where the latest token began

    // The number that the latest zero stood for.
    std::optional<ConfigNode> take_substitute();

private:
    void begin_token();
    void substitute(std::size_t length, ConfigNode number);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t substituted_until_ = 0;
    bool seen_ = false;  // begin_token was called for the present character
    bool in_token_ = false, in_string_ = false, escaped_ = false;
    ConfigPlace here_, token_;
    std::optional<ConfigNode> substitute_;
};

// The iterator that nlohmann reads from; copies share the cursor.
class TextIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    TextIterator() = default;  // the end
    explicit TextIterator(TextCursor& cursor) : cursor_(&cursor) {}
    char operator*() const { return cursor_->current(); }
    TextIterator& operator++() {
        cursor_->advance();
        return *this;
    }
    void operator++(int) { cursor_->advance(); }
    bool operator==(const TextIterator& other) const { return at_end() == other.at_end(); }

private:
    bool at_end() const { return !cursor_ || cursor_->done(); }
    TextCursor* cursor_ = nullptr;
};

}  // namespace halfstep
