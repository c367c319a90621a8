#include "core/faults/predicates/accesslog.h"

#include <algorithm>
#include <charconv>

namespace hopscope::faults {

std::optional<LoggedRequest> loggedRequest(std::string_view line)
{
    const std::size_t quote = line.find('"');
    const std::size_t close = quote == std::string_view::npos ? quote : line.find("\" ", quote + 1);
    if (close == std::string_view::npos)
        return std::nullopt;
    std::string_view request = line.substr(quote + 1, close - quote - 1);
    LoggedRequest found;
    found.method = request.substr(0, request.find(' '));
    if (found.method.size() == request.size())
        return std::nullopt;
    request.remove_prefix(found.method.size() + 1);
    found.path = request.substr(0, request.find_first_of(" ?"));
    const std::string_view status = line.substr(close + 2, 3);
    const auto read = std::from_chars(status.data(), status.data() + status.size(), found.status);
    if (read.ptr != status.data() + 3 || found.status < 100)
        return std::nullopt;
    return found;
}

std::string_view pathOfUrl(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t start = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    if (start == std::string_view::npos)
        return "/";
    const std::string_view path = url.substr(start);
    return path.substr(0, path.find_first_of("?#"));
}

std::vector<Access> accessesOf(const HopView& view, base::Milliseconds age)
{
    std::vector<Access> found;
    if (!view.callerHost)
        return found;
    const std::string_view path = pathOfUrl(view.capture->profile.url);
    const base::TimePoint now = view.nowOn(view.callerHost);
    for (const model::LogLine& line : view.callerHost->logs) {
        if (!line.at || line.origin != model::LogOrigin::File || now - *line.at > age)
            continue;
        if (const auto request = loggedRequest(line.text); request && request->path == path)
            found.push_back({ *line.at, request->status, &line });
    }
    std::stable_sort(found.begin(), found.end(), [](const Access& left, const Access& right) { return left.at < right.at; });
    return found;
}

}
