#include "core/diagnosis/unknown.h"

namespace hopscope::diagnosis {

namespace {
std::string seenFromHere(const model::OutsideView& outside)
{
    using model::AttemptResult;
    if (outside.http.status) {
        std::string text = "The site answers " + std::to_string(*outside.http.status);
        for (const model::HttpHeader& header : outside.http.headers)
            if ((header.name == "server" || header.name == "Server") && !header.value.empty())
                text += " (" + header.value + ")";
        return text;
    }
    if (outside.http.result != AttemptResult::NotTried)
        return "The request fails"
            + (outside.http.errorText.empty() ? std::string() : ": " + outside.http.errorText);
    return "The request itself could not be tried from here";
}

/// Why that answer says nothing of the site.
std::string strayText(const model::Facts& facts, const Judgement& judgement)
{
    const std::string address = judgement.view.address();
    if (!facts.front.name.empty())
        return facts.front.name + " stands in front and may have said so itself: what could be seen behind it does not answer like that.";
    std::string text = "It came from " + (address.empty() ? std::string("an address") : address) + ", which no host of the profile has";
    if (facts.hosts.empty())
        return text + ": name the site's server in the profile, so that it can be asked itself.";
    return text + ", and nothing that was read on them knows of it. If the address is one that a provider maps to them, name it as "
                  "the profile's `resolve` address or log in by it; else compare it with the site's DNS records.";
}
}

std::string whyUnknown(
    const model::Capture& capture, const model::Facts& facts, const std::vector<Judgement>& judgements)
{
    std::string text = seenFromHere(capture.outside) + ". ";
    for (const Judgement& judgement : judgements)
        if (judgement.isStray)
            return text + strayText(facts, judgement);
    std::string unreachable;
    for (const model::HostSession& session : capture.sessions)
        if (session.error)
            unreachable += (unreachable.empty() ? "" : "; ") + session.host.value() + " ("
                + session.error->text() + (session.error->advice.empty() ? "" : " " + session.error->advice)
                + ")";
    if (!unreachable.empty())
        return text + "What is behind it could not be seen, because these hosts could not be logged in to: "
            + unreachable + ". Mend the login, then check again.";
    if (facts.hosts.empty())
        return text + "No server behind it has been read: name its SSH destination in the profile.";
    for (const Judgement& judgement : judgements)
        if (judgement.view.hop->isOnPath && judgement.state == model::State::Unknown) {
            const std::string name = judgement.view.callee && !judgement.view.callee->label.empty()
                ? judgement.view.callee->label
                : judgement.view.hop->declared.endpoint.text();
            const std::string from
                = judgement.view.callerHost ? " from " + judgement.view.callerHost->host.value() : "";
            return text + "The hop to " + name + " could not be tried" + from
                + ". See the incomplete checks for what would show it.";
        }
    if (!facts.gaps.empty())
        return text + "Not seen: " + facts.gaps.front().check + " on " + facts.gaps.front().host.value()
            + " (" + facts.gaps.front().reason + ").";
    return text + "Nothing that could be seen behind it fails.";
}

}
