// Who waits for whom: TCP keeps when data was last sent and last received, and PostgreSQL writes what each session does
// into its process's title. Both can be read without an account at the database and without touching it.
#include "core/faults/predicates/awaited.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/dependency.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hopscope::faults {

namespace {
using base::Milliseconds;

/// Shorter than this an answer may simply be on its way.
constexpr Milliseconds shortestWait(100);

std::string seconds(Milliseconds time)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000);
    return text;
}

/// Whether a client of this protocol waits only for what it has asked.
bool isQuestionAndAnswer(model::Protocol protocol)
{
    using model::Protocol;
    switch (protocol) {
    case Protocol::Http:
    case Protocol::Https:
    case Protocol::Http2:
    case Protocol::FastCgi:
    case Protocol::Uwsgi:
    case Protocol::Scgi:
    case Protocol::Ajp:
    case Protocol::Postgresql:
    case Protocol::Mysql:
    case Protocol::Memcached:
    case Protocol::Tcp:
    case Protocol::Tls:
        return true;
    // Workers block on a list, drivers watch a replica set, consumers poll: all of them wait by design.
    case Protocol::Redis:
    case Protocol::Mongodb:
    case Protocol::Amqp:
    case Protocol::Kafka:
    case Protocol::Grpc:
    case Protocol::Grpcs:
    case Protocol::Udp:
        return false;
    }
    return false;
}

/// Go's driver tells MySQL that it is done with a statement, which has no answer: its idle connections look like waiting.
bool mayLeaveUnanswered(const HopView& view)
{
    static constexpr std::array<const char*, 9> asking { "node", "python", "gunicorn", "uvicorn", "uwsgi", "php-fpm", "puma", "ruby", "unicorn" };
    return view.hop->protocol == model::Protocol::Mysql
        && std::find(asking.begin(), asking.end(), view.caller->software) == asking.end();
}

bool isOfCaller(const HopView& view, const model::Connection& connection)
{
    if (!connection.pid)
        return true; // whose it is may not be seen; it goes to this target
    if (*connection.pid == view.caller->pid)
        return true;
    return std::any_of(view.callerHost->processes.begin(), view.callerHost->processes.end(), [&](const model::Process& each) {
        const bool isOfUnit = !view.caller->unit.empty() && each.unit == view.caller->unit;
        return each.pid == *connection.pid && (isOfUnit || (view.caller->pid != 0 && each.parent == view.caller->pid));
    });
}

bool goesToTarget(const HopView& view, const model::Connection& connection)
{
    if (connection.remotePort != view.port())
        return false;
    if (isSameAddress(connection.remoteAddress, view.address()))
        return true;
    return std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [&](const model::HopProbe* probe) {
        return std::any_of(probe->resolved.begin(), probe->resolved.end(),
            [&](const std::string& each) { return isSameAddress(each, connection.remoteAddress); });
    });
}

void addConnections(std::vector<Awaited>& found, const HopView& view)
{
    for (const model::Connection& each : view.callerHost->connections) {
        if (!each.state.starts_with("ESTAB") || !each.sentAgo || *each.sentAgo < shortestWait
            || (each.receivedAgo && *each.sentAgo >= *each.receivedAgo) || !each.container.empty() || !isOfCaller(view, each)
            || !goesToTarget(view, each))
            continue;
        model::Endpoint local { each.localAddress, each.localPort, {} };
        model::Endpoint remote { each.remoteAddress, each.remotePort, {} };
        const std::string who = each.process.empty() ? std::string() : " (" + each.process + (each.pid ? ", pid " + std::to_string(*each.pid) : "") + ")";
        Awaited awaited;
        awaited.since = *each.sentAgo;
        awaited.evidence = view.evidence(view.callerHost, "connections", each.source,
            local.text() + who + " asked " + remote.text() + " something " + seconds(awaited.since) + " ago, and no answer has come");
        found.push_back(std::move(awaited));
    }
}

/// "10.1.0.3(51234) SELECT waiting" of "postgres: 15/main: shop shop 10.1.0.3(51234) SELECT waiting"; empty where the
/// session is not the caller's.
std::string_view activityFor(const HopView& view, std::string_view title)
{
    std::vector<std::string> origins;
    if (view.callerHost->host == view.calleeHost->host)
        origins = { "[local] ", "127.0.0.1(", "::1(" };
    for (const std::string& address : view.callerHost->addresses)
        if (!isLoopback(address))
            origins.push_back(address + "(");
    for (const std::string& origin : origins)
        if (const std::size_t at = title.find(" " + origin); at != std::string_view::npos)
            return title.substr(at + 1);
    return {};
}

void addSessions(std::vector<Awaited>& found, const HopView& view)
{
    if (view.hop->protocol != model::Protocol::Postgresql || !view.calleeHost)
        return;
    for (const model::Process& process : view.calleeHost->processes) {
        if (!process.commandLine.starts_with("postgres: "))
            continue;
        const std::string_view activity = activityFor(view, process.commandLine);
        if (!activity.ends_with(" waiting"))
            continue;
        Awaited awaited;
        awaited.isForLock = true;
        awaited.since = shortestWait;
        awaited.evidence = view.evidence(view.calleeHost, "processes", process.source,
            process.commandLine + " (pid " + std::to_string(process.pid) + "): it waits for a lock that another session holds");
        found.push_back(std::move(awaited));
    }
}
}

bool isFromApp(const HopView& view)
{
    return isDependencyHop(view)
        || (view.caller && view.callee && view.caller->kind == model::NodeKind::App && view.callee->kind == model::NodeKind::App);
}

std::vector<Awaited> awaitedAnswers(const HopView& view)
{
    std::vector<Awaited> found;
    if (!isFromApp(view) || !view.callerHost || !isQuestionAndAnswer(view.hop->protocol))
        return found;
    if (!view.isUnix() && !mayLeaveUnanswered(view))
        addConnections(found, view);
    addSessions(found, view);
    std::stable_sort(found.begin(), found.end(), [](const Awaited& left, const Awaited& right) {
        return left.isForLock != right.isForLock ? left.isForLock : left.since > right.since;
    });
    return found;
}

bool failedByWaiting(const model::OutsideView& outside)
{
    constexpr double seconds = 1000;
    const model::HttpView& http = outside.http;
    if (http.result == model::AttemptResult::TimedOut || http.status == 504)
        return true;
    return http.status.value_or(0) >= 500 && http.totalMs && *http.totalMs >= seconds;
}

}
