#include "core/faults/predicates/accesslog.h"

#include <algorithm>
#include <charconv>

namespace hopscope::faults {

namespace {
std::string_view withoutQuery(std::string_view path) { return path.substr(0, path.find_first_of(" ?")); }

/// Exactly three digits, at the front.
int statusAt(std::string_view text)
{
    int status = 0;
    const std::string_view digits = text.substr(0, 3);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), status);
    return read.ptr == digits.data() + 3 && status >= 100 ? status : 0;
}

/// `"GET /cart?x HTTP/1.1" 500 123 …`
std::optional<LoggedRequest> commonForm(std::string_view line)
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
    found.path = withoutQuery(request.substr(found.method.size() + 1));
    found.status = statusAt(line.substr(close + 2));
    return found.status != 0 ? std::optional(found) : std::nullopt;
}

/// `… www be_shop/app1 0/0/0/12/12 500 209 - - ---- 1/1/0/0/0 0/0 "GET /cart HTTP/1.1"`
std::optional<LoggedRequest> balancerForm(std::string_view line)
{
    const std::size_t quote = line.find(" \"");
    if (quote == std::string_view::npos || !line.ends_with('"'))
        return std::nullopt;
    std::string_view before;
    std::string_view rest = line.substr(0, quote);
    while (!rest.empty()) {
        const std::size_t end = rest.find(' ');
        const std::string_view word = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        const bool isTimers = std::count(word.begin(), word.end(), '/') == 4 && word.find_first_not_of("0123456789/-+") == std::string_view::npos;
        if (!isTimers || before.find('/') == std::string_view::npos) {
            before = word;
            continue;
        }
        const std::string_view request = line.substr(quote + 2, line.size() - quote - 3);
        LoggedRequest found;
        found.server = before;
        found.method = request.substr(0, request.find(' '));
        found.path = found.method.size() < request.size() ? withoutQuery(request.substr(found.method.size() + 1)) : std::string_view();
        found.status = statusAt(rest);
        // "500 209 - - SD--": by whom the session was ended; C is the client.
        for (int skipped = 0; skipped < 4; ++skipped)
            rest.remove_prefix(std::min(rest.size(), rest.find(' ') == std::string_view::npos ? rest.size() : rest.find(' ') + 1));
        if (rest.starts_with('C') || rest.starts_with('c'))
            return std::nullopt;
        found.isBroken = rest.starts_with('S') || rest.starts_with('s') || rest.starts_with('P');
        return found.status != 0 ? std::optional(found) : std::nullopt;
    }
    return std::nullopt;
}

/// `{… "request":{… "method":"GET", … "uri":"/cart?x" …} … "status":500 …}`
std::optional<LoggedRequest> caddyForm(std::string_view line)
{
    const auto valueOf = [&](std::string_view key) {
        const std::size_t at = line.find(key);
        return at == std::string_view::npos ? std::string_view() : line.substr(at + key.size());
    };
    const auto word = [](std::string_view text) { return text.substr(0, text.find('"')); };
    LoggedRequest found;
    found.method = word(valueOf("\"method\":\""));
    found.host = word(valueOf("\"host\":\""));
    found.host = found.host.substr(0, found.host.find(':'));
    found.path = withoutQuery(word(valueOf("\"uri\":\"")));
    found.status = statusAt(valueOf("\"status\":"));
    return found.status != 0 && !found.path.empty() ? std::optional(found) : std::nullopt;
}
}

std::optional<LoggedRequest> loggedRequest(std::string_view line)
{
    if (line.starts_with('{') || line.find("{\"") != std::string_view::npos)
        return caddyForm(line);
    const auto found = balancerForm(line);
    return found ? found : commonForm(line);
}

std::string_view hostOfUrl(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::string_view rest = url.substr(scheme == std::string_view::npos ? 0 : scheme + 3);
    return rest.substr(0, rest.find_first_of("/:?#"));
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
        const bool isReadable = line.origin == model::LogOrigin::File || line.origin == model::LogOrigin::Journal;
        if (!line.at || !isReadable || now - *line.at > age)
            continue;
        const auto request = loggedRequest(line.text);
        if (!request || request->path != path)
            continue;
        const std::string& name = view.hop->declared.name;
        if (!request->server.empty() && !name.empty() && request->server != name)
            continue; // another of its servers answered
        if (!request->host.empty() && request->host != hostOfUrl(view.capture->profile.url))
            continue; // another site's
        found.push_back({ *line.at, request->status, request->isBroken, &line });
    }
    std::stable_sort(found.begin(), found.end(), [](const Access& left, const Access& right) { return left.at < right.at; });
    return found;
}

}
