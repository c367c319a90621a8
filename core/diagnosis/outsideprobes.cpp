#include "core/diagnosis/outsideprobes.h"

#include "core/faults/predicates/redirectloop.h"

namespace hopscope::diagnosis {

using model::AttemptResult;

namespace {
bool isTried(AttemptResult result) { return result != AttemptResult::NotTried; }

model::ConnectResult connectOf(AttemptResult result)
{
    using model::ConnectResult;
    switch (result) {
    case AttemptResult::NotTried:
    case AttemptResult::NameNotFound:
    case AttemptResult::ResolverFailed:
        return ConnectResult::NotTried;
    case AttemptResult::Refused:
        return ConnectResult::Refused;
    case AttemptResult::TimedOut:
        return ConnectResult::TimedOut;
    case AttemptResult::Unreachable:
        return ConnectResult::HostUnreachable;
    case AttemptResult::OtherError:
        return ConnectResult::OtherError;
    case AttemptResult::Succeeded:
    case AttemptResult::TlsFailed:
    case AttemptResult::CertificateInvalid:
    case AttemptResult::ClosedBeforeHeaders:
    case AttemptResult::ResetBeforeHeaders:
    case AttemptResult::ClosedMidResponse:
    case AttemptResult::InvalidResponse:
        return ConnectResult::Connected;
    }
    return ConnectResult::Unknown;
}

model::ReplyResult replyOf(AttemptResult result)
{
    using model::ReplyResult;
    switch (result) {
    case AttemptResult::Succeeded:
        return ReplyResult::Answered;
    case AttemptResult::TimedOut:
        return ReplyResult::TimedOut;
    case AttemptResult::ClosedBeforeHeaders:
        return ReplyResult::ClosedBeforeHeaders;
    case AttemptResult::ResetBeforeHeaders:
        return ReplyResult::ResetBeforeHeaders;
    case AttemptResult::ClosedMidResponse:
        return ReplyResult::ClosedMidResponse;
    case AttemptResult::InvalidResponse:
        return ReplyResult::InvalidReply;
    case AttemptResult::NotTried:
    case AttemptResult::NameNotFound:
    case AttemptResult::ResolverFailed:
    case AttemptResult::Refused:
    case AttemptResult::Unreachable:
    case AttemptResult::TlsFailed:
    case AttemptResult::CertificateInvalid:
    case AttemptResult::OtherError:
        return ReplyResult::NotTried;
    }
    return ReplyResult::Unknown;
}

model::TlsResult tlsOf(const model::TlsView& view)
{
    using model::TlsResult;
    switch (view.result) {
    case AttemptResult::NotTried:
        return TlsResult::NotTried;
    case AttemptResult::Succeeded:
        return TlsResult::Established;
    case AttemptResult::CertificateInvalid:
        return TlsResult::CertificateInvalid;
    case AttemptResult::TimedOut:
        return TlsResult::TimedOut;
    case AttemptResult::ClosedBeforeHeaders:
    case AttemptResult::ResetBeforeHeaders:
        return TlsResult::Closed;
    case AttemptResult::TlsFailed:
        for (const std::string& problem : view.problems)
            if (problem.find("wrong version number") != std::string::npos
                || problem.find("packet length too long") != std::string::npos)
                return TlsResult::PlainText;
        return TlsResult::HandshakeFailed;
    case AttemptResult::NameNotFound:
    case AttemptResult::ResolverFailed:
    case AttemptResult::Refused:
    case AttemptResult::Unreachable:
    case AttemptResult::ClosedMidResponse:
    case AttemptResult::InvalidResponse:
    case AttemptResult::OtherError:
        return TlsResult::HandshakeFailed;
    }
    return TlsResult::Unknown;
}

/// Both families were asked and neither gave an address.
std::optional<model::ResolveResult> dnsFailure(const model::DnsAnswer& dns)
{
    using model::ResolveResult;
    if (dns.isOverridden || !dns.ipv4Addresses.empty() || !dns.ipv6Addresses.empty())
        return std::nullopt;
    for (AttemptResult result : { dns.ipv4, dns.ipv6 })
        if (result == AttemptResult::TimedOut)
            return ResolveResult::ResolverTimedOut;
        else if (result == AttemptResult::ResolverFailed || result == AttemptResult::OtherError
            || result == AttemptResult::Refused || result == AttemptResult::Unreachable)
            return ResolveResult::ResolverFailed;
    if (dns.ipv4 == AttemptResult::NameNotFound || dns.ipv6 == AttemptResult::NameNotFound)
        return ResolveResult::NameNotFound;
    return std::nullopt;
}

void addRequest(model::HopProbe& probe, const model::OutsideView& outside)
{
    const model::HttpView& http = outside.http;
    probe.tls = tlsOf(outside.tls);
    for (const std::string& problem : outside.tls.problems)
        probe.tlsDetail += (probe.tlsDetail.empty() ? "" : "; ") + problem;
    if (http.result == AttemptResult::TlsFailed && probe.tls == model::TlsResult::NotTried)
        probe.tls = model::TlsResult::HandshakeFailed;
    if (http.result == AttemptResult::CertificateInvalid)
        probe.tls = model::TlsResult::CertificateInvalid;
    probe.reply = replyOf(http.result);
    // A connect that timed out is not an answer that did: the request's own clock tells.
    if (http.result == AttemptResult::TimedOut && !http.connectMs
        && probe.connect != model::ConnectResult::Connected)
        probe.reply = model::ReplyResult::NotTried;
    probe.status = http.status;
    probe.firstBytes = http.body.substr(0, 512);
    probe.connectMs = http.connectMs;
    probe.tlsMs = http.tlsMs;
    probe.firstByteMs = http.firstByteMs;
    probe.totalMs = http.totalMs;
    for (const model::HttpHeader& header : http.headers) {
        if (header.name == "server" || header.name == "Server")
            probe.serverHeader = header.value;
        if (header.name == "location" || header.name == "Location")
            probe.location = header.value;
    }
}
}

std::vector<model::HopProbe> probesFromOutside(const model::OutsideView& outside)
{
    std::vector<model::HopProbe> probes;
    model::HopProbe blank;
    blank.seat = model::Seat::Caller;
    blank.target = outside.url;
    blank.at = outside.startedAt;
    blank.resolved = outside.dns.ipv4Addresses;
    blank.resolved.insert(
        blank.resolved.end(), outside.dns.ipv6Addresses.begin(), outside.dns.ipv6Addresses.end());
    if (const auto failure = dnsFailure(outside.dns)) {
        blank.resolve = *failure;
        blank.errorText = outside.dns.errorText;
        return { blank };
    }
    blank.resolve
        = outside.dns.isOverridden ? model::ResolveResult::NotNeeded : model::ResolveResult::Resolved;
    bool hasRequest = false;
    for (const model::TcpAttempt& attempt : outside.tcp) {
        if (!isTried(attempt.result))
            continue;
        model::HopProbe added = blank;
        const bool isIpv6 = attempt.address.find(':') != std::string::npos;
        added.address
            = (isIpv6 ? "[" + attempt.address + "]" : attempt.address) + ":" + std::to_string(attempt.port);
        added.connect = connectOf(attempt.result);
        added.errorText = attempt.errorText;
        added.connectMs = attempt.milliseconds;
        const bool isOfRequest = outside.http.address.empty() || outside.http.address == added.address;
        if (added.connect == model::ConnectResult::Connected && !hasRequest && isOfRequest) {
            addRequest(added, outside);
            hasRequest = true;
        }
        probes.push_back(std::move(added));
    }
    if (probes.empty() && isTried(outside.http.result)) {
        blank.connect = connectOf(outside.http.result);
        if (outside.http.result == AttemptResult::TimedOut && outside.http.connectMs)
            blank.connect = model::ConnectResult::Connected;
        blank.errorText = outside.http.errorText;
        addRequest(blank, outside);
        probes.push_back(std::move(blank));
    }
    return probes;
}

RequestState requestState(const model::OutsideView& outside)
{
    // A browser stops at a bad certificate, whatever the request behind it came to.
    if (outside.tls.result == AttemptResult::CertificateInvalid
        || outside.tls.result == AttemptResult::TlsFailed)
        return RequestState::Fails;
    if (faults::isRedirectedToItself(outside))
        return RequestState::Fails;
    if (outside.http.result == AttemptResult::Succeeded && outside.http.status)
        return *outside.http.status < 500 ? RequestState::Works : RequestState::Fails;
    if (isTried(outside.http.result) && outside.http.result != AttemptResult::Succeeded)
        return RequestState::Fails;
    if (dnsFailure(outside.dns))
        return RequestState::Fails;
    bool anyTried = false;
    for (const model::TcpAttempt& attempt : outside.tcp) {
        if (attempt.result == AttemptResult::Succeeded)
            return RequestState::Unknown; // the request itself has not come back yet
        anyTried = anyTried || isTried(attempt.result);
    }
    return anyTried ? RequestState::Fails : RequestState::Unknown;
}

}
