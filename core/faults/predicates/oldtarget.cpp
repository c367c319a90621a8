#include "core/faults/predicates/oldtarget.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/healthcheck.h"

#include <algorithm>
#include <charconv>

namespace hopscope::faults {

namespace {
/// As young as our own request.
constexpr base::Milliseconds ofThisRun = std::chrono::seconds(30);

/// "10.1.0.3:3000" of `upstream: "http://10.1.0.3:3000/cart"`; empty where no address stands there.
std::string upstreamAddress(std::string_view text)
{
    constexpr std::string_view field = "upstream: \"";
    const std::size_t at = text.find(field);
    if (at == std::string_view::npos)
        return {};
    text.remove_prefix(at + field.size());
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos && scheme < 12)
        text.remove_prefix(scheme + 3);
    if (text.starts_with("unix:"))
        return {}; // a socket's name says nothing about the file's age
    text = text.substr(0, text.find_first_of("/\"?"));
    return text.find(':') == std::string_view::npos ? std::string() : std::string(text);
}

bool isDeclared(const HopView& view, const std::string& address)
{
    return std::any_of(view.topology->hops.begin(), view.topology->hops.end(), [&](const model::Hop& hop) {
        if (hop.from != view.hop->from)
            return false;
        if (hop.declared.endpoint.text() == address)
            return true;
        // A name stands for the addresses that it was seen to have.
        return !familyOf(hop.declared.endpoint.host)
            && (std::to_string(hop.declared.endpoint.port) == address.substr(address.rfind(':') + 1));
    });
}

/// Whether the address is one of a profile's host, and nothing listens at its port there.
bool isClosed(const HopView& view, const std::string& address)
{
    const std::string host = hostPart(address);
    base::Port port = 0;
    const std::string digits = address.substr(address.rfind(':') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    for (const auto& [name, facts] : view.facts->hosts) {
        if (std::find(facts.addresses.begin(), facts.addresses.end(), host) == facts.addresses.end() || facts.listeners.empty())
            continue;
        return std::none_of(facts.listeners.begin(), facts.listeners.end(),
            [port](const model::Listener& each) { return each.kind == model::SocketKind::Tcp && each.port == port; });
    }
    return false;
}

std::optional<OldTarget> byReport(const HopView& view)
{
    const auto& report = view.hop->reported;
    const model::Endpoint& declared = view.hop->declared.endpoint;
    if (!report || report->address.empty() || declared.isUnix() || !familyOf(declared.host) || report->address == declared.text())
        return std::nullopt;
    OldTarget old;
    old.address = report->address;
    old.variant = isClosed(view, report->address) ? "connection-refused" : "connect-failed";
    old.evidence = view.evidence(view.callerHost, "haproxy-status", report->source,
        report->group + "/" + report->server + " is " + report->address + " to the " + report->software + " that runs; its file says "
            + declared.text());
    return old;
}

std::optional<OldTarget> byLog(const HopView& view)
{
    for (auto line = view.callerHostLines.rbegin(); line != view.callerHostLines.rend(); ++line) {
        if (!view.isFresh(**line, ofThisRun) || !(*line)->reading.variant || *(*line)->reading.variant == "none")
            continue;
        const std::string address = upstreamAddress((*line)->line->text);
        if (address.empty() || isDeclared(view, address))
            continue;
        OldTarget old;
        old.address = address;
        old.variant = *(*line)->reading.variant;
        old.evidence = view.evidence(**line);
        return old;
    }
    return std::nullopt;
}
}

std::optional<OldTarget> oldTarget(const HopView& view)
{
    if (!view.callerHost || !view.caller)
        return std::nullopt;
    if (auto reported = byReport(view))
        return reported;
    return byLog(view);
}

}
