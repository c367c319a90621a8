#include "core/faults/predicates/refusedname.h"

#include "core/faults/predicates/accesslog.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
constexpr std::array<std::string_view, 6> refusals { "Invalid HTTP_HOST header", "Invalid Host header", "DisallowedHost",
    "Blocked host", "Blocked request. This host", "ALLOWED_HOSTS" };

bool isRefusal(std::string_view text)
{
    return std::any_of(refusals.begin(), refusals.end(),
        [&](std::string_view words) { return text.find(words) != std::string_view::npos; });
}
}

std::optional<model::Evidence> refusedName(const HopView& view)
{
    constexpr base::Milliseconds justNow = std::chrono::minutes(2);
    const int status = view.capture->outside.http.status.value_or(0);
    const bool isRefused = status == 400 || status == 403 || status == 421; // Django; Rails and Vite; RFC 9110 15.5.20
    const bool isApp = view.callee && view.callee->kind == model::NodeKind::App;
    const model::HopProbe* probe = view.callerProbe();
    if (!isRefused || !isApp || !view.hop->isOnPath || !probe || probe->status != status)
        return std::nullopt;
    if (isRefusal(probe->firstBytes))
        return view.evidence(*probe);
    if (!view.calleeHost)
        return std::nullopt;
    const std::string_view site = hostOfUrl(view.capture->profile.url);
    const std::string& sent = view.hop->declared.requestHost;
    for (auto line = view.calleeHost->logs.rbegin(); line != view.calleeHost->logs.rend(); ++line) {
        const ReadLine read { view.calleeHost->host, &*line, {} };
        if (isRefusal(line->text) && (mentions(line->text, site) || (!sent.empty() && mentions(line->text, sent)))
            && view.isFresh(read, justNow) && isOfCallee(view, read))
            return view.evidence(read);
    }
    return std::nullopt;
}

}
