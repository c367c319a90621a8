#include "core/faults/predicates/hopview.h"

#include <cstdio>

namespace hopscope::faults {

namespace {
const char* words(model::ResolveResult result)
{
    using model::ResolveResult;
    switch (result) {
    case ResolveResult::NameNotFound:
        return "the name does not exist";
    case ResolveResult::ResolverFailed:
        return "the name server could not answer";
    case ResolveResult::ResolverTimedOut:
        return "the name server did not answer";
    case ResolveResult::NotNeeded:
    case ResolveResult::Resolved:
    case ResolveResult::Unknown:
        return "";
    }
    return "";
}

const char* words(model::ConnectResult result)
{
    using model::ConnectResult;
    switch (result) {
    case ConnectResult::Connected:
        return "connected";
    case ConnectResult::Refused:
        return "connection refused";
    case ConnectResult::TimedOut:
        return "no answer to the connect";
    case ConnectResult::HostUnreachable:
        return "no route to host";
    case ConnectResult::NetworkUnreachable:
        return "network is unreachable";
    case ConnectResult::SocketMissing:
        return "no such socket file";
    case ConnectResult::PermissionDenied:
        return "permission denied";
    case ConnectResult::QueueFull:
        return "the accept queue is full";
    case ConnectResult::NoLocalPort:
        return "no free local port";
    case ConnectResult::OtherError:
        return "the connect failed";
    case ConnectResult::NotTried:
        return "";
    case ConnectResult::Unknown:
        return "the connect's result could not be seen";
    }
    return "";
}

const char* words(model::TlsResult result)
{
    using model::TlsResult;
    switch (result) {
    case TlsResult::Established:
        return "TLS established";
    case TlsResult::PlainText:
        return "the other side does not speak TLS";
    case TlsResult::HandshakeFailed:
        return "the TLS handshake failed";
    case TlsResult::CertificateInvalid:
        return "the certificate is not valid";
    case TlsResult::TimedOut:
        return "the TLS handshake got no answer";
    case TlsResult::Closed:
        return "closed during the TLS handshake";
    case TlsResult::NotTried:
    case TlsResult::Unknown:
        return "";
    }
    return "";
}

std::string words(const model::HopProbe& probe)
{
    using model::ReplyResult;
    switch (probe.reply) {
    case ReplyResult::Answered:
        return probe.status ? "answered " + std::to_string(*probe.status) : "answered";
    case ReplyResult::ClosedBeforeHeaders:
        return "closed before any answer";
    case ReplyResult::ResetBeforeHeaders:
        return "reset before any answer";
    case ReplyResult::ClosedMidResponse:
        return "closed in the middle of the answer";
    case ReplyResult::TimedOut:
        return "no answer to the request";
    case ReplyResult::InvalidReply:
        return "answered something that the protocol does not allow";
    case ReplyResult::NotTried:
    case ReplyResult::Unknown:
        return "";
    }
    return "";
}

/// The address that was used with the target's port: "10.1.0.3:3000".
std::string endpointOf(const model::HopProbe& probe)
{
    const auto colon = probe.target.rfind(':');
    const bool isUnix = probe.target.starts_with("unix:") || probe.address.starts_with("unix:");
    if (probe.address.empty() || isUnix || colon == std::string::npos
        || probe.target.find("://") != std::string::npos)
        return probe.address.empty() ? probe.target : probe.address;
    const std::string port = probe.target.substr(colon);
    if (probe.address.ends_with(port) || port.find_first_not_of("0123456789", 1) != std::string::npos)
        return probe.address;
    const bool isIpv6 = probe.address.find(':') != std::string::npos && probe.address.front() != '[';
    return (isIpv6 ? "[" + probe.address + "]" : probe.address) + port;
}

std::string within(std::optional<double> milliseconds)
{
    if (!milliseconds)
        return {};
    char text[32];
    std::snprintf(text, sizeof text, " (after %.0f ms)", *milliseconds);
    return text;
}
}

std::string wordsOf(const model::HopProbe& probe)
{
    std::string text = endpointOf(probe);
    std::string separator = ": ";
    const auto add = [&](const std::string& part) {
        if (!part.empty()) {
            text += separator + part;
            separator = ", ";
        }
    };
    add(words(probe.resolve));
    add(words(probe.connect));
    add(words(probe.tls));
    const std::string reply = words(probe);
    add(reply.empty() ? reply : reply + within(probe.firstByteMs ? probe.firstByteMs : probe.totalMs));
    add(probe.tlsDetail);
    if (!probe.errorText.empty())
        text += " [" + probe.errorText + "]";
    return text;
}

}
