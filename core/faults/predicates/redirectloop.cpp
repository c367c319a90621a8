#include "core/faults/predicates/redirectloop.h"

#include "core/base/text.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
bool isRedirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

/// "https://shop.example/cart?x=1" of "HTTPS://Shop.example:443/cart?x=1#top"; empty for what is no address of the web.
std::string plainUrl(std::string_view url)
{
    url = url.substr(0, url.find('#'));
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos)
        return {};
    const std::string scheme = base::lowered(std::string(url.substr(0, colon)));
    const std::string_view rest = url.substr(colon + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    std::string host = base::lowered(std::string(rest.substr(0, end)));
    for (const auto& [name, port] : { std::pair("http", ":80"), std::pair("https", ":443") })
        if (scheme == name && host.ends_with(port))
            host.resize(host.size() - std::string_view(port).size());
    const std::string_view path = rest.substr(end);
    return scheme + "://" + host + (path.starts_with('/') ? "" : "/") + std::string(path);
}

/// Where a `Location` leads from an address; empty where that is not plain to see.
std::string ledTo(const std::string& url, const std::string& location)
{
    if (location.starts_with("//"))
        return plainUrl(url.substr(0, url.find(':') + 1) + location);
    if (!location.starts_with('/'))
        return plainUrl(location);
    const std::string from = plainUrl(url);
    const std::size_t path = from.empty() ? from.size() : from.find('/', from.find("://") + 3);
    return plainUrl(from.substr(0, path) + location);
}

bool leadsBack(const model::OutsideView& outside, const std::string& location)
{
    const std::string asked = plainUrl(outside.url);
    return !asked.empty() && !location.empty() && ledTo(outside.url, location) == asked;
}
}

bool isRedirectedToItself(const model::OutsideView& outside)
{
    if (outside.http.result != model::AttemptResult::Succeeded || !isRedirect(outside.http.status.value_or(0)))
        return false;
    std::string location;
    for (const model::HttpHeader& header : outside.http.headers) {
        const std::string name = base::lowered(header.name);
        if (name == "set-cookie")
            return false;
        if (name == "location")
            location = header.value;
    }
    return leadsBack(outside, location);
}

bool isOfRedirectLoop(const HopView& view)
{
    if (!view.hop->isOnPath || !isRedirectedToItself(view.capture->outside))
        return false;
    return std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [&](const model::HopProbe* probe) {
        return isRedirect(probe->status.value_or(0)) && leadsBack(view.capture->outside, probe->location);
    });
}

}
