#include "core/diagnosis/probesymptom.h"

#include "core/base/text.h"
#include "core/faults/predicates/dependency.h"
#include "core/faults/predicates/tls.h"
#include "core/model/protocolfamily.h"

#include <algorithm>
#include <cctype>

namespace hopscope::diagnosis {

namespace {
using Kind = ProbeReading::Kind;

ProbeReading bad(const char* variant, double confidence = 0.97) { return { Kind::Bad, variant, confidence }; }
ProbeReading good() { return { Kind::Good, "", 1 }; }
ProbeReading blank() { return {}; }

bool answersRequests(model::Protocol protocol)
{
    const model::ProtocolFamily family = model::familyOf(protocol);
    return family == model::ProtocolFamily::Http || family == model::ProtocolFamily::Gateway;
}

ProbeReading readConnect(const model::HopProbe& probe)
{
    using model::ConnectResult;
    switch (probe.connect) {
    case ConnectResult::Refused:
        return bad("connection-refused");
    case ConnectResult::TimedOut:
        return bad("connection-timed-out");
    case ConnectResult::HostUnreachable:
    case ConnectResult::NetworkUnreachable:
        return bad("host-unreachable");
    case ConnectResult::SocketMissing:
        return bad("socket-missing");
    case ConnectResult::PermissionDenied:
        return bad("permission-denied");
    case ConnectResult::QueueFull:
        return bad("overloaded");
    case ConnectResult::NoLocalPort:
        return bad("resource-exhausted");
    case ConnectResult::OtherError:
        return bad("connect-failed", 0.7);
    case ConnectResult::Connected:
        return good();
    case ConnectResult::NotTried:
    case ConnectResult::Unknown:
        return blank();
    }
    return blank();
}

/// The same request goes when it is asked in another way: with or without a PROXY header, in another version of HTTP.
bool speaksOtherwise(const model::HopProbe& probe)
{
    return probe.worksWith == "proxy-header" || probe.worksWith == "no-proxy-header" || probe.worksWith.starts_with("http/");
}

ProbeReading readTls(const model::HopProbe& probe, const model::Hop& hop, bool isEntry)
{
    using model::TlsResult;
    switch (probe.tls) {
    case TlsResult::PlainText:
        return bad("protocol-mismatch");
    case TlsResult::HandshakeFailed:
    case TlsResult::TimedOut:
    case TlsResult::Closed:
        if (speaksOtherwise(probe))
            return bad("protocol-mismatch", 0.95);
        return bad(probe.worksWith.starts_with("client-certificate") ? "certificate-invalid" : "tls-handshake-failed",
            probe.worksWith.empty() ? 0.9 : 0.97);
    case TlsResult::CertificateInvalid:
        // Most proxies take any certificate unless told to look; a browser never does.
        return isEntry || hop.declared.verifiesCertificate ? bad("certificate-invalid") : good();
    case TlsResult::NotTried:
    case TlsResult::Established:
    case TlsResult::Unknown:
        return good();
    }
    return good();
}

bool saysScriptMissing(const model::HopProbe& probe)
{
    return probe.firstBytes.find("Primary script unknown") != std::string::npos
        || (probe.status == 404 && probe.firstBytes.find("File not found.") != std::string::npos);
}

/// Meant as HTTP, though it is not: a status line that is misspelt, a page or a header without one.
bool isMeantAsHttp(std::string_view bytes)
{
    if (bytes.starts_with("HTTP/") || bytes.starts_with("<!") || bytes.starts_with("<html"))
        return true;
    const std::string line = base::lowered(std::string(bytes.substr(0, std::min<std::size_t>(bytes.find_first_of("\r\n"), 80))));
    for (const char* header : { "content-type:", "status:", "content-length:", "server:", "date:", "location:", "x-powered-by:" })
        if (line.starts_with(header))
            return true;
    // "HTP/1.1 200 OK"
    const std::size_t slash = line.find('/');
    const std::size_t blank = line.find(' ');
    return slash != std::string::npos && slash < blank && blank + 3 < line.size() && line[blank + 1] >= '1' && line[blank + 1] <= '5'
        && std::isdigit(static_cast<unsigned char>(line[blank + 2])) && std::isdigit(static_cast<unsigned char>(line[blank + 3]));
}

ProbeReading readReply(const model::HopProbe& probe, const model::Hop& hop)
{
    using model::ReplyResult;
    if (speaksOtherwise(probe))
        return bad("protocol-mismatch", 0.95);
    // A visitor without one is turned away on purpose; a proxy's own request is not.
    if (!probe.host.isEmpty() && faults::asksForClientCertificate(probe.firstBytes))
        return bad("certificate-invalid");
    switch (probe.reply) {
    case ReplyResult::ClosedBeforeHeaders:
    case ReplyResult::ResetBeforeHeaders:
        return bad(hop.protocol == model::Protocol::Http && probe.tls == model::TlsResult::Established
                ? "protocol-mismatch"
                : "reset-before-headers");
    case ReplyResult::ClosedMidResponse:
        return bad("closed-mid-response", 0.9);
    case ReplyResult::TimedOut:
        return bad("response-timed-out", 0.95);
    case ReplyResult::InvalidReply: {
        const std::string& bytes = probe.firstBytes;
        const bool isTlsRecord
            = bytes.size() > 1 && (bytes[0] == '\x15' || bytes[0] == '\x16') && bytes[1] == '\x03';
        return bad(
            isTlsRecord || (!isMeantAsHttp(bytes) && !probe.status) ? "protocol-mismatch" : "invalid-response", 0.9);
    }
    case ReplyResult::Answered:
        if (const auto refusal = faults::refusalIn(probe, hop.protocol))
            return { Kind::Bad, refusal->variant, 0.95 };
        break;
    case ReplyResult::NotTried:
    case ReplyResult::Unknown:
        return answersRequests(hop.protocol) ? blank() : good();
    }
    if (faults::saysPlainHttpToTls(probe.firstBytes))
        return bad("protocol-mismatch");
    // Whatever it says so late, its caller does not wait for it.
    const auto& limit = hop.declared.timeouts.read;
    if (limit && probe.firstByteMs && *probe.firstByteMs > static_cast<double>(limit->count()))
        return bad("response-timed-out", 0.93);
    if (probe.status.value_or(0) >= 500
        || (hop.protocol == model::Protocol::FastCgi && saysScriptMissing(probe)))
        return bad("error-response");
    return good();
}
}

ProbeReading readProbe(const model::HopProbe& probe, const model::Hop& hop)
{
    using model::ResolveResult;
    switch (probe.resolve) {
    case ResolveResult::NameNotFound:
    case ResolveResult::ResolverFailed:
    case ResolveResult::ResolverTimedOut:
        return bad("dns-resolution-failed");
    case ResolveResult::Unknown:
        // The system's resolver gave no address, and nothing at hand could say why.
        if (probe.connect == model::ConnectResult::NotTried && probe.resolved.empty()
            && !probe.errorText.empty())
            return bad("dns-resolution-failed", 0.9);
        break;
    case ResolveResult::NotNeeded:
    case ResolveResult::Resolved:
        break;
    }
    const ProbeReading connect = readConnect(probe);
    if (connect.kind != Kind::Good)
        return connect;
    // An attempt without a source is this machine's own: the user's browser.
    const ProbeReading tls = readTls(probe, hop, probe.host.isEmpty());
    if (tls.kind == Kind::Bad)
        return tls;
    return readReply(probe, hop);
}

}
