// Both sides speak, but one setting of how differs: the generation of HTTP, the PROXY header.
#include "core/faults/predicates/protocol.h"

#include "core/base/text.h"
#include "core/faults/predicates/common.h"

namespace hopscope::faults {

namespace {
bool mayDifferInWords(const HopView& view)
{
    return view.isSymptom({ "protocol-mismatch", "invalid-response", "reset-before-headers", "error-response",
        "tls-handshake-failed" });
}

std::string callerWords(const HopView& view)
{
    if (isFromUser(view))
        return "a visitor's browser";
    return view.caller ? view.caller->label : std::string("the proxy");
}

std::string calleeWords(const HopView& view) { return view.callee ? view.callee->label : std::string("the app"); }

void blameCaller(Assessment& found, const HopView& view)
{
    found.firstPlace = configPlace(view);
    found.responsible = "proxy";
    if (const model::HostFacts* host = isFromUser(view) ? view.calleeHost : view.callerHost)
        found.host = host->host;
}

bool speaksHttp2(const HopView& view)
{
    using model::Protocol;
    const Protocol protocol = view.hop->protocol;
    return protocol == Protocol::Http2 || protocol == Protocol::Grpc || protocol == Protocol::Grpcs;
}
}

Assessment httpVersionMismatch(const HopView& view)
{
    Assessment found("http-version-mismatch");
    if (!mayDifferInWords(view))
        return found;
    for (const model::HopProbe* probe : view.callerProbes) {
        const bool isOlder = probe->worksWith == "http/1.1" && speaksHttp2(view);
        const bool isNewer = probe->worksWith == "http/2" && !speaksHttp2(view);
        if (!isOlder && !isNewer)
            continue;
        model::Evidence item = view.evidence(*probe);
        item.observed += isOlder ? " (asked in HTTP/1.1, it answers)" : " (asked in HTTP/2, it answers)";
        item.rulesOut = { "wrong-protocol", "response-malformed", "process-crashed", "keepalive-race" };
        found.supports(0.9, std::move(item));
    }
    for (const ReadLine* line : statedByCaller(view, "http-version-mismatch", fresh))
        found.supports(0.75, view.evidence(*line));
    found.because = speaksHttp2(view)
        ? callerWords(view) + " speaks HTTP/2 to " + view.targetWords() + ", and " + calleeWords(view) + " speaks HTTP/1 there"
        : callerWords(view) + " speaks HTTP/1 to " + view.targetWords() + ", and " + calleeWords(view) + " speaks HTTP/2 there";
    blameCaller(found, view);
    return found;
}

Assessment proxyProtocolMismatch(const HopView& view)
{
    Assessment found("proxy-protocol-mismatch");
    if (!mayDifferInWords(view))
        return found;
    const bool sends = view.hop->declared.sendsProxyProtocol;
    for (const model::HopProbe* probe : view.callerProbes) {
        if (probe->worksWith != "proxy-header" && probe->worksWith != "no-proxy-header")
            continue;
        model::Evidence item = view.evidence(*probe);
        item.observed += probe->worksWith == "proxy-header" ? " (with a PROXY header before the request, it answers)"
                                                            : " (without the PROXY header, it answers)";
        item.rulesOut = { "wrong-protocol", "process-crashed", "keepalive-race", "app-error", "plain-http-to-tls-port" };
        found.supports(0.92, std::move(item));
    }
    for (const auto& lines : { statedByCaller(view, "proxy-protocol-mismatch", fresh), statedByCallee(view, "proxy-protocol-mismatch", fresh) })
        for (const ReadLine* line : lines)
            found.supports(0.6, view.evidence(*line));
    found.because = sends
        ? callerWords(view) + " begins each connection to " + view.targetWords() + " with a PROXY header, which "
            + calleeWords(view) + " does not expect"
        : calleeWords(view) + " waits for a PROXY header on " + view.targetWords() + ", which " + callerWords(view)
            + " does not send";
    blameCaller(found, view);
    return found;
}

}
