// What the app depends on is the failure: a database, a cache, a queue, a service.
#include "core/faults/predicates/dependencycauses.h"

#include "core/base/text.h"
#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/appwords.h"
#include "core/faults/predicates/awaited.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/dependency.h"
#include "core/faults/predicates/served.h"
#include "core/model/protocolfamily.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
/// What the dependency itself said to our attempt.
void addRefusal(Assessment& found, const HopView& view)
{
    for (const model::HopProbe* probe : view.callerProbes)
        if (const auto refusal = refusalIn(*probe, view.hop->protocol); refusal && refusal->cause == found.cause()) {
            model::Evidence item = view.evidence(*probe);
            item.observed += ": " + refusal->words;
            item.rulesOut = { "app-error", "dependency-down", "service-stopped" };
            found.supports(0.93, std::move(item));
        }
}

/// Nobody was asked: which of the name's own causes it is, is the question then.
bool nameWasLookedUpInVain(const HopView& view)
{
    return view.isSymptom({ "dns-resolution-failed" })
        && std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [](const model::HopProbe* probe) {
               return probe->resolve == model::ResolveResult::NameNotFound || probe->resolve == model::ResolveResult::ResolverFailed
                   || probe->resolve == model::ResolveResult::ResolverTimedOut;
           });
}

/// The address that the app's own line gives what it can't reach; empty values where it gives none: the hop's own address is the
/// app's, and to try that one says nothing of what the app depends on.
void nameWhatIsDown(Assessment& found, const HopView& view)
{
    found.values["address"] = found.values["port"] = "";
    for (const ReadLine* line : statedByCallee(view, "dependency-down", fresh)) {
        const auto& captures = line->reading.captures;
        if (const auto address = captures.find("address"), port = captures.find("port"); address != captures.end() && port != captures.end()) {
            found.values["address"] = address->second;
            found.values["port"] = port->second;
        }
    }
}

bool answersError(const HopView& view)
{
    return view.isSymptom({ "error-response", "response-timed-out", "reset-before-headers" });
}
}

Assessment dependencyDown(const HopView& view)
{
    const bool isApplicable
        = answersError(view) || isConnectSymptom(view) || view.isSymptom({ "dns-resolution-failed" });
    if (!isApplicable || nameWasLookedUpInVain(view))
        return Assessment("dependency-down");
    const bool isDependency = view.callee && view.caller && view.caller->kind == model::NodeKind::App
        && (view.callee->kind == model::NodeKind::Database || view.callee->kind == model::NodeKind::Cache
            || view.callee->kind == model::NodeKind::External);
    // Where the dependency's own host can be looked at, there is a more exact cause than this one.
    if (isDependency && view.calleeHost)
        return Assessment("dependency-down");
    // An app that lost a connection tells so long after; what answers now is not down.
    const bool isWell = !isDependency && areDependenciesWell(view);
    Assessment found = isWell ? Assessment("dependency-down") : statedOnly(view, "dependency-down", 0.7, { "app-error", "app-hung" });
    if (const auto said = statedByCallee(view, "dependency-down", fresh); isWell && !said.empty())
        found.supports(0.25, view.evidence(*said.back())); // it may depend on more than is known
    if (!isDependency && found.isSupported())
        nameWhatIsDown(found, view);
    if (isDependency && isConnectSymptom(view) && !view.symptom.evidence.empty())
        found.supports(0.75, view.symptom.evidence.front());
    found.responsible = "dependency";
    found.because = isDependency ? calleeName(view) + " does not answer"
                                 : "something that " + calleeName(view) + " depends on does not answer";
    return found;
}

namespace {
/// What a dependency said while it still took connections explains no connection that comes to nothing now.
bool isOutOfReach(const HopView& view) { return isDependencyHop(view) && isConnectSymptom(view); }
}

namespace {
/// No password was asked for: `no pg_hba.conf entry for host "10.1.0.17", user "vet", database "vets", …`.
void addMissingEntry(Assessment& found, const HopView& view)
{
    for (const model::Evidence& item : found.evidence()) {
        const std::size_t at = item.observed.find("no pg_hba.conf entry for host");
        if (item.bearing != model::Bearing::Supports || at == std::string::npos)
            continue;
        const std::string_view words = std::string_view(item.observed).substr(at);
        const std::string client = quotedAfter(words, "host");
        const std::string user = quotedAfter(words, "user");
        const std::string database = quotedAfter(words, "database");
        const auto family = familyOf(client);
        if (!family || user.empty() || database.empty())
            continue;
        found.values["rule"] = "host " + database + " " + user + " " + client + (*family == Family::Ipv4 ? "/32" : "/128") + " scram-sha-256";
        found.because = "no line of pg_hba.conf lets " + user + " into the database " + database + " from " + client;
        found.firstPlace = "pg_hba.conf" + (view.calleeHost ? " on " + view.calleeHost->host.value() : std::string(" of the database"))
            + " (its path: show hba_file), against the address " + client;
        return;
    }
}
}

namespace {
/// What stands between the quotes (or blanks) after a word.
std::string wordAfter(std::string_view text, std::string_view before)
{
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos)
        return {};
    std::string_view rest = text.substr(at + before.size());
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" '\"")));
    return std::string(rest.substr(0, std::min(rest.find_first_of(" '\"@"), std::size_t(80))));
}

/// Whom it turns away, by name, and that the password has run out where the database's own log says so.
void addRefusedUser(Assessment& found, const HopView& view)
{
    if (found.values.contains("rule"))
        return;
    for (const model::Evidence& item : found.evidence()) {
        std::string user;
        for (const std::string_view before : { "authentication failed for user ", "Access denied for user ", "no pg_hba.conf entry for user " })
            user = user.empty() ? wordAfter(item.observed, before) : user;
        if (item.bearing != model::Bearing::Supports || user.empty())
            continue;
        found.because += " (user \"" + user + "\")";
        if (view.calleeHost)
            for (auto line = view.calleeHost->logs.rbegin(); line != view.calleeHost->logs.rend(); ++line)
                if (line->text.find("User \"" + user + "\" has an expired password") != std::string::npos
                    && (!line->at || view.nowOn(view.calleeHost) - *line->at <= fresh)) {
                    model::Evidence expired = view.evidence(view.calleeHost, "log", line->source, line->text);
                    expired.rulesOut = { "app-error" };
                    found.supports(0.5, std::move(expired));
                    found.because = "the password of \"" + user + "\" in " + calleeName(view) + " has expired (its VALID UNTIL has passed)";
                    break;
                }
        return;
    }
}
}

namespace {
/// Whether a line of the dependency's own log, which tells of everybody's logins, may be about this caller's.
bool mayTellOfCaller(const HopView& view, const ReadLine& line)
{
    if (!isDependencyHop(view) || !view.isSymptom({ "reset-before-headers" }))
        return true; // a refusal is what the caller met
    const std::string text = base::lowered(line.line->text);
    const auto isNamed = [&](const std::string& name) { return !name.empty() && mentions(text, base::lowered(name)); };
    return view.callerHost && (isNamed(view.callerHost->host.value()) || isNamed(view.callerHost->hostname)
               || std::any_of(view.callerHost->addresses.begin(), view.callerHost->addresses.end(), [&](const std::string& each) { return !isLoopback(each) && isNamed(each); }));
}
}

Assessment dependencyAuthFailed(const HopView& view)
{
    Assessment found("dependency-auth-failed");
    // Who is turned away gets an answer, and is past any question of certificates.
    const bool isEarlier = isDependencyHop(view)
        && view.isSymptom({ "response-timed-out", "certificate-invalid", "tls-handshake-failed", "protocol-mismatch" });
    if (isOutOfReach(view) || isEarlier)
        return found;
    const auto add = [&](const ReadLine* line) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "app-error", "dependency-down" };
        found.supports(0.8, std::move(item));
    };
    for (const ReadLine* line : statedByCallee(view, "dependency-auth-failed", fresh))
        // An app that is gone now and answered this request well after it was turned away went for another reason.
        // (The access log cuts its seconds off, so what it says to be later is later.)
        if (mayTellOfCaller(view, *line) && !(isConnectSymptom(view) && line->line->at && servedAfter(view, *line->line->at - std::chrono::seconds(1))))
            add(line);
    for (const ReadLine* line : statedByCaller(view, "dependency-auth-failed", fresh))
        add(line);
    fillUnit(found, view);
    addRefusal(found, view);
    found.responsible = "dependency";
    found.because = isDependencyHop(view) ? calleeName(view) + " does not accept the credentials or the address of " + view.caller->label
                                          : calleeName(view) + " is turned away by its database: the credentials are wrong";
    addMissingEntry(found, view);
    addRefusedUser(found, view);
    if (isDependencyHop(view))
        found.values["unit"] = ""; // the password stands in the caller's settings, not in the database's unit
    return found;
}

namespace {
/// A limit that a database sets one user, or one of its databases, while others still get in.
struct OwnLimit {
    std::string whose;
    std::string what;
    std::string setting;
    std::string look;
};

/// MySQL's 1226 and 1203, PostgreSQL's "too many connections for role".
OwnLimit ownLimitIn(std::string_view text)
{
    for (const std::string_view setting : { "max_user_connections", "max_connections_per_hour", "max_queries_per_hour", "max_updates_per_hour" }) {
        const bool isIts = text.find(setting) != std::string_view::npos
            && (text.find("has exceeded the") != std::string_view::npos || text.find("already has more than") != std::string_view::npos);
        const std::string user = isIts ? wordAfter(text, "User ") : std::string();
        if (!user.empty())
            return { "the user \"" + user + "\"", setting.find("connections") != std::string_view::npos ? "connections" : "statements", std::string(setting),
                "select user, host, max_user_connections from mysql.user; show variables like 'max_user_connections'" };
    }
    for (const std::string_view kind : { "role", "database" })
        if (const std::string name = wordAfter(text, std::string("too many connections for ") + std::string(kind)); !name.empty())
            return { "the " + std::string(kind) + " \"" + name + "\"", "connections", "CONNECTION LIMIT",
                "select rolname, rolconnlimit from pg_roles; select datname, datconnlimit from pg_database" };
    return {};
}
}

Assessment dependencyLimitReached(const HopView& view)
{
    if (isOutOfReach(view))
        return Assessment("dependency-limit-reached");
    Assessment found = statedOnly(view, "dependency-limit-reached", 0.75, { "app-error", "dependency-down" });
    addRefusal(found, view);
    found.responsible = "dependency";
    const auto isOfMemory = [](const model::Evidence& each) { return each.observed.find("OOM command not allowed") != std::string::npos; };
    const auto evidence = found.evidence();
    if (std::any_of(evidence.begin(), evidence.end(), isOfMemory)) {
        const std::string whose = isDependencyHop(view) ? calleeName(view) : "the Redis behind " + calleeName(view);
        found.because = whose + " has reached the memory that it was given (maxmemory) and refuses writes";
        return found;
    }
    for (const model::Evidence& item : found.evidence())
        if (const OwnLimit limit = ownLimitIn(item.observed); !limit.whose.empty() && item.bearing == model::Bearing::Supports) {
            found.because = limit.whose + " has used up the " + limit.what + " that " + calleeName(view) + " allows it alone (" + limit.setting
                + "); others still get in";
            found.firstPlace = "the limit of " + limit.whose + (view.calleeHost ? " on " + view.calleeHost->host.value() : std::string()) + ": " + limit.look;
            return found;
        }
    const auto isOfBlock = [](const model::Evidence& each) { return each.observed.find("is blocked because of many connection errors") != std::string::npos; };
    if (const auto blocked = std::find_if(evidence.begin(), evidence.end(), isOfBlock); blocked != evidence.end()) {
        // It goes into a statement: a name or an address, or nothing.
        std::string who = wordAfter(blocked->observed, "Host ");
        if (who.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:_-") != std::string::npos)
            who.clear();
        found.values["blockedHost"] = who;
        found.because = calleeName(view) + " has blocked " + (who.empty() ? std::string("the app's host") : who)
            + " after too many connections in a row that broke off (max_connect_errors)";
        if (view.calleeHost)
            found.firstPlace = "the connection errors that " + calleeName(view) + " counts: performance_schema.host_cache, max_connect_errors on "
                + view.calleeHost->host.value();
        return found;
    }
    found.because = isDependencyHop(view) ? "every connection that " + calleeName(view) + " allows is in use" : "the connections to what " + calleeName(view) + " depends on are used up";
    return found;
}

namespace {
bool answersAnybody(model::Protocol protocol)
{
    const model::ProtocolFamily family = model::familyOf(protocol);
    return family == model::ProtocolFamily::Http || family == model::ProtocolFamily::Stream;
}
}

Assessment slowDependency(const HopView& view)
{
    // A database whose processes somebody stopped is not slow.
    const auto processes = calleeProcesses(view);
    const bool isStopped = std::any_of(processes.begin(), processes.end(), [](const model::Process* each) { return each->state == 'T'; });
    if (!view.isSymptom({ "response-timed-out" }) || isStopped)
        return Assessment("slow-dependency");
    Assessment found = statedOnly(view, "slow-dependency", 0.7, { "app-hung" });
    const bool isDependency = isFromApp(view);
    bool isForLock = false;
    int items = 0;
    for (Awaited& each : awaitedAnswers(view)) {
        if (++items > 3)
            break;
        isForLock = isForLock || each.isForLock;
        each.evidence.rulesOut = { "app-hung", "worker-pool-exhausted", "dependency-down" };
        found.supports(each.isForLock || each.since >= std::chrono::seconds(1) ? 0.8 : 0.6, std::move(each.evidence));
    }
    // Nobody can look further than this: it takes the call and keeps the app waiting.
    if (isDependency && !view.calleeHost)
        for (const model::HopProbe* probe : view.callerProbes)
            if (probe->connect == model::ConnectResult::Connected && probe->reply == model::ReplyResult::TimedOut) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "app-hung", "dependency-down", "slow-endpoint" };
                found.supports(0.8, std::move(item));
            }
    const bool isService = answersAnybody(view.hop->protocol); // else a database: ours, whoever keeps it
    found.responsible = isService && view.callee && view.callee->kind == model::NodeKind::External ? "third-party" : "dependency";
    found.because = !isDependency ? "what " + calleeName(view) + " depends on is slow"
        : isForLock              ? view.caller->label + " waits in " + calleeName(view) + " for a lock that another session holds"
                    : view.caller->label + " waits for an answer from " + calleeName(view);
    return found;
}

}
