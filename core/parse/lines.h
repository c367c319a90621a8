#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace hopscope::parse {

/// One line of an output, without its end; `number` counts from 1 as model::Source does.
struct Line {
    int number = 0;
    std::string_view text;
};

/// All lines; a last line without an end counts, an empty rest after the last end does not. "\r\n" ends lines too.
std::vector<Line> linesOf(std::string_view text);

/// Lines under one "@@ title" heading. The first section has no title where lines precede any heading.
struct Section {
    std::string_view title;
    std::vector<Line> lines;
};
std::vector<Section> sectionsOf(std::string_view text);

std::string_view trimmed(std::string_view text);

/// Cuts the first word off `rest` (blanks and tabs separate); empty at the end.
std::string_view takeWord(std::string_view& rest);

/// All words; at most `limit`, the last one then holds the rest of the line.
std::vector<std::string_view> wordsOf(std::string_view text, std::size_t limit = static_cast<std::size_t>(-1));

/// The text before `separator`, cut off with it; all of it where there is none.
std::string_view takeUntil(std::string_view& rest, std::string_view separator);

/// The value of "key=value" where `text` starts with `key` and '='.
std::optional<std::string_view> valueOf(std::string_view text, std::string_view key);

/// The whole of `text` as a number, or nothing: no blanks, no rest, no overflow.
template <class T> std::optional<T> numberOf(std::string_view text)
{
    T value {};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Bytes as valid UTF-8: what is not becomes U+FFFD, NUL too. Facts are text; only captures hold bytes.
std::string textOf(std::string_view bytes);

/// UTF-16 (with its mark, or recognised by its zeros) as UTF-8; all else as it is. For files that people saved, not for
/// what a server's own program read.
std::string withoutUtf16(std::string bytes);

}
