// A proxy's own answers: who may come in, how often, with how much, and whether there is a site at all.
#include "core/faults/predicates/turnedaway.h"

#include "core/base/text.h"
#include "core/faults/predicates/balancerdenial.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/served.h"
#include "core/faults/predicates/tls.h"
#include "core/parse/refusals.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
using Kind = parse::Refusal::Kind;

/// Our own request is this young when the logs are read.
constexpr base::Milliseconds justNow = std::chrono::seconds(60);

const model::HopProbe* answeringProbe(const HopView& view)
{
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->reply == model::ReplyResult::Answered && probe->status)
            return probe;
    return nullptr;
}

/// Whether what is behind the proxy gave this very answer, or may have.
enum class Origin { Own, Unknown, Relayed };

Origin originOf(const HopView& view, int status)
{
    Origin origin = Origin::Own;
    for (const model::Hop& inner : view.topology->hops) {
        if (inner.from != view.callee->id || inner.to == view.callee->id || !inner.isOnPath || inner.declared.isDown)
            continue;
        // Other protocols are tried with a question of their own: what they would say to this request is not known.
        if (inner.protocol != model::Protocol::Http && inner.protocol != model::Protocol::Https) {
            origin = Origin::Unknown;
            continue;
        }
        bool isAnswered = false;
        for (const model::HopProbe& probe : view.facts->probes) {
            if (probe.hop != inner.id || probe.seat != model::Seat::Caller || probe.reply != model::ReplyResult::Answered)
                continue;
            isAnswered = isAnswered || probe.status.has_value();
            if (probe.status == status)
                return Origin::Relayed;
        }
        if (!isAnswered)
            origin = Origin::Unknown;
    }
    return origin;
}

struct SaidRefusal {
    const model::LogLine* line = nullptr;
    parse::Refusal refusal;
};

bool fits(Kind kind, int status)
{
    switch (kind) {
    case Kind::Address:
    case Kind::Permission:
    case Kind::NoIndex: return status == 403;
    case Kind::Login: return status == 401 || status == 403;
    case Kind::FileMissing: return status == 404;
    case Kind::Rate: return status == 503 || status == 429 || status == 403 || status == 444;
    case Kind::TooLarge: return status == 413 || status == 414 || status == 431 || status == 400;
    }
    return false;
}

/// The newest line of the proxy's log about this request, that explains this status.
std::optional<SaidRefusal> saidRefusal(const HopView& view, int status)
{
    if (!view.calleeHost)
        return std::nullopt;
    if (status == 401 || status == 403 || status == 429)
        if (const model::LogLine* line = deniedByBalancer(view, status)) {
            parse::Refusal refusal;
            refusal.kind = status == 429 ? Kind::Rate : status == 401 ? Kind::Login : Kind::Address;
            return SaidRefusal { line, std::move(refusal) };
        }
    const auto& logs = view.calleeHost->logs;
    for (auto line = logs.rbegin(); line != logs.rend(); ++line) {
        if (!line->at || view.nowOn(view.calleeHost) - *line->at > justNow || line->place.find("access") != std::string::npos)
            continue;
        if (!isAboutThisRequest(view, line->text).value_or(true))
            continue;
        std::optional<parse::Refusal> refusal = parse::refusalIn(line->text);
        if (refusal && fits(refusal->kind, status))
            return SaidRefusal { &*line, std::move(*refusal) };
    }
    return std::nullopt;
}

/// The rule of the configuration that gives this status; a certain one before one that only may.
const model::OwnAnswer* ruleFor(const HopView& view, int status, bool (*isMeant)(const model::OwnAnswer&))
{
    const model::OwnAnswer* found = nullptr;
    for (const model::OwnAnswer& each : view.callee->ownAnswers)
        if (each.status == status && isMeant(each) && (!found || (each.isCertain && !found->isCertain)))
            found = &each;
    return found;
}

bool isReturn(const model::OwnAnswer& own) { return !own.rule.starts_with("limit_"); }
bool isLimit(const model::OwnAnswer& own) { return own.rule.starts_with("limit_"); }
bool isAny(const model::OwnAnswer&) { return true; }

/// Headers that an app gives, and no proxy by itself.
bool isSignedByApp(const HopView& view)
{
    const auto& headers = view.capture->outside.http.headers;
    return !view.caller || view.caller->kind != model::NodeKind::Client
        || std::any_of(headers.begin(), headers.end(), [](const model::HttpHeader& header) {
               const std::string name = base::lowered(header.name);
               return name == "x-powered-by" || name == "set-cookie" || name == "x-request-id" || name == "x-runtime"
                   || name.starts_with("ratelimit-") || name.starts_with("x-ratelimit-");
           });
}

std::string requestHost(const HopView& view)
{
    const std::string& host = view.hop->declared.requestHost;
    if (!host.empty())
        return host;
    std::string url = view.capture->profile.url;
    const std::size_t scheme = url.find("://");
    url = url.substr(scheme == std::string::npos ? 0 : scheme + 3);
    return url.substr(0, url.find_first_of("/:?#"));
}

class Answer {
public:
    Answer(const HopView& view, const model::HopProbe& probe, const char* cause, const char* variant)
        : m_view(view)
        , m_probe(probe)
    {
        m_away.variant = variant;
        m_away.assessment = Assessment(cause);
        m_away.assessment.responsible = "proxy";
        m_away.assessment.values["status"] = std::to_string(probe.status.value_or(0));
        m_away.assessment.values["serverName"] = requestHost(view);
        if (view.calleeHost)
            m_away.assessment.host = view.calleeHost->host;
    }

    Answer& support(double weight, model::Evidence item)
    {
        item.rulesOut = { "app-error", "dependency-down", "service-stopped" };
        m_away.assessment.supports(weight, std::move(item));
        return *this;
    }

    Answer& said(double weight, const SaidRefusal& what)
    {
        m_away.isStated = true;
        const std::string check = what.line->origin == model::LogOrigin::Journal ? "journal" : "proxy-error-log";
        return support(weight,
            evidenceFrom(*m_view.capture, m_view.calleeHost->host, check, what.line->source,
                base::toIso8601(*what.line->at) + " " + what.line->text));
    }

    Answer& rule(double weight, const model::OwnAnswer& own)
    {
        if (own.place.file.empty())
            return *this;
        m_away.isStated = true;
        m_away.assessment.values["file"] = own.place.file;
        m_away.assessment.values["line"] = std::to_string(own.place.line);
        if (!own.flagFile.empty())
            m_away.assessment.values["flag"] = own.flagFile;
        return support(weight,
            m_view.evidence(m_view.calleeHost, (m_view.callee->software + "-config").c_str(), {},
                own.place.text() + (own.rule.empty() ? "" : ": " + own.rule)
                    + (own.flagFile.empty() ? "" : " while " + own.flagFile + " is there")));
    }

    Answer& notBehind(Origin origin)
    {
        // Behind it the same request is answered otherwise: the answer is the proxy's own.
        if (origin == Origin::Own)
            for (const model::HopProbe& inner : m_view.facts->probes)
                if (const model::Hop* hop = m_view.topology->hop(inner.hop); hop && hop->from == m_view.callee->id && hop->isOnPath
                    && inner.seat == model::Seat::Caller && inner.status && inner.status != m_probe.status) {
                    support(0.4, m_view.evidence(inner));
                    break;
                }
        return *this;
    }

    Answer& servedUntil(const std::optional<Served>& served)
    {
        if (served)
            support(0.4, served->evidence);
        return *this;
    }

    TurnedAway because(std::string words, std::string firstPlace)
    {
        m_away.assessment.because = std::move(words);
        const bool hasHost = m_view.calleeHost && !firstPlace.empty();
        m_away.assessment.firstPlace = firstPlace + (hasHost ? " on " + m_view.calleeHost->host.value() : std::string());
        return std::move(m_away);
    }

private:
    const HopView& m_view;
    const model::HopProbe& m_probe;
    TurnedAway m_away;
};

TurnedAway limited(const HopView& view, const model::HopProbe& probe, const std::optional<SaidRefusal>& said)
{
    Answer answer(view, probe, "rate-limited", "request-rejected");
    answer.support(0.3, view.evidence(probe));
    const model::OwnAnswer* rule = ruleFor(view, *probe.status, isLimit);
    if (said)
        answer.said(0.85, *said);
    if (rule)
        answer.rule(0.5, *rule);
    model::OwnAnswer written;
    if (!rule && *probe.status == 429)
        if (std::string_view text; auto place = limitInConfiguration(view, &text)) {
            written.status = 429;
            written.place = std::move(*place);
            written.rule = std::string(text.substr(0, 200));
            answer.rule(0.6, written);
            rule = &written;
        }
    std::string words = "its limit of requests" + (said && !said->refusal.subject.empty() ? " (zone " + said->refusal.subject + ")" : std::string())
        + " turns them away";
    // Whoever stands in front is one visitor to a limit that counts addresses.
    if (said && view.callerHost
        && std::find(view.callerHost->addresses.begin(), view.callerHost->addresses.end(), said->refusal.client)
            != view.callerHost->addresses.end())
        words += "; it counts all visitors as one, " + said->refusal.client + ", which is " + (view.caller ? view.caller->label : "its caller");
    return answer.because(words, rule ? rule->place.text() : "the rate limit of " + proxyName(view));
}

TurnedAway denied(const HopView& view, const model::HopProbe& probe, Origin origin, const std::optional<SaidRefusal>& said,
    const std::optional<Served>& served)
{
    Answer answer(view, probe, "access-denied", "request-rejected");
    answer.support(0.55, view.evidence(probe)).notBehind(origin).servedUntil(served);
    const model::OwnAnswer* rule = ruleFor(view, *probe.status, isAny);
    const bool isFile = said && (said->refusal.kind == Kind::Permission || said->refusal.kind == Kind::NoIndex);
    if (said)
        answer.said(0.75, *said);
    if (rule && !isFile)
        answer.rule(0.5, *rule);
    if (isFile) {
        const bool mayNot = said->refusal.kind == Kind::Permission;
        TurnedAway away = answer.because(mayNot ? "it has no permission to read " + said->refusal.subject
                                                : said->refusal.subject + " has no page to show, and listing it is forbidden",
            "namei -l " + said->refusal.subject);
        away.assessment.values["path"] = said->refusal.subject;
        away.assessment.values["folder"] = said->refusal.subject;
        return away;
    }
    const std::string where = rule && !rule->place.file.empty() ? " (" + rule->place.text() + ": " + rule->rule + ")" : std::string();
    if (*probe.status == 401)
        return answer.because("it wants a login that it did not want before" + where, rule ? rule->place.text() : std::string());
    return answer.because("a rule about who may come in forbids the request" + where,
        rule ? rule->place.text() : "the rules of access in " + proxyName(view) + "'s configuration");
}

TurnedAway unrouted(const HopView& view, const model::HopProbe& probe, Origin origin, const std::optional<SaidRefusal>& said,
    const std::optional<Served>& served)
{
    Answer answer(view, probe, "route-missing-in-proxy", "no-route-configured");
    answer.support(0.5, view.evidence(probe)).servedUntil(served);
    if (said)
        answer.said(0.5, *said);
    const model::OwnAnswer* rule = ruleFor(view, *probe.status, isReturn);
    const std::string host = requestHost(view);
    if (view.callee->isUnknownName) {
        answer.support(0.8,
            view.evidence(view.calleeHost, (view.callee->software + "-config").c_str(), {},
                "no rule of " + proxyName(view) + " is for " + host + (view.callee->note.empty() ? "" : ": it " + view.callee->note)));
        TurnedAway away = answer.because("none of its sites or rules is for the name " + host + ", so its default answers",
            "the names that " + proxyName(view) + " serves (" + host + " is not among them)");
        away.isStated = true;
        return away;
    }
    answer.notBehind(origin);
    if (rule)
        answer.rule(0.5, *rule);
    const std::string path = view.hop->declared.requestPath.empty() ? std::string() : view.hop->declared.requestPath;
    if (said && !said->refusal.subject.empty())
        return answer.because("it looks for the file " + said->refusal.subject + ", which is not there", "ls -l " + said->refusal.subject);
    return answer.because("its rules lead " + host + path + " to nobody" + (rule && !rule->place.file.empty() ? " (" + rule->place.text() + ")" : ""),
        rule && !rule->place.file.empty() ? rule->place.text() : std::string());
}

TurnedAway closedOnPurpose(const HopView& view, const model::HopProbe& probe, const model::OwnAnswer& rule)
{
    Answer answer(view, probe, "maintenance-mode", "request-rejected");
    answer.support(0.4, view.evidence(probe)).rule(rule.isCertain || !rule.flagFile.empty() ? 0.85 : 0.7, rule);
    const std::string words = rule.flagFile.empty()
        ? "its configuration answers " + std::to_string(*probe.status) + " on purpose (" + rule.place.text() + ")"
        : "it is closed for maintenance while the file " + rule.flagFile + " is there (" + rule.place.text() + ")";
    return answer.because(words, rule.flagFile.empty() ? rule.place.text() : "ls -l " + rule.flagFile);
}
}

namespace {
/// nginx's `return 444`: it ends the connection without a word.
constexpr int noAnswer = 444;

std::optional<TurnedAway> closedOnCaller(const HopView& view)
{
    const model::HopProbe* probe = view.callerProbe();
    const bool isClosed = probe && probe->reply == model::ReplyResult::ClosedBeforeHeaders;
    const model::OwnAnswer* rule = isClosed && isProxy(view.callee) && view.calleeHost && !view.cluster ? ruleFor(view, noAnswer, isReturn) : nullptr;
    if (!rule || !rule->isCertain)
        return std::nullopt;
    TurnedAway away;
    if (view.callee->isUnknownName) {
        away = unrouted(view, *probe, Origin::Own, std::nullopt, std::nullopt);
        away.assessment.supports(0.5, view.evidence(view.calleeHost, (view.callee->software + "-config").c_str(), {}, rule->place.text() + ": " + rule->rule));
    } else {
        Answer answer(view, *probe, "access-denied", "reset-before-headers");
        answer.support(0.3, view.evidence(*probe)).rule(0.7, *rule);
        away = answer.because("a rule of its configuration closes the connection without an answer (" + rule->place.text() + ": " + rule->rule + ")",
            rule->place.text());
    }
    away.variant = "reset-before-headers"; // what its caller saw
    return away;
}
}

std::optional<TurnedAway> turnedAway(const HopView& view)
{
    if (auto closed = closedOnCaller(view))
        return closed;
    const model::HopProbe* probe = answeringProbe(view);
    if (!isProxy(view.callee) || !probe || view.cluster || !view.calleeHost)
        return std::nullopt;
    const int status = *probe->status;
    const bool isEmptyDefault = status == 200 && view.callee->isUnknownName && probe->firstBytes.empty();
    if (isEmptyDefault)
        return unrouted(view, *probe, Origin::Own, std::nullopt, std::nullopt);
    if (status < 400 || status == 502 || status == 504)
        return std::nullopt;
    const Origin origin = originOf(view, status);
    if (origin == Origin::Relayed)
        return std::nullopt;
    const std::optional<SaidRefusal> said = saidRefusal(view, status);
    const bool isLimited = said && said->refusal.kind == Kind::Rate;
    const bool hasLimit = status == 429 && origin == Origin::Own
        && (ruleFor(view, status, isLimit) || (limitInConfiguration(view) && !isSignedByApp(view)));
    if (isLimited || hasLimit)
        return limited(view, *probe, said);
    if (said && said->refusal.kind == Kind::TooLarge) {
        Answer answer(view, *probe, "request-too-large", "request-rejected");
        return answer.said(0.85, *said).because("the request is larger than it allows", {});
    }
    const std::optional<Served> served = answeredWellBefore(view);
    // So it is with a certificate, which some sites want of everybody.
    if (asksForClientCertificate(probe->firstBytes) && origin == Origin::Own && served) {
        Answer answer(view, *probe, "client-certificate-missing", "certificate-invalid");
        return answer.support(0.7, view.evidence(*probe)).notBehind(origin).servedUntil(served)
            .because("it demands a client certificate, which it did not before and which visitors do not have",
                "ssl_verify_client (Apache: SSLVerifyClient, HAProxy: verify required) in the configuration of " + proxyName(view));
    }
    if (status == 403 && (origin == Origin::Own || said))
        return denied(view, *probe, origin, said, served);
    // A login is no fault where it was always wanted: only a log that knows better makes it one.
    if (status == 401 && (origin == Origin::Own || said) && served)
        return denied(view, *probe, origin, said, served);
    if ((status == 404 || status == 421) && origin == Origin::Own)
        return unrouted(view, *probe, origin, said, served);
    if (status == 503 && origin == Origin::Own && view.callee->isUnknownName)
        return unrouted(view, *probe, origin, said, served);
    const model::OwnAnswer* rule = status >= 500 ? ruleFor(view, status, isReturn) : nullptr;
    if (rule && (origin == Origin::Own || (!rule->flagFile.empty() && !isSignedByApp(view))))
        return closedOnPurpose(view, *probe, *rule);
    return std::nullopt;
}

namespace {
/// A frontend, or the whole process, that has as many sessions as it may have.
const model::ServerReport* fullEntrance(const HopView& view)
{
    for (const model::ServerReport& report : view.calleeHost->serverReports)
        if (report.isEntrance && report.software == view.callee->software && report.sessions && report.sessionLimit
            && *report.sessionLimit > 0 && *report.sessions >= *report.sessionLimit)
            return &report;
    return nullptr;
}

bool hasWaiting(const HopView& view)
{
    const model::Listener* listener = view.accepting();
    return listener && listener->receiveQueue && *listener->receiveQueue > 0;
}

/// What a caller meets at a proxy without a free connection: nothing, a connection that ends at once, or nginx's 500.
bool mayBeFull(const HopView& view)
{
    return std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [&](const model::HopProbe* probe) {
        using model::ReplyResult;
        const bool isSilent = probe->reply == ReplyResult::TimedOut || probe->connect == model::ConnectResult::TimedOut;
        const bool isCut = probe->reply == ReplyResult::ClosedBeforeHeaders || probe->reply == ReplyResult::ResetBeforeHeaders;
        const bool isError = (probe->status == 500 || probe->status == 503) && originOf(view, *probe->status) != Origin::Relayed;
        return isSilent || isCut || isError;
    });
}
}

std::optional<TurnedAway> fullProxy(const HopView& view)
{
    if (!isProxy(view.callee) || !view.calleeHost || view.cluster || !mayBeFull(view))
        return std::nullopt;
    TurnedAway away;
    away.variant = "overloaded";
    away.assessment = Assessment("connection-limit-reached");
    Assessment& found = away.assessment;
    std::string words;
    for (const ReadLine* line : statedByCallee(view, "connection-limit-reached", sameHour)) {
        // Apache says it once and then goes on being full.
        if (!view.isFresh(*line, justNow) && !hasWaiting(view))
            continue;
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "app-hung", "slow-endpoint", "app-error", "accept-queue-full", "worker-pool-exhausted" };
        found.supports(0.8, std::move(item));
        if (words.empty() && line->line->text.find("worker_connections") != std::string::npos)
            words = "worker_connections";
        if (words.empty() && line->line->text.find("MaxRequestWorkers") != std::string::npos)
            words = "MaxRequestWorkers";
    }
    if (const model::ServerReport* full = fullEntrance(view)) {
        model::Evidence item = view.evidence(view.calleeHost, "haproxy-status", full->source,
            (full->group.empty() ? "the whole process" : "frontend " + full->group) + ": " + std::to_string(*full->sessions) + " of "
                + std::to_string(*full->sessionLimit) + " sessions");
        item.rulesOut = { "app-hung", "slow-endpoint", "app-error", "accept-queue-full", "worker-pool-exhausted" };
        found.supports(0.88, std::move(item));
        words = "maxconn";
    }
    if (!found.isSupported())
        return std::nullopt;
    if (hasWaiting(view)) {
        const model::Listener* listener = view.accepting();
        found.supports(0.3,
            listenerEvidence(view, *listener, std::to_string(*listener->receiveQueue) + " connections wait to be accepted"));
    }
    fillUnit(found, view);
    found.responsible = "proxy";
    found.because = proxyName(view) + " has reached its limit of connections" + (words.empty() ? "" : " (" + words + ")");
    found.values["limit"] = words;
    return away;
}

}
