#pragma once

#include <string>
#include <string_view>

namespace hopscope::base {

/// With A to Z as a to z and every other byte as it is, whatever the locale: names of hosts, headers and keywords.
std::string lowered(std::string_view text);

/// What follows the last slash.
inline std::string_view fileName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// What stands before the last slash; empty without one.
inline std::string folderOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return std::string(path.substr(0, slash == std::string_view::npos ? 0 : slash));
}

/// What some editors put before the first line of a text in UTF-8.
inline constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
inline std::string_view withoutByteOrderMark(std::string_view text)
{
    return text.starts_with(byteOrderMark) ? text.substr(byteOrderMark.size()) : text;
}

}
