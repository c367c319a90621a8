#include "core/discovery/urlpath.h"

namespace hopscope::discovery {

namespace {
int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view path)
{
    std::string result;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const int high = path[i] == '%' && i + 2 < path.size() ? hexValue(path[i + 1]) : -1;
        const int low = high >= 0 ? hexValue(path[i + 2]) : -1;
        if (low >= 0) {
            result += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            result += path[i];
        }
    }
    return result;
}
}

std::string normalizedPath(std::string_view path, bool mergesSlashes)
{
    const std::string text = decoded(path);
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find('/', at + 1);
        if (end == std::string::npos)
            end = text.size();
        const std::string_view part = std::string_view(text).substr(at, end - at); // with its slash in front
        const bool isLast = end == text.size();
        if (part == "/." || part == "/..") {
            if (part == "/..") {
                const std::size_t slash = result.rfind('/');
                result.resize(slash == std::string::npos ? 0 : slash);
            }
            if (isLast)
                result += '/';
        } else if (part != "/" || !mergesSlashes || isLast) {
            result += part;
        }
        at = end;
    }
    return result.empty() ? "/" : result;
}

}
