#include "core/faults/predicates/strayanswer.h"

#include "core/faults/predicates/accesslog.h"
#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/turnedaway.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
bool saysNotHere(int status) { return status == 403 || status == 404 || status == 410 || status == 421; }

/// Whom the answer came from. Empty where only a name is known.
std::string answeringAddress(const HopView& view)
{
    const std::string address = hostPart(view.capture->outside.http.address);
    return familyOf(address) ? address : hostPart(view.address());
}

/// A request of this run to what stands behind the first server; not of another protocol, whose attempt asks for no page.
bool isInnerRequest(const HopView& view, const model::HopProbe& probe)
{
    const model::Hop* hop = view.topology->hop(probe.hop);
    return hop && hop->isOnPath && hop->id != view.hop->id && probe.seat == model::Seat::Caller
        && probe.reply == model::ReplyResult::Answered && probe.status
        && (hop->protocol == model::Protocol::Http || hop->protocol == model::Protocol::Https);
}

const model::HopProbe* innerAnswer(const HopView& view, bool (*isMeant)(int inner, int outer), int outer)
{
    for (const model::HopProbe& probe : view.facts->probes)
        if (isInnerRequest(view, probe) && isMeant(*probe.status, outer))
            return &probe;
    return nullptr;
}

/// The first server's log has a request like ours with this very status, of just now.
bool isLoggedHere(const HopView& view, int status)
{
    constexpr base::Milliseconds justNow = std::chrono::seconds(60);
    if (!view.calleeHost)
        return false;
    const std::string_view path = pathOfUrl(view.capture->profile.url);
    return std::any_of(view.calleeHost->logs.begin(), view.calleeHost->logs.end(), [&](const model::LogLine& line) {
        if (!line.at || view.nowOn(view.calleeHost) - *line.at > justNow)
            return false;
        const auto request = loggedRequest(line.text);
        return request && request->path == path && request->status == status;
    });
}
}

bool isProfilesAddress(const HopView& view, const std::string& address)
{
    const auto isThat = [&](const std::string& each) { return isSameAddress(each, address); };
    for (const auto& [name, host] : view.facts->hosts)
        if (std::any_of(host.addresses.begin(), host.addresses.end(), isThat))
            return true;
    return std::any_of(view.capture->sessions.begin(), view.capture->sessions.end(),
        [&](const model::HostSession& session) { return isThat(hostPart(session.address)); });
}

std::optional<StrayAnswer> strayAnswer(const HopView& view)
{
    const model::OutsideView& outside = view.capture->outside;
    const int status = outside.http.status.value_or(0);
    const bool isUsersHop = view.caller && view.caller->kind == model::NodeKind::Client;
    if (!isUsersHop || view.cluster || !saysNotHere(status) || outside.dns.isOverridden)
        return std::nullopt;
    const std::string address = answeringAddress(view);
    if (!familyOf(address) || isLoopback(address) || isProfilesAddress(view, address))
        return std::nullopt;
    const bool isRelayed = innerAnswer(view, [](int inner, int outer) { return inner == outer; }, status) != nullptr;
    if (isRelayed || isLoggedHere(view, status))
        return std::nullopt;
    if (const auto away = turnedAway(view); away && away->isStated)
        return std::nullopt;
    StrayAnswer stray { address, status, nullptr };
    // What a CDN or a balancer in front answers by itself is its business, not a wrong name.
    if (view.calleeHost && view.facts->front.software.empty())
        stray.ownAnswer = innerAnswer(view, [](int inner, int) { return inner < 400; }, status);
    return stray;
}

}
