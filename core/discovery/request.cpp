#include "core/discovery/request.h"

#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace hopscope::discovery {

namespace {

/// "[::1]:80" and "name:80" to the part before the port.
std::string_view withoutPort(std::string_view host)
{
    if (host.starts_with('['))
        return host.substr(0, host.find(']') == std::string_view::npos ? host.size() : host.find(']') + 1);
    return host.substr(0, host.find(':'));
}
}

void Request::setTarget(std::string_view target)
{
    const std::size_t question = target.find('?');
    path = std::string(target.substr(0, question));
    query = question == std::string_view::npos ? std::string() : std::string(target.substr(question + 1));
    if (!path.starts_with('/'))
        path.insert(path.begin(), '/');
}

void Request::setHost(std::string_view hostHeader)
{
    hostText = std::string(hostHeader);
    host = base::lowered(withoutPort(hostHeader));
    if (host.ends_with('.'))
        host.pop_back();
}

base::Result<Request> requestFor(std::string_view url)
{
    const auto bad = [&](const char* detail) {
        return base::failure({ base::ErrorCode::InvalidFormat, "read url", std::string(url), detail,
            "Give an address like https://shop.example/" });
    };
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos)
        return bad("it does not begin with http:// or https://");
    const std::string scheme = base::lowered(url.substr(0, colon));
    if (scheme != "http" && scheme != "https")
        return bad("only http and https are known");
    std::string_view rest = url.substr(colon + 3);
    rest = rest.substr(0, rest.find('#'));
    const std::size_t end = rest.find_first_of("/?");
    std::string_view authority = rest.substr(0, end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
        authority.remove_prefix(at + 1);
    Request request;
    request.isTls = scheme == "https";
    request.port = request.isTls ? 443 : 80;
    request.setHost(authority);
    if (request.host.empty())
        return bad("it names no host");
    const std::string_view port = authority.substr(withoutPort(authority).size());
    if (port.size() > 1) {
        const auto [last, error] = std::from_chars(port.data() + 1, port.data() + port.size(), request.port);
        if (error != std::errc() || last != port.data() + port.size() || request.port == 0)
            return bad("its port is no number from 1 to 65535");
    }
    request.setTarget(end == std::string_view::npos ? std::string_view("/") : rest.substr(end));
    const bool isAddress = request.host.starts_with('[')
        || request.host.find_first_not_of("0123456789.") == std::string::npos;
    request.serverName = request.isTls && !isAddress ? request.host : std::string();
    return request;
}

}
