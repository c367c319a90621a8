// The app takes the call, and the caller can't read what comes back.
#include "core/faults/predicates/reply.h"

#include "core/faults/predicates/common.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
constexpr const char* uwsgiWords = "uwsgi, its own protocol";

/// What a program speaks on its port, where that is not HTTP; empty where it may be HTTP, or is not known.
std::string protocolOfProgram(const std::string& process)
{
    struct Spoken {
        std::string_view program;
        const char* protocol;
    };
    static constexpr std::array programs { Spoken { "php-fpm", "FastCGI" }, Spoken { "redis-server", "Redis" },
        Spoken { "valkey-server", "Redis" }, Spoken { "postgres", "PostgreSQL" }, Spoken { "mysqld", "MySQL" },
        Spoken { "mariadbd", "MySQL" }, Spoken { "memcached", "memcached" }, Spoken { "mongod", "MongoDB" },
        Spoken { "sshd", "SSH" }, Spoken { "uwsgi", uwsgiWords } };
    for (const Spoken& each : programs)
        if (process.starts_with(each.program))
            return each.protocol;
    return {};
}
}

Assessment wrongProtocol(const HopView& view)
{
    Assessment found("wrong-protocol");
    if (!view.isSymptom({ "protocol-mismatch", "invalid-response", "reset-before-headers" }))
        return found;
    static constexpr std::array<const char*, 7> greetings { "SSH-", "-ERR", "220 ", "+OK", "E\0\0\0", "AMQP",
        "-DENIED" };
    bool isHttpInstead = false;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes) {
            const bool greets = std::any_of(greetings.begin(), greetings.end(),
                [&](const char* each) { return probe->firstBytes.starts_with(each); });
            const bool isFcgiAsked
                = view.hop->protocol == model::Protocol::FastCgi && probe->firstBytes.starts_with("HTTP/");
            const bool answersHttp = probe->worksWith == "http/1.1"
                && (view.hop->protocol == model::Protocol::FastCgi || view.hop->protocol == model::Protocol::Uwsgi
                    || view.hop->protocol == model::Protocol::Ajp);
            isHttpInstead = isHttpInstead || answersHttp;
            if (!answersHttp && (probe->reply != model::ReplyResult::InvalidReply || !(greets || isFcgiAsked)))
                continue;
            model::Evidence item = view.evidence(*probe);
            if (answersHttp)
                item.observed += " (asked in HTTP, it answers)";
            else
                item.observed += "; it began with \"" + probe->firstBytes.substr(0, 24) + "\"";
            item.rulesOut = { "process-crashed", "keepalive-race", "app-error" };
            found.supports(0.85, std::move(item));
        }
    // Whoever listens there is known to speak something else than HTTP.
    const bool isHttp = view.hop->protocol == model::Protocol::Http || view.hop->protocol == model::Protocol::Https
        || view.hop->protocol == model::Protocol::Http2;
    std::string spoken;
    if (const model::Listener* listener = view.accepting(); listener && isHttp)
        if (spoken = protocolOfProgram(listener->process); !spoken.empty()) {
            model::Evidence item = listenerEvidence(view, *listener, "it speaks " + spoken);
            item.rulesOut = { "process-crashed", "keepalive-race", "app-error", "response-malformed", "proxy-protocol-mismatch" };
            found.supports(spoken == uwsgiWords ? 0.75 : 0.88, std::move(item));
        }
    for (const char* cause : { "wrong-protocol", "http-version-mismatch" })
        for (const auto& lines : { statedByCaller(view, cause, fresh), statedByCallee(view, cause, fresh) })
            for (const ReadLine* line : lines)
                found.supports(0.75, view.evidence(*line));
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.firstPlace = configPlace(view);
    found.because = "the proxy speaks " + std::string(model::id(view.hop->protocol)) + " to "
        + view.targetWords() + ", which speaks " + (!spoken.empty() ? spoken : isHttpInstead ? "HTTP" : "something else");
    return found;
}

namespace {
/// What fits into the caller's buffer for a header, by its defaults; only a hint, as a file may say otherwise.
std::size_t usualHeaderRoom(const HopView& view)
{
    const std::string software = view.caller ? view.caller->software : std::string();
    if (software == "haproxy")
        return 15'000; // tune.bufsize less tune.maxrewrite
    return software == "nginx" ? 4'000 : 8'000;
}

const model::HopProbe* probeWithHeader(const HopView& view)
{
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->headerBytes)
                return probe;
    return nullptr;
}
}

Assessment responseHeaderTooBig(const HopView& view)
{
    if (!view.isSymptom({ "invalid-response", "reset-before-headers" }))
        return Assessment("response-header-too-big");
    Assessment found = statedOnly(
        view, "response-header-too-big", 0.85, { "process-crashed", "keepalive-race", "response-malformed" });
    const model::HopProbe* probe = probeWithHeader(view);
    if (probe && view.isSymptom({ "invalid-response" }) && *probe->headerBytes > usualHeaderRoom(view)) {
        model::Evidence item = view.evidence(*probe);
        item.observed += "; its header has " + std::to_string(*probe->headerBytes) + " bytes";
        item.rulesOut = { "response-malformed", "process-crashed" };
        found.supports(0.8, std::move(item));
    }
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.because = "the answer's headers are larger than the proxy's buffer";
    return found;
}

Assessment responseMalformed(const HopView& view)
{
    Assessment found("response-malformed");
    if (!view.isSymptom({ "invalid-response", "protocol-mismatch" }))
        return found;
    found = statedOnly(view, "response-malformed", 0.75, {});
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->reply == model::ReplyResult::InvalidReply)
            found.supports(0.5, view.evidence(*probe));
    // The caller refuses the answer and another reader does not, nor is it large: what is wrong with it is small.
    const model::HopProbe* probe = probeWithHeader(view);
    if (view.isSymptom({ "invalid-response" }) && probe && probe->reply == model::ReplyResult::Answered
        && *probe->headerBytes <= usualHeaderRoom(view) && !view.symptom.evidence.empty()) {
        found.supports(0.6, view.symptom.evidence.front());
        found.supports(0.2, view.evidence(*probe));
    }
    found.because = calleeName(view) + " answers with something that is no proper reply";
    return found;
}

namespace {
/// Whether the caller sends requests over connections that it keeps: nginx only where it is told to.
bool reusesConnections(const HopView& view)
{
    if (view.hop->declared.keepalive)
        return *view.hop->declared.keepalive > 0;
    static constexpr std::array<const char*, 5> always { "haproxy", "apache", "caddy", "traefik", "envoy" };
    return view.caller && std::find(always.begin(), always.end(), view.caller->software) != always.end();
}
}

Assessment keepaliveRace(const HopView& view)
{
    Assessment found("keepalive-race");
    if (!view.isSymptom({ "reset-before-headers" }))
        return found;
    found = statedOnly(view, "keepalive-race", 0.75, {});
    const bool isReused = reusesConnections(view);
    // A fresh connection works while kept ones fail: only then.
    for (const model::HopProbe* probe : view.callerProbes)
        if (!view.symptom.isProbed && probe->reply == model::ReplyResult::Answered && isReused)
            found.supports(view.symptom.share.empty() ? 0.5 : 0.6, view.evidence(*probe));
        else if (view.symptom.isProbed)
            found.contradicts(0.9, view.evidence(*probe));
    const bool isUnbroken = view.unit && view.calleeHost && isUp(*view.unit) && view.unit->activeSince
        && view.nowOn(view.calleeHost) - *view.unit->activeSince > fresh;
    if (found.isSupported() && !view.symptom.share.empty() && view.unit && isUp(*view.unit) && (isUnbroken || view.unit->restarts == 0))
        found.supports(0.3, unitEvidence(view, *view.unit)); // whatever closes them, no process died
    fillUnit(found, view);
    found.because = calleeName(view) + " closes idle connections that the proxy still uses";
    return found;
}

}
