#include "text_layout.hpp"

#include "catch.hpp"

using namespace halfstep;

TEST_CASE("width is counted in columns of a terminal") {
    CHECK(display_width("") == 0);
    CHECK(display_width("base") == 4);
    CHECK(display_width("2 × 3") == 5);
    CHECK(display_width("学習") == 4);
    CHECK(display_width("e\xcc\x81") == 1);  // e and a combining accent
    CHECK(display_width("\xff") == 1);
}

TEST_CASE("nothing a file says moves the cursor") {
    CHECK(printable("a\x1b[2J\r\x07z") == "a\\x1b[2J\\x0d\\x07z");
    CHECK(printable("two\nlines\tand a tab") == "two lines and a tab");
    CHECK(printable("\xc2\x9b") == "\\x9b");                // a control character in UTF-8
    CHECK(printable("\xff\xc3") == "\\xff\\xc3");           // no UTF-8
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
    CHECK(printable("Größe × 学") == "Größe × 学");
}

TEST_CASE("a name that is too long loses its middle, never half a character") {
    CHECK(shortened("adam", 4, true) == "adam");
    CHECK(shortened("adam_no_bias_correction", 11, true) == "adam_…ction");
    CHECK(shortened("adam_no_bias_correction", 11, false) == "adam...tion");
    CHECK(shortened("abc", 1, false) == ".");
    for (const std::string name : {"adam_no_bias_correction", "Größenordnungsübergreifend", "学習率を下げた実行"})
        for (int width = 0; width < 40; ++width)
            for (const bool unicode : {true, false}) {
                const std::string text = shortened(name, width, unicode);
                CHECK(display_width(text) <= width);
                CHECK(printable(text) == text);
            }
}

TEST_CASE("lines are broken at blanks, and longer words anywhere but inside a character") {
    CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrapped("", 7) == std::vector<std::string>{""});
    CHECK(wrapped("abcdefg hi", 3) == std::vector<std::string>{"abc", "def", "g", "hi"});
    CHECK(wrapped("×××× ×", 2) == std::vector<std::string>{"××", "××", "×"});
}

TEST_CASE("the program's own signs have an ASCII form, what users wrote stays") {
    CHECK(in_ascii("2 × adam’s …") == "2 x adam's ...");
    CHECK(in_ascii("Größe") == "Größe");
}

TEST_CASE("padding fills up to a width in columns") {
    CHECK(padded("×", 3) == "×  ");
    CHECK(padded("学", 3) == "学 ");
    CHECK(padded("long", 2) == "long");
}
