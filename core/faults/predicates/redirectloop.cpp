#include "core/faults/predicates/redirectloop.h"

#include "core/base/text.h"
#include "core/faults/predicates/common.h"

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

Assessment redirectLoop(const HopView& view)
{
    Assessment found("proxy-loop");
    const model::HopProbe& probe = *view.callerProbe();
    model::Evidence item = view.evidence(probe);
    item.observed += ", which leads to " + probe.location + ": the address that was asked for";
    item.rulesOut = { "app-error", "app-misconfigured", "route-missing-in-proxy" };
    found.supports(0.9, std::move(item));
    found.values["status"] = std::to_string(probe.status.value_or(0));
    const bool isTlsLost = view.caller && view.caller->kind != model::NodeKind::Client && view.hop->protocol == model::Protocol::Http
        && view.capture->profile.url.starts_with("https:");
    found.because = calleeName(view) + " answers with a redirect to the very address that was asked for, so visitors go in a circle"
        + (isTlsLost ? "; it is asked in plain HTTP and may not be told that they came by https (X-Forwarded-Proto)" : "");
    found.responsible = "proxy";
    const std::string& file = view.hop->declared.place.file;
    if (view.callerHost && !file.empty()) {
        found.host = view.callerHost->host;
        found.values["folder"] = file.substr(0, file.rfind('/'));
        found.firstPlace = configPlace(view) + ": does it pass X-Forwarded-Proto on?";
    } else if (view.calleeHost) {
        found.host = view.calleeHost->host;
        found.firstPlace = "the redirects in the configuration of " + proxyName(view) + " on " + view.calleeHost->host.value();
    }
    return found;
}

}
