// TLS between the caller and the callee: certificates, versions, and one side not speaking it at all.
#include "core/faults/predicates/tls.h"

#include "core/base/text.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/turnedaway.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::faults {

namespace {
bool isTlsSymptom(const HopView& view)
{
    return view.isSymptom({ "tls-handshake-failed", "certificate-invalid", "protocol-mismatch" });
}


bool hasAny(const std::string& text, std::initializer_list<const char*> words)
{
    return std::any_of(
        words.begin(), words.end(), [&](const char* word) { return text.find(word) != std::string::npos; });
}

bool outsideSays(const HopView& view, const std::string& cause)
{
    const auto& causes = view.capture->outside.tls.causes;
    return isFromUser(view) && std::find(causes.begin(), causes.end(), cause) != causes.end();
}

model::Evidence outsideEvidence(const HopView& view)
{
    const model::OutsideView& outside = view.capture->outside;
    model::Evidence item;
    item.from = "laptop";
    item.check = "tls";
    item.command = "curl -sv " + view.capture->profile.url;
    item.at = outside.startedAt;
    if (!outside.tls.chain.empty()) {
        const model::CertificateSummary& leaf = outside.tls.chain.front();
        item.observed = "certificate of " + leaf.subject + " from " + leaf.issuer + ", valid "
            + base::toIso8601(leaf.notBefore) + " to " + base::toIso8601(leaf.notAfter) + "; ";
    }
    for (const std::string& problem : outside.tls.problems)
        item.observed += problem + "; ";
    if (item.observed.size() > 2)
        item.observed.resize(item.observed.size() - 2);
    return item;
}

Assessment certificate(const HopView& view, const char* cause, std::initializer_list<const char*> words,
    const std::string& because)
{
    Assessment found(cause);
    if (!isTlsSymptom(view))
        return found;
    bool isOfCaller = false;
    std::vector<std::string> others { "certificate-expired", "certificate-not-yet-valid",
        "certificate-name-mismatch", "certificate-untrusted" };
    std::erase(others, cause);
    if (outsideSays(view, cause)) {
        model::Evidence item = outsideEvidence(view);
        item.rulesOut = { "tls-to-plain-port", "proxy-stopped", "firewall-drop" };
        found.supports(0.95, std::move(item));
    }
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (!isFromUser(view) && probe->tls == model::TlsResult::CertificateInvalid
                && hasAny(base::lowered(probe->tlsDetail + " " + probe->errorText), words))
                found.supports(0.85, view.evidence(*probe));
    // The caller decides what it accepts; our attempt from its seat may trust other issuers and ask for another name.
    for (const ReadLine* line : statedByCaller(view, cause, fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = others;
        found.supports(0.85, std::move(item));
    }
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->worksWith == "client-certificate-in-date" && cause == std::string_view("certificate-expired")) {
            model::Evidence item = view.evidence(*probe);
            item.observed += " (" + view.hop->declared.clientCertificate + " has run out)";
            item.rulesOut = { "client-certificate-missing", "app-error", "tls-version-mismatch", "sni-missing" };
            found.supports(0.92, std::move(item));
            isOfCaller = true;
        }
    // The callee turned the caller's own certificate away.
    if (!isFromUser(view) && !view.hop->declared.clientCertificate.empty())
        for (const ReadLine* line : statedByCallee(view, cause, fresh)) {
            model::Evidence item = view.evidence(*line);
            item.rulesOut = { "client-certificate-missing", "app-error" };
            found.supports(0.85, std::move(item));
            isOfCaller = true;
        }
    // An alert in the callee's log came from its caller, and tells what that makes of the callee's certificate.
    if (!isFromUser(view) && view.hop->declared.clientCertificate.empty())
        for (const ReadLine* line : statedByCallee(view, cause, fresh))
            if (line->line->text.find(" alert ") != std::string::npos)
                found.supports(0.85, view.evidence(*line));
    found.because = isOfCaller ? "the certificate that the proxy shows of itself (" + view.hop->declared.clientCertificate + ") was turned away"
            + (cause == std::string_view("certificate-expired") ? ": it has expired" : "") : because;
    found.responsible = isFromUser(view) ? "proxy" : "app";
    found.values["name"] = view.hop->declared.serverName.empty() ? view.hop->declared.endpoint.host
                                                                 : view.hop->declared.serverName;
    if (isOfCaller && view.callerHost)
        found.host = view.callerHost->host;
    else if (view.calleeHost)
        found.host = view.calleeHost->host;
    if (!view.capture->outside.tls.chain.empty() && isFromUser(view))
        found.firstPlace = "the certificate that "
            + (view.callee ? view.callee->label : std::string("the proxy")) + " serves";
    return found;
}

std::string whose(const HopView& view)
{
    return isFromUser(view)
        ? "the site's certificate"
        : "the certificate of " + (view.callee ? view.callee->label : std::string("the upstream"));
}

bool speaksTls(const HopView& view)
{
    using model::Protocol;
    const Protocol protocol = view.hop->protocol;
    return protocol == Protocol::Https || protocol == Protocol::Tls || protocol == Protocol::Grpcs;
}
}

bool saysPlainHttpToTls(const std::string& text)
{
    return hasAny(base::lowered(text),
        { "plain http request was sent to https port", "client sent an http request to an https server",
            "requires tls", "speaking plain http to an ssl-enabled server port",
            "this web server is running in ssl mode" });
}

bool asksForClientCertificate(const std::string& text)
{
    return hasAny(base::lowered(text), { "no required ssl certificate was sent", "client certificate is required",
                                           "the ssl certificate error" });
}

Assessment tlsToPlainPort(const HopView& view)
{
    Assessment found("tls-to-plain-port");
    if (!isTlsSymptom(view) || !speaksTls(view))
        return found;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes, &view.calleeProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->tls == model::TlsResult::PlainText
                || hasAny(base::lowered(probe->tlsDetail),
                    { "wrong version number", "packet length too long", "http request",
                        "record overflow" })) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "certificate-expired", "certificate-untrusted", "tls-version-mismatch",
                    "service-stopped" };
                found.supports(probe->seat == model::Seat::Caller ? 0.9 : 0.5, std::move(item));
            }
    for (const ReadLine* line : statedByCaller(view, "tls-to-plain-port", fresh))
        found.supports(0.8, view.evidence(*line));
    found.because = (view.caller ? view.caller->label : std::string("the caller")) + " speaks TLS, but "
        + view.targetWords() + " of " + (view.callee ? view.callee->label : std::string("the upstream"))
        + " speaks plain HTTP";
    blameConfiguration(found, view);
    return found;
}

Assessment plainHttpToTlsPort(const HopView& view)
{
    Assessment found("plain-http-to-tls-port");
    if (speaksTls(view)
        || !view.isSymptom(
            { "protocol-mismatch", "reset-before-headers", "invalid-response", "error-response" }))
        return found;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes, &view.calleeProbes })
        for (const model::HopProbe* probe : *probes) {
            const bool isAlert = probe->firstBytes.size() >= 2
                && (probe->firstBytes[0] == '\x15' || probe->firstBytes[0] == '\x16')
                && probe->firstBytes[1] == '\x03';
            const bool saysSo = saysPlainHttpToTls(probe->firstBytes) || saysPlainHttpToTls(probe->errorText);
            const bool spokeTls = probe->tls == model::TlsResult::Established
                || probe->tls == model::TlsResult::CertificateInvalid;
            if (!isAlert && !saysSo && !spokeTls)
                continue;
            model::Evidence item = view.evidence(*probe);
            if (isAlert)
                item.observed += " (a TLS record came back)";
            if (spokeTls)
                item.observed += " (asked again with TLS, it answers)";
            item.rulesOut = { "process-crashed", "app-error", "keepalive-race" };
            found.supports(probe->seat == model::Seat::Caller ? 0.9 : 0.7, std::move(item));
        }
    for (const ReadLine* line : statedByCaller(view, "plain-http-to-tls-port", fresh))
        found.supports(0.8, view.evidence(*line));
    found.because = (view.caller ? view.caller->label : std::string("the caller"))
        + " speaks plain HTTP, but " + view.targetWords() + " of "
        + (view.callee ? view.callee->label : std::string("the upstream")) + " expects TLS";
    blameConfiguration(found, view);
    return found;
}

Assessment certificateExpired(const HopView& view)
{
    Assessment found = certificate(view, "certificate-expired", { "expired" }, whose(view) + " has expired");
    const auto& chain = view.capture->outside.tls.chain;
    if (isFromUser(view) && !chain.empty() && found.isSupported()) {
        found.onset = chain.front().notAfter;
        found.because = whose(view) + " expired on " + base::toIso8601(chain.front().notAfter).substr(0, 10);
    }
    return found;
}

Assessment certificateNotYetValid(const HopView& view)
{
    return certificate(
        view, "certificate-not-yet-valid", { "not yet valid" }, whose(view) + " is not valid yet");
}

namespace {
/// The common name in a subject: "CN=shop.example", "C = DE, CN = shop.example". Empty where there is none.
std::string commonName(std::string_view subject)
{
    for (const std::string_view key : { "CN=", "CN = " })
        if (const std::size_t at = subject.find(key); at != std::string_view::npos) {
            const std::string_view rest = subject.substr(at + key.size());
            return std::string(rest.substr(0, std::min(rest.find_first_of(",;/\r\n"), std::size_t(120))));
        }
    return {};
}

/// The name in the certificate that is shown: as the user's end got it, or as an attempt's tool printed it.
std::string shownName(const HopView& view)
{
    const auto& chain = view.capture->outside.tls.chain;
    if (isFromUser(view))
        return chain.empty() ? std::string() : !chain.front().names.empty() ? chain.front().names.front() : commonName(chain.front().subject);
    for (const model::HopProbe* probe : view.callerProbes) {
        if (probe->source.check >= view.capture->checks.size())
            continue;
        const std::string& output = view.capture->checks[probe->source.check].output;
        for (const std::string_view label : { "subject:", "subject=", "Peer certificate:" })
            if (const std::size_t at = output.find(label); at != std::string::npos)
                if (std::string name = commonName(std::string_view(output).substr(at, output.find('\n', at) - at)); !name.empty())
                    return name;
    }
    return {};
}
}

Assessment certificateNameMismatch(const HopView& view)
{
    Assessment found = certificate(view, "certificate-name-mismatch",
        { "mismatch", "does not match", "not valid for", "no alternative certificate subject name" },
        whose(view) + " is for another name");
    if (!found.isSupported())
        return found;
    const std::string& verified = view.hop->declared.verifiedName;
    const std::string wanted = !verified.empty() ? verified : found.values["name"];
    const std::string shown = shownName(view);
    if (!shown.empty() && !wanted.empty() && shown != wanted)
        found.because = whose(view) + " is for the name \"" + shown + "\", not for \"" + wanted + "\"";
    if (!isFromUser(view)) {
        if (const std::string place = configPlace(view); !place.empty())
            found.firstPlace = place + ": the name that it wants of the certificate";
    } else if (view.callee && view.callee->isUnknownName) {
        found.because += "; none of the sites in the configuration of " + proxyName(view) + " has the name " + wanted + ", so another one answers in its place";
        found.firstPlace = "the sites of " + proxyName(view) + ": which of them should have the name " + wanted + ", and whether it is switched on";
    }
    return found;
}

Assessment certificateUntrusted(const HopView& view)
{
    return certificate(view, "certificate-untrusted",
        { "self-signed", "self signed", "unable to get", "local issuer", "unable to verify", "unknown ca",
            "untrusted" },
        whose(view) + " comes from an issuer that is not trusted");
}

Assessment clientCertificateMissing(const HopView& view)
{
    Assessment found("client-certificate-missing");
    if (view.caller && view.caller->kind == model::NodeKind::Client) {
        std::optional<TurnedAway> away = turnedAway(view);
        return away && away->assessment.cause() == found.cause() ? std::move(away->assessment) : found;
    }
    if (!isTlsSymptom(view) && !view.isSymptom({ "error-response", "reset-before-headers" }))
        return found;
    const bool showsOne = !view.hop->declared.clientCertificate.empty();
    for (const model::HopProbe* probe : view.callerProbes) {
        const bool isStated = probe->worksWith != "client-certificate-in-date" && hasAny(base::lowered(probe->tlsDetail + " " + probe->errorText + " " + probe->firstBytes),
            { "certificate required", "no required ssl certificate was sent", "alert bad certificate" });
        const bool isAsked = probe->worksWith == "client-certificate" && !showsOne;
        if (!isStated && !isAsked)
            continue;
        model::Evidence item = view.evidence(*probe);
        if (isAsked)
            item.observed += " (the server asks for a certificate of its caller)";
        item.rulesOut = { "tls-version-mismatch", "sni-missing", "process-crashed", "keepalive-race", "app-error" };
        found.supports(isStated ? 0.85 : 0.8, std::move(item));
    }
    for (const auto& lines : { statedByCaller(view, "client-certificate-missing", fresh), statedByCallee(view, "client-certificate-missing", fresh) })
        for (const ReadLine* line : lines)
            found.supports(0.8, view.evidence(*line));
    found.because = (view.callee ? view.callee->label : std::string("the upstream"))
        + " demands a client certificate that the caller does not send";
    blameConfiguration(found, view);
    return found;
}

namespace {
/// Browsers gave up TLS 1.0 and 1.1, and OpenSSL's usual level refuses their signatures.
bool isTooOld(const std::string& words)
{
    return hasAny(words, { "tlsv1", "sslv" }) && !hasAny(words, { "tlsv1.2", "tlsv1.3", "all", "$" });
}

/// The site's own configuration lists no version that a browser still speaks: "ssl_protocols TLSv1.1;", "SSLProtocol TLSv1".
void blameOldProtocols(Assessment& found, const HopView& view)
{
    const std::string site = view.hop->declared.requestHost.substr(0, view.hop->declared.requestHost.find(':'));
    if (!view.calleeHost || !view.callee || site.empty())
        return;
    for (const model::SoftwareConfig& config : view.calleeHost->configs)
        for (const model::ConfigFile& file : config.files) {
            if (config.software != view.callee->software || !mentions(file.text, site))
                continue;
            int number = 0;
            for (std::size_t start = 0; start < file.text.size(); ++number) {
                const std::size_t end = std::min(file.text.find('\n', start), file.text.size());
                const std::string line = base::lowered(file.text.substr(start, end - start));
                start = end + 1;
                const std::size_t first = line.find_first_not_of(" \t");
                const bool isDirective = first != std::string::npos
                    && (line.compare(first, 14, "ssl_protocols ") == 0 || line.compare(first, 12, "sslprotocol ") == 0);
                if (!isDirective || !isTooOld(line))
                    continue;
                const std::string place = file.path + ":" + std::to_string(number + 1);
                model::Evidence item = view.evidence(view.calleeHost, (config.software + "-config").c_str(), file.source,
                    place + ": " + line.substr(first));
                item.rulesOut = { "sni-missing", "tls-to-plain-port" };
                found.supports(0.85, std::move(item));
                found.because = place + " allows no TLS version that browsers still speak";
                found.firstPlace = place + " on " + view.calleeHost->host.value();
                return;
            }
        }
}
}

Assessment tlsVersionMismatch(const HopView& view)
{
    Assessment found("tls-version-mismatch");
    if (!view.isSymptom({ "tls-handshake-failed" }))
        return found;
    for (const model::HopProbe* probe : view.callerProbes)
        if (hasAny(base::lowered(probe->tlsDetail + " " + probe->errorText),
                { "protocol version", "unsupported protocol", "no protocols available", "no shared cipher" })
            || probe->worksWith == "tls-versions") {
            model::Evidence item = view.evidence(*probe);
            if (probe->worksWith == "tls-versions")
                item.observed += " (with other TLS versions than the caller offers, the handshake succeeds)";
            item.rulesOut = { "sni-missing", "tls-to-plain-port" };
            found.supports(0.85, std::move(item));
        }
    for (const ReadLine* line : statedByCaller(view, "tls-version-mismatch", fresh))
        found.supports(0.8, view.evidence(*line));
    found.because = "the two sides have no TLS version or cipher in common";
    if (isFromUser(view))
        blameOldProtocols(found, view);
    const std::string firstPlace = found.firstPlace;
    blameConfiguration(found, view);
    if (!firstPlace.empty())
        found.firstPlace = firstPlace;
    return found;
}

Assessment sniMissing(const HopView& view)
{
    Assessment found("sni-missing");
    if (!view.isSymptom({ "tls-handshake-failed", "certificate-invalid" })
        || isFromUser(view))
        return found;
    const std::string& sent = view.hop->declared.serverName;
    for (const model::HopProbe* probe : view.callerProbes)
        if (hasAny(base::lowered(probe->tlsDetail + " " + probe->errorText),
                { "unrecognized name", "unrecognized_name" })
            || probe->worksWith.starts_with("server-name ")) {
            model::Evidence item = view.evidence(*probe);
            if (probe->worksWith.starts_with("server-name ")) {
                item.observed += " (with the server name " + probe->worksWith.substr(12) + " the handshake succeeds)";
                found.values["name"] = probe->worksWith.substr(12);
            }
            item.rulesOut = { "tls-version-mismatch", "tls-to-plain-port", "client-certificate-missing" };
            found.supports(probe->worksWith.empty() ? 0.85 : 0.92, std::move(item));
        }
    for (const ReadLine* line : statedByCaller(view, "sni-missing", fresh))
        found.supports(0.8, view.evidence(*line));
    found.because = sent.empty() ? "the proxy does not send the server's name (SNI) in TLS, and the upstream insists on it"
                                 : "the server name that the proxy sends in TLS (SNI), \"" + sent + "\", is none that the upstream knows";
    blameConfiguration(found, view);
    return found;
}

Assessment clockSkew(const HopView& view)
{
    Assessment found("clock-skew");
    if (!view.isSymptom({ "certificate-invalid" }))
        return found;
    const auto& chain = view.capture->outside.tls.chain;
    const auto isValidAt
        = [&](base::TimePoint at) { return chain.front().notBefore <= at && at <= chain.front().notAfter; };
    for (const model::HostSession& session : view.capture->sessions) {
        if (!session.clockOffset || session.clockOffset->count() == 0)
            continue;
        const base::Milliseconds offset = *session.clockOffset;
        const bool isLarge = offset > std::chrono::minutes(5) || offset < -std::chrono::minutes(5);
        if (!isLarge)
            continue;
        model::Evidence item;
        item.from = session.host.value();
        item.check = "identity";
        item.command = "date -u";
        item.observed = session.host.value() + "'s clock is " + std::to_string(offset.count() / 1000)
            + " s off this machine's";
        item.at = view.capture->startedAt;
        if (isFromUser(view) && !chain.empty() && !isValidAt(view.capture->startedAt)
            && isValidAt(view.capture->startedAt + offset)) {
            item.rulesOut = { "certificate-expired", "certificate-not-yet-valid" };
            found.supports(0.85, std::move(item));
            found.responsible = "this-machine";
            found.because = "this machine's clock is wrong, so a valid certificate looks invalid";
        } else if (!isFromUser(view) && view.callerHost && view.callerHost->host == session.host) {
            found.supports(0.7, std::move(item));
            found.host = session.host;
            found.responsible = "host";
            found.because = session.host.value() + "'s clock is wrong, so a valid certificate looks invalid";
        }
    }
    return found;
}

}
