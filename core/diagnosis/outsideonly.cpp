#include "core/diagnosis/outsideonly.h"

#include <algorithm>
#include <charconv>

namespace hopscope::diagnosis {

using model::AttemptResult;

namespace {
bool isNetworkError(const base::Error& error)
{
    using base::ErrorCode;
    return error.code == ErrorCode::NameNotResolved || error.code == ErrorCode::ConnectionTimedOut
        || error.code == ErrorCode::HostUnreachable || error.code == ErrorCode::TimedOut
        || error.code == ErrorCode::JumpFailed;
}

bool isDead(AttemptResult result)
{
    return result == AttemptResult::TimedOut || result == AttemptResult::Unreachable
        || result == AttemptResult::NameNotFound || result == AttemptResult::ResolverFailed
        || result == AttemptResult::OtherError;
}

bool siteIsDead(const model::OutsideView& outside)
{
    const bool namesFail = isDead(outside.dns.ipv4)
        && (isDead(outside.dns.ipv6) || outside.dns.ipv6 == AttemptResult::NotTried);
    const bool connectsFail = !outside.tcp.empty()
        && std::all_of(outside.tcp.begin(), outside.tcp.end(),
            [](const model::TcpAttempt& each) { return isDead(each.result); });
    return (namesFail && !outside.dns.isOverridden) || connectsFail;
}

model::Evidence seenHere(
    const model::Capture& capture, const char* check, std::string command, std::string observed)
{
    model::Evidence item;
    item.from = "laptop";
    item.check = check;
    item.command = std::move(command);
    item.observed = std::move(observed);
    item.at = capture.outside.startedAt;
    return item;
}

struct SplitUrl {
    std::string scheme;
    std::string host;
    base::Port port = 0;
};

SplitUrl split(const std::string& url)
{
    SplitUrl parts;
    const auto colon = url.find("://");
    parts.scheme = colon == std::string::npos ? "http" : url.substr(0, colon);
    std::string rest = colon == std::string::npos ? url : url.substr(colon + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto at = rest.rfind('@'); at != std::string::npos)
        rest = rest.substr(at + 1);
    parts.port = parts.scheme == "https" ? 443 : 80;
    const auto bracket = rest.rfind(']');
    const auto port = rest.rfind(':');
    if (port != std::string::npos && (bracket == std::string::npos || port > bracket)) {
        std::from_chars(rest.data() + port + 1, rest.data() + rest.size(), parts.port);
        rest = rest.substr(0, port);
    }
    if (rest.size() > 1 && rest.front() == '[')
        rest = rest.substr(1, rest.size() - 2);
    parts.host = rest;
    return parts;
}
}

std::optional<model::Finding> thisMachineOffline(
    const model::Capture& capture, const Judgement& entry, const faults::Catalogue& catalogue)
{
    const model::OutsideView& outside = capture.outside;
    const bool noHostAnswers = !capture.sessions.empty()
        && std::all_of(capture.sessions.begin(), capture.sessions.end(),
            [](const model::HostSession& each) { return each.error && isNetworkError(*each.error); });
    if (!noHostAnswers || !siteIsDead(outside) || outside.control == AttemptResult::Succeeded)
        return std::nullopt;
    double confidence = 0;
    model::Finding finding;
    if (isDead(outside.control)) {
        confidence = 0.93;
        finding.evidence.push_back(seenHere(capture, "control-target", "nc -vz " + outside.controlTarget,
            outside.controlTarget + " does not answer either"));
    }
    if (outside.systemReachability == "disconnected") {
        confidence = std::max(confidence, 0.95);
        finding.evidence.push_back(seenHere(
            capture, "system-network", "nmcli networking connectivity", "the system says: disconnected"));
    }
    if (isDead(outside.gateway)) {
        confidence = std::max(confidence, 0.9);
        finding.evidence.push_back(seenHere(capture, "gateway", "ip neigh show " + outside.gatewayAddress,
            "the default gateway " + outside.gatewayAddress + " does not answer"));
    }
    if (confidence == 0)
        return std::nullopt;
    for (const model::HostSession& session : capture.sessions)
        finding.evidence.push_back(
            seenHere(capture, "ssh-login", "ssh " + session.host.value() + " true", session.error->text()));
    for (model::Evidence& item : finding.evidence)
        item.rulesOut = { "host-down", "firewall-drop", "proxy-stopped" };
    finding.failingHop = entry.view.hop->id;
    finding.variant = entry.hasSymptom() ? entry.view.symptom.variant : "connection-timed-out";
    finding.cause = "this-machine-offline";
    finding.confidence = confidence;
    finding.summary = "This machine has no network: neither the site nor any of its hosts can be reached "
                      "from here. The servers may be fine.";
    finding.firstPlaceToCheck = "this machine's own network connection";
    finding.responsible = "this-machine";
    finding.remediation = catalogue.remedies(finding.variant, *finding.cause, {});
    return finding;
}

model::Topology topologyFromUrl(const model::Profile& profile)
{
    const SplitUrl url = split(profile.url);
    model::Node client;
    client.id = base::NodeId("client");
    client.kind = model::NodeKind::Client;
    client.label = "client";
    model::Node site;
    site.id = base::NodeId(url.host + ":" + std::to_string(url.port));
    site.kind = model::NodeKind::External;
    site.software = "unknown";
    site.address = url.host + ":" + std::to_string(url.port);
    site.label = url.host;
    site.note = "no server behind it could be read";
    model::Hop hop;
    hop.id = base::HopId(client.id.value() + ">" + site.id.value());
    hop.from = client.id;
    hop.to = site.id;
    hop.protocol = url.scheme == "https" ? model::Protocol::Https : model::Protocol::Http;
    hop.isOnPath = true;
    hop.declared.endpoint.host = url.host;
    hop.declared.endpoint.port = url.port;
    hop.declared.requestHost = url.host;
    hop.declared.verifiesCertificate = url.scheme == "https";
    return { { client, site }, { hop } };
}

}
